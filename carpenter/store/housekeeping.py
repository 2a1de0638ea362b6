"""The statements that follow the blocks of a run: which artists are stale, their names, venues that nothing uses."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from carpenter.store.bulk import stage
from sms_database.locks import HOUSEKEEPING, exclusive_facts_lock

_ALONE = f"SELECT pg_advisory_xact_lock({HOUSEKEEPING})"

_STALE = "SELECT id FROM artists WHERE is_stale ORDER BY id LIMIT :batch FOR UPDATE"

_SPELLINGS = """
SELECT artist_id, alias, mentions FROM artist_aliases WHERE artist_id = ANY(cast(:ids AS uuid[])) AND mentions > 0
UNION ALL
SELECT DISTINCT artist_id, billed_as, 0 FROM event_artists WHERE artist_id = ANY(cast(:ids AS uuid[]))
"""

_RENAME = """
UPDATE artists t SET name = s.name, slug = s.slug, is_stale = false FROM {staged} s WHERE t.id = s.id
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


def lock_housekeeping(connection: Connection) -> None:
    """Wait for the process that is at it and for the blocks under way; hold off others until the transaction ends."""
    connection.execute(text(_ALONE))
    exclusive_facts_lock(connection)


def stale_artists(connection: Connection, batch: int) -> list[str]:
    """The ids of artists that have to be named again, at most so many."""
    return [str(i) for i in connection.scalars(text(_STALE), {"batch": batch})]


def spellings_of(connection: Connection, artists: Sequence[str]) -> dict[uuid.UUID, list[tuple[str, int]]]:
    """(spelling, number of rows) of artists; those that only a bill has are of no row."""
    spellings: dict[uuid.UUID, list[tuple[str, int]]] = defaultdict(list)
    for row in connection.execute(text(_SPELLINGS), {"ids": artists}):
        spellings[row.artist_id].append((row.alias, row.mentions))
    return spellings


def rename_artists(connection: Connection, names: Mapping[uuid.UUID, tuple[str, str]]) -> None:
    """Give artists that exist these names and slugs; they are no longer stale."""
    rows = ([artist, *name] for artist, name in sorted(names.items()))
    staged = stage(connection, "artists", ["id", "name", "slug"], rows)
    connection.execute(text(_RENAME.format(staged=staged)))


def delete_unnamed_artists(connection: Connection, artists: Sequence[str]) -> None:
    """Delete those of these artists that no row and no bill names any more."""
    connection.execute(text(_UNNAMED_ARTISTS), {"ids": artists})


def perhaps_unused_venues(connection: Connection) -> Sequence[uuid.UUID]:
    """The venues that mentions have left since they were last looked at."""
    return connection.scalars(text("SELECT id FROM venues WHERE may_be_unused")).all()


def drop_unused_venues(connection: Connection) -> bool:
    """Delete the venues that nothing uses any more; returns whether a parent venue may be free now that its rooms are
    gone.
    """
    dropped = connection.execute(text(_UNUSED_VENUES)).rowcount
    connection.execute(text(_USED_VENUES))
    return dropped > 0
