"""Writing decisions, and marking dirty what they bind. The next run applies them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from carpenter.store.inputs import IS_VENUE_GONE
from carpenter.store.queue import survey_again
from sms_database.json_text import dumps
from sms_database.locks import exclusive_facts_lock


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision to write; `target` and what `value` means are those of the table's columns."""

    kind: str
    target: uuid.UUID
    field: str | None = None
    value: Any = None
    reason: str | None = None
    author: str


@dataclass(frozen=True, slots=True)
class Undone:
    """A decision that is in force no more."""

    kind: str
    target: uuid.UUID


DecisionParts = tuple[str, uuid.UUID, Any]
"""Kind, target and value of a decision: what tells whom it binds."""

_INSERT = """
INSERT INTO decisions (kind, target, field, value, reason, author, decided_at)
VALUES (:kind, :target, :field, cast(:value AS jsonb), :reason, :author, :decided_at) RETURNING id
"""

_UNDO = """
UPDATE decisions SET deleted_at = :deleted_at, deleted_by = :deleted_by WHERE id = :id AND deleted_at IS NULL
RETURNING kind, target, value
"""

_LISTED = f"""
SELECT d.id, d.kind, d.target, d.field, d.value, d.reason, d.author, d.decided_at, d.deleted_at, d.deleted_by,
    s.event_id,
    coalesce(e.title, a.name) AS title, ({IS_VENUE_GONE}) AS is_venue_gone,
    d.kind IN ('merge', 'split') AND NOT EXISTS (
        SELECT FROM raw_evidence o JOIN event_sources os ON os.raw_event_id = o.raw_event_id
        WHERE os.event_id IS NOT NULL AND o.row_uuid IN (
            SELECT cast(named AS uuid) FROM jsonb_array_elements_text(
                CASE jsonb_typeof(d.value) WHEN 'array' THEN d.value ELSE '[]' END) AS named)
    ) AS is_alone
FROM decisions d LEFT JOIN raw_evidence w ON w.row_uuid = d.target
LEFT JOIN event_sources s ON s.raw_event_id = w.raw_event_id LEFT JOIN events e ON e.id = s.event_id
LEFT JOIN artists a ON a.id = d.target
WHERE d.deleted_at IS NULL OR :undone_too
ORDER BY d.id
"""

_BOUND = "SELECT raw_event_id FROM raw_evidence WHERE row_uuid = ANY(cast(:rows AS uuid[]))"

_LOCK_BOUND = f"SELECT id FROM raw_events WHERE id IN ({_BOUND}) ORDER BY source, source_event_id FOR UPDATE"

# Locked first, in the order that all who mark artists keep: `finish` may be naming them just now.
_LOCK_ARTISTS = "SELECT id FROM artists WHERE id = ANY(cast(:artists AS uuid[])) ORDER BY id FOR UPDATE"
_MARK_ARTISTS = "UPDATE artists SET is_stale = true WHERE id = ANY(cast(:artists AS uuid[]))"


def write_decisions(connection: Connection, decisions: Sequence[NewDecision], decided_at: datetime) -> list[int]:
    """Write decisions within the caller's transaction, which holds off surveys until it ends; returns their ids."""
    exclusive_facts_lock(connection)
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
    _mark_bound_beside_builds(connection, [(d.kind, d.target, d.value) for d in decisions])
    return ids


def undo_decision(connection: Connection, decision_id: int, *, deleted_by: str, deleted_at: datetime) -> Undone | None:
    """Undo a decision within the caller's transaction; returns what it was, None if none of this id is in force.

    Its row stays, with who undid it and when.
    """
    exclusive_facts_lock(connection)
    values = {"id": decision_id, "deleted_by": deleted_by, "deleted_at": deleted_at}
    undone = connection.execute(text(_UNDO), values).first()
    if undone is None:
        return None
    _mark_bound_beside_builds(connection, [(undone.kind, undone.target, undone.value)])
    return Undone(undone.kind, undone.target)


def decisions_in_force(connection: Connection) -> list[dict[str, Any]]:
    """Every decision in force, oldest first, with the event (`event_id`, `title`) or the artist (`title`) that it
    binds now.

    `is_venue_gone`: it gives a venue that is described no more. `is_alone`: none of the rows that it joins to its
    target, or parts from it, is in an event.
    """
    return [row._asdict() for row in connection.execute(text(_LISTED), {"undone_too": False})]


def all_decisions_made(connection: Connection) -> list[dict[str, Any]]:
    """The same of every decision, of those too that somebody (`deleted_by`) has undone (`deleted_at`)."""
    return [row._asdict() for row in connection.execute(text(_LISTED), {"undone_too": True})]


def mark_bound(connection: Connection, decisions: Sequence[DecisionParts]) -> None:
    """Have what decisions bind done again: artists, or rows. The caller moves evidence, and no build is under way."""
    artists = sorted(str(target) for kind, target, _ in decisions if kind == "artist_link")
    if artists:
        connection.execute(text(_LOCK_ARTISTS), {"artists": artists})
        connection.execute(text(_MARK_ARTISTS), {"artists": artists})
    if rows := _rows_of(decisions):
        survey_again(connection, _BOUND, {"rows": rows})


def _mark_bound_beside_builds(connection: Connection, decisions: Sequence[DecisionParts]) -> None:
    """The same beside builds: one that has claimed the rows read the decisions before this one, and has to end before
    its rows can be seen as built, and marked.
    """
    if rows := _rows_of(decisions):
        connection.execute(text(_LOCK_BOUND), {"rows": rows})
    mark_bound(connection, decisions)


def _rows_of(decisions: Sequence[DecisionParts]) -> list[str]:
    """The rows that decisions bind, each once: their targets, and those that they join to these or part from them."""
    rows = {
        row
        for kind, target, value in decisions
        if kind != "artist_link"
        for row in (str(target), *(value if kind in ("merge", "split") else ()))
    }
    return sorted(rows)
