"""The audit: runs, and a record of each change."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from carpenter.store.bulk import append
from sms_database.json_text import dumps


@dataclass(frozen=True, slots=True)
class Change:
    """One change to the catalog, or one row that could not be used."""

    entity: str
    entity_id: uuid.UUID | None
    change: str
    diff: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    raw_event_id: int | None = None


_COLUMNS = ("carpenter_run_id", "raw_event_id", "entity", "entity_id", "change", "diff", "reason")


def record(connection: Connection, run_id: int, changes: Sequence[Change], *, unchanged: int = 0) -> None:
    """Write a record of each change, and one that counts what was built anew and came out the same."""
    if unchanged:
        changes = [*changes, Change("event", None, "noop", diff={"count": unchanged})]
    if not changes:
        return
    rows = ((run_id, c.raw_event_id, c.entity, c.entity_id, c.change, _json(c.diff), c.reason) for c in changes)
    append(connection, "carpenter_records", _COLUMNS, rows)


_LAST = "SELECT rules_hash, is_quiet AND finished_at IS NULL AS is_to_end FROM carpenter_runs ORDER BY id DESC LIMIT 1"

_OPEN = """
INSERT INTO carpenter_runs (started_at, reason, rules_hash, is_quiet)
VALUES (:started_at, :reason, :rules_hash, :is_quiet) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run under way."""

    id: int
    by_other_rules: bool
    """Does it go by other rules than the last one?"""
    is_first: bool
    """Is there no event yet?"""
    ends_another: bool
    """Was the last one quiet, and has not told of what it changed?"""
    is_quiet: bool
    """Is all that it changes one change for readers: a first build's, one by other rules, or the rest of one of these
    whose process was killed?"""


def open_run(connection: Connection, started_at: datetime, reason: str, rules_hash: str) -> OpenRun:
    """Enter a run."""
    last = connection.execute(text(_LAST)).first()
    by_other_rules = last is not None and last.rules_hash != rules_hash
    is_first = not connection.scalar(text("SELECT EXISTS (SELECT FROM events)"))
    ends_another = last is not None and last.is_to_end
    is_quiet = is_first or by_other_rules or ends_another
    values = {"started_at": started_at, "reason": reason, "rules_hash": rules_hash, "is_quiet": is_quiet}
    run_id = connection.execute(text(_OPEN), values).scalar_one()
    return OpenRun(run_id, by_other_rules, is_first, ends_another, is_quiet)


def close_run(connection: Connection, run_id: int, finished_at: datetime, counts: Mapping[str, int]) -> None:
    """Say that a run came to its end, and what it did."""
    connection.execute(
        text("UPDATE carpenter_runs SET finished_at = :finished_at, counts = cast(:counts AS jsonb) WHERE id = :id"),
        {"id": run_id, "finished_at": finished_at, "counts": dumps(dict(counts))},
    )


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _json(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_json(part) for part in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | uuid.UUID) else value
