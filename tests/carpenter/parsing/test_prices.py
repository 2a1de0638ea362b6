"""What a ticket costs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carpenter.parsing.prices import Price, read_price


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("$15.00 - $25.00", "15", "25"),
        ("$15-25", "15", "25"),
        ("$20 advance, $25 doors", "20", "25"),
        ("$30 adv / $33 dos", "30", "33"),
        ("$15adv/$20dos", "15", "20"),
        ("$8.50", "8.50", "8.50"),
        ("$10 (default)", "10", "10"),
        ("$0 - $10", "0", "10"),
        ("Free | $5 after 10", "0", "5"),
        ("10-15 USD", "10", "15"),
        ("12 dollars", "12", "12"),
        ("$1,250", "1250", "1250"),
        ("15", "15", "15"),
        ("15.0 - 20.0", "15", "20"),
        ("1500.0 - 2400.5", "1500", "2400.5"),
        ("$43.00 (includes a $12.50 handling fee)", "43", "43"),
        ("$20 + $5 fee", "20", "20"),
        ("$35 (general), $30 (senior 65+), $10 (student), child 6-10 free", "10", "35"),
        ("Doors 7pm, $15", "15", "15"),
        ("$20 until 11pm", "20", "20"),
        ("$42 | 21+", "42", "42"),
        ("$10-20 sliding scale, NOTAFLOF", "10", "20"),
        ("The $40 ticket includes a $20 donation", "40", "40"),
    ],
)
def test_prices_in_dollars(text: str, low: str, high: str) -> None:
    assert read_price(text) == Price(min=Decimal(low), max=Decimal(high), currency="USD", is_free=False)


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("€12", Price(min=Decimal(12), max=Decimal(12), currency="EUR", is_free=False)),
        ("12 €", Price(min=Decimal(12), max=Decimal(12), currency="EUR", is_free=False)),
        ("£10", Price(min=Decimal(10), max=Decimal(10), currency="GBP", is_free=False)),
        ("CA$20", Price(min=Decimal(20), max=Decimal(20), currency="CAD", is_free=False)),
        ("From $41.50", Price(min=Decimal("41.50"), max=None, currency="USD", is_free=False)),
        ("$26+", Price(min=Decimal(26), max=None, currency="USD", is_free=False)),
        ("up to $50", Price(min=None, max=Decimal(50), currency="USD", is_free=False)),
        ("0", Price(min=Decimal(0), max=Decimal(0), currency="USD", is_free=True)),
    ],
)
def test_currencies_and_bounds(text: str, price: Price) -> None:
    assert read_price(text) == price


def test_a_bare_dollar_sign_is_the_default_dollar() -> None:
    assert read_price("$20", default_currency="CAD").currency == "CAD"
    assert read_price("$20", default_currency="EUR").currency == "USD"


@pytest.mark.parametrize(
    "text",
    [
        *("Free", "free!", "No Cover", "FREE – just great drinks", "Free Admission", "no charge"),
        *("suggested donation $5", "$5-10 suggested donation", "Freewill donation", "by donation"),
        *("NOTAFLOF", "pay what you can"),
    ],
)
def test_nobody_has_to_pay(text: str) -> None:
    assert read_price(text) == Price(is_free=True)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "TBA",
        "sold out",
        "doors 7",
        "Doors: 7pm, show: 8pm",
        "2026",
        "98101",
        "206-555-0142",
        "21+",
        "$10 minimum food and drink order",
        "$5 off for members",
        "kids free",
        "free parking",
        "gluten-free bar",
        "$99999999999",
    ],
)
def test_no_price_is_invented(text: str | None) -> None:
    assert read_price(text) == Price()


@given(
    st.lists(st.sampled_from(["$5", "$12.50", "free", "kids free", "donation", "fee", "from", "8 €", "15"])).map(
        " | ".join
    )
)
def test_a_short_text_has_the_price_that_it_has_in_a_long_one(text: str) -> None:
    assert read_price(text) == read_price(text + " |" * 100) or text.isdigit()


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["$5", "-", "$20", "free", "donation", "to", "12", "+"])).map(" ".join)
)
def test_any_text_gives_a_range_in_order(text: str) -> None:
    price = read_price(text)
    if price.min is not None and price.max is not None:
        assert 0 <= price.min <= price.max
    assert (price.currency is None) == (price.min is None and price.max is None)
