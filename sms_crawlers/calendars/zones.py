"""Zones that a calendar defines itself (VTIMEZONE), by counted steps, and known to that calendar alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.timezone import tzp
from icalendar.timezone.zoneinfo import ZONEINFO

from sms_crawlers.calendars.ical_text import CalendarText
from sms_crawlers.calendars.recurrence_rule import read_rule
from sms_crawlers.calendars.step_budget import BudgetSpent, StepBudget

STEPS_A_ZONE = 100_000
"""What the definition of one zone may take: the usual pair of yearly rules is walked in 9,000."""
FIRST_YEAR, LAST_YEAR = 1970, 2100
"""The years whose changes of the clock are known."""

_ZONE = re.compile(r"\bTZID[=:]\"?([^\":;\n]+)", re.IGNORECASE)
_DEFINED = re.compile(r"^TZID[^:\n]*:(.+)$", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(r"\n[ \t]")
NO_TIME = timedelta(0)
ONE_DAY = timedelta(days=1)


class Change(NamedTuple):
    """A change of the clock."""

    at: datetime
    """By the clock before it; naive."""
    before: timedelta
    after: timedelta
    """Offsets from UTC."""
    is_summer: bool


class CalendarZone(tzinfo):
    """A zone by its changes of the clock."""

    def __init__(self, name: str, changes: Iterable[Change]) -> None:
        self._name = name
        self._changes = sorted(changes)
        self._times = [change.at for change in self._changes]
        if not self._changes:
            raise ValueError(f"the zone {name!r} has no offset")

    def utcoffset(self, moment: datetime | None, /) -> timedelta | None:
        """The offset from UTC; before the first change that of the first winter."""
        return None if moment is None else self._last_change(moment).after

    def dst(self, moment: datetime | None, /) -> timedelta | None:
        """How far summer moves the clock."""
        if moment is None:
            return None
        change = self._last_change(moment)
        return change.after - change.before if change.is_summer else NO_TIME

    def tzname(self, _: datetime | None, /) -> str:
        """The name that the calendar gives it."""
        return self._name

    def _last_change(self, moment: datetime) -> Change:
        clock = moment.replace(tzinfo=None, fold=0)
        number = bisect_right(self._times, clock)
        if moment.fold and number < len(self._changes):
            ahead = self._changes[number]
            if ahead.after < ahead.before and clock + (ahead.before - ahead.after) >= ahead.at:
                return ahead
        if number:
            return self._changes[number - 1]
        return next((change for change in self._changes if not change.is_summer), self._changes[0])


class CalendarZones(ZONEINFO):
    """How icalendar makes a zone of a VTIMEZONE while a calendar is read."""

    def __init__(self, steps: StepBudget) -> None:
        self._steps = steps

    def create_timezone(self, zone: Timezone) -> tzinfo:  # type: ignore[override]  # as that of ZONEINFO is
        """The zone of a VTIMEZONE. Raises ValueError for one that tells none, BudgetSpent for one that takes long."""
        steps = StepBudget(STEPS_A_ZONE, within=self._steps)
        parts = [part for part in zone.subcomponents if isinstance(part, TimezoneStandard | TimezoneDaylight)]
        return CalendarZone(str(zone["TZID"]), [change for part in parts for change in _changes(part, steps)])


@contextmanager
def zones_of_calendar(calendar: CalendarText, steps: StepBudget) -> Iterator[None]:
    """Let the VTIMEZONEs of a calendar be known to the reader of its entries, in this block and not after it.

    A definition that is broken, or takes more steps than it may, is passed over: an entry that needs that zone says so.
    """
    named = {name for text in calendar.events for name in _zones_in(text)}
    tzp.use(CalendarZones(steps))
    try:
        for text in calendar.timezones:
            if named.isdisjoint(_zones_in(text)):
                continue
            try:
                steps.spend(len(text))
                Calendar.from_ical(f"BEGIN:VCALENDAR\nVERSION:2.0\n{text}\nEND:VCALENDAR\n")
            except (ValueError, KeyError, BudgetSpent):
                continue
        yield
    finally:
        tzp.use_default()


def zones_defined(calendar: CalendarText) -> set[str]:
    """The names of the zones that a calendar defines."""
    return {name.strip() for text in calendar.timezones for name in _DEFINED.findall(_FOLD.sub("", text))}


def _zones_in(text: str) -> list[str]:
    """The zones that a piece of a calendar names."""
    return [name.strip() for name in _ZONE.findall(_FOLD.sub("", text))]


def _changes(part: TimezoneStandard | TimezoneDaylight, steps: StepBudget) -> Iterator[Change]:
    """The changes of the clock of a STANDARD or DAYLIGHT."""
    begin = _clock(part.DTSTART)
    before, after = part.TZOFFSETFROM, part.TZOFFSETTO
    if max(abs(before), abs(after)) >= ONE_DAY:
        raise ValueError(f"offset of {after} from UTC")
    at = {begin} | {_clock(value) for dates in _values(part, "RDATE") for value in (leaf.dt for leaf in dates.dts)}
    steps.spend(len(at))
    for value in _values(part, "RRULE"):
        rule = read_rule(value, begin, earliest=1)
        at.update(rule.starts(begin, date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31), steps))
    return (Change(moment, before, after, isinstance(part, TimezoneDaylight)) for moment in at)


def _clock(value: Any) -> datetime:
    if isinstance(value, tuple):
        value = value[0]
    return value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, time.min)


def _values(part: TimezoneStandard | TimezoneDaylight, name: str) -> list[Any]:
    value = part.get(name, [])
    return value if isinstance(value, list) else [value]
