"""Series of RFC 5545: the nights that a series has within a window of days, by counted steps and in bounded number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from icalendar import Event
from icalendar.prop import vRecur

from sms_crawlers.calendars.event_series import EventSeries, Night
from sms_crawlers.calendars.ical_text import values_of
from sms_crawlers.calendars.recurrence_rule import read_rule
from sms_crawlers.calendars.step_budget import BudgetSpent, StepBudget
from sms_crawlers.reading import UnreadableField

STEPS_A_SERIES = 100_000
"""What one series may take: a daily one with COUNT since 1970 is walked in 45,000, an endless one in 600."""
NIGHTS_A_SERIES = 1_000
"""A house with four sets a night has 724 in half a year. More is a slip, such as a daily entry that lasts for years."""
STEPS_A_NIGHT = 200
"""What a night costs that becomes an item."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a series says about a window of days."""

    nights: list[Night]
    left_out: list[date]
    """The starts that its rules have and its exceptions (EXDATE, EXRULE) take out, in order; of the type of DTSTART."""


def expand(series: Sequence[Event], first: date, last: date, steps: StepBudget | None = None) -> Expansion:
    """The nights of one series (its VEVENTs: RRULE, RDATE, EXDATE, EXRULE and RECURRENCE-ID) around a window of days.

    Days are counted in the series' own zone, so the window is a day wider at both ends: filter by local day. Raises
    UnreadableField ("event_day") for a rule that cannot be read and for a series that needs more than STEPS_A_SERIES or
    has more than NIGHTS_A_SERIES in the window; BudgetSpent where `steps`, the budget of all series, is spent.
    """
    own = StepBudget(STEPS_A_SERIES, within=steps)
    try:
        told = EventSeries(series, own)
        starts = told.starts(first - ONE_DAY, last + ONE_DAY)
        nights = list(islice(told.nights(starts, first - ONE_DAY, last + ONE_DAY), NIGHTS_A_SERIES + 1))
        left_out = told.left_out(starts, first - ONE_DAY, last + ONE_DAY)
    except BudgetSpent as spent:
        if spent.budget is not own:
            raise
        raise UnreadableField("event_day", f"{_words_for(series)} takes {spent} to expand") from spent
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as problem:
        if isinstance(problem, UnreadableField):
            raise
        raise UnreadableField("event_day", f"{_words_for(series)} cannot be expanded: {problem}") from problem
    if len(nights) > NIGHTS_A_SERIES:
        raise UnreadableField("event_day", f"{_words_for(series)} has more than {NIGHTS_A_SERIES:,} nights ahead")
    if steps is not None:
        steps.spend(STEPS_A_NIGHT * len(nights))
    return Expansion(nights, left_out)


def days_of(
    rule: str, starts: date, first: date, last: date, *, left_out: Sequence[date] = (), added: Sequence[date] = ()
) -> list[date]:
    """The days from `first` to `last` on which a rule written by hand falls, in order, with its exceptions.

    `starts` is the day from which intervals and counts run; unlike a VEVENT's DTSTART it is a day of the series only
    if the rule says so. Raises UnreadableField ("rrule").
    """
    try:
        for part in rule.split(";"):
            if part.count("=") != 1:
                raise UnreadableField("rrule", f"{rule!r:.200}: {part!r} is no part of a rule")
        parsed = read_rule(vRecur.from_ical(rule), starts)
        found = parsed.starts(datetime.combine(starts, time.min), first, last, StepBudget(STEPS_A_SERIES))
        days = {moment.date() for moment in found}
    except BudgetSpent as spent:
        raise UnreadableField("rrule", f"{rule!r:.200}: takes {spent} to expand") from spent
    except UnreadableField as problem:
        raise UnreadableField("rrule", problem.reason) from problem
    except ValueError as problem:
        raise UnreadableField("rrule", f"{rule!r:.200}: {problem}") from problem
    return sorted(day for day in (days | set(added)) - set(left_out) if first <= day <= last)


def _words_for(series: Sequence[Event]) -> str:
    """A series in a message: by its rules."""
    rules = [value.to_ical().decode() for event in series for value in values_of(event, "RRULE")]
    return f"repeat rule {' and '.join(rules):.200}" if rules else f"the series of {len(series)} entries"
