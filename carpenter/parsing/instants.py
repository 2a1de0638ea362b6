"""Days, hours and instants of an event. Pure functions; what cannot be read is named as a problem, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from carpenter.parsing.hours import hours_in_prose

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


class Offsets(NamedTuple):
    """Local time less UTC as a row tells it of its hours; None where it does not."""

    doors: timedelta | None = None
    start: timedelta | None = None
    end: timedelta | None = None


NO_OFFSETS = Offsets()


class LocalTimes(NamedTuple):
    """Hours of a local day; None is unknown."""

    doors: time | None = None
    start: time | None = None
    end: time | None = None
    problems: tuple[str, ...] = ()
    offsets: Offsets = NO_OFFSETS
    """Which of the two an hour is that the clock shows twice."""


class Instants(NamedTuple):
    """UTC instants; None is unknown."""

    starts_at: datetime | None = None
    doors_at: datetime | None = None
    ends_at: datetime | None = None
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    """How hours were read that the clock shows twice."""


NO_TIMES = LocalTimes()

_DAY_LENGTH = timedelta(days=1)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?", re.S)
_HOUR_MINUTE = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?([+-]\d\d:\d\d)?")


def read_times(doors_time: str | None, start_time: str | None, end_time: str | None) -> LocalTimes:
    """The hours of a row, given as HH:MM, with an offset from UTC behind it or none: `01:30-08:00`.

    One that does not exist is left out and named.
    """
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
    return local_times(**read, problems=tuple(problems))


def local_times(
    doors: time | None = None, start: time | None = None, end: time | None = None, problems: tuple[str, ...] = ()
) -> LocalTimes:
    """The hours of a row, of which each may have an offset."""
    offsets = Offsets(*(hour.utcoffset() if hour is not None else None for hour in (doors, start, end)))
    if offsets != NO_OFFSETS:
        doors, start, end = (hour and hour.replace(tzinfo=None) for hour in (doors, start, end))
    return LocalTimes(doors, start, end, problems, offsets)


def _read_hour(text: str | None) -> time | Problem | None:
    if not text:
        return None
    match = _HOUR_MINUTE.fullmatch(text)
    if match is None:
        return Problem(f"{text[:40]!r} is not of the form HH:MM")
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:
        return Problem(f"{text[:10]!r} does not exist")
    try:
        return time.fromisoformat(f"{hour:02}:{minute:02}{match[3] or ''}")
    except ValueError:
        return Problem(f"{text[:40]!r} has an offset from UTC that does not exist")


def with_titles_hour(times: LocalTimes, named: time | None) -> LocalTimes:
    """The hours of a row whose title names one: "Ada Fox (9:30 PM)" at nine has its doors at nine."""
    if named is None or times.doors is not None or times.start == named:
        return times
    if times.start is None:
        return times._replace(start=named)
    wait = timedelta(hours=named.hour - times.start.hour, minutes=named.minute - times.start.minute)
    if not timedelta(0) < wait <= DOORS_BEFORE:
        return times
    offsets = times.offsets._replace(doors=times.offsets.start, start=None)
    return times._replace(doors=times.start, start=named, offsets=offsets)


def to_instants(day: date, zone: str, times: LocalTimes, end_day: date | None = None) -> Instants:
    """The instants of local times on a local day.

    - An end not after the start is on the next day where the event then lasts at most 12 hours, else it is left out.
    - Doors after the start are left out; before a start in the early hours they may be of the evening before.
    - An hour that the clock skips in spring is read by the offset before the change (PEP 495, fold 0), and named.
    - One that it repeats in autumn is the one whose offset is told; without that the first, or of an end the first that
      is after the start. An offset that the zone does not have then is left out, and named.
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


class _Read(NamedTuple):
    """The instant of what a local clock shows, and what is to be said of it."""

    at: datetime
    problem: str = ""
    remark: str = ""


