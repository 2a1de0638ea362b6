"""Marking raw events dirty: the one way in which anything is built again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text


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


def survey_again(connection: Connection, which: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Mark raw events dirty and their evidence out of date; returns how many were built before."""
    connection.execute(
        text(f"UPDATE raw_evidence SET content_hash = '' WHERE raw_event_id IN ({which})"), parameters or {}
    )
    return mark_dirty(connection, which, parameters)


def build_all_again(connection: Connection) -> None:
    """Mark every raw event and every look-up dirty, all evidence out of date, and every artist stale."""
    survey_again(connection, "SELECT id FROM raw_events")
    connection.execute(text("UPDATE artist_lookups SET built_hash = NULL, name_key = NULL"))
    connection.execute(text("UPDATE artists SET is_stale = true WHERE NOT is_stale"))
