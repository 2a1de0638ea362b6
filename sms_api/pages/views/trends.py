"""A scene in sum: tables whose numbers are drawn as bars beside them. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sms_api.pages.views.wording import count_words
from sms_catalog.trends import DEAREST, MOST_WEEKS, SCALES, STEP, Trend
from sms_catalog.words import day_words

MOST_LINES = 15

_COLUMNS = {
    "week": "Week",
    "venue": "Room",
    "genre": "Genre",
    "neighborhood": "Neighborhood",
    "price": "Price",
    "lead": "Known before",
}


@dataclass(frozen=True, slots=True)
class TrendLine:
    """A row of a table."""

    label: str
    shows: int
    share: float
    """Of the longest bar, in hundredths."""
    cancelled: str
    price: str
    lead: str


@dataclass(frozen=True, slots=True)
class TrendTable:
    """Shows put together in one way."""

    by: str
    """One of `sms_catalog.trends.GROUPS`."""
    title: str
    column: str
    lines: Sequence[TrendLine]
    is_cut: bool


def trend_tables(found: Mapping[str, Sequence[Trend]]) -> list[TrendTable]:
    """A table for each grouping by which anything was found."""
    return [_table(by, trends) for by, trends in found.items() if trends]


def _table(by: str, trends: Sequence[Trend]) -> TrendTable:
    shown = trends if by == "week" or by in SCALES else trends[:MOST_LINES]
    longest = max(trend.shows for trend in shown)
    lines = [
        TrendLine(
            label=_label(by, trend.label),
            shows=trend.shows,
            share=round(100 * trend.shows / longest, 1),
            cancelled=f"{trend.cancelled:,}" if trend.cancelled else "",
            price=_price(trend),
            lead=_lead(trend.lead_days),
        )
        for trend in shown
    ]
    return TrendTable(by, f"By {_COLUMNS[by].lower()}", _COLUMNS[by], lines, len(shown) < len(trends))


def _label(by: str, label: str) -> str:
    """A group in words."""
    if by == "week":
        return f"from {day_words(date.fromisoformat(label))}"
    if by not in SCALES:
        return label
    number = int(label)
    if by == "lead":
        more = " or more" if number == MOST_WEEKS else ""
        return f"{count_words(number, 'week')}{more}" if number else "less than a week"
    if number == 0:
        return "free"
    return f"more than {DEAREST - STEP}" if number == DEAREST else f"up to {number}"


def _lead(days: int | None) -> str:
    """How long before its night a show is known; what was listed only afterwards never was."""
    if days is None:
        return ""
    return "never" if days < 0 else count_words(days, "day")


def _price(trend: Trend) -> str:
    """What the middle half of the shows costs, of those whose price is known."""
    low, high = trend.price_low, trend.price_high
    if low is None or high is None:
        return ""
    return f"{low:,.0f}" if low == high else f"{low:,.0f}–{high:,.0f}"
