"""Rows of the database as the values that the build works on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from carpenter.model import RawRow, SourceTraits
from sms_database.decisions import DecisionFacts

RAW_COLUMNS = """
r.id, r.source, r.source_event_id, r.data, r.source_url, r.content_hash, r.first_seen_at, r.unlisted_at IS NOT NULL,
r.former_days
"""
"""Of raw events `r`, as `raw_row` takes them. The carpenter reads what a spider told, not the record it was told by."""

RAW_WIDTH = 9

_TRAITS = "SELECT slug, kind, city, venue, trust FROM sources WHERE slug = ANY(:slugs)"

IS_VENUE_GONE = """
d.kind = 'override' AND d.field = 'venue_id' AND jsonb_typeof(d.value) = 'string'
AND NOT EXISTS (SELECT FROM venues v WHERE v.key IS NOT NULL AND cast(v.id AS text) = d.value #>> '{}')
"""
"""Of a decision `d`: does it give a venue that venues.toml no longer describes?"""

_DECISIONS = f"""
SELECT d.id, d.kind, d.target, d.field, d.value FROM decisions d
WHERE d.deleted_at IS NULL AND NOT ({IS_VENUE_GONE}) ORDER BY d.id
"""


IS_SURVEYED = "(e.content_hash, e.first_seen_at, e.former_days) = (r.content_hash, r.first_seen_at, r.former_days)"
"""Is the evidence `e` of a raw event `r` that of what it says now? A version of it may have arrived since, an older one
too: that moves when the row was first seen, or adds to its former days.
"""


def tuples(connection: Connection, query: str, parameters: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a query as bare tuples: for the many rows of a build, whose columns get their names from there on."""
    return connection.execute(text(query), parameters).cursor.fetchall()


def traits_of(connection: Connection, selected: Iterable[Sequence[Any]]) -> Mapping[str, SourceTraits]:
    """The traits of the sources of rows selected by RAW_COLUMNS, by slug.

    While evidence is held still, or moved, no crawl changes them.
    """
    slugs = {row[1] for row in selected}
    return {
        slug: SourceTraits(slug=slug, kind=kind, city=city, venue=venue, trust=trust)
        for slug, kind, city, venue, trust in tuples(connection, _TRAITS, {"slugs": list(slugs)})
    }


def raw_row(selected: Sequence[Any], traits: Mapping[str, SourceTraits], founds: uuid.UUID) -> RawRow:
    """A row selected by RAW_COLUMNS, and the id of the event that it founds or would found."""
    row_id, source, source_event_id, data, url, content_hash, first_seen_at, is_unlisted, former = selected[:RAW_WIDTH]
    return RawRow(
        id=row_id,
        source=traits[source],
        source_event_id=source_event_id,
        data=data,
        source_url=url,
        content_hash=content_hash,
        first_seen_at=first_seen_at,
        is_unlisted=is_unlisted,
        former_days=former,
        row_uuid=founds,
    )


def all_decisions(connection: Connection) -> Sequence[DecisionFacts]:
    """Every decision in force, oldest first. People make few.

    One that names a venue described no more is left out: there is nothing to give the event.
    """
    return [DecisionFacts(**row._mapping) for row in connection.execute(text(_DECISIONS))]
