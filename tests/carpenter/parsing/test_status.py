"""Whether an event takes place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carpenter.parsing.status import STATUSES, read_status, status_problem


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (None, "scheduled"),
        ("", "scheduled"),
        ("onsale", "scheduled"),
        ("offsale", "scheduled"),
        ("Tickets", "scheduled"),
        ("https://schema.org/EventScheduled", "scheduled"),
        ("Sold Out", "sold_out"),
        ("SOLD_OUT", "sold_out"),
        ("CANCELED", "cancelled"),
        ("Cancelled", "cancelled"),
        ("https://schema.org/EventCancelled", "cancelled"),
        ("postponed", "postponed"),
        ("Rescheduled from 3/12", "rescheduled"),
    ],
)
def test_printed_statuses(text: str | None, status: str) -> None:
    assert read_status(text, ()) == status
    assert status_problem(text) is None


def test_an_unknown_status_is_scheduled_and_named() -> None:
    assert read_status("wobbly", ()) == "scheduled"
    assert "wobbly" in (status_problem("wobbly") or "")


@pytest.mark.parametrize(
    ("text", "flags", "status"),
    [
        ("onsale", {"sold_out"}, "sold_out"),
        ("onsale", {"cancelled", "21+"}, "cancelled"),
        ("Sold Out", {"postponed"}, "postponed"),
        ("Cancelled", {"rescheduled"}, "cancelled"),
    ],
)
def test_the_graver_of_text_and_title_holds(text: str, flags: set[str], status: str) -> None:
    assert read_status(text, flags) == status


@given(st.text(max_size=200))
def test_any_text_is_a_status(text: str) -> None:
    assert read_status(text, ()) in STATUSES
