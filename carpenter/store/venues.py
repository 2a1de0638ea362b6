"""Writing venues and what mentions were resolved to, and marking what is to be built again by it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, text

from carpenter.rows import VENUE_COLUMNS, ResolvedMention
from carpenter.store.bulk import numbers_array, stage, upsert
from carpenter.store.queue import mark_dirty, unassign

_VENUES = f"SELECT id, {', '.join(VENUE_COLUMNS)} FROM venues WHERE id = ANY(cast(:ids AS uuid[]))"

_SAID = """
UPDATE venue_mentions m SET rows = s.rows, first_seen_at = s.first_seen_at, shows = s.shows,
    component_id = s.component_id, venue_id = s.venue_id, house_id = s.house_id, explanation = s.explanation,
    is_stale = false
FROM {staged} s WHERE m.id = s.id
"""

_COUNT_SIZES = """
INSERT INTO mention_blocks AS b (block_key, mentions)
SELECT * FROM unnest(cast(:keys AS text[]), cast(:deltas AS integer[]))
ON CONFLICT (block_key) DO UPDATE SET mentions = b.mentions + excluded.mentions
"""

_LEFT = "UPDATE venues SET may_be_unused = true WHERE id = ANY(cast(:venues AS uuid[]))"

_EMPTY_BLOCKS = "DELETE FROM mention_blocks WHERE mentions = 0 AND block_key = ANY(:keys)"

_SPELLINGS = """
WITH counted AS (
    SELECT m.venue_id, m.mention->>'name' AS alias, count(*) AS mentions
    FROM venue_mentions m JOIN raw_evidence e ON e.mention_id = m.id
    WHERE m.venue_id = ANY(cast(:venues AS uuid[])) GROUP BY 1, 2
), gone AS (
    UPDATE venue_aliases a SET mentions = 0 WHERE a.venue_id = ANY(cast(:venues AS uuid[]))
    AND NOT EXISTS (SELECT FROM counted c WHERE c.venue_id = a.venue_id AND c.alias = a.alias)
)
INSERT INTO venue_aliases AS a (venue_id, alias, mentions) SELECT * FROM counted ORDER BY 1, 2
ON CONFLICT (venue_id, alias) DO UPDATE SET mentions = excluded.mentions WHERE a.mentions <> excluded.mentions
"""

_UNUSED_SPELLINGS = """
DELETE FROM venue_aliases WHERE venue_id = ANY(cast(:venues AS uuid[])) AND mentions = 0 AND NOT is_fact
"""

_ROWS_OF = "SELECT raw_event_id FROM raw_evidence WHERE mention_id = ANY(cast(:mentions AS uuid[]))"


def stored_venues(connection: Connection, venues: Iterable[uuid.UUID]) -> dict[uuid.UUID, Mapping[str, Any]]:
    """VENUE_COLUMNS of those of these venues that are stored."""
    named = {"ids": [str(venue_id) for venue_id in venues]}
    return {row.id: dict(row._mapping) for row in connection.execute(text(_VENUES), named)}


def write_venues(connection: Connection, venues: Mapping[uuid.UUID, Mapping[str, Any]]) -> None:
    """Enter these venues, or give those that are there these columns."""
    rows = ([venue_id, *(columns[name] for name in VENUE_COLUMNS)] for venue_id, columns in venues.items())
    upsert(connection, "venues", ["id"], ["id", *VENUE_COLUMNS], rows)


def leave_venues(connection: Connection, venues: Collection[uuid.UUID]) -> None:
    """Have venues looked at that mentions leave: they may be used no more."""
    if venues:
        connection.execute(text(_LEFT), {"venues": sorted(map(str, venues))})


def build_rows_again(connection: Connection, mentions: Collection[uuid.UUID]) -> None:
    """Mark dirty the rows that name their venue by these mentions."""
    if mentions:
        mark_dirty(connection, _ROWS_OF, {"mentions": list(map(str, mentions))})


def assign_rows_again(connection: Connection, mentions: Collection[uuid.UUID]) -> None:
    """Have the rows that name their venue by these mentions assigned to blocks again, and built."""
    if mentions:
        unassign(connection, _ROWS_OF, {"mentions": list(map(str, mentions))})
        mark_dirty(connection, f"{_ROWS_OF} AND night IS NULL", {"mentions": list(map(str, mentions))})


def write_mentions(connection: Connection, mentions: Iterable[ResolvedMention]) -> None:
    """Store what mentions were resolved to; they are no longer stale."""
    rows = (each._asdict() | {"shows": numbers_array(each.shows)} for each in mentions)
    staged = stage(connection, "venue_mentions", ResolvedMention._fields, (list(row.values()) for row in rows))
    connection.execute(text(_SAID.format(staged=staged)))


def delete_mentions(connection: Connection, mentions: Collection[uuid.UUID]) -> None:
    """Delete mentions that no row names any more."""
    if mentions:
        connection.execute(
            text("DELETE FROM venue_mentions WHERE id = ANY(cast(:ids AS uuid[]))"), {"ids": list(map(str, mentions))}
        )


def count_spellings(connection: Connection, venues: Collection[uuid.UUID]) -> None:
    """Count anew how the rows of these venues spell them."""
    named = {"venues": [str(venue_id) for venue_id in venues]}
    connection.execute(text(_SPELLINGS), named)
    connection.execute(text(_UNUSED_SPELLINGS), named)


def change_block_sizes(connection: Connection, changes: Mapping[str, int]) -> None:
    """Add to the numbers of mentions that share each block key; a key that none has is forgotten."""
    deltas = dict(sorted(changes.items()))
    connection.execute(text(_COUNT_SIZES), {"keys": list(deltas), "deltas": list(deltas.values())})
    connection.execute(text(_EMPTY_BLOCKS), {"keys": [key for key, by in deltas.items() if by < 0]})
