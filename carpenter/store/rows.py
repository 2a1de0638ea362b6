"""Rows of the database as the values that the build works on."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, text

from carpenter.values import DecisionFacts, RawRow, SourceTraits

RAW_COLUMNS = """
r.id, r.source, r.source_event_id, r.data, r.content_hash, r.first_seen_at, r.unlisted_at IS NOT NULL AS unlisted,
o.kind AS source_kind, o.city AS source_city, o.venue AS source_venue, o.trust AS source_trust
"""
"""Of raw events `r` and their sources `o`."""

IS_VENUE_GONE = """
d.kind = 'override' AND d.field = 'venue_id' AND jsonb_typeof(d.value) = 'string'
AND NOT EXISTS (SELECT FROM venues v WHERE v.key IS NOT NULL AND cast(v.id AS text) = d.value #>> '{}')
"""
"""Of a decision `d`: does it give a venue that venues.toml no longer describes?"""

_DECISIONS = f"""
SELECT d.id, d.kind, d.target, d.field, d.value FROM decisions d WHERE NOT ({IS_VENUE_GONE}) ORDER BY d.id
"""


def raw_row(row: Row[Any], founds: uuid.UUID) -> RawRow:
    """A row selected by RAW_COLUMNS, and the id of the event that it founds or would found.

    While evidence is held still, or moved, no crawl changes the traits of its source.
    """
    return RawRow(
        id=row.id,
        source=_traits(row.source, row.source_kind, row.source_city, row.source_venue, row.source_trust),
        source_event_id=row.source_event_id,
        data=row.data,
        content_hash=row.content_hash,
        first_seen_at=row.first_seen_at,
        is_unlisted=row.unlisted,
        row_uuid=founds,
    )


@lru_cache(maxsize=16_384)
def _traits(slug: str, kind: str, city: str | None, venue: str | None, trust: int) -> SourceTraits:
    return SourceTraits(slug=slug, kind=kind, city=city, venue=venue, trust=trust)


def all_decisions(connection: Connection) -> Sequence[DecisionFacts]:
    """Every decision in force, oldest first. People make few.

    One that names a venue described no more is left out: there is nothing to give the event.
    """
    return [DecisionFacts(**row._mapping) for row in connection.execute(text(_DECISIONS))]
