"""Marking raw events dirty: the one way in which anything is built again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, text

from sms_database.ids import BlockKey


class IdRange(NamedTuple):
    """The dirty raw events from one id to another, both among them."""

    first: int
    last: int


_RANGES = """
SELECT min(raw_event_id) AS first, max(raw_event_id) AS last FROM (
    SELECT raw_event_id, (row_number() OVER (ORDER BY raw_event_id) - 1) / :size AS number FROM dirty_raw_events
) numbered GROUP BY number ORDER BY number
"""

# Where they stand, and where they count: a decision may have led a row to the block of another.
_BLOCKS_OF = """
SELECT house_id, night FROM raw_placements WHERE raw_event_id = ANY(:ids)
UNION SELECT m.house_id, e.night FROM raw_evidence e JOIN venue_mentions m ON m.id = e.mention_id
WHERE e.raw_event_id = ANY(:ids) AND m.house_id IS NOT NULL AND e.night IS NOT NULL
"""

# Whose night may hang on a row that was assigned there, three nights off at most: MAX_NIGHT_SHIFT in
# carpenter/nights/assignment.py.
_ASSIGNED_WITH_THEM = """
SELECT DISTINCT p.raw_event_id, p.house_id, p.night
FROM unnest(cast(:houses AS uuid[]), cast(:nights AS date[])) AS b (house_id, night)
JOIN raw_placements p ON p.house_id = b.house_id AND p.night BETWEEN b.night - 3 AND b.night + 3
JOIN raw_evidence e USING (raw_event_id)
WHERE p.night = b.night OR e.other_night IS NOT NULL
"""

# What a row without a day is part of hangs on all rows of its parent venue.
_UNDATED = """
SELECT e.raw_event_id FROM venue_mentions m JOIN raw_evidence e ON e.mention_id = m.id
WHERE m.house_id = ANY(:houses) AND e.night IS NULL
"""

_IN_BLOCKS = """
SELECT p.raw_event_id FROM raw_placements p
JOIN unnest(cast(:houses AS uuid[]), cast(:nights AS date[])) AS b (house_id, night) USING (house_id, night)
"""


_FORGET_REVIEW = """
DELETE FROM review_pairs p USING unnest(cast(:houses AS uuid[]), cast(:nights AS date[])) AS b (house_id, night)
WHERE p.house_id = b.house_id AND p.night = b.night
"""


def mark_dirty(connection: Connection, which: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Mark the raw events dirty whose id is in the subquery `which`; returns how many were clean.

    The caller holds the lock of facts alone (sms_database/locks.py), so no build has claimed any of them. Rows are
    entered in the order that every writer keeps, so that none waits in a circle.
    """
    result = connection.execute(
        text(
            f"INSERT INTO dirty_raw_events (raw_event_id) SELECT marked.id FROM ({which}) AS marked (id)"
            " WHERE NOT EXISTS (SELECT FROM dirty_raw_events d WHERE d.raw_event_id = marked.id)"
            " GROUP BY marked.id ORDER BY marked.id ON CONFLICT DO NOTHING"
        ),
        parameters or {},
    )
    return result.rowcount


def unassign(connection: Connection, which: str, parameters: Mapping[str, Any] | None = None) -> None:
    """Take the raw events in the subquery `which` out of their blocks, to be assigned and built again, and with them
    those beside them whose night may hang on theirs.
    """
    ids = connection.scalars(text(which), parameters or {}).all()
    blocks = connection.execute(text(_BLOCKS_OF), {"ids": ids}).all() if ids else ()
    if not blocks:
        return
    assigned = connection.execute(text(_ASSIGNED_WITH_THEM), as_arrays(BlockKey(*row) for row in blocks)).all()
    leave_blocks(connection, {BlockKey(row.house_id, row.night) for row in assigned})
    mark_dirty(connection, _UNDATED, {"houses": list({row.house_id for row in blocks})})
    connection.execute(
        text("DELETE FROM raw_placements WHERE raw_event_id = ANY(:ids)"),
        {"ids": [row.raw_event_id for row in assigned]},
    )


def leave_blocks(connection: Connection, blocks: Collection[BlockKey]) -> None:
    """Have blocks that rows leave built again without them; of one that becomes empty nothing is left."""
    mark_dirty(connection, _IN_BLOCKS, as_arrays(blocks))
    connection.execute(text(_FORGET_REVIEW), as_arrays(blocks))


def as_arrays(blocks: Iterable[BlockKey]) -> dict[str, list[Any]]:
    """Blocks as the parameters `houses` and `nights`."""
    listed = sorted(blocks)
    return {"houses": [block.house_id for block in listed], "nights": [block.night for block in listed]}


def dirty_ranges(engine: Engine, size: int) -> list[IdRange]:
    """The dirty raw events, in ranges of at most `size` rows."""
    with engine.connect() as connection:
        return [IdRange(*row) for row in connection.execute(text(_RANGES), {"size": size})]


def read_again(connection: Connection, which: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Have raw events read, assigned and built again; returns how many were clean."""
    unassign(connection, which, parameters)
    connection.execute(
        text(f"UPDATE raw_evidence SET content_hash = '' WHERE raw_event_id IN ({which})"), parameters or {}
    )
    return mark_dirty(connection, which, parameters)


def build_all_again(connection: Connection) -> None:
    """Mark every raw event and look-up dirty, all evidence out of date, every artist and venue to be looked at."""
    mark_dirty(connection, "SELECT id FROM raw_events")
    for table in ("raw_placements", "raw_evidence", "venue_mentions", "mention_blocks", "known_names"):
        connection.execute(text(f"DELETE FROM {table}"))
    connection.execute(text("UPDATE artist_lookups SET built_hash = NULL, name_key = NULL"))
    connection.execute(text("UPDATE artists SET is_stale = true WHERE NOT is_stale"))
    connection.execute(text("UPDATE venues SET may_be_unused = true WHERE NOT may_be_unused"))
