"""Values of the catalog as people read them in a table. Pure functions of the records of `export`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

_SIGNS: Mapping[str, str] = {"USD": "$", "EUR": "€", "GBP": "£"}


def day_words(day: date) -> str:
    """ "Fri 20 Nov 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def price_words(event: Mapping[str, Any]) -> str:
    """ "$15", "$15-20", "$15+" (no upper end known), "to $20", "free", "free-$10"; empty where unknown."""
    low, high, currency = event["price_min"], event["price_max"], event["currency"]
    if event["is_free"] and not high:
        return "free"
    if low is None:
        return "" if high is None else f"to {_amount(high, currency)}"
    if high is None:
        return f"{_amount(low, currency)}+"
    if low == high:
        return _amount(low, currency)
    return f"free–{_amount(high, currency)}" if low == 0 else f"{_amount(low, currency)}–{_figure(high)}"


def age_words(min_age: int | None) -> str:
    """ "21+", "all" for all ages; empty where unknown."""
    if min_age is None:
        return ""
    return f"{min_age}+" if min_age else "all"


def bill_words(event: Mapping[str, Any]) -> str:
    """The acts in order; the title where there is nobody but a host."""
    acts = [act["name"] for act in event["artists"] if act["role"] != "host"]
    return " / ".join(acts) or event["title"]


def status_words(status: str) -> str:
    """ "CANCELLED", "SOLD OUT"; empty for what takes place as listed."""
    return "" if status == "scheduled" else status.replace("_", " ").upper()


def source_names(event: Mapping[str, Any]) -> list[str]:
    """The sources of an event, each once."""
    return list(dict.fromkeys(source["source"] for source in event["sources"]))


def _amount(value: float, currency: str | None) -> str:
    sign = _SIGNS.get(currency or "")
    if sign is not None:
        return f"{sign}{_figure(value)}"
    return f"{_figure(value)} {currency}" if currency else _figure(value)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
