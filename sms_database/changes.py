"""What readers see that has changed: written in the transaction that changes it, numbered once that is committed.

A number that a writer takes says nothing of the order in which transactions end: whoever reads behind the highest one
loses those that commit later. So writers give none. One publisher at a time numbers what is committed; readers know
only its numbers, which are dense and in order.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from sms_database.json_text import dumps
from sms_database.locks import PUBLISHER

AUDIENCES = ("public", "curator", "operator", "person")
"""Who may see a change."""

CHANGE_KINDS = ("created", "updated", "removed", "merged", "split", "rebuilt")
"""merged: an event has become part of another. split: it was part of another. rebuilt: whatever a first build, a build
by new rules, or a rebuild has changed."""

CHANGED_ENTITIES = ("event", "venue", "artist", "catalog")

WRITTEN_CHANNEL = "changes_written"
"""Notified when there is something to publish."""

PUBLISHED_CHANNEL = "changes"
"""Notified when there is something to read, without a payload: readers read from their own number on."""

BATCH = 5_000
"""Changes that one transaction numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChange:
    """A change to be written; its fields are those of `sms_database.models.changes.Change`."""

    at: datetime
    kind: str
    entity: str
    entity_id: uuid.UUID | None = None
    into_id: uuid.UUID | None = None
    city: str | None = None
    night: date | None = None
    scopes: Sequence[str] = ()
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    cause: Mapping[str, Any] | None = None


_INSERT = """
INSERT INTO changes (at, kind, entity, entity_id, into_id, city, night, scopes, before, after, cause)
SELECT at, kind, entity, entity_id, into_id, city, night, scopes, before, after, coalesce(cause, '{}')
FROM jsonb_to_recordset(cast(:changes AS jsonb)) AS written (at timestamptz, kind text, entity text, entity_id uuid,
    into_id uuid, city text, night date, scopes text[], before jsonb, after jsonb, cause jsonb)
"""

_FORGET = "UPDATE changes SET before = NULL, after = NULL WHERE entity_id = ANY(cast(:ids AS uuid[]))"

# The lock is a statement of its own: the next one sees what the publisher before has committed.
_LOCK = f"SELECT pg_advisory_xact_lock({PUBLISHER})"

_NUMBER = """
WITH last AS (SELECT coalesce(max(seq), 0) AS seq FROM changes), new AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place
    FROM (SELECT id FROM changes WHERE seq IS NULL ORDER BY id LIMIT :batch) AS unpublished
), numbered AS (
    UPDATE changes c SET seq = last.seq + new.place FROM new, last WHERE c.id = new.id RETURNING c.seq, c.scopes
), moved AS (
    INSERT INTO heads AS h (scope, seq) SELECT scope, max(n.seq) FROM numbered n, unnest(n.scopes) AS scope
    GROUP BY scope ORDER BY scope
    ON CONFLICT (scope) DO UPDATE SET seq = excluded.seq
)
SELECT count(*) FROM numbered
"""


def write_changes(connection: Connection, changes: Iterable[NewChange]) -> None:
    """Write changes in the transaction that makes them."""
    if written := list(changes):
        connection.execute(text(_INSERT), {"changes": dumps(written)})
        connection.execute(text(f"NOTIFY {WRITTEN_CHANNEL}"))


def forget_states(connection: Connection, entities: Iterable[uuid.UUID]) -> None:
    """Take from all changes of these entities what they were: the changes keep their numbers, and say nothing."""
    connection.execute(text(_FORGET), {"ids": sorted(map(str, entities))})


def publish_changes(engine: Engine) -> int:
    """Number the changes that are committed, and move the heads of what they concern; returns how many there were.

    Any process may publish; one does at a time, and the others wait.
    """
    published = 0
    while True:
        with engine.begin() as connection:
            connection.execute(text(_LOCK))
            numbered = connection.scalar(text(_NUMBER), {"batch": BATCH}) or 0
            if numbered:
                connection.execute(text(f"NOTIFY {PUBLISHED_CHANNEL}"))
        published += numbered
        if numbered < BATCH:
            return published


def prune_changes(engine: Engine, before: datetime) -> int:
    """Delete the changes from before an instant, but for the newest one, whose number must stay known."""
    with engine.begin() as connection:
        connection.execute(text(_LOCK))
        return connection.execute(
            text("DELETE FROM changes WHERE seq < (SELECT max(seq) FROM changes) AND at < :before"), {"before": before}
        ).rowcount
