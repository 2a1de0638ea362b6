"""Claiming dirty blocks and reading what they are built from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from carpenter.store.locks import hold_evidence_still
from carpenter.store.rows import RAW_COLUMNS, raw_row, source_traits
from carpenter.values import RawRow, SourceTraits


class BlockKey(NamedTuple):
    """A block: one city, one night."""

    city: str
    night: date


@dataclass(slots=True)
class Claim:
    """Blocks held by the current transaction, with all that they are built from."""

    rows: dict[BlockKey, list[RawRow]] = field(default_factory=dict)
    known_names: frozenset[str] = frozenset()

    @property
    def row_ids(self) -> list[int]:
        return [row.id for rows in self.rows.values() for row in rows]


_DIRTY_BLOCKS = """
SELECT e.city, e.night, count(*) AS rows
FROM raw_events r JOIN raw_evidence e ON e.raw_event_id = r.id
WHERE r.built_hash IS DISTINCT FROM r.content_hash AND e.city IS NOT NULL AND e.night IS NOT NULL
  AND (cast(:source AS text) IS NULL OR r.source = :source) AND (cast(:city AS text) IS NULL OR e.city = :city)
GROUP BY e.city, e.night ORDER BY e.city, e.night
"""

_DIRTY_UNPLACED = f"""
SELECT {RAW_COLUMNS}, e.city, e.night FROM raw_events r JOIN raw_evidence e ON e.raw_event_id = r.id
WHERE r.built_hash IS DISTINCT FROM r.content_hash AND e.content_hash = r.content_hash
  AND (e.city IS NULL OR e.night IS NULL) AND (cast(:source AS text) IS NULL OR r.source = :source)
ORDER BY r.source, r.source_event_id LIMIT :batch FOR UPDATE OF r SKIP LOCKED
"""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('block:' || :city || ':' || cast(:night AS date), 0))"

_STILL_DIRTY = """
SELECT DISTINCT city, night FROM raw_events r JOIN raw_evidence e ON e.raw_event_id = r.id
JOIN unnest(cast(:cities AS text[]), cast(:nights AS date[])) AS block (city, night) USING (city, night)
WHERE r.built_hash IS DISTINCT FROM r.content_hash
"""

# Rows are marked built before anything else is read: what changes from here on, names becoming known among it,
# waits for this transaction and marks them dirty again.
_MARK_BUILT = """
WITH locked AS (
    SELECT r.id FROM raw_events r JOIN raw_evidence e ON e.raw_event_id = r.id
    JOIN unnest(cast(:cities AS text[]), cast(:nights AS date[])) AS block (city, night) USING (city, night)
    ORDER BY r.source, r.source_event_id FOR UPDATE OF r
)
UPDATE raw_events r SET built_hash = r.content_hash FROM locked, raw_evidence e
WHERE r.id = locked.id AND e.raw_event_id = r.id AND e.content_hash = r.content_hash
  AND r.built_hash IS DISTINCT FROM r.content_hash
"""

_ROWS = f"""
SELECT {RAW_COLUMNS}, e.city, e.night
FROM raw_events r JOIN raw_evidence e ON e.raw_event_id = r.id
JOIN unnest(cast(:cities AS text[]), cast(:nights AS date[])) AS block (city, night) USING (city, night)
ORDER BY r.source, r.source_event_id
"""

_KNOWN_NAMES = """
SELECT name_key FROM known_names WHERE name_key IN (
    SELECT unnest(asked_names) FROM raw_evidence WHERE raw_event_id = ANY(:ids)
)
"""


def dirty_blocks(connection: Connection, source: str | None, city: str | None) -> list[tuple[BlockKey, int]]:
    """The blocks that hold dirty rows, with how many, in a stable order."""
    rows = connection.execute(text(_DIRTY_BLOCKS), {"source": source, "city": city})
    return [(BlockKey(row.city, row.night), row.rows) for row in rows]


def claim(connection: Connection, blocks: Sequence[BlockKey]) -> Claim:
    """Hold the blocks, given in order, until the transaction ends; mark their rows built, and read them.

    Waits for a block that another process builds; what that one has built is clean, and left alone.
    """
    hold_evidence_still(connection)
    for block in blocks:
        connection.execute(text(_LOCK), block._asdict())
    blocks = [BlockKey(*row) for row in connection.execute(text(_STILL_DIRTY), _arrays(blocks))]
    connection.execute(text(_MARK_BUILT), _arrays(blocks))
    sources = source_traits(connection)
    rows: dict[BlockKey, list[RawRow]] = defaultdict(list)
    for row in connection.execute(text(_ROWS), _arrays(blocks)):
        rows[BlockKey(row.city, row.night)].append(raw_row(row, sources))
    taken = Claim(rows=dict(sorted(rows.items())))
    taken.known_names = frozenset(connection.scalars(text(_KNOWN_NAMES), {"ids": taken.row_ids}))
    return taken


def claim_unplaced(connection: Connection, source: str | None, batch: int) -> list[tuple[RawRow, str]]:
    """Dirty rows that belong to no block, marked built, each with the reason."""
    hold_evidence_still(connection)
    selected = connection.execute(text(_DIRTY_UNPLACED), {"source": source, "batch": batch}).all()
    sources = source_traits(connection)
    taken = []
    for row in selected:
        taken.append((raw_row(row, sources), _why_unplaced(row, sources[row.source])))
    connection.execute(
        text("UPDATE raw_events SET built_hash = content_hash WHERE id = ANY(:ids)"), {"ids": [r.id for r, _ in taken]}
    )
    return taken


def _why_unplaced(row: Row[Any], source: SourceTraits) -> str:
    if source.is_of_the_past:
        return "setlist: what was played is no part of the calendar"
    if row.city is None:
        return "no city: the row names no town and no place"
    return f"no day: {row.data.get('event_day') or 'none given'}"


def _arrays(blocks: Sequence[BlockKey]) -> dict[str, list[object]]:
    return {"cities": [block.city for block in blocks], "nights": [block.night for block in blocks]}
