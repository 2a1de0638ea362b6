"""One recurrence rule of RFC 5545, read and walked: its starts in a span of days, by counted steps.

A rule is walked from the eve of the span, not from its start, unless it counts its starts (COUNT). Steps are counted
for the days that are looked at, whether one of them matches or not: a rule that never matches is no longer walk.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from icalendar.prop import vRecur

from sms_crawlers.calendars.step_budget import StepBudget
from sms_crawlers.reading import UnreadableField

FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
STARTS_PER_DAY = 12
EARLIEST_YEAR = 1970
ENDS_OF_A_DAY = (time.min, time(23, 59, 59))

_WEEKDAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_LARGEST = {
    "BYSECOND": (0, 59),
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (1, 31),
    "BYYEARDAY": (1, 366),
    "BYWEEKNO": (1, 53),
    "BYSETPOS": (1, 366),
}
_FROM_THE_END = frozenset({"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"})
_SINGLE = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
_KNOWN = _SINGLE | _LARGEST.keys() | {"BYDAY", "BYWEEKDAY"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of nights: DAILY, WEEKLY, MONTHLY or YEARLY. An empty set of days leaves all days."""

    text: str
    """As written, cut to what fits a line."""
    frequency: str
    interval: int
    count: int | None
    until: date | None
    """A day, or an hour in UTC or local."""
    months: frozenset[int]
    month_days: frozenset[int]
    year_days: frozenset[int]
    weeks: frozenset[int]
    weekdays: frozenset[int]
    """Monday is 0."""
    nth_weekdays: frozenset[tuple[int, int]]
    """(weekday, n): its n-th in the month, or in the year of a yearly rule without months; from the end if below 0."""
    positions: tuple[int, ...]
    week_start: int
    times: tuple[time, ...]

    def starts(self, begin: date, first: date, last: date, steps: StepBudget) -> Iterator[datetime]:
        """The starts from the day `first` to the day `last`, in order; local to the series, and naive.

        `begin` is the series' DTSTART: it gives the phase of the intervals, and nothing is before it. Raises
        BudgetSpent.
        """
        earliest = begin.replace(tzinfo=None) if isinstance(begin, datetime) else datetime.combine(begin, time.min)
        window = datetime.combine(last, time.max)
        latest = min(self.end(begin) or window, window)
        counted = 0
        for days in self._periods(earliest.date(), first if self.count is None else earliest.date()):
            if days[0] > latest.date():
                return
            steps.spend(1 + len(days))
            found = [datetime.combine(day, hour) for day in days if self._falls_on(day) for hour in self.times]
            steps.spend(len(found) + len(self.positions))
            for start in self._at_positions(found) if self.positions else found:
                if start < earliest:
                    continue
                counted += 1
                if start > latest or (self.count is not None and counted > self.count):
                    return
                if first <= start.date():
                    yield start

    def end(self, begin: date) -> datetime | None:
        """The last moment at which a series that begins so may start, local and naive; None for an endless rule."""
        if self.until is None:
            return None
        if not isinstance(self.until, datetime) or not isinstance(begin, datetime):
            return datetime.combine(self.until, time.max)
        until = self.until
        if until.tzinfo is not None and until.time() in ENDS_OF_A_DAY and not self._is_start(until, begin):
            until = until.replace(tzinfo=None)  # a day, as programs without days write it
        if begin.tzinfo is not None and until.tzinfo is not None:  # without a zone it is of the series' own clock
            with suppress(OverflowError):  # of the first or last day of the calendar, which stands for no end
                until = until.astimezone(begin.tzinfo)
        return until.replace(tzinfo=None)

    def _is_start(self, until: datetime, begin: datetime) -> bool:
        """May the series start at that hour?"""
        shown = until.astimezone(begin.tzinfo) if begin.tzinfo is not None else until
        return shown.time().replace(tzinfo=None) in self.times

    def _periods(self, start: date, first: date) -> Iterator[Sequence[date]]:
        """The days of each period, from the one in which `first` lies or the last before it, to the year 9999."""
        number_of, days_of = _PERIODS[self.frequency]
        base = number_of(self, start)
        number = base + max(0, number_of(self, first) - base) // self.interval * self.interval
        while True:
            try:
                days = days_of(self, number)
            except (ValueError, OverflowError):  # no date is so late
                return
            yield days
            number += self.interval

    def _week_of(self, day: date) -> int:
        return (day.toordinal() - 1 - self.week_start) // 7

    def _days_of_week(self, number: int) -> list[date]:
        monday = number * 7 + 1 + self.week_start
        return [date.fromordinal(monday + ahead) for ahead in range(7)]

    def _days_of_year(self, year: int) -> list[date]:
        months = sorted(self.months) or range(1, 13)
        return [day for month in months for day in _days_of_month(self, year * 12 + month - 1)]

    def _falls_on(self, day: date) -> bool:
        return (
            (not self.months or day.month in self.months)
            and (not (self.weekdays or self.nth_weekdays) or self._falls_on_weekday(day))
            and (not self.month_days or _counts(day.day, monthrange(day.year, day.month)[1], self.month_days))
            and (not self.year_days or _counts(_day_of_year(day), 365 + isleap(day.year), self.year_days))
            and (not self.weeks or _counts(*self._week_and_weeks(day), self.weeks))
        )

    def _falls_on_weekday(self, day: date) -> bool:
        weekday = day.weekday()
        if weekday in self.weekdays:
            return True
        wanted = [nth for name, nth in self.nth_weekdays if name == weekday]
        if not wanted:
            return False
        if self.frequency == "YEARLY" and not self.months:
            place, length = _day_of_year(day), 365 + isleap(day.year)
        else:
            place, length = day.day, monthrange(day.year, day.month)[1]
        return (place - 1) // 7 + 1 in wanted or -((length - place) // 7 + 1) in wanted

    def _week_and_weeks(self, day: date) -> tuple[int, int]:
        """The number of the day's week, and how many weeks that week's year has."""
        middle = date.fromordinal(day.toordinal() - (day.weekday() - self.week_start) % 7 + 3)
        first = self._week_of(date(middle.year, 1, 4))
        last = self._week_of(date(middle.year, 12, 28))
        return self._week_of(middle) - first + 1, last - first + 1

    def _at_positions(self, found: Sequence[datetime]) -> list[datetime]:
        """Those at the rule's positions among the starts of one period."""
        size = len(found)
        return sorted({found[at - 1 if at > 0 else at] for at in self.positions if -size <= at <= size})


