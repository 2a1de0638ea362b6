"""The catalog's artists."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from sms_catalog.keyset import Keyset, Page
from sms_catalog.query import Query
from sms_catalog.query_sql import event_condition
from sms_catalog.streams import stream
from sms_database.artist_lookup import AskedArtist
from sms_database.vocabulary import LISTED_STATUSES

_ARTISTS = """
SELECT a.id, a.name, a.name_key,
    ARRAY(SELECT alias FROM artist_aliases l WHERE l.artist_id = a.id AND l.alias <> a.name ORDER BY alias COLLATE "C")
        AS aliases,
    (SELECT json_agg(json_build_object('kind', kind, 'value', value) ORDER BY kind COLLATE "C", value COLLATE "C")
     FROM artist_links l WHERE l.artist_id = a.id) AS links
FROM artists a
WHERE (cast(:city AS text) IS NULL OR EXISTS (
    SELECT FROM event_artists x JOIN events e ON e.id = x.event_id WHERE x.artist_id = a.id AND e.city = :city
)) AND {after}
ORDER BY {order}
"""

# The order of an index, so that a page costs its rows.
_BY_KEY = Keyset("artists", {"name_key": ("a.name_key", str)})

_NAMED = """
SELECT DISTINCT a.id, a.name FROM artists a LEFT JOIN artist_aliases l ON l.artist_id = a.id AND l.mentions > 0
WHERE cast(a.id AS text) = lower(:asked) OR lower(:asked) IN (lower(a.name), a.slug, lower(l.alias))
ORDER BY a.name, a.id
"""

# A spelling that the carpenter has not read yet is compared as it stands.
_TO_ASK = """
SELECT a.name, l.value AS id
FROM (
    SELECT x.artist_id, min(e.event_day) AS next_day FROM event_artists x JOIN events e ON e.id = x.event_id
    WHERE {condition} AND x.role <> 'host'
    GROUP BY x.artist_id
) AS playing
JOIN artists a ON a.id = playing.artist_id
LEFT JOIN artist_links l ON l.artist_id = a.id AND l.kind = :link
WHERE CASE WHEN l.value IS NULL THEN :by_name ELSE :by_id END AND NOT EXISTS (
    SELECT FROM artist_lookups k WHERE k.service = :service AND k.fetched_at > :fresh_after
    AND CASE WHEN l.value IS NULL THEN k.asked_by = 'name' AND (k.name_key = a.name_key OR k.asked = a.name)
             ELSE k.asked_by = 'id' AND k.asked = l.value END
)
ORDER BY playing.next_day, a.name_key, l.value LIMIT :limit
"""


def stream_artists(connection: Connection, city: str | None = None) -> Iterator[Mapping[str, Any]]:
    """The artists, of a city those with an event there, with their other spellings and their links.

    For `sms_catalog.records.artist_record`.
    """
    statement = _ARTISTS.format(after="true", order='a.name COLLATE "C", a.id')
    for row in stream(connection, statement, {"city": city}):
        yield row._asdict()


def artists_page(
    connection: Connection, city: str | None, *, limit: int, cursor: str | None
) -> Page[Mapping[str, Any]]:
    """The same by pages, by folded names; raises InvalidQuery."""
    return _BY_KEY.read(connection, _ARTISTS, {"city": city}, Row._asdict, limit=limit, cursor=cursor)


def artist_by_id(connection: Connection, artist_id: uuid.UUID) -> Mapping[str, Any] | None:
    """The artist of an id, as `stream_artists` gives it."""
    statement = _ARTISTS.format(after="a.id = :id", order="a.id")
    row = connection.execute(text(statement), {"city": None, "id": artist_id}).one_or_none()
    return row._asdict() if row else None


def artists_by_ids(connection: Connection, ids: Collection[str]) -> list[Mapping[str, Any]]:
    """The artists of these ids, as `stream_artists` gives them."""
    statement = _ARTISTS.format(after="a.id = ANY(cast(:ids AS uuid[]))", order="a.id")
    return [row._asdict() for row in connection.execute(text(statement), {"city": None, "ids": list(ids)})]


def artists_named(connection: Connection, asked: str) -> list[Mapping[str, Any]]:
    """The artists with this id, slug, name or spelling: `id`, `name`."""
    return [row._asdict() for row in connection.execute(text(_NAMED), {"asked": asked})]


def artists_to_ask(
    connection: Connection,
    *,
    service: str,
    link: str,
    by: Collection[str],
    playing_from: date,
    fresh_after: datetime,
    limit: int,
) -> list[AskedArtist]:
    """The artists on the calendar of whom a service has said nothing since the UTC instant `fresh_after`.

    Those that have a link of the kind `link` are asked for by that id, the others by name, in so far as `by` has
    "id" and "name". Whoever plays soonest, from the day `playing_from` on, comes first.
    """
    condition, parameters = event_condition(Query(first_day=playing_from, statuses=LISTED_STATUSES))
    asked = {"service": service, "link": link, "fresh_after": fresh_after, "limit": limit}
    ways = {"by_name": "name" in by, "by_id": "id" in by}
    rows = connection.execute(text(_TO_ASK.format(condition=condition)), {**parameters, **asked, **ways})
    return [AskedArtist(row.name, row.id) for row in rows]
