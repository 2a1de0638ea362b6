"""The stored part of an explanation: what the build kept of why an event is as it is. Nothing is matched again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from sms_catalog.decisions import ListedDecision, decisions_about, decisions_in_force
from sms_catalog.events import CatalogEvent
from sms_catalog.lineage import (
    AuditRecord,
    MemberRow,
    RoomMention,
    audit_of,
    former_ids,
    review_pairs,
    rooms_of,
    rows_of,
)
from sms_catalog.records import full_record
from sms_catalog.words import FIELDS, value_words

AUDIT_LIMIT = 10
"""Records of the audit in an explanation, the latest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherValue:
    """What a row says of a field where the event has another value."""

    row: str
    """SOURCE/SOURCE_EVENT_ID."""
    value: str
    """As people read it, cut where it is long."""
    role: str
    """What kind of witness the row is for its venue: "ticket seller"."""
    trust: int
    """The rank of its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldExplanation:
    """Where a value of an event comes from."""

    entry: str
    """Of `events.provenance`: a column, or `bill`, `price`, `venue`."""
    name: str
    """By which a person corrects it."""
    value: str
    """As people read it, cut where it is long."""
    origin: str
    """SOURCE/SOURCE_EVENT_ID of the row that it was taken from, or "decision N"."""
    rule: str
    """Why that one."""
    others: Sequence[OtherValue] = ()
    """Values that rows tell and that were not taken, each once, the highest priority first; at most four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why an event is as it is."""

    event: CatalogEvent
    provenance: Mapping[str, Any]
    """Of `events.provenance`."""
    former_ids: Sequence[uuid.UUID]
    fields: Sequence[FieldExplanation]
    rows: Sequence[MemberRow]
    """The founder first."""
    rooms: Sequence[RoomMention]
    decisions: Sequence[ListedDecision]
    """Those that name any of its rows."""
    review: Sequence[Mapping[str, Any]]
    """Pairs with one of its rows that nobody has decided: see `sms_catalog.lineage.review_pairs`."""
    audit: Sequence[AuditRecord]


_PROVENANCE = "SELECT provenance FROM events WHERE id = :event"


def explanation_of(connection: Connection, event: CatalogEvent) -> Explanation:
    """All that is stored of why an event is as it is."""
    rows = rows_of(connection, event.id)
    former = former_ids(connection, event.id)
    row_uuids = [row.row_uuid for row in rows]
    provenance = connection.execute(text(_PROVENANCE), {"event": event.id}).scalar_one()
    return Explanation(
        event=event,
        provenance=provenance,
        former_ids=former,
        fields=_fields(event, provenance),
        rows=rows,
        rooms=rooms_of(connection, event.id),
        decisions=decisions_about(decisions_in_force(connection), row_uuids),
        review=review_pairs(connection, row_uuids),
        audit=audit_of(connection, [event.id, *former], AUDIT_LIMIT),
    )


def _fields(event: CatalogEvent, provenance: Mapping[str, Any]) -> list[FieldExplanation]:
    """Where each value of an event comes from, in the order in which people read them."""
    record = full_record(event)
    return [
        FieldExplanation(
            entry=entry,
            name=name,
            value=value_words(words_of(record)),
            origin=stored["from"],
            rule=stored["rule"],
            others=[
                OtherValue(
                    row=other["from"],
                    value=value_words(words_of(_as_record(entry, name, other["value"]))),
                    role=other["role"],
                    trust=other["trust"],
                )
                for other in stored.get("others", ())
            ],
        )
        for entry, (name, words_of) in FIELDS.items()
        if (stored := provenance.get(entry)) is not None
    ]


def _as_record(entry: str, name: str, value: Any) -> Mapping[str, Any]:
    """A record that has this value of a field and no other; a price is several fields already."""
    return value if entry == "price" else {name: value}


def explanation_record(explanation: Explanation) -> dict[str, Any]:
    """The explanation as one JSON object: ids and instants as texts."""
    event = explanation.event
    record = {
        "event": full_record(event),
        "is_hidden": event.is_hidden,
        "night": event.night,
        "former_ids": explanation.former_ids,
        "provenance": explanation.provenance,
        "fields": [asdict(each) for each in explanation.fields],
        "rows": [asdict(row) for row in explanation.rows],
        "rooms": [asdict(room) for room in explanation.rooms],
        "decisions": [asdict(decision) for decision in explanation.decisions],
        "review": explanation.review,
        "audit": [asdict(each) for each in explanation.audit],
    }
    return {name: _json(value) for name, value in record.items()}


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _json(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_json(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
