"""The nights that a text prints, each with its year: `day_runs` has the grammar."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from sms_crawlers.items import RawEventItem
from sms_crawlers.reading.day_runs import PrintedRun, RunDay, printed_runs
from sms_crawlers.reading.days import Order, day_near, read_day
from sms_crawlers.reading.problem import UnreadableField
from sms_text.calendar_words import WEEKDAYS

Nights = tuple[date, date | None]
"""A night; or the first and last of nights in a row."""

ONE_DAY = timedelta(days=1)
MOST_NIGHTS = 60
"""More nights of "every Friday" are no run of a page's row."""


def read_nights(text: str, *, near: date, order: Order = "mdy") -> list[Nights]:
    """The nights that a text prints, in its order: days in a row as their first and last, others one by one.

    A year that is printed once holds for the days before it; where none is printed, it is that of `read_day`, and the
    days ascend. Weekdays must agree with their days. "Every Friday" with a month or a span is each of them; without
    either it is no night that anybody could tell.

    Raises UnreadableField("event_day", …) for a text without a day, for days that the calendar does not have, that do
    not ascend, or that contradict their weekdays.
    """
    runs = printed_runs(text, order)
    if not runs:
        return [(read_day(text, near=near, order=order), None)]
    return list(dict.fromkeys(nights for run in runs for nights in nights_of_run(run, near)))


def read_one_run(text: str, *, near: date, order: Order = "mdy") -> Nights:
    """The one night, or the first and last of nights in a row. Raises UnreadableField as `read_nights` does."""
    nights = read_nights(text, near=near, order=order)
    if len(nights) > 1:
        raise UnreadableField("event_day", f"{len(nights)} nights apart in {text!r:.80}")
    return nights[0]


def nights_of_run(run: PrintedRun, near: date) -> list[Nights]:
    """The nights of one run. Raises UnreadableField."""
    if not run.days:
        return [(day, None) for day in _in_months(run, near)]
    printed = _ascending(run)
    days = _dated(printed, run, near)
    if repeated := _repeated_weekdays(run, printed, days):
        return [(day, None) for day in _on_weekdays(run, repeated, printed, days)]
    _check_weekdays(run, printed, days)
    if not any(day.until for day in printed):
        in_a_row = (days[-1] - days[0]).days == len(days) - 1 and len(days) > 1
        return [(days[0], days[-1])] if in_a_row else [(day, None) for day in days]
    nights: list[Nights] = []
    for stated, day in zip(printed, days, strict=True):
        if stated.until:
            nights[-1] = (nights[-1][0], day)
        else:
            nights.append((day, None))
    return nights


def _ascending(run: PrintedRun) -> list[RunDay]:
    """The days of a run but for numbers of the same month that go back: these are no days. Raises UnreadableField."""
    kept: list[RunDay] = []
    for day in run.days:
        if kept and not day.own_month and day.month == kept[-1].month and day.number <= kept[-1].number:
            if day.until:
                raise UnreadableField("event_day", f"days that go back in {run.text!r:.80}")
            continue
        kept.append(day)
    return kept


def _dated(printed: list[RunDay], run: PrintedRun, near: date) -> list[date]:
    """The days with their years, of which a text prints one, several or none."""
    years = [day.year for day in printed]
    stated = next((place for place, year in enumerate(years) if year is not None), None)
    if stated is None:
        ends = len(printed) > 1 and printed[1].until and not printed[0].weekdays
        stated = 1 if ends else 0
        day = printed[stated]
        weekday = day.weekdays[0] if day.weekdays and not run.repeats else None
        assert day.month is not None
        years[stated] = day_near(day.month, day.number, near=near, text=run.text, weekday=weekday).year
    for place in range(stated + 1, len(printed)):
        years[place] = years[place] or _year_of(years[place - 1], printed[place], printed[place - 1], 1)
    for place in range(stated - 1, -1, -1):
        years[place] = _year_of(years[place + 1], printed[place], printed[place + 1], -1)
    days = [_day(year, day, run) for year, day in zip(years, printed, strict=True)]
    if any(stated.until and day <= before for stated, before, day in zip(printed[1:], days, days[1:], strict=False)):
        raise UnreadableField("event_day", f"days that go back in {run.text!r:.80}")
    return days


def _year_of(known: int | None, day: RunDay, neighbour: RunDay, step: int) -> int:
    """The year of a day beside one whose year is known: the same, or the next where the days go on behind the turn."""
    assert known is not None
    mine, its = (day.month, day.number), (neighbour.month, neighbour.number)
    turns = mine < its if step > 0 else mine > its
    return known + step if turns else known


