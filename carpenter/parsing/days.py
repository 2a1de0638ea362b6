"""Days, read from fields and titles. Pure functions."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from carpenter.parsing.problem import Problem
from sms_text.calendar_words import MONTH_NUMBERS

_UTC_NAMES = frozenset({"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "Etc/Zulu", "UCT", "Etc/UCT", "Universal"})


_NAMED_DAY = re.compile(
    r"(?<![\w/.-])(?:(?P<month>[A-Z][a-z]{2,8})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>20\d\d)"
    r"|(?P<iso>20\d\d-\d\d-\d\d))(?![\w/-])"
)


def named_day(title: str | None) -> date | None:
    """The one day with its year in a title: "at Copper Hall (June 16, 2026)"; None for none, or for several."""
    if title is None or "20" not in title:
        return None
    days = {day for match in _NAMED_DAY.finditer(title) if (day := _day_of(match)) is not None}
    return days.pop() if len(days) == 1 else None


def _day_of(match: re.Match[str]) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        month = MONTH_NUMBERS.get(match["month"].lower())
        return date(int(match["year"]), month, int(match["day"])) if month else None
    except ValueError:
        return None


def is_utc(zone: str | None) -> bool:
    """Does a row declare its times in UTC?"""
    return zone in _UTC_NAMES


def former_day(title: str | None, day: date) -> date | None:
    """The day from which a title says that its show has moved: "(Rescheduled from 05/05)"; None for none.

    Without a year it is the one nearest to `day`.
    """
    match = _FORMER_DAY.search(title) if title is not None else None
    if match is None:
        return None
    month = int(match["number"]) if match["number"] else MONTH_NUMBERS.get(match["month"].lower())
    years = [day.year - 1, day.year, day.year + 1] if match["year"] is None else [2000 + int(match["year"][-2:])]
    days = [found for year in years if month and (found := _existing(year, month, int(match["day"]))) is not None]
    return min(days, key=lambda found: abs(found - day), default=None)


_FORMER_DAY = re.compile(
    r"""\b(?:(?:rescheduled|moved|postponed)\s+from|originally(?:\s+(?:scheduled|planned))?(?:\s+(?:for|on))?)\s+
    (?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?(?:(?P<number>\d{1,2})/|(?P<month>[a-z]{3,9})\.?\s+)(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d)
    (?:(?:/|,?\s+)(?P<year>(?:20)?\d\d)(?!\d))?""",
    re.I | re.X,
)


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_day(text: str | None) -> date | Problem | None:
    """The day of an ISO text; a problem where it is no day that exists; None where there is no text."""
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


YEARS = range(1950, 2101)
"""The years in which the day of a show can be."""


_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?", re.S)
