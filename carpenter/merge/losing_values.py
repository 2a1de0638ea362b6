"""The values that lost: what rows say of a field and the event does not take. Pure functions.

The build keeps them, so that no program has to build again to explain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from carpenter.model import Reading, VenueRef
from carpenter.parsing.prices import Price
from sms_text.local_hours import hour_words

MOST_KEPT = 4
"""Losing values of one field that are kept."""

LONGEST_TEXT = 200
"""Characters that are kept of one."""

MOST_ACTS = 20
"""Acts that are kept of one bill."""


def losing_values(told: Iterable[tuple[Reading, Any, str]], chosen: Any, timezone: str) -> list[dict[str, Any]]:
    """The values that readings tell of a field and that are not the chosen one, each once, the best right first.

    `told` are readings in the order of their right, with the value and the name of the right. Each of the result is
    {"from": SOURCE/SOURCE_EVENT_ID, "value", "right", "trust": rank of the source}, the value as a record of the event
    has it; `timezone` is the event's.
    """
    seen = [as_told(chosen, timezone)]
    kept: list[dict[str, Any]] = []
    for reading, value, right in told:
        if value is None or (shown := as_told(value, reading.timezone)) in seen:
            continue
        seen.append(shown)
        kept.append({"from": reading.row.key, "value": shown, "right": right, "trust": reading.row.source.trust})
        if len(kept) == MOST_KEPT:
            break
    return kept


def as_told(value: Any, timezone: str) -> Any:
    """A value as JSON: hours local as HH:MM, a price as {"price_min", "price_max", "currency", "is_free"}, a bill as
    its acts' names and roles, a venue as {"name"}, a text cut.
    """
    if isinstance(value, VenueRef):
        return {"name": value.name}
    if isinstance(value, datetime):
        return hour_words(value, timezone)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Price):
        return {
            "price_min": None if value.min is None else float(value.min),
            "price_max": None if value.max is None else float(value.max),
            "currency": value.currency,
            "is_free": value.is_free,
        }
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [{"name": act.name, "role": act.role} for act in value[:MOST_ACTS]]
    return value[:LONGEST_TEXT] if isinstance(value, str) else value