def _day(year: int | None, day: RunDay, run: PrintedRun) -> date:
    assert year is not None
    assert day.month is not None
    try:
        return date(year, day.month, day.number)
    except ValueError as problem:
        raise UnreadableField("event_day", f"{run.text!r:.80} is no day of the calendar") from problem


def _check_weekdays(run: PrintedRun, printed: list[RunDay], days: list[date]) -> None:
    """Do the printed weekdays agree with their days? Raises UnreadableField."""
    for place, day in enumerate(printed):
        names = day.weekdays
        if not names:
            continue
        following = (later for later in range(place + 1, len(printed)) if printed[later].weekdays)
        group = days[place : next(following, len(printed))]
        if len(names) == 1:
            _agree(run, [(names[0], group[0])])
        elif len(names) == len(group):
            _agree(run, zip(names, group, strict=True))
        else:
            _agree(run, [(names[0], group[0]), (names[-1], group[-1])])
    if len(run.trailing) == len(days) and not any(day.weekdays for day in printed):
        _agree(run, zip(run.trailing, days, strict=True))


def _agree(run: PrintedRun, pairs: Iterable[tuple[int, date]]) -> None:
    for weekday, day in pairs:
        if day.weekday() != weekday:
            raise UnreadableField(
                "event_day", f"{run.text!r:.80} contradicts itself: {day} is a {WEEKDAYS[day.weekday()]}"
            )


def _repeated_weekdays(run: PrintedRun, printed: list[RunDay], days: list[date]) -> set[int]:
    """The weekdays that a run means within its span or list; empty where its days are meant as they stand."""
    names = printed[0].weekdays or run.trailing
    if not names or any(day.weekdays for day in printed[1:]):
        return set()
    meant = set(_between(names[0], names[-1])) if run.weekdays_until else set(names)
    is_long = len(days) == 2 and printed[1].until and (days[1] - days[0]).days >= len(meant) and len(names) > 1
    return meant if run.repeats or is_long else set()


def _on_weekdays(run: PrintedRun, weekdays: set[int], printed: list[RunDay], days: list[date]) -> list[date]:
    if not any(day.until for day in printed):
        for day in days:
            if day.weekday() not in weekdays:
                _agree(run, [(min(weekdays), day)])
        return days
    span = (days[0] + timedelta(days=ahead) for ahead in range((days[-1] - days[0]).days + 1))
    return _few([day for day in span if day.weekday() in weekdays], run)


def _in_months(run: PrintedRun, near: date) -> list[date]:
    """The days of "every Friday in December", "first Friday in January and February". Raises UnreadableField."""
    names = run.trailing
    if not names:
        raise UnreadableField("event_day", f"no days in {run.text!r:.80}")
    weekdays = set(_between(names[0], names[-1])) if run.weekdays_until else set(names)
    stated = next((year for _, year in run.months if year is not None), None)
    found: list[date] = []
    for month, year in run.months:
        in_year = year or stated or (near.year if month >= near.month else near.year + 1)
        last = monthrange(in_year, month)[1]
        days = [date(in_year, month, number) for number in range(1, last + 1)]
        found += [day for day in days if day.weekday() in weekdays and _is_nth(day, last, run.nth)]
    return _few(found, run)


def _is_nth(day: date, last: int, wanted: list[int]) -> bool:
    return not wanted or (day.day - 1) // 7 + 1 in wanted or (-1 in wanted and day.day + 7 > last)


def _between(first: int, last: int) -> list[int]:
    """The weekdays from one to the other."""
    return [(first + ahead) % 7 for ahead in range((last - first) % 7 + 1)]


def _few(days: list[date], run: PrintedRun) -> list[date]:
    if not 0 < len(days) <= MOST_NIGHTS:
        raise UnreadableField("event_day", f"{len(days)} nights in {run.text!r:.80}")
    return days


def on_each_night(item: RawEventItem, nights: list[Nights]) -> list[RawEventItem]:
    """A row for each of its nights: of one night, or one run, itself; of several the id, "@" and the day."""
    return [
        replace(
            item,
            source_event_id=item.source_event_id if len(nights) == 1 else f"{item.source_event_id}@{first}",
            event_day=first.isoformat(),
            end_day=last.isoformat() if last else None,
        )
        for first, last in nights
    ]
