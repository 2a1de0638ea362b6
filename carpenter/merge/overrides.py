"""What a person corrected of an event, field by field. Pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from carpenter.parsing.hours import local_times
from carpenter.parsing.instants import to_instants
from sms_database.decisions import DecisionFacts
from sms_database.vocabulary import LOCAL_HOURS
from sms_text.local_hours import hour_words

_ACTS = "artists"

OVERRIDABLE = frozenset(
    {"title", "kind", "event_day", "end_day", *LOCAL_HOURS, "min_age", "price_min", "price_max", "currency", "is_free"}
    | {"status", "ticket_url", "event_url", "image_url", "description", "presenter", "tour", "venue_id", _ACTS}
)
"""The fields that a decision may override."""


def override(
    columns: dict[str, Any],
    provenance: dict[str, Any],
    acts: list[tuple[str, str]],
    timezone: str,
    decisions: Sequence[DecisionFacts],
) -> list[tuple[str, str]]:
    """Apply corrections to the columns; returns the bill, which one of them may give. The latest of a field binds."""
    printed_day: date = columns["event_day"]
    hours: dict[str, time | None] = {}
    fields = set()
    for decision in sorted((d for d in decisions if d.kind == "override"), key=lambda d: d.id):
        field = decision.field or ""
        fields.add(field)
        said = {"from": f"decision {decision.id}", "rule": "a person corrected it"}
        if field == "artists":
            acts = [(name, "headliner" if n == 0 else "support") for n, name in enumerate(decision.value)]
            provenance["bill"] = said
        elif field in LOCAL_HOURS:
            hours[field] = column_value(field, decision.value)
            provenance[LOCAL_HOURS[field]] = said
        else:
            columns[field] = column_value(field, decision.value)
            provenance[field.removesuffix("_id")] = said
    moved = columns["event_day"] - printed_day
    if moved and columns["end_day"] is not None and "end_day" not in fields:
        columns["end_day"] += moved
    if moved or hours:
        _set_hours(columns, provenance, timezone, hours, is_moved=bool(moved))
    return acts


def _set_hours(
    columns: dict[str, Any],
    provenance: dict[str, Any],
    timezone: str,
    corrected: Mapping[str, time | None],
    *,
    is_moved: bool,
) -> None:
    """Set the corrected hours on the event's day; the others keep theirs there, whatever day they were printed for."""
    hours: dict[str, time | None] = {}
    for name, column in LOCAL_HOURS.items():
        printed: datetime | None = columns[column]
        kept = time.fromisoformat(hour_words(printed, timezone)) if printed is not None else None
        hours[name] = corrected.get(name, kept.replace(tzinfo=None) if kept and is_moved else kept)
    times = local_times(hours["doors_time"], hours["start_time"], hours["end_time"])
    instants = to_instants(columns["event_day"], timezone, times, columns["end_day"])
    for column in LOCAL_HOURS.values():
        columns[column] = getattr(instants, column)
        if columns[column] is None:
            provenance.pop(column, None)


def column_value(field: str, value: Any) -> Any:
    """A decision's JSON value as the build takes it. Raises ValueError for one that the field cannot hold."""
    if value is None:
        return None
    if field in ("event_day", "end_day"):
        return date.fromisoformat(value)
    if field in LOCAL_HOURS:
        return time.fromisoformat(value)
    if field in ("price_min", "price_max"):
        return Decimal(str(value))
    if field == "venue_id":
        return uuid.UUID(value)
    return value
