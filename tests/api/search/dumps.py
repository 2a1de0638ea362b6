"""Whatever an index holds, in a form that is equal for two files that hold the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sms_api.search.entries import EventEntry, NameEntry

_EVENTS = "SELECT id, place, city, venue, artists, names, texts FROM events"
_NAMES = "SELECT id, entity, place, name, folded, cities, words FROM names"


def dump(path: Path) -> dict[str, Any]:
    """The entries, what the full text holds of each, and the spellings; places as far as they tell an order."""
    with closing(sqlite3.connect(path)) as connection:
        events = [EventEntry(*row) for row in connection.execute(_EVENTS)]
        names = [NameEntry(*row) for row in connection.execute(_NAMES)]
        held: dict[str, Any] = {
            "events": sorted((e.id, e.slot, e.city, e.venue or b"", e.artists, e.names, e.texts) for e in events),
            "names": sorted((n.id, n.slot, n.entity, n.name, n.folded, n.cities, n.words) for n in names),
            "spellings": connection.execute(
                "SELECT word, key FROM spellings s JOIN spelling_keys k ON k.spelling = s.id ORDER BY 1, 2"
            ).fetchall(),
        }
        ids = {"event_names": {e.place: e.id for e in events}, "event_texts": {e.place: e.id for e in events}}
        ids["named"] = {n.place: n.id for n in names}
        for table, at in ids.items():
            connection.execute(f"CREATE VIRTUAL TABLE temp.{table}_held USING fts5vocab(main, {table}, instance)")
            words = connection.execute(f"SELECT term, doc FROM temp.{table}_held")
            held[table] = sorted((word, at[place]) for word, place in words)
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
        return held
