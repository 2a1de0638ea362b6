"""The UTC instants of an event's local hours. Pure functions; what cannot be read is a problem, never a guess."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from carpenter.parsing.hours import LocalTimes

LONGEST_NIGHT = timedelta(hours=12)
"""The longest event whose end, before its start on the clock, is taken for one of the next day."""

EARLY_HOURS_END = 6
"""The hour before which a show belongs to the evening before, when its doors may have opened."""

LONGEST_WAIT = timedelta(hours=4)
"""The longest time from doors in the evening to a start after midnight."""


class Instants(NamedTuple):
    """UTC instants; None is unknown."""

    starts_at: datetime | None = None
    doors_at: datetime | None = None
    ends_at: datetime | None = None
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    """Notes on hours that the clock shows twice: which of the two was taken."""


_DAY_LENGTH = timedelta(days=1)


def to_instants(day: date, zone: str, times: LocalTimes, end_day: date | None = None) -> Instants:
    """The instants of local times on a local day.

    `zone` is an IANA name. What cannot be is left out, with a problem that says why.

    - An end not after the start is on the next day where the event then lasts at most 12 hours, else it is left out.
    - Doors after the start are left out; before a start in the early hours they may be of the evening before.
    - An hour that the clock skips in spring is read by the offset before the change (PEP 495, fold 0), with a problem.
    - An hour that the clock repeats in autumn is the one with the row's offset; without an offset it is the first, or
      for an end the first after the start. An offset that the zone does not have then is ignored, with a problem.
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
    """The instant of a local hour, and notes on how it was read."""

    at: datetime
    problem: str = ""
    remark: str = ""


def _to_instants(day: date, zone: ZoneInfo, times: LocalTimes, end_day: date | None) -> Instants:
    """Local days and hours are held in datetimes as if they were UTC, so that they can be reckoned with."""
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
    """`begins` is the local day and hour of the instant `first`."""
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
    """The instant of a local day and hour, which `shown` holds as if they were UTC.

    Where the clock shows it twice, it is the one with the offset, else the first `after` an instant, else the first.
    """
    if (of_day := _offset_of_day(zone, shown.date())) is not None:
        return _Read(shown - of_day, _wrong_offset(shown, zone, offset) if offset not in (None, of_day) else "")
    first, second = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    by_offset = [instant for instant in (first, second) if shown - instant == offset]
    problem = _wrong_offset(shown, zone, offset) if offset is not None and not by_offset else ""
    if first < second:
        at = by_offset[0] if by_offset else second if after is not None and first <= after < second else first
        why = f", as its offset {_offset_words(offset)} tells" if by_offset else ""
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
    """Local time less UTC on a local day; None where it changes within the day or there is no such day."""
    first, last = (datetime.combine(day, moment, zone) for moment in (time.min, time.max))
    try:
        exists = first.astimezone(UTC).astimezone(zone).date() == day
    except OverflowError:
        return None
    offset = first.utcoffset()
    return offset if exists and offset == last.utcoffset() else None
