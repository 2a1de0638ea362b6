"""Spans of days as pages print them: "Dec. 13 - 14", "JUN 15-16", "December 14, 2025 - Jan. 2, 2026", "Jan. 13/14"."""

from __future__ import annotations

import re
from datetime import date

from sms_crawlers.reading import UnreadableField, read_day
from sms_text.calendar_words import MONTH

_BETWEEN = re.compile(r"\s*(?:[-–—&/]|\b(?:to|through|thru|and)\b|,(?=\s*\d{1,2}\b(?!\d)))\s*", re.IGNORECASE)
_MONTH = re.compile(rf"\b(?:{MONTH})\b\.?", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def read_span(text: str, *, near: date, year: int | None = None) -> tuple[date, date | None]:
    """The first day that `text` prints, and the last one if there are several.

    A day without a month is in that of the day before it. A year may stand at the last day alone; where none is
    printed, `year` or else `near` tells that of the first day, as in `read_day`.

    Raises UnreadableField("event_day", …) as `read_day` does.
    """
    days = _whole_days(text)
    if not days:
        raise UnreadableField("event_day", f"no days in {text!r:.80}")
    printed = _YEAR.search(days[-1])
    if len(days) == 1 or printed is None:
        first = read_day(days[0], near=near, year=year)
        if len(days) == 1:
            return first, None
        last = read_day(days[-1], near=first, year=first.year)
        return first, last if last >= first else read_day(days[-1], near=first, year=first.year + 1)
    last = read_day(days[-1], near=near)
    first = read_day(days[0], near=near, year=last.year)
    return (first if first <= last else read_day(days[0], near=near, year=last.year - 1)), last


def _whole_days(text: str) -> list[str]:
    """The days of a span, each with its month."""
    days: list[str] = []
    month = None
    for part in filter(None, _BETWEEN.split(text.strip())):
        named = _MONTH.search(part)
        month = named.group() if named else month
        days.append(part if named or month is None else f"{month} {part}")
    return days
