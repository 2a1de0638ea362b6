"""Which number of "4/12" is the day, as far as a page proves it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from sms_crawlers.reading.days import Order, find_days
from sms_crawlers.reading.problem import UnreadableField


def day_order(texts: Iterable[str], *, near: date) -> Order:
    """The order in which a page prints its days as numbers: the month first, unless its texts prove the other.

    A text proves an order where the other leads to no day of the calendar or contradicts its printed weekday. Where
    texts prove both, the month is first: those that are not so are refused when they are read.
    """
    proved: set[Order] = set()
    for text in texts:
        if not any(char.isdigit() for char in text):
            continue
        month_first, day_first = (_days(text, near, order) for order in ("mdy", "dmy"))
        if month_first is None and day_first:
            proved.add("dmy")
        elif day_first is None and month_first:
            proved.add("mdy")
    return "dmy" if proved == {"dmy"} else "mdy"


def _days(text: str, near: date, order: Order) -> list[date] | None:
    """The days of a text in that order; None where it cannot be."""
    with suppress(UnreadableField):
        return find_days(text, near=near, order=order)
    return None
