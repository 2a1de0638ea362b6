"""Days as pages print them: "THU 08.28", "Wednesday, April 22, 2026", "8/15", "2026-08-15"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sms_crawlers.reading.problem import UnreadableField
from sms_text.calendar_words import MONTH, MONTH_NUMBERS, WEEKDAY_ABBREVIATIONS, WEEKDAYS

Order = Literal["mdy", "dmy"]
"""Which number comes first where a month is printed as one: the United States print the month."""

PAST_DAYS_KEPT = timedelta(days=90)
"""How long pages go on showing days that are over. A day without a year is not read as one further back."""

JUST_OVER = timedelta(days=28)
"""Of a day that is over no longer than this a page means no night in eleven months, even if its weekday says so: such a
weekday is a misprint."""

_WEEKDAY_NAME = r"(?:mon|tues?|wed(?:nes)?|weds|thu(?:rs?)?|fri|sat(?:ur)?|sun)"
_WEEKDAY = (
    rf"(?:(?P<weekday>{_WEEKDAY_NAME})(?:day)?s?"
    rf"(?:[.,]?\s*(?:[&/+,–—-]|\b(?:and|to|thru|through)\b)\s*{_WEEKDAY_NAME}(?:day)?s?\b)*\b[\s.,]*(?:the\s+)?)?"
)
"""The weekday of the first day; of a run those of its other days may follow."""
_MONTH = rf"(?P<month>{MONTH})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:\s*,\s*|\s+)(?P<year>(?:19|20)\d\d)\b"

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_WEEKDAY}(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month_number>\d\d)(?P=mark)(?P<day>\d\d)(?!\d)",
        rf"\b{_WEEKDAY}{_MONTH}\s*{_DAY}\b(?!\s*:\d)(?:{_YEAR})?",
        rf"\b{_WEEKDAY}{_DAY}\s+(?:of\s+)?{_MONTH}(?:{_YEAR})?",
        rf"(?<![\d$./-])\b{_WEEKDAY}(?P<first>\d{{1,2}})(?P<mark>[./]|-(?=\d{{1,2}}-))(?P<second>\d{{1,2}})"
        r"(?:(?P=mark)(?P<year>\d{4}|\d\d))?(?![\d./-]*\d|\s*[ap]\.?m\b)",
    )
)


@dataclass(frozen=True)
class _PrintedDay:
    """A day as it stands in a text: what is printed and what is left out."""

    span: tuple[int, int]
    text: str
    month: int
    day: int
    year: int | None
    weekday: int | None

    def on(self, year: int) -> date | None:
        """The day in that year, if the calendar has it."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    def agrees(self, day: date) -> bool:
        """Does the day fall on the printed weekday, if one is printed?"""
        return self.weekday is None or day.weekday() == self.weekday


def read_day(text: str, *, near: date, year: int | None = None, order: Order = "mdy") -> date:
    """The one day that `text` prints.

    Where the text prints no year, `year` is taken if given (a heading told it). Else it is the year of the last such
    day, if it is not further back than `PAST_DAYS_KEPT` and a printed weekday agrees, or of the next one. A weekday
    moves no day beyond the next one, nor one that is just over: what contradicts it there is a misprint.

    Raises UnreadableField("event_day", …) for a text without a day or with several, for a day that the calendar does
    not have, and for one that contradicts its printed weekday.
    """
    days = find_days(text, near=near, year=year, order=order)
    if len(days) != 1:
        raise UnreadableField("event_day", f"{len(days) or 'no'} days in {text!r}")
    return days[0]


def find_days(text: str, *, near: date, year: int | None = None, order: Order = "mdy") -> list[date]:
    """All days that `text` prints, in its order, each as `read_day` reads it; none is no error."""
    return [_settle(printed, near, year) for printed in _printed(text, order)]


def without_days(text: str, *, order: Order = "mdy") -> str:
    """What `text` says besides its days."""
    rest, end = [], 0
    for printed in _printed(text, order):
        rest.append(text[end : printed.span[0]])
        end = printed.span[1]
    return " ".join([*rest, text[end:]]).strip(" \t/|,;:&–—-")


def read_month(text: str) -> tuple[int, int] | None:
    """Year and month of a heading such as "Entertainment Calendar | July 2026"; None if it names none."""
    found = re.search(rf"\b{_MONTH}{_YEAR}", text, re.IGNORECASE)
    return (int(found["year"]), _month_number(found["month"])) if found else None


def _printed(text: str, order: Order) -> list[_PrintedDay]:
    """The days of a text; of readings that overlap, the first form's."""
    days: list[_PrintedDay] = []
    for form in _FORMS:
        days += [_as_printed(found, order) for found in form.finditer(text)]
        text = form.sub(lambda found: "\0" * len(found.group()), text)
    return sorted(days, key=lambda printed: printed.span)


def _as_printed(found: re.Match[str], order: Order) -> _PrintedDay:
    parts = found.groupdict()
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        month, day = (first, second) if order == "mdy" else (second, first)
    else:
        month = int(parts["month_number"]) if parts.get("month_number") else _month_number(parts["month"])
        day = int(parts["day"])
    year = parts.get("year")
    weekday = parts.get("weekday")
    return _PrintedDay(
        span=found.span(),
        text=found.group().strip(),
        month=month,
        day=day,
        year=None if year is None else int(year) + (2000 if len(year) == 2 else 0),
        weekday=None if weekday is None else WEEKDAY_ABBREVIATIONS.index(weekday[:3].lower()),
    )


def day_near(month: int, day: int, *, near: date, text: str, weekday: int | None = None) -> date:
    """The day of that month which a page shown on `near` means, as `read_day` says; `text` is what is printed.

    `weekday` is the printed one, Monday 0. Raises UnreadableField("event_day", …) as `read_day` does.
    """
    return _settle(_PrintedDay((0, len(text)), text, month, day, None, weekday), near, None)


def _settle(printed: _PrintedDay, near: date, year: int | None) -> date:
    stated = printed.year if printed.year is not None else year
    years = [stated] if stated is not None else [near.year - 1, near.year, near.year + 1]
    real = [day for day in map(printed.on, years) if day is not None]
    if stated is None:
        ahead = [day for day in real if day >= near]
        past = [day for day in real if near - PAST_DAYS_KEPT <= day < near]
        real = past + ahead[:1]
    if not real:
        raise UnreadableField("event_day", f"{printed.text!r} is no day of the calendar")
    just_over = stated is None and real[0] < near and near - real[0] <= JUST_OVER and not printed.agrees(real[0])
    for day in real:
        if printed.agrees(day) and not just_over:
            return day
    says = ", ".join(f"{day} is a {WEEKDAYS[day.weekday()]}" for day in real)
    raise UnreadableField("event_day", f"{printed.text!r} contradicts itself: {says}")


def _month_number(name: str) -> int:
    return MONTH_NUMBERS[name[:3].lower()]
