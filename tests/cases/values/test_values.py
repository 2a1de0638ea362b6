"""What is printed of price, status, age and hours: families of words, each a fact of the field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carpenter.parsing.ages import read_min_age
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
    ],
)
def test_a_show_that_moved_to_another_room_is_not_in_this_one(title: str, is_elsewhere: bool) -> None:
    assert is_moved_elsewhere(title, "Weavers' Shed") is is_elsewhere
