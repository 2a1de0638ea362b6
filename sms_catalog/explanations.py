"""The stored part of an explanation: what the build kept of why an event is as it is. Nothing is read or matched again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from sms_catalog.decisions import DecisionInForce, decisions_about, decisions_in_force
from sms_catalog.events import CatalogEvent, event_by_id
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
    """As people read it."""
    right: str
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
    """What was not taken, the best right first; at most four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why an event is as it is."""

    event: CatalogEvent
    former_ids: Sequence[uuid.UUID]
    fields: Sequence[FieldExplanation]
    rows: Sequence[MemberRow]
    """The founder first."""
    rooms: Sequence[RoomMention]
    decisions: Sequence[DecisionInForce]
    """Those that name any of its rows."""
    review: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    """Pairs with one of its rows that nobody has decided: see `sms_catalog.lineage.review_pairs`."""
    audit: Sequence[AuditRecord] = field(default_factory=tuple)
