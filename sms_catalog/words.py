"""Values of the catalog as people read them. Pure functions of the records of `export`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import itemgetter
from textwrap import wrap
from typing import Any

from sms_database.event_fields import EVENT_FIELDS, PRICE_ENTRY, EventField, FieldType
from sms_text.printable import printable

COLUMNS = 100
"""Width of what is printed as text."""

LONGEST_VALUE = 100
"""Characters of a value that are shown on one line."""

_SIGNS: Mapping[str, str] = {"USD": "$", "EUR": "€", "GBP": "£"}


def day_words(day: date) -> str:
    """ "Fri 20 Nov 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def price_range_words(
    low: float | Decimal | None, high: float | Decimal | None, currency: str | None, *, is_free: bool | None
) -> str:
    """ "$15", "$15-20", "$15+" (no upper end known), "to $20", "free", "free-$10"; empty where unknown."""
    if is_free and not high:
        return "free"
    if low is None:
        return "" if high is None else f"to {_amount(high, currency)}"
    if high is None:
        return f"{_amount(low, currency)}+"
    if low == high:
        return _amount(low, currency)
    return f"free–{_amount(high, currency)}" if low == 0 else f"{_amount(low, currency)}–{_figure(high)}"


def price_words(event: Mapping[str, Any]) -> str:
    """The same of a record."""
    return price_range_words(event["price_min"], event["price_max"], event["currency"], is_free=event["is_free"])


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


def _amount(value: float | Decimal, currency: str | None) -> str:
    sign = _SIGNS.get(currency or "")
    if sign is not None:
        return f"{sign}{_figure(value)}"
    return f"{_figure(value)} {currency}" if currency else _figure(value)


def _figure(value: float | Decimal) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def evidence_words(evidence: Mapping[str, Any]) -> str:
    """ "+0.60 acts: 2 of 2 acts are the same"."""
    return f"{evidence['weight']:+.2f} {evidence['feature']}: {evidence['detail']}"


def sum_words(evidence: Sequence[Mapping[str, Any]], score: float) -> str:
    """ "= 0.95"; "= 1.15, capped to 1.00" where the weights add up to more or less than a score can be."""
    total = sum(part["weight"] for part in evidence)
    return f"= {total:.2f}" + ("" if abs(total - score) < 0.005 else f", capped to {score:.2f}")


def folded(line: str) -> list[str]:
    """A line of text on lines of COLUMNS at most, indented as it is; what has no spaces is not cut."""
    line = printable(line)
    indent = " " * (len(line) - len(line.lstrip()))
    lines = wrap(
        line.strip(),
        COLUMNS,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [""]


_PLAYS = frozenset({"headliner", "support"})


def billed_words(act: Mapping[str, Any]) -> str:
    """A name, with its role where that is not to play."""
    name: str = act["name"]
    return name if act["role"] in _PLAYS else f"{name} ({act['role']})"


NO_VALUE = "nothing"
"""What is said of a value that is not known."""


def value_words(value: Any) -> str:
    """A value on one line, cut where it is long."""
    words = " ".join(str(value).split()) if value not in (None, "", []) else NO_VALUE
    return words if len(words) <= LONGEST_VALUE else words[: LONGEST_VALUE - 1] + "…"


def moment_words(instant: datetime) -> str:
    """ "2026-11-20 18:00 UTC"."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _shown(field: EventField) -> Callable[[Mapping[str, Any]], Any]:
    if field.type is FieldType.ACTS:
        return lambda event: " / ".join(map(billed_words, event[field.name]))
    if field.type is FieldType.WORDS:
        return lambda event: " / ".join(event[field.name])
    if field.type is FieldType.VENUE:
        return lambda event: event[field.name] and event[field.name]["name"]
    if field.type is FieldType.AGE:
        return lambda event: age_words(event[field.name])
    return itemgetter(field.name)


def _entries() -> Iterator[tuple[str, tuple[str, Callable[[Mapping[str, Any]], Any]]]]:
    for field in EVENT_FIELDS:
        if field.name == "price_min":
            yield PRICE_ENTRY, ("price", price_words)
        yield field.entry, (field.name, _shown(field))


FIELDS: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = dict(_entries())
"""The entries of an event's provenance, with the name under which a person corrects each, and its value in words."""