def _counts(place: int, of: int, wanted: frozenset[int]) -> bool:
    """Is a place among those wanted, counted from the first (1) or from the last (-1)?"""
    return place in wanted or place - of - 1 in wanted


def _day_of_year(day: date) -> int:
    return day.timetuple().tm_yday


def _days_of_month(_: Rule, number: int) -> list[date]:
    year, month = number // 12, number % 12 + 1
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


_PERIODS: dict[str, tuple[Callable[[Rule, date], int], Callable[[Rule, int], Sequence[date]]]] = {
    "DAILY": (lambda _, day: day.toordinal(), lambda _, number: (date.fromordinal(number),)),
    "WEEKLY": (Rule._week_of, Rule._days_of_week),
    "MONTHLY": (lambda _, day: day.year * 12 + day.month - 1, _days_of_month),
    "YEARLY": (lambda _, day: day.year, Rule._days_of_year),
}
"""For each frequency the number of the period in which a day lies, and the days of the period with a number."""


def read_rule(value: Any, start: date, *, earliest: int = EARLIEST_YEAR) -> Rule:
    """The rule that the value of an RRULE tells for a series that begins at `start`.

    Raises UnreadableField ("event_day") for one that is no calendar's night: steps below a day, many starts a day, a
    start before the year `earliest`, an interval of 0, month-days in a daily or weekly rule, and whatever RFC 5545 does
    not know.
    """
    if not isinstance(value, vRecur):
        raise UnreadableField("event_day", f"repeat rule {value!s:.200} cannot be read")
    written = value.to_ical().decode()  # type: ignore[no-untyped-call]
    text = f"{written:.200}"
    try:
        if start.year < earliest:
            raise UnreadableField("event_day", f"repeat rule {text} starts in the year {start.year}")
        return _read(value, text, start)
    except ValueError as problem:
        if isinstance(problem, UnreadableField):
            raise
        raise UnreadableField("event_day", f"repeat rule {text}: {problem}") from problem


