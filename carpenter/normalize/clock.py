"""The day and the hours of a row by the clock of its place, and what an early hour means. Pure functions.

An early hour is that which is printed, that of the next day, or an evening in UTC. A row alone tells what its hour may
mean; the others of its show decide (carpenter/events/hours.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from carpenter.model import Clock
from carpenter.nights.placement import MIDNIGHT_ENDS, evening_from_utc
from carpenter.parsing.instants import LocalTimes, to_instants
from sms_text.local_hours import NIGHT_ENDS


@lru_cache(maxsize=16_384)
def read_clock(
    day: date, end_day: date | None, times: LocalTimes, timezone: str, *, in_utc: bool
) -> tuple[Clock, tuple[str, ...]]:
    """The day and hours of a row in the zone of its place, and what is to be said of them.

    `in_utc`: the row says that day and hours are UTC. An `end_day` before the day counts for nothing.
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
    said = (*instants.problems, f"given in UTC, which is {there:%Y-%m-%d %H:%M} there")
    return Clock(day=there.date(), times=LocalTimes(doors=doors, start=start, end=end), instants=instants), said


def other_clocks(clock: Clock, first: time, night: date, timezone: str) -> Iterator[Clock]:
    """What a first hour before MORNING_ENDS may mean as well: that hour after the night that it is dated by, or an
    evening in UTC.
    """
    if first.hour < NIGHT_ENDS and night == clock.day:
        after = to_instants(clock.day + timedelta(days=1), timezone, clock.times)
        reason = "dated by the night that it goes on from"
        yield Clock(day=clock.day + timedelta(days=1), times=clock.times, instants=after, reason=reason)
    evening = evening_from_utc(clock.day, first, timezone) if first >= MIDNIGHT_ENDS else None
    if evening is not None:
        times = LocalTimes(start=evening.time())
        instants = to_instants(evening.date(), timezone, times)
        yield Clock(day=evening.date(), times=times, instants=instants, reason="printed in UTC without saying so")
