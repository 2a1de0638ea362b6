"""What follows the blocks of a run: artists named by all that now mention them, unmentioned venues dropped."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, text

from carpenter.artists.naming import name_artists
from carpenter.store.bulk import stage
from carpenter.store.enrichment import learn_of_artists, read_lookups
from sms_database.locks import HOUSEKEEPING, exclusive_facts_lock

BATCH = 5_000
"""Entities described in one transaction."""

_ALONE = f"SELECT pg_advisory_xact_lock({HOUSEKEEPING})"

_STALE = "SELECT id FROM {table} WHERE is_stale ORDER BY id LIMIT :batch FOR UPDATE"

_SPELLINGS = """
SELECT artist_id, alias, mentions FROM artist_aliases WHERE artist_id = ANY(cast(:ids AS uuid[])) AND mentions > 0
UNION ALL
SELECT DISTINCT artist_id, billed_as, 0 FROM event_artists WHERE artist_id = ANY(cast(:ids AS uuid[]))
"""

_UNNAMED_ARTISTS = """
DELETE FROM artists a WHERE a.id = ANY(cast(:ids AS uuid[]))
AND NOT EXISTS (SELECT FROM artist_aliases WHERE artist_id = a.id AND mentions > 0)
AND NOT EXISTS (SELECT FROM event_artists WHERE artist_id = a.id)
"""

_UNUSED_VENUES = """
DELETE FROM venues v WHERE v.may_be_unused AND v.key IS NULL
AND NOT EXISTS (SELECT FROM venue_mentions m WHERE m.venue_id = v.id)
AND NOT EXISTS (SELECT FROM venue_mentions m WHERE m.house_id = v.id)
AND NOT EXISTS (SELECT FROM events e WHERE e.venue_id = v.id)
AND NOT EXISTS (SELECT FROM venues room WHERE room.parent_id = v.id)
"""

_USED_VENUES = """
UPDATE venues v SET may_be_unused = false WHERE v.may_be_unused
AND (v.key IS NOT NULL OR EXISTS (SELECT FROM venue_mentions m WHERE m.venue_id = v.id OR m.house_id = v.id))
"""


def finish(engine: Engine) -> None:
    """Read the look-ups, then name whatever artist is stale. One process does so at a time, while no block is
    being built, so each sees all that was counted.
    """
    for step in (read_lookups, _name_artists, _drop_unused_venues):
        more = True
        while more:
            with engine.begin() as connection:
                connection.execute(text(_ALONE))
                exclusive_facts_lock(connection)
                more = step(connection)


def _stale(connection: Connection, table: str) -> list[str]:
    return [str(i) for i in connection.scalars(text(_STALE.format(table=table)), {"batch": BATCH})]


def _name_artists(connection: Connection) -> bool:
    ids = _stale(connection, "artists")
    spellings: dict[uuid.UUID, list[tuple[str, int]]] = defaultdict(list)
    for row in connection.execute(text(_SPELLINGS), {"ids": ids}):
        spellings[row.artist_id].append((row.alias, row.mentions))
    _update(connection, "artists", ["name", "slug"], {i: list(name) for i, name in name_artists(spellings).items()})
    connection.execute(text(_UNNAMED_ARTISTS), {"ids": ids})
    learn_of_artists(connection, ids)
    return len(ids) == BATCH


def _drop_unused_venues(connection: Connection) -> bool:
    """A house goes after its rooms."""
    dropped = connection.execute(text(_UNUSED_VENUES)).rowcount
    connection.execute(text(_USED_VENUES))
    return dropped > 0


def _update(connection: Connection, table: str, columns: Sequence[str], rows: dict[uuid.UUID, list[Any]]) -> None:
    """Give rows that exist these values, and say that they are no longer stale."""
    staged = stage(connection, table, ["id", *columns], ([key, *values] for key, values in sorted(rows.items())))
    assignments = ", ".join(f"{name} = s.{name}" for name in columns)
    connection.execute(text(f"UPDATE {table} t SET {assignments}, is_stale = false FROM {staged} s WHERE t.id = s.id"))
