"""What the items of a run look like, held against those of the last good one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_crawlers.runs.profile import Profile, oddities

DAYS = [f"2026-12-{day:02}" for day in range(1, 29)]


def item(number: int, **values: Any) -> dict[str, Any]:
    """An item in its stored form; a value of None leaves its field out."""
    known = {
        "title": f"Act {number}",
        "event_day": DAYS[number % 28],
        "start_time": "20:00",
        "timezone": "America/Los_Angeles",
        "price_text": f"${10 + number % 5}",
        "image_url": f"https://hall.test/{number}.jpg",
    }
    return {name: value for name, value in (known | values).items() if value is not None}


def profile(items: list[dict[str, Any]]) -> dict[str, Any]:
    counted = Profile()
    for each in items:
        counted.add(each)
    return counted.as_json()


def told(now: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    return [(oddity.line, oddity.is_doubt) for oddity in oddities(profile(now), profile(before))]


BEFORE = [item(number) for number in range(28)]


def test_the_profile_counts_fields_days_zones_and_prices() -> None:
    assert profile([item(0), item(1, price_text="free", image_url=None), item(1, price_min=5.0)]) == {
        "items": 3,
        "filled": {
            "event_day": 3,
            "image_url": 2,
            "price_min": 1,
            "price_text": 3,
            "start_time": 3,
            "timezone": 3,
            "title": 3,
        },
        "days": {"distinct": 2, "first": "2026-12-01", "last": "2026-12-02"},
        "zones": {"America/Los_Angeles": 3},
        "prices": {"count": 2, "median": 7.5},
    }


def test_nothing_stands_out_where_nothing_has_changed() -> None:
    assert told(BEFORE, BEFORE) == []


@pytest.mark.trust(5)
@pytest.mark.parametrize(
    ("field", "is_doubt"), [("start_time", True), ("event_day", True), ("price_text", False), ("image_url", False)]
)
def test_a_field_that_empties_is_told_with_its_numbers(field: str, is_doubt: bool) -> None:
    line = f"{field} is filled in 0 of 28 items, where the last good run had it in 28 of 28"
    assert (line, is_doubt) in told([item(number, **{field: None}) for number in range(28)], BEFORE)


@pytest.mark.trust(5)
@pytest.mark.parametrize(("left", "is_told"), [(9, True), (10, False)])
def test_a_field_that_is_emptied_in_most_is_told_too(left: int, is_told: bool) -> None:
    now = [item(number, start_time="20:00" if number < left else None) for number in range(28)]
    assert bool(told(now, BEFORE)) is is_told


def test_a_field_that_few_had_may_be_missing() -> None:
    seldom = [item(number, image_url="https://hall.test/x.jpg" if number < 5 else None) for number in range(28)]
    assert told([item(number, image_url=None) for number in range(28)], seldom[1:]) == []


@pytest.mark.trust(5)
def test_all_on_one_day_is_a_doubt() -> None:
    now = [item(number, event_day="2026-11-20") for number in range(28)]
    assert told(now, BEFORE) == [("all 28 items are on 2026-11-20, where the last good run had 28 days", True)]


@pytest.mark.trust(5)
def test_another_zone_is_a_doubt() -> None:
    now = [item(number, timezone="UTC") for number in range(28)]
    assert told(now, BEFORE) == [("the zone is UTC, where the last good run had America/Los_Angeles", True)]


@pytest.mark.trust(5)
def test_prices_ten_times_higher_are_told() -> None:
    now = [item(number, price_text=f"${(10 + number % 5) * 100}") for number in range(28)]
    assert told(now, BEFORE) == [("half of the prices are above 1200, where the last good run had 12", False)]


@given(st.lists(st.integers(0, 4), max_size=4))
def test_of_a_few_items_nothing_is_said(numbers: list[int]) -> None:
    assert told([item(number, start_time=None, event_day=DAYS[0]) for number in numbers], BEFORE) == []