def _read(value: vRecur, text: str, start: date) -> Rule:
    for part in value:
        if part not in _KNOWN:
            raise ValueError(f"{part!s:.40} is no part of a rule")
    frequency = str(_one(value, "FREQ") or "").upper()
    if frequency not in FREQUENCIES:
        raise ValueError(f"{frequency or 'no frequency'} is no rule of nights")
    interval = int(_one(value, "INTERVAL", 1))
    if interval < 1:
        raise ValueError("the interval must be 1 or more")
    numbers = {part: _numbers(value, part) for part in _LARGEST}
    if (len(numbers["BYHOUR"]) or 1) * (len(numbers["BYMINUTE"]) or 1) * (
        len(numbers["BYSECOND"]) or 1
    ) > STARTS_PER_DAY:
        raise ValueError(f"more than {STARTS_PER_DAY} starts a day")
    by_month_or_year = [part for part in ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO") if numbers[part]]
    if by_month_or_year and frequency in ("DAILY", "WEEKLY"):
        raise ValueError(f"days of a month or year in a {frequency} rule")
    until = _one(value, "UNTIL")
    if until is not None and not isinstance(until, date):
        raise ValueError(f"UNTIL {until!s:.40} is no day")
    count = _one(value, "COUNT")
    weekdays = _weekdays(value, frequency)
    days: dict[str, frozenset[int]] = {
        "months": numbers["BYMONTH"],
        "month_days": numbers["BYMONTHDAY"],
        "weekdays": frozenset(day for day, nth in weekdays if nth is None),
    }
    if not by_month_or_year and not weekdays:
        days |= _days_of_start(frequency, start, numbers["BYMONTH"])
    return Rule(
        text=text,
        frequency=frequency,
        interval=interval,
        count=int(count) if count is not None and count >= 0 else None,  # some programs write -1 for no end
        until=until,
        year_days=numbers["BYYEARDAY"],
        weeks=numbers["BYWEEKNO"],
        nth_weekdays=frozenset((day, nth) for day, nth in weekdays if nth is not None),
        positions=tuple(sorted(numbers["BYSETPOS"])),
        week_start=_WEEKDAYS[str(_one(value, "WKST", "MO")).upper()[-2:]],
        times=_times(numbers, start),
        **days,
    )


def _one(value: vRecur, part: str, default: Any = None) -> Any:
    """The value of a part that a rule has once."""
    values = _values(value, part) or [default]
    if len(values) > 1:
        raise ValueError(f"{part} has {len(values)} values")
    return values[0]


def _values(value: vRecur, part: str) -> list[Any]:
    values = value.get(part) or []
    return values if isinstance(values, list) else [values]


def _numbers(value: vRecur, part: str) -> frozenset[int]:
    least, most = _LARGEST[part]
    numbers = frozenset(int(number) for number in _values(value, part))
    for number in numbers:
        if not least <= (abs(number) if part in _FROM_THE_END else number) <= most:
            raise ValueError(f"{part} {number} is out of range")
    return numbers


def _weekdays(value: vRecur, frequency: str) -> frozenset[tuple[int, int | None]]:
    """(weekday, n) of BYDAY; only months and years have an n-th one."""
    told = [*_values(value, "BYDAY"), *_values(value, "BYWEEKDAY")]
    counts = frequency in ("MONTHLY", "YEARLY")
    return frozenset((_WEEKDAYS[day.weekday], day.relative if counts else None) for day in told)


def _days_of_start(frequency: str, start: date, months: frozenset[int]) -> dict[str, frozenset[int]]:
    """The days of a rule that tells none: those of its start."""
    if frequency == "WEEKLY":
        return {"weekdays": frozenset({start.weekday()})}
    if frequency == "MONTHLY":
        return {"month_days": frozenset({start.day})}
    if frequency == "YEARLY":
        return {"month_days": frozenset({start.day}), "months": months or frozenset({start.month})}
    return {}


def _times(numbers: dict[str, frozenset[int]], start: date) -> tuple[time, ...]:
    begins = start.time() if isinstance(start, datetime) else time.min
    hours = sorted(numbers["BYHOUR"]) or [begins.hour]
    minutes = sorted(numbers["BYMINUTE"]) or [begins.minute]
    seconds = sorted(numbers["BYSECOND"]) or [begins.second]
    return tuple(time(hour, minute, second) for hour in hours for minute in minutes for second in seconds)
