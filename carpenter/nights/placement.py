"""Which night a row belongs to, where its clock allows two readings. Pure functions.

A night is named by the local day on which it begins. What starts after midnight is dated by some sources with the
calendar's day and by others with the night's; a source that gives UTC without saying so moves an evening to the next
morning. The acts of the other rows of the room decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from carpenter.parsing.days import is_utc, read_day
from carpenter.parsing.hours import read_times
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
_ZONES = frozenset(available_timezones())


@dataclass(frozen=True, slots=True)
class NightReading:
    """The night that a row's own clock tells, and the other that it may mean."""

    night: date
    other: date | None
    """None where there is no doubt."""
    is_timed: bool
    is_late: bool = False
    """Does it start after midnight?"""


class Printed(NamedTuple):
    """The day and hours of a row as it prints them, and the zone that it declares; None for what it does not."""

    day: str | None
    start: str | None
    doors: str | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class DatedRow:
    """A row of a parent venue with the nights that its clock may mean."""

    reading: NightReading
    acts: frozenset[int]
    """See carpenter/venues/cooccurrence.py."""
    source: str = ""
    printed: Printed | None = None


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

    Rows without doubt stand first. One with two nights goes where one of them names one of its acts at the very hour
    that its own is by UTC; else where more of them name one of its acts; where they say nothing, where it can meet such
    rows of other sources, or those without an hour. One without an hour goes to the night before its day only where
    what plays after that midnight names its acts, and nothing on its own day does.
    """
    sure, untimed, timed, late = _Votes(), _Votes(), _Votes(), _Votes()
    assigned = {key: row.reading.night for key, row in rows.items()}
    doubtful = [(key, row, row.reading.other) for key, row in rows.items() if row.reading.other is not None]
    for key, row in rows.items():
        if row.reading.other is None and row.reading.is_timed:
            sure.add(row.reading.night, key, row.acts)
        elif not row.reading.is_timed:
            untimed.add(row.reading.night, key, row.acts)
    early = [(key, row, other) for key, row, other in doubtful if row.reading.is_timed]
    at_hours = _nights_by_hour(rows.values(), frozenset().union(*(row.acts for _, row, _ in early)))
    untold = []
    for key, row, other in early:
        own, others = sure.count(row.reading.night, row.acts), sure.count(other, row.acts)
        if (by_hour := _night_by_utc(row, other, at_hours)) is not None:
            assigned[key] = by_hour
        elif others > own:
            assigned[key] = other
        elif own == 0 and row.acts:
            untold.append((key, row, other))
    for key, row, other in untold:
        own, others = (_rows_that_may_be(night, row, untold) for night in (row.reading.night, other))
        is_by_untimed = other < row.reading.night and not own and not untimed.count(row.reading.night, row.acts)
        if others > own or (is_by_untimed and untimed.count(other, row.acts)):
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


def _rows_that_may_be(night: date, row: DatedRow, untold: Sequence[tuple[int, DatedRow, date]]) -> int:
    """How many rows of other sources, as doubtful as this one and with an act of it, may be of a night."""
    return sum(
        night in (other.reading.night, other.reading.other)
        for _, other, _ in untold
        if other.source != row.source and not other.acts.isdisjoint(row.acts)
    )


def _nights_by_hour(rows: Iterable[DatedRow], acts: frozenset[int]) -> dict[tuple[int, datetime], set[date]]:
    """For these acts and the instants at which rows without doubt name them: the nights of these rows."""
    found: dict[tuple[int, datetime], set[date]] = defaultdict(set)
    for row in rows:
        if row.reading.other is None and row.printed is not None and not acts.isdisjoint(row.acts):
            for instant in _instants(row.printed, row.printed.zone):
                for act in acts & row.acts:
                    found[act, instant].add(row.reading.night)
    return found


def _night_by_utc(row: DatedRow, other: date, at_hours: Mapping[tuple[int, datetime], set[date]]) -> date | None:
    """The night of a row on which others list one of its acts at the very hour that it prints, if that is UTC."""
    if not at_hours or row.printed is None:
        return None
    instants = _instants(row.printed, "UTC")[:1]
    nights = {night for act in row.acts for instant in instants for night in at_hours.get((act, instant), ())}
    nights &= {row.reading.night, other}
    return nights.pop() if len(nights) == 1 else None


@lru_cache(maxsize=16_384)
def _instants(printed: Printed, zone: str | None) -> tuple[datetime, ...]:
    """When a row starts, and when its doors open, if its hours are of this zone; what it does not tell is left out."""
    day = read_day(printed.day)
    if not isinstance(day, date) or zone not in _ZONES:
        return ()
    times = read_times(printed.doors, printed.start, None)
    hours = [hour for hour in (times.start, times.doors) if hour is not None]
    return tuple(datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC) for hour in hours)


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
