"""Rows of the database as the values that the build works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from carpenter.values import DecisionFacts, RawRow, SourceTraits, row_uuid

RAW_COLUMNS = (
    "r.id, r.source, r.source_event_id, r.data, r.content_hash, r.first_seen_at, r.unlisted_at IS NOT NULL AS unlisted"
)

IS_VENUE_GONE = """
d.kind = 'override' AND d.field = 'venue_id' AND jsonb_typeof(d.value) = 'string'
AND NOT EXISTS (SELECT FROM venues v WHERE v.key IS NOT NULL AND cast(v.id AS text) = d.value #>> '{}')
"""
"""Of a decision `d`: does it give a venue that venues.toml no longer describes?"""

_DECISIONS = f"""
SELECT d.id, d.kind, d.target, d.field, d.value FROM decisions d WHERE NOT ({IS_VENUE_GONE}) ORDER BY d.id
"""


def source_traits(connection: Connection) -> dict[str, SourceTraits]:
    """Every source by slug; while evidence is held still, or moved, no crawl changes them."""
    rows = connection.execute(text("SELECT slug, kind, city, venue, trust FROM sources"))
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
    """Every decision in force, oldest first. People make few.

    One that names a venue described no more is left out: there is nothing to give the event.
    """
    return [DecisionFacts(**row._mapping) for row in connection.execute(text(_DECISIONS))]
