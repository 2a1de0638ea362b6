"""Recurrence rules of RFC 5545: the nights that a series has within a window of days, in bounded time and number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import recurring_ical_events
from dateutil.rrule import rrule, rruleset, rrulestr
from icalendar import Calendar, Event
from icalendar.prop import vRecur

from sms_crawlers.reading import UnreadableField

FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
STARTS_PER_DAY = 12
EARLIEST_YEAR = 1970


def expand(series: Sequence[Event], first: date, last: date) -> list[Event]:
    """The occurrences of one series (its VEVENTs: RRULE, RDATE, EXDATE and RECURRENCE-ID) around a window of days.

    Each is a copy of its VEVENT with the occurrence's DTSTART and DTEND, and the start it had by the rule as
    RECURRENCE-ID. Days are counted in the series' own zone, so the window is a day wider at both ends: filter by
    local day. Raises UnreadableField ("event_day") for a rule that cannot be read or would not end in sensible time.
    """
    for event in series:
        for rule in rules_of(event):
            check_rule(rule, event.decoded("DTSTART"))
    calendar = Calendar()
    calendar.subcomponents.extend(series)
    around = timedelta(days=1)
    try:
        return list(recurring_ical_events.of(calendar).between(first - around, last + around + around))
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as problem:
        raise UnreadableField("event_day", f"the series cannot be expanded: {problem}") from problem


def rules_of(event: Event) -> list[Any]:
    """The values of RRULE, which a VEVENT may hold once, several times or not at all."""
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def check_rule(rule: Any, start: date) -> None:
    """Raise UnreadableField for a rule that is no calendar's night or that a rule engine would spin on.

    dateutil walks a rule from its start, so what is refused is what makes that walk long: steps below a day, many
    starts a day, an interval of 0 (which never ends), a start long ago, month-days in a daily or weekly rule (of which
    some never match, such as 30 February, and are walked to the year 9999).
    """
    if not isinstance(rule, vRecur):
        raise UnreadableField("event_day", f"repeat rule {rule} cannot be read")
    text = rule.to_ical().decode()  # type: ignore[no-untyped-call]
    frequency = str(_first(rule, "FREQ", "")).upper()
    if frequency not in FREQUENCIES:
        raise UnreadableField("event_day", f"repeat rule {text}: {frequency or 'no frequency'} is no rule of nights")
    if _first(rule, "INTERVAL", 1) < 1:
        raise UnreadableField("event_day", f"repeat rule {text}: the interval must be 1 or more")
    if _starts_per_day(rule) > STARTS_PER_DAY:
        raise UnreadableField("event_day", f"repeat rule {text}: more than {STARTS_PER_DAY} starts a day")
    if start.year < EARLIEST_YEAR:
        raise UnreadableField("event_day", f"repeat rule {text} starts in the year {start.year}")
    if frequency in ("DAILY", "WEEKLY") and any(part in rule for part in ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")):
        raise UnreadableField("event_day", f"repeat rule {text}: days of a month or year in a {frequency} rule")


def _first(rule: vRecur, part: str, default: Any) -> Any:
    values = rule.get(part) or [default]
    return values[0] if isinstance(values, list) else values


def _starts_per_day(rule: vRecur) -> int:
    count = 1
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        values = rule.get(part) or [0]
        count *= len(values) if isinstance(values, list) else 1
    return count


def days_of(
    rule: str, starts: date, first: date, last: date, *, left_out: Sequence[date] = (), added: Sequence[date] = ()
) -> list[date]:
    """The days from `first` to `last` on which a rule written by hand falls, in order, with its exceptions.

    `starts` is the day from which intervals and counts run; unlike a VEVENT's DTSTART it is a day of the series only
    if the rule says so. Raises UnreadableField ("rrule").
    """
    try:
        check_rule(vRecur.from_ical(rule), starts)
        parsed = rrulestr(rule, dtstart=_midnight(starts))
    except UnreadableField as problem:
        raise UnreadableField("rrule", problem.reason) from problem
    except ValueError as problem:
        raise UnreadableField("rrule", f"{rule!r}: {problem}") from problem
    if not isinstance(parsed, rrule):
        raise UnreadableField("rrule", f"{rule!r} is more than one rule")
    days = rruleset()
    days.rrule(parsed)
    for day in added:
        days.rdate(_midnight(day))
    for day in left_out:
        days.exdate(_midnight(day))
    return [found.date() for found in days.between(_midnight(first), _midnight(last), inc=True)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)
