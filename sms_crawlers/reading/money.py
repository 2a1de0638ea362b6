"""Prices that a source gives as numbers, in the words of a price list."""

from __future__ import annotations

from typing import Any

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def money(amount: float, currency: str | None) -> str:
    """An amount as a price list prints it: "$12", "$22.50", "CAD 9", "Free"."""
    if amount == 0:
        return "Free"
    digits = f"{amount:.2f}".removesuffix(".00")
    return digits if currency is None else SYMBOLS.get(currency, f"{currency} ") + digits


def price_range(low: float | None, high: float | None, currency: str | None) -> dict[str, Any]:
    """The fields of an item's price, of a range in units of the currency; none where neither end is known."""
    if low is None and high is None:
        return {}
    low, high = (high if low is None else low), (low if high is None else high)
    ends = dict.fromkeys(money(end, currency) for end in (low, high) if end is not None)
    return {"price_text": " - ".join(ends), "price_min": low, "price_max": high, "currency": currency}
