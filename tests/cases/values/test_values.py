"""What is printed of price, status, age and hours: families of words, each a fact of the field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carpenter.parsing.ages import read_min_age
from carpenter.parsing.hours import doors_and_show
from carpenter.parsing.prices import NO_PRICE, Price, read_price
from carpenter.parsing.status import read_status
from carpenter.titles.annotations import is_moved_elsewhere, price_of_title
from carpenter.titles.bill_parser import read_bill

FAMILIES = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def cases(field: str) -> Iterator[Any]:
    for kind, family in FAMILIES[field].items():
        assert family["rule"]
        for case in family["cases"]:
            yield pytest.param(case, id=f"{kind}: {case['printed']}")


def amounts(price: Price) -> tuple[float | None, float | None, bool]:
    return price.min and float(price.min), price.max and float(price.max), price.is_free is True


@pytest.mark.parametrize("case", list(cases("prices")))
def test_a_text_tells_a_price(case: dict[str, Any]) -> None:
    price = read_price(case["printed"])
    assert amounts(price) == (case.get("low"), case.get("high"), case.get("free", False))
    assert price.currency in (None, case.get("currency", "USD"))


@pytest.mark.parametrize("case", list(cases("prices_of_titles")))
def test_a_title_tells_a_price(case: dict[str, Any]) -> None:
    printed = price_of_title(case["printed"])
    assert amounts(read_price(printed) if printed else NO_PRICE)[:2] == (case.get("low"), case.get("high"))


@pytest.mark.parametrize("case", list(cases("statuses")))
def test_a_text_tells_a_status(case: dict[str, Any]) -> None:
    assert read_status(case["printed"], ()) == case["status"]


@pytest.mark.parametrize("case", list(cases("ages")))
def test_a_text_tells_an_age(case: dict[str, Any]) -> None:
    assert read_min_age(case["printed"]) == case.get("age")


@pytest.mark.parametrize("case", list(cases("titles")))
def test_a_title_keeps_its_names(case: dict[str, Any]) -> None:
    bill = read_bill(case["printed"], (), lambda _: False)
    assert ([act.name for act in bill.acts], sorted(bill.flags)) == (case["bill"], case["flags"])


@pytest.mark.parametrize(
    ("title", "is_elsewhere"),
    [
        ("MOVED TO HARBOR HALL: Tin Heron", True),
        ("Tin Heron (moved to The Pier)", True),
        ("Tin Heron - relocated to Harbor Hall", True),
        ("MOVED TO WEAVERS' SHED: Tin Heron", False),
        ("Tin Heron (moved to Friday)", False),
        ("Tin Heron (moved to Jan 5)", False),
        ("Tin Heron - NOW AT HARBOR HALL", True),
        ("Tin Heron **has moved to Harbor Hall**", True),
        ("VENUE CHANGE: Tin Heron now at Harbor Hall", True),
        ("Tin Heron @ Harbor Hall (new venue)", True),
        ("NEW VENUE: Tin Heron at Weavers' Shed", False),
        ("Tin Heron now at 8pm", False),
    ],
)
def test_a_show_that_moved_to_another_room_is_not_in_this_one(title: str, is_elsewhere: bool) -> None:
    assert is_moved_elsewhere(title, "Weavers' Shed") is is_elsewhere


@pytest.mark.parametrize(
    ("title", "hours"),
    [
        ("Tin Heron | D: 7 S: 8", (19, 20)),
        ("Tin Heron - 7 doors, 8 show", (19, 20)),
        ("Doors 7 / Show 8: Tin Heron", (19, 20)),
        ("Tin Heron (Doors 11am, Show 12pm)", (11, 12)),
        ("Tin Heron 7/8", None),
        ("The Doors 7 Show", None),
    ],
)
def test_a_title_tells_doors_and_show_in_one_breath(title: str, hours: tuple[int, int] | None) -> None:
    found = doors_and_show(title)
    assert (found.doors and found.doors.hour, found.start and found.start.hour) == (hours or (None, None))
