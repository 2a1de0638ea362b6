"""Spans of days as hand-made pages print them."""

from __future__ import annotations

from datetime import date

import pytest

from sms_crawlers.reading import UnreadableField
from sms_crawlers.reading.day_spans import read_span


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Dec. 16", "2026-12-16", None),
        ("November 20, 2026", "2026-11-20", None),
        ("Dec. 13 - 14", "2026-12-13", "2026-12-14"),
        ("JUN 15-16", "2027-06-15", "2027-06-16"),
        ("Jan. 13/14", "2027-01-13", "2027-01-14"),
        ("December 13 & 20, 2026", "2026-12-13", "2026-12-20"),
        ("December 4, 11 & 18, 2026", "2026-12-04", "2026-12-18"),
        ("January 30 - March 1, 2027", "2027-01-30", "2027-03-01"),
        ("December 14, 2026 - Jan. 2, 2027", "2026-12-14", "2027-01-02"),
        ("Dec 30 - Jan 2, 2027", "2026-12-30", "2027-01-02"),
        ("DEC 30-JAN 2", "2026-12-30", "2027-01-02"),
        ("Thu, Dec 3 - Sun, Dec 6, 2026", "2026-12-03", "2026-12-06"),
        ("Dec. 19 to 20", "2026-12-19", "2026-12-20"),
    ],
)
def test_first_and_last_day(text: str, first: str, last: str | None) -> None:
    read = read_span(text, near=date(2026, 11, 20))
    assert read == (date.fromisoformat(first), date.fromisoformat(last) if last else None)


@pytest.mark.parametrize("text", ["", "soon", "Feb. 30", "Dec. 13 - 34", "Wed, Dec 3 - Sun, Dec 6, 2026", "13 - 14"])
def test_what_is_no_span_is_not_guessed(text: str) -> None:
    with pytest.raises(UnreadableField):
        read_span(text, near=date(2026, 11, 20))