def _to_instants(day: date, zone: ZoneInfo, times: LocalTimes, end_day: date | None) -> Instants:
    """What local clocks show is written as if they were in UTC."""
    problems: list[str] = []
    shown = times.start or times.doors
    begins = datetime.combine(day, shown, UTC) if shown else None
    start = _read(begins, zone, times.offsets.start) if begins and times.start else None
    doors = _doors(day, start, zone, times, problems) if times.doors else None
    first = start or doors
    end = _end(end_day or day, begins, first and first.at, zone, times, problems) if times.end else None
    read = [each for each in (start, doors, end) if each is not None]
    return Instants(
        starts_at=start.at if start else None,
        doors_at=doors.at if doors else None,
        ends_at=end.at if end else None,
        problems=(*problems, *(each.problem for each in read if each.problem)),
        remarks=tuple(each.remark for each in read if each.remark),
    )


def _doors(day: date, start: _Read | None, zone: ZoneInfo, times: LocalTimes, problems: list[str]) -> _Read | None:
    assert times.doors is not None
    shown = datetime.combine(day, times.doors, UTC)
    doors = _read(shown, zone, times.offsets.doors)
    if start is None or times.start is None or doors.at <= start.at:
        return doors
    evening_before = _read(shown - _DAY_LENGTH, zone, times.offsets.doors)
    if times.start.hour < EARLY_HOURS_END and start.at - evening_before.at <= LONGEST_WAIT:
        return evening_before
    problems.append(f"doors {times.doors:%H:%M} are after the start {times.start:%H:%M}")
    return None


def _end(
    day: date, begins: datetime | None, first: datetime | None, zone: ZoneInfo, times: LocalTimes, problems: list[str]
) -> _Read | None:
    """`begins` is what the clock shows at `first`."""
    assert times.end is not None
    shown, offset = datetime.combine(day, times.end, UTC), times.offsets.end
    end = _read(shown, zone, offset, after=first)
    if first is None:
        return end
    if shown == begins and (offset is None or end.at == first):
        problems.append(f"end {shown:%H:%M} is the start: no end is known")
        return None
    if end.at > first:
        return end
    next_day = _read(shown + _DAY_LENGTH, zone, offset, after=first)
    if timedelta(0) < next_day.at - first <= LONGEST_NIGHT:
        return next_day
    problems.append(f"end {shown:%Y-%m-%d %H:%M} is before the start {begins:%Y-%m-%d %H:%M}")
    return None


def _read(shown: datetime, zone: ZoneInfo, offset: timedelta | None, after: datetime | None = None) -> _Read:
    """The instant at which a local clock shows this, with the offset, if it is told; of two the first `after` that."""
    if (of_day := _offset_of_day(zone, shown.date())) is not None:
        return _Read(shown - of_day, _wrong_offset(shown, zone, offset) if offset not in (None, of_day) else "")
    first, second = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    told = [instant for instant in (first, second) if shown - instant == offset]
    problem = _wrong_offset(shown, zone, offset) if offset is not None and not told else ""
    if first < second:
        at = told[0] if told else second if after is not None and first <= after < second else first
        why = f", as its offset {_offset_words(offset)} tells" if told else ""
        which = "first" if at == first else "second"
        return _Read(at, problem, f"{shown:%H:%M} is shown twice by the clock on {shown:%Y-%m-%d}: the {which}{why}")
    if (there := first.astimezone(zone)).replace(tzinfo=UTC) != shown:
        problem = f"{shown:%H:%M} is skipped by the clock on {shown:%Y-%m-%d}: read as {there:%H:%M}"
    return _Read(first, problem)


def _wrong_offset(shown: datetime, zone: ZoneInfo, offset: timedelta | None) -> str:
    return f"{shown:%H:%M} has the offset {_offset_words(offset)}, which {zone.key} has not then: left out"


def _offset_words(offset: timedelta | None) -> str:
    """ "-08:00"."""
    return time(tzinfo=timezone(offset or timedelta(0))).isoformat()[len("00:00:00") :]


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

    For rows without such fields only; `carpenter.parsing.hours` tells how they are read.
    """
    if not text:
        return NO_TIMES
    doors, start, end = hours_in_prose(text)
    return NO_TIMES if doors is None and start is None else LocalTimes(doors=doors, start=start, end=end)
