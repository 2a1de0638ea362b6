"""Writing decisions, and marking dirty what they bind. The next run applies them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from carpenter.store.dirty import survey_again
from carpenter.store.locks import move_evidence
from sms_database.json_text import dumps


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision to write; `target` and what `value` means are those of the table's columns."""

    kind: str
    target: uuid.UUID
    field: str | None = None
    value: Any = None
    reason: str | None = None
    author: str


_INSERT = """
INSERT INTO decisions (kind, target, field, value, reason, author, decided_at)
VALUES (:kind, :target, :field, cast(:value AS jsonb), :reason, :author, :decided_at) RETURNING id
"""

_DELETE = "DELETE FROM decisions WHERE id = :id RETURNING kind, target, value"

_IN_FORCE = """
SELECT d.id, d.kind, d.target, d.field, d.value, d.reason, d.author, d.decided_at, s.event_id, e.title
FROM decisions d LEFT JOIN raw_evidence w ON w.row_uuid = d.target
LEFT JOIN event_sources s ON s.raw_event_id = w.raw_event_id LEFT JOIN events e ON e.id = s.event_id
ORDER BY d.id
"""

_BOUND = "SELECT raw_event_id FROM raw_evidence WHERE row_uuid = ANY(cast(:rows AS uuid[]))"

_LOCK_BOUND = f"SELECT id FROM raw_events WHERE id IN ({_BOUND}) ORDER BY source, source_event_id FOR UPDATE"


def write_decisions(connection: Connection, decisions: Sequence[NewDecision], decided_at: datetime) -> list[int]:
    """Write decisions within the caller's transaction, which holds off surveys until it ends; returns their ids."""
    ids = []
    for decision in decisions:
        values = {
            "kind": decision.kind,
            "target": decision.target,
            "field": decision.field,
            "value": dumps(decision.value),
            "reason": decision.reason,
            "author": decision.author,
            "decided_at": decided_at,
        }
        ids.append(connection.execute(text(_INSERT), values).scalar_one())
    _mark_bound(connection, [row for d in decisions for row in _rows_of(d.kind, d.target, d.value)])
    return ids


def delete_decision(connection: Connection, decision_id: int) -> bool:
    """Undo a decision within the caller's transaction; False if there is none of this id."""
    gone = connection.execute(text(_DELETE), {"id": decision_id}).first()
    if gone is None:
        return False
    _mark_bound(connection, _rows_of(gone.kind, gone.target, gone.value))
    return True


def decisions_in_force(connection: Connection) -> list[dict[str, Any]]:
    """Every decision, oldest first, with the event (`event_id`, `title`) that it binds now."""
    return [row._asdict() for row in connection.execute(text(_IN_FORCE))]


def _rows_of(kind: str, target: uuid.UUID, value: Any) -> list[str]:
    return [str(target), *(value if kind in ("merge", "split") else ())]


def _mark_bound(connection: Connection, row_uuids: Sequence[str]) -> None:
    """Have these rows surveyed and built again.

    They are locked first: a build that has claimed them read the decisions before this one, and has to end before its
    rows can be seen as built, and marked.
    """
    rows = {"rows": sorted(set(row_uuids))}
    move_evidence(connection)
    connection.execute(text(_LOCK_BOUND), rows)
    survey_again(connection, _BOUND, rows)
