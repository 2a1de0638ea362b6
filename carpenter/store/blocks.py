"""Claiming dirty blocks and reading what they are built from."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from carpenter.evidence import stored_bill
from carpenter.store.locks import hold_evidence_still
from carpenter.store.rows import RAW_COLUMNS, raw_row
from carpenter.values import Placed, RawRow, VenueRef


class BlockKey(NamedTuple):
    """A block: one house, one night; a row without a room is a house of its own."""

    house_id: uuid.UUID
    night: date


@dataclass(slots=True)
class Claim:
    """Blocks held by the current transaction, with all that they are built from."""

    rows: dict[BlockKey, list[Placed]] = field(default_factory=dict)
    known_names: frozenset[str] = frozenset()

    @property
    def row_ids(self) -> list[int]:
        return [placed.row.id for rows in self.rows.values() for placed in rows]


_DIRTY_BLOCKS = """
SELECT p.house_id, p.night, count(*) AS rows
FROM raw_events r JOIN raw_placements p ON p.raw_event_id = r.id
WHERE r.built_hash IS DISTINCT FROM r.content_hash
  AND (cast(:source AS text) IS NULL OR r.source = :source)
  AND (cast(:city AS text) IS NULL OR EXISTS (
      SELECT FROM raw_evidence e JOIN venue_mentions m ON m.id = e.mention_id JOIN venues v ON v.id = m.venue_id
      WHERE e.raw_event_id = r.id AND v.city = :city))
GROUP BY p.house_id, p.night ORDER BY p.house_id, p.night
"""

# A version may have arrived since, an older one too: that moves when the row was first seen, and nothing else.
_IS_SURVEYED = "(e.content_hash, e.first_seen_at) = (r.content_hash, r.first_seen_at)"

_DIRTY_UNPLACED = f"""
SELECT {RAW_COLUMNS}, e.row_uuid FROM raw_events r JOIN sources o ON o.slug = r.source
JOIN raw_evidence e ON e.raw_event_id = r.id
WHERE r.built_hash IS DISTINCT FROM r.content_hash AND {_IS_SURVEYED}
  AND e.night IS NULL AND (cast(:source AS text) IS NULL OR r.source = :source)
ORDER BY r.source, r.source_event_id LIMIT :batch FOR UPDATE OF r SKIP LOCKED
"""

_THESE = "unnest(cast(:houses AS uuid[]), cast(:nights AS date[])) AS block (house_id, night)"

_LOCK = f"""
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended('block:' || house_id || ':' || night, 0) AS key FROM {_THESE} ORDER BY 1
) locks
"""

_STILL_DIRTY = f"""
SELECT DISTINCT p.house_id, p.night FROM {_THESE} JOIN raw_placements p USING (house_id, night)
JOIN raw_events r ON r.id = p.raw_event_id WHERE r.built_hash IS DISTINCT FROM r.content_hash
"""

# Rows are marked built before anything else is read: what changes from here on, names becoming known among it,
# waits for this transaction and marks them dirty again.
_MARK_BUILT = f"""
WITH locked AS (
    SELECT r.id FROM {_THESE} JOIN raw_placements p USING (house_id, night) JOIN raw_events r ON r.id = p.raw_event_id
    ORDER BY r.source, r.source_event_id FOR UPDATE OF r
)
UPDATE raw_events r SET built_hash = r.content_hash FROM locked, raw_evidence e
WHERE r.id = locked.id AND e.raw_event_id = r.id AND {_IS_SURVEYED}
  AND r.built_hash IS DISTINCT FROM r.content_hash
"""

_ROWS = f"""
SELECT {RAW_COLUMNS}, e.row_uuid, e.bill, e.asked_names, p.house_id AS block_house, p.night,
    m.venue_id, m.house_id, m.venue_key, m.rule,
    m.mention->>'name' AS mention, v.name AS venue_name, v.city AS venue_city, v.timezone AS venue_timezone
FROM {_THESE} JOIN raw_placements p USING (house_id, night) JOIN raw_events r ON r.id = p.raw_event_id
JOIN sources o ON o.slug = r.source
JOIN raw_evidence e ON e.raw_event_id = r.id
LEFT JOIN venue_mentions m ON m.id = e.mention_id LEFT JOIN venues v ON v.id = m.venue_id
ORDER BY r.source, r.source_event_id
"""

_KNOWN_NAMES = """
SELECT name_key FROM known_names WHERE name_key IN (
    SELECT unnest(asked_names || attested_names) FROM raw_evidence WHERE raw_event_id = ANY(:ids)
)
"""


def dirty_blocks(connection: Connection, source: str | None, city: str | None) -> list[tuple[BlockKey, int]]:
    """The blocks that hold dirty rows, with how many, in a stable order."""
    rows = connection.execute(text(_DIRTY_BLOCKS), {"source": source, "city": city})
    return [(BlockKey(row.house_id, row.night), row.rows) for row in rows]


def claim(connection: Connection, blocks: Sequence[BlockKey]) -> Claim:
    """Hold the blocks, given in order, until the transaction ends; mark their rows built, and read them.

    Waits for a block that another process builds; what that one has built is clean, and left alone.
    """
    hold_evidence_still(connection)
    connection.execute(text(_LOCK), _arrays(blocks))
    blocks = [BlockKey(*row) for row in connection.execute(text(_STILL_DIRTY), _arrays(blocks))]
    connection.execute(text(_MARK_BUILT), _arrays(blocks))
    return read_blocks(connection, blocks)


def read_blocks(connection: Connection, blocks: Sequence[BlockKey]) -> Claim:
    """All that blocks are built from, as it is now; holds nothing by itself."""
    rows: dict[BlockKey, list[Placed]] = defaultdict(list)
    for row in connection.execute(text(_ROWS), _arrays(blocks)).all():
        placed = Placed(
            row=raw_row(row, row.row_uuid),
            venue=_venue(row),
            night=row.night,
            own_bill=stored_bill(row.bill),
            asked=row.asked_names,
        )
        rows[BlockKey(row.block_house, row.night)].append(placed)
    taken = Claim(rows=dict(sorted(rows.items())))
    taken.known_names = frozenset(connection.scalars(text(_KNOWN_NAMES), {"ids": taken.row_ids}))
    return taken


def _venue(row: Row[Any]) -> VenueRef | None:
    if row.venue_id is None:
        return None
    return VenueRef(
        id=row.venue_id,
        key=row.venue_key,
        name=row.venue_name,
        city=row.venue_city,
        timezone=row.venue_timezone,
        house_id=row.house_id,
        mention=row.mention,
        rule=row.rule,
    )


def claim_unplaced(connection: Connection, source: str | None, batch: int) -> list[tuple[RawRow, str]]:
    """Dirty rows that belong to no block, marked built, each with the reason."""
    hold_evidence_still(connection)
    selected = connection.execute(text(_DIRTY_UNPLACED), {"source": source, "batch": batch}).all()
    taken = [(raw := raw_row(row, row.row_uuid), _why_unplaced(raw)) for row in selected]
    connection.execute(
        text("UPDATE raw_events SET built_hash = content_hash WHERE id = ANY(:ids)"), {"ids": [r.id for r, _ in taken]}
    )
    return taken


def _why_unplaced(row: RawRow) -> str:
    if row.source.is_of_the_past:
        return "setlist: what was played is no part of the calendar"
    return f"no day: {row.data.get('event_day') or 'none given'}"


def _arrays(blocks: Sequence[BlockKey]) -> dict[str, list[object]]:
    return {"houses": [block.house_id for block in blocks], "nights": [block.night for block in blocks]}
