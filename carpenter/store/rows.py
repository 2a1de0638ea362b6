"""Rows of the database as the values that the build works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from carpenter.values import DecisionFacts, RawRow, SourceTraits, row_uuid

RAW_COLUMNS = (
    "r.id, r.source, r.source_event_id, r.data, r.content_hash, r.first_seen_at, r.unlisted_at IS NOT NULL AS unlisted"
)


def source_traits(connection: Connection) -> dict[str, SourceTraits]:
    """Every source by slug; they stay so until the transaction ends. Read before rows are locked."""
    rows = connection.execute(text("SELECT slug, kind, city, venue, trust FROM sources ORDER BY slug FOR SHARE"))
    return {row.slug: SourceTraits(**row._mapping) for row in rows}


def raw_row(row: Row[Any], sources: Mapping[str, SourceTraits]) -> RawRow:
    """A row selected by RAW_COLUMNS."""
    return RawRow(
        id=row.id,
        source=sources[row.source],
        source_event_id=row.source_event_id,
        data=row.data,
        content_hash=row.content_hash,
        first_seen_at=row.first_seen_at,
        is_unlisted=row.unlisted,
        row_uuid=row_uuid(row.source, row.source_event_id),
    )


def all_decisions(connection: Connection) -> Sequence[DecisionFacts]:
    """Every decision in force, oldest first. People make few."""
    rows = connection.execute(text("SELECT id, kind, target, field, value FROM decisions ORDER BY id"))
    return [DecisionFacts(**row._mapping) for row in rows]
