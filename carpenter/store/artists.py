"""Writing what rows say of artists: who is named, by which spellings, ids and pages, and how often."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, text

from carpenter.store.bulk import insert_missing, stage
from sms_text.text import slugify

_MARK_STALE = """
WITH locked AS (
    SELECT id FROM artists WHERE id = ANY(cast(:ids AS uuid[])) AND NOT is_stale ORDER BY id FOR UPDATE
)
UPDATE artists SET is_stale = true WHERE id IN (SELECT id FROM locked)
"""


class Billing(Protocol):
    """A row with the acts that it names."""

    @property
    def bill(self) -> list[dict[str, Any]]:
        """{"id", "name", "role", "links": {kind: value}} each."""


def enter_artists(connection: Connection, artists: Mapping[uuid.UUID, tuple[str, str]]) -> None:
    """Enter the artists that are named for the first time, (key, a name) by id; a run names them at its end."""
    rows = [(artist_id, key, name, slugify(name)) for artist_id, (key, name) in artists.items()]
    insert_missing(connection, "artists", ["id"], ["id", "name_key", "name", "slug"], rows)


def mark_stale(connection: Connection, artists: Collection[uuid.UUID]) -> None:
    """Have artists named again by all that now mention them."""
    if artists:
        connection.execute(text(_MARK_STALE), {"ids": sorted(map(str, artists))})


def count_mentions(connection: Connection, before: Iterable[Billing], after: Iterable[Billing]) -> set[uuid.UUID]:
    """Move the counts of spellings and links by the difference of what rows said and say; returns whose have moved."""
    spellings: Counter[tuple[Any, ...]] = Counter()
    pages: Counter[tuple[Any, ...]] = Counter()
    for rows, sign in ((before, -1), (after, 1)):
        for row in rows:
            for act in row.bill:
                spellings[act["id"], act["name"]] += sign
                for kind, value in act["links"].items():
                    pages[act["id"], kind, value] += sign
    moved = _move_counts(connection, "artist_aliases", ["artist_id", "alias"], spellings)
    moved |= _move_counts(connection, "artist_links", ["artist_id", "kind", "value"], pages)
    return {uuid.UUID(artist_id) for artist_id in moved}


def _move_counts(
    connection: Connection, table: str, keys: Sequence[str], deltas: Mapping[tuple[Any, ...], int]
) -> set[str]:
    """Move the `mentions` of the rows with these keys; what nobody mentions any more, nor any service knows, goes."""
    moved = {key: delta for key, delta in deltas.items() if delta}
    if not moved:
        return set()
    staged = stage(connection, table, [*keys, "mentions"], ([*key, delta] for key, delta in moved.items()))
    key_names = ", ".join(keys)
    connection.execute(
        text(
            f"INSERT INTO {table} AS t ({key_names}, mentions) SELECT * FROM {staged} ORDER BY {key_names}"
            f" ON CONFLICT ({key_names}) DO UPDATE SET mentions = t.mentions + excluded.mentions"
        )
    )
    if any(delta < 0 for delta in moved.values()):
        same = " AND ".join(f"t.{key} = s.{key}" for key in keys)
        connection.execute(
            text(f"DELETE FROM {table} t USING {staged} s WHERE {same} AND t.mentions = 0 AND t.services = '{{}}'")
        )
    return {key[0] for key in moved}
