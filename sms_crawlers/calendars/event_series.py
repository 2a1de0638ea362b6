"""The VEVENTs of one UID: what their rules, exceptions and single changes say together (RFC 5545)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from icalendar import Event
from icalendar.prop import vDDDTypes

from sms_crawlers.calendars.ical_text import end_of, sequence_of, start_of, values_of
from sms_crawlers.calendars.recurrence_rule import Rule, read_rule
from sms_crawlers.calendars.step_budget import StepBudget

ONE_DAY = timedelta(days=1)
NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Night:
    """One occurrence of a series."""

    event: Event
    """A copy of its VEVENT with the occurrence's DTSTART and DTEND; RECURRENCE-ID is the start it has by the rule."""
    entry: int
    """Which of the series' VEVENTs tells it."""


@dataclass(frozen=True, slots=True)
class Start:
    """A start that the rules of a series have."""

    moment: date
    """A day or an hour, as the series' DTSTART is."""
    left_out: bool
    """Do the exceptions of the series (EXDATE, EXRULE) take it out?"""


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """A VEVENT of a series."""

    event: Event
    number: int
    start: date
    length: timedelta
    by_rule: date | None
    """RECURRENCE-ID: the start by the rule which this entry tells anew; None for an entry that has the rules."""
    from_then_on: bool
    """Does it tell all later nights anew as well?"""
    moved: timedelta
    """How much later than by the rule it starts."""


class EventSeries:
    """A series: the newest of the VEVENTs with rules, and those that tell single nights anew.

    Whatever is done with it counts its steps, and raises BudgetSpent.
    """

    def __init__(self, series: Sequence[Event], steps: StepBudget) -> None:
        steps.spend(len(series))
        self._steps = steps
        newest_first = sorted(map(_entry, series, range(len(series))), key=lambda entry: -sequence_of(entry.event))
        self._core = next((entry for entry in newest_first if entry.by_rule is None), None)
        self._rules = self._read_rules("RRULE")
        self._excepting = self._read_rules("EXRULE")
        self._excepted = {key for value in self._dates("EXDATE") for key in self._keys(value)}
        self._lengths: dict[date, timedelta] = {}
        self._added = [self._added_start(value) for value in self._dates("RDATE")]
        self._anew: dict[date, _Entry] = {}
        for entry in newest_first:
            if entry.by_rule is not None:
                self._anew.setdefault(self._keys(entry.by_rule)[-1], entry)
        self._onwards = [entry for entry in self._anew.values() if entry.from_then_on]
        self._onwards.sort(key=lambda entry: self._instant(entry.by_rule))
        self._onwards_from = [self._instant(entry.by_rule) for entry in self._onwards]

    def starts(self, first: date, last: date) -> list[Start]:
        """The starts by the rules, in order, of all nights that may touch the days from `first` to `last`."""
        if self._core is None:
            return []
        before = after = ONE_DAY
        for entry in (self._core, *self._onwards):
            before = max(before, entry.length + max(entry.moved, NO_TIME) + ONE_DAY)
            after = max(after, ONE_DAY - entry.moved)
        low, high = _shifted(first, -before), _shifted(last, after)
        begin = _naive(self._core.start)
        found = self._walk(self._rules, low, high)
        ends = [end for rule in self._rules if (end := rule.end(self._core.start)) is not None]
        if not ends or begin <= max(ends):
            found.add(begin)
        found.update(self._added)
        excepted = self._walk(self._excepting, low, high)
        moments = ((start, self._of_kind(start)) for start in sorted(found) if low <= start.date() <= high)
        return [Start(moment, start in excepted or self._is_excepted(moment)) for start, moment in moments]

    def nights(self, starts: Sequence[Start], first: date, last: date) -> Iterator[Night]:
        """The nights that touch the days from `first` to `last`; `starts` are those of the same days."""
        told: set[int] = set()
        for start in starts:
            entry = None if start.left_out else self._told_anew(start.moment)
            if start.left_out or (entry and entry.number in told):
                continue
            if entry:
                told.add(entry.number)
                yield from _night(entry, entry.start, entry.length, first, last)
            else:
                entry = self._entry_for(start.moment)
                length = self._lengths.get(_key(start.moment), entry.length)
                yield from _night(entry, start.moment + entry.moved, length, first, last)
        for entry in self._anew.values():
            if entry.number not in told and not self._is_taken_back(entry):
                yield from _night(entry, entry.start, entry.length, first, last)

    def left_out(self, starts: Sequence[Start], first: date, last: date) -> list[date]:
        """The starts between the days `first` and `last` that the series' exceptions take out."""
        return [start.moment for start in starts if start.left_out and first <= _naive(start.moment).date() <= last]

    def _read_rules(self, name: str) -> list[Rule]:
        return [read_rule(value, self._core.start) for value in values_of(self._core.event, name)] if self._core else []

    def _dates(self, name: str) -> list[Any]:
        """The values of EXDATE or RDATE."""
        lists = values_of(self._core.event, name) if self._core else []
        dates = [value.dt for dates in lists for value in dates.dts]
        self._steps.spend(len(dates))
        return dates

    def _added_start(self, value: Any) -> datetime:
        """The start that a value of RDATE adds, local to the series; a period's length is kept."""
        begin, length = value if isinstance(value, tuple) else (value, None)
        zone = _zone(self._core.start) if self._core else None
        start = _naive(begin.astimezone(zone) if zone is not None and _zone(begin) is not None else begin)
        if self._core is not None and isinstance(self._core.start, datetime) and not isinstance(begin, datetime):
            start = datetime.combine(begin, self._core.start.time())  # a day means the series' night of that day
        if length is not None:
            length = length if isinstance(length, timedelta) else length - begin
            self._lengths[_key(self._of_kind(start))] = max(length, NO_TIME)
        return start

    def _walk(self, rules: Sequence[Rule], low: date, high: date) -> set[datetime]:
        assert self._core is not None
        return {start for rule in rules for start in rule.starts(self._core.start, low, high, self._steps)}

    def _of_kind(self, start: datetime) -> date:
        """A start local to the series, as its DTSTART is: a day, or an hour of its zone."""
        assert self._core is not None
        begin = self._core.start
        return start.replace(tzinfo=begin.tzinfo) if isinstance(begin, datetime) else start.date()

    def _as_start(self, value: date) -> date:
        """A moment that names a start, as DTSTART is: Google and Outlook write one in UTC, hands without a zone."""
        begin = self._core.start if self._core else None
        if not isinstance(value, datetime) or begin is None:
            return value
        if not isinstance(begin, datetime):
            return value.date() if value.time() == time.min else value
        if value.tzinfo is None or begin.tzinfo is None:
            return value.replace(tzinfo=begin.tzinfo)
        return value.astimezone(begin.tzinfo)

    def _keys(self, value: date) -> list[date]:
        """What names the start that a moment means: midnight, where the series has another hour, names its day."""
        start = self._as_start(value)
        begin = self._core.start if self._core else None
        if isinstance(value, datetime) and isinstance(begin, datetime) and isinstance(start, datetime):
            is_a_start = start.replace(tzinfo=None).time() == begin.replace(tzinfo=None).time()
            if value.time() == time.min and not is_a_start:
                return [_key(start), value.date()]
        return [_key(start)]

    def _instant(self, named: date | None) -> datetime:
        """When a named start is, for its order among the others."""
        assert named is not None
        zone = _zone(self._core.start) if self._core else None
        value = self._as_start(named)
        moment = value if isinstance(value, datetime) else datetime.combine(value, time.min, zone)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment

    def _is_excepted(self, moment: date) -> bool:
        return _key(moment) in self._excepted or _day(moment) in self._excepted

    def _told_anew(self, moment: date) -> _Entry | None:
        return self._anew.get(_key(moment)) or self._anew.get(_day(moment))

    def _entry_for(self, moment: date) -> _Entry:
        """The entry that tells a night which none tells by itself."""
        assert self._core is not None
        later = bisect_left(self._onwards_from, self._instant(moment))
        return self._onwards[later - 1] if later else self._core

    def _is_taken_back(self, entry: _Entry) -> bool:
        """Is the start that an entry tells anew left out, or, where the entry has rules of its own, long replaced?"""
        assert entry.by_rule is not None
        start = self._as_start(entry.by_rule)
        if self._is_excepted(start):
            return True
        if self._core is None or sequence_of(entry.event) >= sequence_of(self._core.event):
            return False
        if not any(name in entry.event for name in ("RRULE", "RDATE", "EXDATE")):
            return False
        starts = self.starts(_day(start), _day(start))
        return not any(_key(start) == _key(known.moment) for known in starts if not known.left_out)


