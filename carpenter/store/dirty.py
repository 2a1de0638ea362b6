"""Marking raw events dirty: the one way in which anything is built again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

_BLOCKS_OF = """
SELECT DISTINCT house_id, night FROM raw_placements WHERE raw_event_id IN ({which})
"""

# Whose night may hang on a row that was placed there: see carpenter/store/placing.py.
_PLACED_WITH_THEM = """
SELECT DISTINCT p.raw_event_id, p.house_id, p.night
FROM unnest(cast(:houses AS uuid[]), cast(:nights AS date[])) AS b (house_id, night)
JOIN raw_placements p ON p.house_id = b.house_id AND p.night BETWEEN b.night - 2 AND b.night + 2
JOIN raw_evidence e USING (raw_event_id)
WHERE p.night = b.night OR e.other_night IS NOT NULL
"""

_IN_BLOCKS = """
SELECT p.raw_event_id FROM raw_placements p
JOIN unnest(cast(:houses AS uuid[]), cast(:nights AS date[])) AS b (house_id, night) USING (house_id, night)
"""


def mark_dirty(connection: Connection, which: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Mark the built raw events dirty whose id is in the subquery `which`; returns how many.

    Rows are locked in the order that every writer of raw events keeps, so that none waits in a circle.
    """
    result = connection.execute(
        text(
            "WITH locked AS (SELECT id FROM raw_events WHERE built_hash IS NOT NULL AND id IN ("
            f"{which}) ORDER BY source, source_event_id FOR UPDATE) "
            "UPDATE raw_events SET built_hash = NULL WHERE id IN (SELECT id FROM locked)"
        ),
        parameters or {},
    )
    return result.rowcount


def unplace(connection: Connection, which: str, parameters: Mapping[str, Any] | None = None) -> None:
    """Have the placed raw events in the subquery `which` placed and built again, and those beside them whose night may
    hang on theirs.
    """
    blocks = connection.execute(text(_BLOCKS_OF.format(which=which)), parameters or {}).all()
    if not blocks:
        return
    placed = connection.execute(text(_PLACED_WITH_THEM), _arrays((b.house_id, b.night) for b in blocks)).all()
    # The blocks that they may leave are built again too, without them.
    mark_dirty(connection, _IN_BLOCKS, _arrays({(row.house_id, row.night) for row in placed}))
    connection.execute(
        text("DELETE FROM raw_placements WHERE raw_event_id = ANY(:ids)"), {"ids": [row.raw_event_id for row in placed]}
    )


def _arrays(blocks: Iterable[tuple[uuid.UUID, date]]) -> dict[str, list[Any]]:
    listed = sorted(blocks)
    return {"houses": [house for house, _ in listed], "nights": [night for _, night in listed]}


def survey_again(connection: Connection, which: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Have raw events surveyed, placed and built again; returns how many were built before."""
    unplace(connection, which, parameters)
    connection.execute(
        text(f"UPDATE raw_evidence SET content_hash = '' WHERE raw_event_id IN ({which})"), parameters or {}
    )
    return mark_dirty(connection, which, parameters)


def build_all_again(connection: Connection) -> None:
    """Mark every raw event and every look-up dirty, all evidence out of date, and every artist stale."""
    mark_dirty(connection, "SELECT id FROM raw_events")
    for table in ("raw_placements", "raw_evidence", "venue_mentions", "known_names"):
        connection.execute(text(f"DELETE FROM {table}"))
    connection.execute(text("UPDATE artist_lookups SET built_hash = NULL, name_key = NULL"))
    connection.execute(text("UPDATE artists SET is_stale = true WHERE NOT is_stale"))
