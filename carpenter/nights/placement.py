"""Which night a row belongs to, where its clock allows two readings. Pure functions.

A night is named by the local day on which it begins. What starts after midnight is dated by some sources with the
calendar's day and by others with the night's; a source that gives UTC without saying so moves an evening to the next
morning. The acts of the other rows of the room decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from carpenter.parsing.days import is_utc
from sms_text.local_hours import NIGHT_ENDS

MIDNIGHT_ENDS = time(0, 45)
"""What is printed as starting before this may mean the midnight that begins its day, or the one that ends it."""

MORNING_ENDS = time(9)
"""A local start before this is seldom a show's: it is UTC without saying so, or it goes on from the night before."""

FIRST_SHOWS = 11
"""Hour from which shows begin."""

MAX_VOTES = 50
"""Rows of a night that speak for it; more add nothing, so that a row costs no more on a night of thousands."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NightReading:
    """The night that a row's own clock tells, and the other that it may mean."""

    night: date
    other: date | None
    """None where there is no doubt."""
    is_timed: bool
    is_late: bool = False
    """Does it start after midnight?"""


@dataclass(frozen=True, slots=True)
class DatedRow:
    """A row of a parent venue with the nights that its clock may mean."""

    reading: NightReading
    acts: frozenset[int]
    """See carpenter/venues/cooccurrence.py."""


def read_night(
    day: date, first: time | None, zone: str | None, longitude: float | None, named_day: date | None
) -> NightReading:
    """The night of a row from its day, its first hour, the zone it declares, its place, and a day in its title."""
    reading = _read_clock(day, first, zone, longitude if is_utc(zone) else None)
    if named_day is not None and reading.other is not None and named_day in (reading.night, reading.other):
        return replace(reading, night=named_day, other=None)
    return reading


@lru_cache(maxsize=16_384)
def _read_clock(day: date, first: time | None, zone: str | None, longitude: float | None) -> NightReading:
    if first is None:
        return NightReading(day, day - _DAY, is_timed=False)
    if is_utc(zone):
        return _read_utc(day, first, longitude)
    if first >= MORNING_ENDS:
        return NightReading(day, None, is_timed=True)
    if first < MIDNIGHT_ENDS:
        return NightReading(day, day - _DAY, is_timed=True, is_late=True)
    if first.hour < NIGHT_ENDS:
        return NightReading(day - _DAY, day, is_timed=True, is_late=True)
    evening = evening_from_utc(day, first, zone)
    night = evening.date() if evening is not None else day
    return NightReading(night, day if night != day else day - _DAY, is_timed=True)


def _read_utc(day: date, first: time, longitude: float | None) -> NightReading:
    """By the sun where the place is known; else as in the Americas, where evenings end before nine by UTC."""
    if longitude is None:
        return NightReading(day - _DAY if first < MORNING_ENDS else day, None, is_timed=True)
    local = datetime.combine(day, first) + timedelta(hours=longitude / 15)
    is_late = local.hour < NIGHT_ENDS
    return NightReading(local.date() - _DAY if is_late else local.date(), None, is_timed=True, is_late=is_late)


def evening_from_utc(day: date, first: time, zone: str | None) -> datetime | None:
    """The local evening that an early hour means if it is UTC; None where that would be no time for a show."""
    if zone is None:
        return None
    local = datetime.combine(day, first, UTC).astimezone(ZoneInfo(zone))
    return local.replace(tzinfo=None) if local.hour >= FIRST_SHOWS else None


def assign_nights(rows: Mapping[int, DatedRow]) -> dict[int, date]:
    """The night of each row of one house, by id.

    Rows without doubt stand first. One with two nights goes where more of them name one of its acts. One without an
    hour goes to the night before its day only where what plays after that midnight names its acts, and nothing on its
    own day does.
    """
    sure, timed, late = _Votes(), _Votes(), _Votes()
    assigned = {key: row.reading.night for key, row in rows.items()}
    doubtful = [(key, row, row.reading.other) for key, row in rows.items() if row.reading.other is not None]
    for key, row in rows.items():
        if row.reading.other is None and row.reading.is_timed:
            sure.add(row.reading.night, key, row.acts)
    for key, row, other in doubtful:
        if row.reading.is_timed and sure.count(other, row.acts) > sure.count(row.reading.night, row.acts):
            assigned[key] = other
    for key, row in rows.items():
        if row.reading.is_timed:
            timed.add(assigned[key], key, row.acts)
        if row.reading.is_late:
            late.add(assigned[key], key, row.acts)
    for key, row, other in doubtful:
        if row.reading.is_timed or timed.count(row.reading.night, row.acts):
            continue
        if late.count(other, row.acts):
            assigned[key] = other
    return assigned


class _Votes:
    """Which rows name an act on a night."""

    def __init__(self) -> None:
        self._rows: dict[tuple[date, int], set[int]] = {}

    def add(self, night: date, key: int, acts: frozenset[int]) -> None:
        for act in acts:
            rows = self._rows.setdefault((night, act), set())
            if len(rows) < MAX_VOTES:
                rows.add(key)

    def count(self, night: date, acts: frozenset[int]) -> int:
        """How many rows of the night name one of the acts, at most MAX_VOTES."""
        rows: set[int] = set()
        for act in acts:
            rows |= self._rows.get((night, act), set())
            if len(rows) >= MAX_VOTES:
                return MAX_VOTES
        return len(rows)