def _entry(event: Event, number: int) -> _Entry:
    start = start_of(event)
    end = end_of(event, start)
    by_itself = NO_TIME if isinstance(start, datetime) else ONE_DAY
    length = by_itself if end is None else end - start
    named = next(iter(values_of(event, "RECURRENCE-ID")), None)
    by_rule: date | None = named.dt if named is not None else None
    from_then_on = named is not None and named.params.get("RANGE") == "THISANDFUTURE"
    moved = _difference(start, by_rule) if by_rule is not None and from_then_on else NO_TIME
    return _Entry(event, number, start, length, by_rule, from_then_on, moved)


def _night(entry: _Entry, start: date, length: timedelta, first: date, last: date) -> Iterator[Night]:
    """The night of that start, if it touches the days from `first` to `last`."""
    begin = _naive(start)
    low, high = datetime.combine(first, time.min), datetime.combine(last, time.max)
    if begin > high or begin + length < low or (begin + length == low and length):
        return
    event = entry.event.copy()
    for name in ("RRULE", "RDATE", "EXDATE", "EXRULE", "DURATION"):
        event.pop(name, None)
    event["DTSTART"] = vDDDTypes(start)
    event["DTEND"] = vDDDTypes(start + length)
    if entry.by_rule is None:
        event["RECURRENCE-ID"] = vDDDTypes(start)
    yield Night(event, entry.number)


def _naive(moment: date) -> datetime:
    """A moment as its own clock shows it; a day at midnight."""
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime.combine(moment, time.min)


def _zone(moment: date) -> tzinfo | None:
    return moment.tzinfo if isinstance(moment, datetime) else None


def _key(moment: date) -> date:
    """What two ways to write one start have in common."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo is not None else moment


def _day(moment: date) -> date:
    """The local day of a start, by which EXDATE and RECURRENCE-ID may name it too."""
    return moment.date() if isinstance(moment, datetime) else moment


def _difference(later: date, earlier: date) -> timedelta:
    if isinstance(later, datetime) and isinstance(earlier, datetime) and later.tzinfo and earlier.tzinfo:
        return later - earlier
    return _naive(later) - _naive(earlier)


def _shifted(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.max if by > NO_TIME else date.min
