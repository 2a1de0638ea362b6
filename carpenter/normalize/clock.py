"""The day and hours of a row on the clock of its place, and the other clocks that an early hour may mean. Pure.

An hour before nine in the morning may be meant as printed, or of the day after, or may be an evening in UTC. A row
alone gives all that its hour may mean; the other rows of its show decide (carpenter/events/hours.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from carpenter.model import Clock, RawRow
from carpenter.nights.moves import ANNOUNCED
from carpenter.nights.placement import MIDNIGHT_ENDS, evening_from_utc
from carpenter.parsing.hours import LocalTimes
from carpenter.parsing.instants import to_instants
from carpenter.parsing.status import read_status
from sms_text.local_hours import NIGHT_ENDS


@lru_cache(maxsize=16_384)  # saves 1 % of reading rows: sources list the same show
def read_clock(
    day: date, end_day: date | None, times: LocalTimes, timezone: str, *, in_utc: bool
) -> tuple[Clock, tuple[str, ...]]:
    """The day and hours of a row in the zone of its place, and notes about them.

    `in_utc`: the row declares that its day and hours are UTC. An `end_day` before the day is ignored.
    """
    given = "UTC" if in_utc else timezone
    instants = to_instants(day, given, times, end_day if end_day is not None and end_day >= day else None)
    first = instants.starts_at or instants.doors_at
    if given == timezone or first is None:
        return Clock(day=day, times=times, instants=instants), (*instants.problems, *instants.remarks)
    zone = ZoneInfo(timezone)
    doors, start, end = (
        instant.astimezone(zone).time() if instant is not None else None
        for instant in (instants.doors_at, instants.starts_at, instants.ends_at)
    )
    there = first.astimezone(zone)
    notes = (*instants.problems, f"given in UTC, which is {there:%Y-%m-%d %H:%M} there")
    return Clock(day=there.date(), times=LocalTimes(doors=doors, start=start, end=end), instants=instants), notes


def lost_day(row: RawRow, flags: frozenset[str]) -> date | None:
    """The day that all earlier versions gave of a row that gives none now, with these flags in its title.

    None where they gave several, and where the show has left its day, as the row says.
    """
    if len(row.former_days) != 1 or read_status(row.data.get("status_text"), flags) in ANNOUNCED:
        return None
    return row.former_days[0]


def other_clocks(clock: Clock, first: time, night: date, timezone: str) -> Iterator[Clock]:
    """The other clocks that an hour before MORNING_ENDS may mean: that hour of the day after, or an evening in UTC."""
    if first.hour < NIGHT_ENDS and night == clock.day:
        after = to_instants(clock.day + timedelta(days=1), timezone, clock.times)
        reason = "dated by the night that it goes on from"
        yield Clock(day=clock.day + timedelta(days=1), times=clock.times, instants=after, reason=reason)
    evening = evening_from_utc(clock.day, first, timezone) if first >= MIDNIGHT_ENDS else None
    if evening is not None:
        times = LocalTimes(start=evening.time())
        instants = to_instants(evening.date(), timezone, times)
        yield Clock(day=evening.date(), times=times, instants=instants, reason="printed in UTC without saying so")
