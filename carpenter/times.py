"""Days, hours and instants of an event. Pure functions; what cannot be read is named as a problem, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from carpenter.hours import hours_in_prose

LONGEST_NIGHT = timedelta(hours=12)
"""An end before the start is on the next day where the event then lasts no longer."""

EARLY_HOURS_END = 6
"""What starts before this hour goes on from the evening before: its doors may have opened then."""

LONGEST_WAIT = timedelta(hours=4)
"""From doors in the evening to a start after midnight."""

DOORS_BEFORE = timedelta(minutes=90)
"""The longest that doors open before a show begins, as a rule."""

HOUR_LENGTH = 100
"""Characters looked at of a field that should hold an hour."""

YEARS = range(1950, 2101)
"""Years that the day of a show can have."""


class Problem(str):
    """Why something could not be read, in words for the audit."""

    __slots__ = ()


class LocalTimes(NamedTuple):
    """Hours of a local day; None is unknown."""

    doors: time | None = None
    start: time | None = None
    end: time | None = None
    problems: tuple[str, ...] = ()


class Instants(NamedTuple):
    """UTC instants; None is unknown."""

    starts_at: datetime | None = None
    doors_at: datetime | None = None
    ends_at: datetime | None = None
    problems: tuple[str, ...] = ()


NO_TIMES = LocalTimes()

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?", re.S)
_HOUR_MINUTE = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?")


def read_day(text: str | None) -> date | Problem | None:
    """An ISO day; the problem where there is text but no day that exists; None where there is no text."""
    return _read_day(text.strip()[:40]) if text else None


@lru_cache(maxsize=4_096)
def _read_day(text: str) -> date | Problem | None:
    if not text:
        return None
    match = _DAY.fullmatch(text)
    if match is None:
        return Problem(f"day {text!r} is not of the form YYYY-MM-DD")
    year, month, day = (int(group) for group in match.groups())
    if year not in YEARS:
        return Problem(f"day {text[:10]!r}: the year is outside {YEARS.start}-{YEARS.stop - 1}")
    try:
        return date(year, month, day)
    except ValueError:
        return Problem(f"day {text[:10]!r} does not exist")


def read_times(doors_time: str | None, start_time: str | None, end_time: str | None) -> LocalTimes:
    """The hours of a row, given as HH:MM; one that does not exist is left out and named."""
    return _read_times(
        doors_time and doors_time.strip()[:HOUR_LENGTH],
        start_time and start_time.strip()[:HOUR_LENGTH],
        end_time and end_time.strip()[:HOUR_LENGTH],
    )


@lru_cache(maxsize=16_384)
def _read_times(doors_time: str | None, start_time: str | None, end_time: str | None) -> LocalTimes:
    read: dict[str, time | None] = {}
    problems: list[str] = []
    for name, text in (("doors", doors_time), ("start", start_time), ("end", end_time)):
        hour = _read_hour(text)
        read[name] = hour if isinstance(hour, time) else None
        if isinstance(hour, Problem):
            problems.append(f"{name} time {hour}")
    return LocalTimes(**read, problems=tuple(problems))


def _read_hour(text: str | None) -> time | Problem | None:
    if not text:
        return None
    match = _HOUR_MINUTE.fullmatch(text)
    if match is None:
        return Problem(f"{text[:40]!r} is not of the form HH:MM")
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:
        return Problem(f"{text[:10]!r} does not exist")
    return time(hour, minute)


def with_titles_hour(times: LocalTimes, named: time | None) -> LocalTimes:
    """The hours of a row whose title names one: "Ada Fox (9:30 PM)" at nine has its doors at nine."""
    if named is None or times.doors is not None or times.start == named:
        return times
    if times.start is None:
        return times._replace(start=named)
    wait = timedelta(hours=named.hour - times.start.hour, minutes=named.minute - times.start.minute)
    return times._replace(doors=times.start, start=named) if timedelta(0) < wait <= DOORS_BEFORE else times


def to_instants(day: date, zone: str, times: LocalTimes, end_day: date | None = None) -> Instants:
    """The instants of local times on a local day.

    - An end not after the start is on the next day where the event then lasts at most 12 hours, else it is left out.
    - Doors after the start are left out; before a start in the early hours they may be of the evening before.
    - An hour that the clock skips in spring is read by the offset before the change, one that it repeats in autumn as
      the first (PEP 495, fold 0); the former is named.
    """
    try:
        return _to_instants(day, _zone(zone), times, end_day)
    except (ValueError, LookupError, OSError):
        return Instants(problems=(f"time zone {zone[:40]!r} is not known",))
    except OverflowError:
        return Instants(problems=(f"day {day} is outside the calendar",))


@lru_cache(maxsize=1_024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _to_instants(day: date, zone: ZoneInfo, times: LocalTimes, end_day: date | None) -> Instants:
    """What local clocks show is compared, and kept until the end, as if they were in UTC: that costs no look-up."""
    problems: list[str] = []
    start = datetime.combine(day, times.start, UTC) if times.start else None
    doors = _doors(day, start, times.doors, problems) if times.doors else None
    end = _end(end_day or day, start or doors, times.end, problems) if times.end else None
    return Instants(
        starts_at=_instant(start, zone, problems) if start else None,
        doors_at=_instant(doors, zone, problems) if doors else None,
        ends_at=_instant(end, zone, problems) if end else None,
        problems=tuple(problems),
    )


def _doors(day: date, start: datetime | None, hour: time, problems: list[str]) -> datetime | None:
    doors = datetime.combine(day, hour, UTC)
    if start is None or doors <= start:
        return doors
    evening_before = doors - timedelta(days=1)
    if start.hour < EARLY_HOURS_END and start - evening_before <= LONGEST_WAIT:
        return evening_before
    problems.append(f"doors {hour:%H:%M} are after the start {start:%H:%M}")
    return None


def _end(day: date, begin: datetime | None, hour: time, problems: list[str]) -> datetime | None:
    end = datetime.combine(day, hour, UTC)
    if begin is None or end > begin:
        return end
    if end == begin:
        problems.append(f"end {hour:%H:%M} is the start: no end is known")
        return None
    if end < begin and (next_day := end + timedelta(days=1)) > begin and next_day - begin <= LONGEST_NIGHT:
        return next_day
    problems.append(f"end {end:%Y-%m-%d %H:%M} is before the start {begin:%Y-%m-%d %H:%M}")
    return None


def _instant(clock: datetime, zone: ZoneInfo, problems: list[str]) -> datetime:
    """The instant of what a local clock shows, which is given as if the clock were in UTC."""
    if (offset := _offset_of_day(zone, clock.date())) is not None:
        return clock - offset
    instant = clock.replace(tzinfo=zone).astimezone(UTC)
    if (shown := instant.astimezone(zone)).replace(tzinfo=UTC) != clock:
        problems.append(f"{clock:%H:%M} is skipped by the clock on {clock:%Y-%m-%d}: read as {shown:%H:%M}")
    return instant


@lru_cache(maxsize=16_384)
def _offset_of_day(zone: ZoneInfo, day: date) -> timedelta | None:
    """Local time less UTC, where it is the same from the first to the last moment of a local day that exists."""
    first, last = (datetime.combine(day, moment, zone) for moment in (time.min, time.max))
    try:
        exists = first.astimezone(UTC).astimezone(zone).date() == day
    except OverflowError:
        return None
    offset = first.utcoffset()
    return offset if exists and offset == last.utcoffset() else None


def times_in_prose(text: str | None) -> LocalTimes:
    """The first hours that a text names as doors, start and end; None for each that it does not name.

    For rows without such fields only; `carpenter.hours` tells how they are read.
    """
    if not text:
        return NO_TIMES
    doors, start, end = hours_in_prose(text)
    return NO_TIMES if doors is None and start is None else LocalTimes(doors=doors, start=start, end=end)
