"""The whole catalog as plain values, in which two databases can be compared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, inspect, text

TABLES = (
    "events",
    "event_artists",
    "artists",
    "artist_aliases",
    "artist_links",
    "venues",
    "venue_aliases",
    "venue_mentions",
    "mention_blocks",
    "known_names",
    "review_pairs",
    "redirects",
)


def catalog_dump(engine: Engine) -> dict[str, list[str]]:
    """Every row of every derived table as text, sorted; rows of raw events named by their natural keys."""
    dump: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for table in TABLES:
            names = ", ".join(c["name"] for c in inspect(connection).get_columns(table))
            dump[table] = _lines(connection.execute(text(f"SELECT {names} FROM {table}")).all())
        for table in ("event_sources", "raw_evidence", "raw_placements"):
            names = ", ".join(
                f"t.{c['name']}" for c in inspect(connection).get_columns(table) if c["name"] != "raw_event_id"
            )
            dump[table] = _lines(
                connection.execute(
                    text(
                        f"SELECT r.source, r.source_event_id, {names} FROM {table} t"
                        " JOIN raw_events r ON r.id = t.raw_event_id"
                    )
                ).all()
            )
    return dump


def _lines(rows: Any) -> list[str]:
    return sorted(str(tuple(row)) for row in rows)
