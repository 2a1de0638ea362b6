"""What a person corrected of an event, field by field. Pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from carpenter.parsing.hours import local_times
from carpenter.parsing.instants import to_instants
from sms_database.decisions import DecisionFacts
from sms_database.event_fields import CORRECTED, HOUR_COLUMNS, EventField, FieldType
from sms_text.local_hours import hour_words


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
        field = CORRECTED[decision.field or ""]
        fields.add(field.name)
        value = column_value(field, decision.value)
        provenance[field.entry] = {"from": f"decision {decision.id}", "rule": "a person corrected it"}
        if field.type is FieldType.ACTS:
            acts = [(name, "headliner" if n == 0 else "support") for n, name in enumerate(value)]
        elif field.type is FieldType.HOUR:
            hours[field.name] = value
        elif field.column is not None:
            columns[field.column] = value
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
    for name, column in HOUR_COLUMNS.items():
        printed: datetime | None = columns[column]
        kept = time.fromisoformat(hour_words(printed, timezone)) if printed is not None else None
        hours[name] = corrected.get(name, kept.replace(tzinfo=None) if kept and is_moved else kept)
    times = local_times(hours["doors_time"], hours["start_time"], hours["end_time"])
    instants = to_instants(columns["event_day"], timezone, times, columns["end_day"])
    for column in HOUR_COLUMNS.values():
        columns[column] = getattr(instants, column)
        if columns[column] is None:
            provenance.pop(column, None)


def column_value(field: EventField, value: Any) -> Any:
    """A decision's JSON value as the build takes it. Raises ValueError for one that the field cannot hold."""
    read = _FROM_JSON.get(field.type)
    return value if value is None or read is None else read(value)


_FROM_JSON: Mapping[FieldType, Callable[[Any], Any]] = {
    FieldType.DAY: date.fromisoformat,
    FieldType.HOUR: time.fromisoformat,
    FieldType.AMOUNT: lambda value: Decimal(str(value)),
    FieldType.VENUE: uuid.UUID,
}
