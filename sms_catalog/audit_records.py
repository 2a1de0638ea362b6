"""What builds wrote of their changes: the records of the audit, without those that tell of hidden events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from sms_catalog.keyset import Page
from sms_catalog.query_problems import InvalidQuery, QueryProblem

# A row's record names no event: that of a row which is part of a hidden event tells of that event.
TELLS_OF_HIDDEN = """(
    EXISTS (SELECT FROM events h WHERE h.id = r.entity_id AND h.is_hidden)
    OR EXISTS (
        SELECT FROM event_sources s JOIN events h ON h.id = s.event_id
        WHERE s.raw_event_id = r.raw_event_id AND h.is_hidden))"""
"""That a record `r` is about a hidden event."""

_COLUMNS = "r.id, r.carpenter_run_id, r.entity, r.entity_id, r.change, r.diff, r.reason, r.recorded_at"

_BY_IDS = f"SELECT {_COLUMNS} FROM carpenter_records r WHERE r.id = ANY(:ids) AND NOT {TELLS_OF_HIDDEN}"

_OF_RUNS = f"""
SELECT o.* FROM unnest(cast(:runs AS bigint[])) AS run (id), LATERAL (
    SELECT {_COLUMNS} FROM carpenter_records r
    WHERE r.carpenter_run_id = run.id AND r.id > :after AND NOT {TELLS_OF_HIDDEN} ORDER BY r.id LIMIT :limit
) AS o ORDER BY o.carpenter_run_id, o.id
"""

_LARGEST = 2**63 - 1


def records_by_ids(connection: Connection, ids: Collection[int]) -> list[Mapping[str, Any]]:
    """The records of these ids: the columns of `sms_database.models.audit.CarpenterRecord` that readers see."""
    return [row._asdict() for row in connection.execute(text(_BY_IDS), {"ids": list(ids)})]


def records_of_runs(
    connection: Connection, runs: Sequence[int], *, limit: int, cursor: str | None = None
) -> dict[int, Page[Mapping[str, Any]]]:
    """For each of these builds a page of its records by id, in one statement; raises InvalidQuery."""
    asked = {"runs": list(runs), "after": number_of(cursor), "limit": limit + 1}
    of_run: dict[int, list[Mapping[str, Any]]] = {run: [] for run in runs}
    for row in connection.execute(text(_OF_RUNS), asked):
        of_run[row.carpenter_run_id].append(_record(row))
    return {run: numbered_page(rows, "id", limit) for run, rows in of_run.items()}


def numbered_page(rows: Sequence[Mapping[str, Any]], number: str, limit: int) -> Page[Mapping[str, Any]]:
    """A page of rows that have a number each, in its order, of which one more than the limit was read."""

    def cursor_of(index: int) -> str:
        return str(rows[index][number])

    return Page(rows[:limit], cursor_of(limit - 1) if len(rows) > limit else None, cursor_of)


def number_of(cursor: str | None) -> int:
    """The number behind which a page of `numbered_page` begins; raises InvalidQuery."""
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 20 and int(cursor) <= _LARGEST):
        raise InvalidQuery([QueryProblem("cursor", "is none of this list: take the one of an answer, or leave it out")])
    return int(cursor)


def _record(row: Row[Any]) -> Mapping[str, Any]:
    return row._asdict()
