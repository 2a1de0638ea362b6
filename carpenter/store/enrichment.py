"""Reading what services said of artists, and writing what it adds to them: links, aliases, and the doubts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from carpenter.rows import ArtistRow, ChosenLink, Given, IdLookup, NameLookup, ReviewRow
from carpenter.store.bulk import stage, upsert
from sms_text.text import fold_key

_DIRTY = """
SELECT service, asked_by, asked, content_hash FROM artist_lookups WHERE built_hash IS DISTINCT FROM content_hash
ORDER BY service, asked_by, asked LIMIT :batch FOR UPDATE
"""

_READ_COLUMNS = ("service", "asked_by", "asked", "name_key", "built_hash")

# An answer about a name concerns the artist of that name; one about an id, the artists that are linked to it.
_CONCERNED = """
UPDATE artists a SET is_stale = true FROM {staged} s
WHERE NOT a.is_stale AND (a.name_key = s.name_key OR s.asked_by = 'id' AND EXISTS (
    SELECT FROM artist_links l WHERE l.artist_id = a.id AND l.kind = s.service AND l.value = s.asked))
"""

_FACTS = """
SELECT a.id, a.name_key,
    ARRAY(SELECT ARRAY[l.kind, l.value] FROM artist_links l WHERE l.artist_id = a.id AND l.mentions > 0) AS links,
    ARRAY(SELECT DISTINCT c.country FROM event_artists x JOIN events e ON e.id = x.event_id
          JOIN cities c ON c.slug = e.city WHERE x.artist_id = a.id AND c.country IS NOT NULL) AS countries
FROM artists a WHERE a.id = ANY(cast(:ids AS uuid[]))
"""

_DECIDED = """
SELECT target, field, value FROM decisions
WHERE deleted_at IS NULL AND kind = 'artist_link' AND target = ANY(cast(:ids AS uuid[])) ORDER BY id
"""

_BY_NAME = """
SELECT service, name_key, candidates FROM artist_lookups
WHERE asked_by = 'name' AND service = ANY(:services) AND name_key = ANY(:keys) ORDER BY service, asked COLLATE "C"
"""

_BY_ID = """
SELECT service, asked, candidates FROM artist_lookups
WHERE asked_by = 'id' AND service = ANY(:services) AND asked = ANY(:ids)
"""

_FORGET_REVIEW = "DELETE FROM review_pairs WHERE kind = 'artist' AND left_row = ANY(cast(:ids AS uuid[]))"

_GIVEN = {"artist_aliases": ("artist_id", "alias"), "artist_links": ("artist_id", "kind", "value")}
"""Tables that hold what services give, with their keys."""

_Key = tuple[Any, ...]


def read_lookups(connection: Connection, batch: int) -> bool:
    """Fold the names that services were asked about, and mark stale the artists that their answers concern.

    Returns whether there may be more.
    """
    dirty = connection.execute(text(_DIRTY), {"batch": batch}).all()
    rows = []
    for row in dirty:
        name_key = fold_key(row.asked) if row.asked_by == "name" else None
        rows.append((row.service, row.asked_by, row.asked, name_key, row.content_hash))
    if rows:
        staged = stage(connection, "artist_lookups", _READ_COLUMNS, rows)
        connection.execute(
            text(
                f"UPDATE artist_lookups t SET name_key = s.name_key, built_hash = s.built_hash FROM {staged} s"
                " WHERE (t.service, t.asked_by, t.asked) = (s.service, s.asked_by, s.asked)"
            )
        )
        connection.execute(text(_CONCERNED.format(staged=staged)))
    return len(rows) == batch


def artist_rows(connection: Connection, ids: Sequence[str]) -> list[ArtistRow]:
    """These artists, with what rows give of them."""
    return [ArtistRow._make(row) for row in connection.execute(text(_FACTS), {"ids": list(ids)})]


def chosen_links(connection: Connection, ids: Sequence[str]) -> list[ChosenLink]:
    """What people decided of these artists, the oldest decision first."""
    return [ChosenLink._make(row) for row in connection.execute(text(_DECIDED), {"ids": list(ids)})]


def lookups_by_name(connection: Connection, services: Sequence[str], keys: Collection[str]) -> list[NameLookup]:
    """What services answered about these folded names, in the order of what was asked."""
    named = {"services": list(services), "keys": list(keys)}
    return [NameLookup._make(row) for row in connection.execute(text(_BY_NAME), named)]


def lookups_by_id(connection: Connection, services: Sequence[str], ids: Collection[str]) -> list[IdLookup]:
    """What services answered about these ids of theirs."""
    named = {"services": list(services), "ids": sorted(ids)}
    return [IdLookup._make(row) for row in connection.execute(text(_BY_ID), named)]


def write_given(connection: Connection, ids: Sequence[str], given: Given) -> None:
    """Bring the links, aliases and doubts that services give of these artists to what is given now, and no others."""
    _write(connection, "artist_aliases", ids, given.aliases)
    _write(connection, "artist_links", ids, given.links)
    connection.execute(text(_FORGET_REVIEW), {"ids": list(ids)})
    upsert(connection, "review_pairs", ["left_row", "right_row"], ReviewRow._fields, given.review)


def _write(connection: Connection, table: str, ids: Sequence[str], given: Mapping[_Key, Collection[str]]) -> None:
    keys = _GIVEN[table]
    columns = [*keys, "services"]
    staged = stage(
        connection, table, columns, ([*key, f"{{{','.join(sorted(services))}}}"] for key, services in given.items())
    )
    of_these = "t.artist_id = ANY(cast(:ids AS uuid[]))"
    same = " AND ".join(f"s.{key} = t.{key}" for key in keys)
    dropped = f"{of_these} AND t.services <> '{{}}' AND NOT EXISTS (SELECT FROM {staged} s WHERE {same})"
    names, key_names = ", ".join(columns), ", ".join(keys)
    connection.execute(text(f"DELETE FROM {table} t WHERE {dropped} AND t.mentions = 0"), {"ids": list(ids)})
    connection.execute(text(f"UPDATE {table} t SET services = '{{}}' WHERE {dropped}"), {"ids": list(ids)})
    connection.execute(
        text(
            f"INSERT INTO {table} AS t ({names}) SELECT {names} FROM {staged} ORDER BY {key_names}"
            f" ON CONFLICT ({key_names}) DO UPDATE SET services = excluded.services"
            " WHERE t.services <> excluded.services"
        )
    )
