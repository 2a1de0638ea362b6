"""Reading the catalog as others see it: streams of events, links, venues, artists and raw rows, in a stable order."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

_ROWS_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which part of the catalog is asked for; None is all of it. Days are local to the venue; the last is included."""

    city: str | None = None
    first: date | None = None
    last: date | None = None
    first_night: date | None = None
    last_night: date | None = None
    venue: uuid.UUID | None = None
    """A room, or a house with all its rooms."""
    kinds: Sequence[str] | None = None
    event: uuid.UUID | None = None


_IS_SELECTED = """
(cast(:city AS text) IS NULL OR e.city = :city)
AND (cast(:first AS date) IS NULL OR e.event_day >= :first) AND (cast(:last AS date) IS NULL OR e.event_day <= :last)
AND (cast(:first_night AS date) IS NULL OR e.night >= :first_night)
AND (cast(:last_night AS date) IS NULL OR e.night <= :last_night)
AND (cast(:venue AS uuid) IS NULL OR e.venue_id = :venue OR v.parent_id = :venue)
AND (cast(:kinds AS text[]) IS NULL OR e.kind = ANY(:kinds))
AND (cast(:event AS uuid) IS NULL OR e.id = :event)
AND (NOT e.is_hidden OR e.id = :event)
"""

_EVENTS = f"""
SELECT e.id, e.title, e.kind, e.genres, e.status, e.night, e.event_day, e.end_day, e.timezone,
    e.starts_at, e.doors_at, e.ends_at,
    e.price_min, e.price_max, e.currency, e.is_free, e.min_age, e.event_url, e.ticket_url, e.image_url, e.description,
    e.presenter, e.tour, e.is_hidden, e.provenance, v.id AS venue_id, v.name AS venue_name, v.address,
    coalesce(v.town, c.name) AS town, coalesce(v.region, c.region) AS region, v.postal_code, v.latitude, v.longitude,
    (SELECT json_agg(json_build_object('id', a.artist_id, 'name', a.billed_as, 'role', a.role) ORDER BY a.position)
     FROM event_artists a WHERE a.event_id = e.id) AS artists,
    rows.sources, rows.revised_at
FROM events e LEFT JOIN venues v ON v.id = e.venue_id LEFT JOIN cities c ON c.slug = v.city,
LATERAL (
    SELECT max(r.changed_at) AS revised_at, json_agg(json_build_object(
            'source', r.source, 'source_event_id', r.source_event_id, 'source_url', r.source_url
        ) ORDER BY r.first_seen_at, r.source COLLATE "C", r.source_event_id COLLATE "C") AS sources
    FROM event_sources s JOIN raw_events r ON r.id = s.raw_event_id WHERE s.event_id = e.id
) AS rows
WHERE {_IS_SELECTED}
ORDER BY e.event_day, e.starts_at NULLS LAST, e.id
"""

_ZONES = f"""
SELECT e.timezone, min(e.event_day) AS first, max(coalesce(e.end_day, e.event_day)) AS last
FROM events e LEFT JOIN venues v ON v.id = e.venue_id
WHERE e.timezone IS NOT NULL AND {_IS_SELECTED} GROUP BY e.timezone ORDER BY e.timezone COLLATE "C"
"""

_RAW_IS_SELECTED = """
(cast(:city AS text) IS NULL OR coalesce(e.city, m.city) = :city)
AND (cast(:first AS date) IS NULL OR r.event_day >= :first) AND (cast(:last AS date) IS NULL OR r.event_day <= :last)
ORDER BY r.source COLLATE "C", r.source_event_id COLLATE "C"
"""

# A row is of its event's scene; one that is part of none, of that in which it names a room.
_ROWS_OF_CITIES = """
raw_events r LEFT JOIN event_sources s ON s.raw_event_id = r.id LEFT JOIN events e ON e.id = s.event_id
LEFT JOIN raw_evidence w ON w.raw_event_id = r.id LEFT JOIN venue_mentions m ON m.id = w.mention_id
"""

_LINKS = f"""
SELECT r.source, r.source_event_id, s.event_id, s.venue_id, s.bill, s.skip_reason
FROM {_ROWS_OF_CITIES} WHERE {_RAW_IS_SELECTED}
"""

_RAW = f"""
SELECT r.data, r.source_url, r.payload, r.fetched_at FROM {_ROWS_OF_CITIES} WHERE {_RAW_IS_SELECTED}
"""

_VENUES = """
SELECT v.id, v.key, v.name, v.city AS scene, v.address, coalesce(v.town, c.name) AS town,
    coalesce(v.region, c.region) AS region, v.postal_code, v.country, v.latitude, v.longitude, v.timezone,
    v.neighborhood, v.capacity, v.website, v.parent_id,
    ARRAY(SELECT alias FROM venue_aliases a WHERE a.venue_id = v.id AND a.alias <> v.name ORDER BY alias COLLATE "C")
        AS aliases
FROM venues v LEFT JOIN cities c ON c.slug = v.city
WHERE cast(:city AS text) IS NULL OR v.city = :city
ORDER BY v.name COLLATE "C", v.id
"""

_ARTISTS = """
SELECT a.id, a.name,
    ARRAY(SELECT alias FROM artist_aliases l WHERE l.artist_id = a.id AND l.alias <> a.name ORDER BY alias COLLATE "C")
        AS aliases,
    (SELECT json_agg(json_build_object('kind', kind, 'value', value) ORDER BY kind COLLATE "C", value COLLATE "C")
     FROM artist_links l WHERE l.artist_id = a.id) AS links
FROM artists a
WHERE cast(:city AS text) IS NULL OR EXISTS (
    SELECT FROM event_artists x JOIN events e ON e.id = x.event_id WHERE x.artist_id = a.id AND e.city = :city
)
ORDER BY a.name COLLATE "C", a.id
"""

_VENUES_NAMED = """
SELECT DISTINCT v.id, v.key, v.name, v.city FROM venues v LEFT JOIN venue_aliases a ON a.venue_id = v.id
WHERE v.key = :asked OR cast(v.id AS text) = lower(:asked)
    OR lower(:asked) IN (lower(v.name), v.slug, lower(a.alias))
ORDER BY v.name, v.id
"""


_ARTISTS_NAMED = """
SELECT DISTINCT a.id, a.name FROM artists a LEFT JOIN artist_aliases l ON l.artist_id = a.id AND l.mentions > 0
WHERE cast(a.id AS text) = lower(:asked) OR lower(:asked) IN (lower(a.name), a.slug, lower(l.alias))
ORDER BY a.name, a.id
"""


def stream_events(connection: Connection, selection: Selection) -> Iterator[Mapping[str, Any]]:
    """The events, each with its venue (`venue_id`, …, None without), its bill and its rows; by day, start and id.

    Hidden ones are left out unless asked for by id.
    """
    return _stream(connection, _EVENTS, asdict(selection))


def zones(connection: Connection, selection: Selection) -> dict[str, tuple[date, date]]:
    """The time zones of the selected events, with the first and the last day on which each is used."""
    rows = connection.execute(text(_ZONES), asdict(selection))
    return {row.timezone: (row.first, row.last) for row in rows}


def stream_links(connection: Connection, selection: Selection) -> Iterator[Mapping[str, Any]]:
    """What became of each raw row, hidden events included; all None for one that was never built."""
    return _stream(connection, _LINKS, asdict(selection))


def stream_raw(connection: Connection, selection: Selection) -> Iterator[Mapping[str, Any]]:
    """`data`, `source_url`, `payload` and `fetched_at` of each raw row."""
    return _stream(connection, _RAW, asdict(selection))


def stream_venues(connection: Connection, selection: Selection) -> Iterator[Mapping[str, Any]]:
    """The venues of a city, with their other names."""
    return _stream(connection, _VENUES, asdict(selection))


def stream_artists(connection: Connection, selection: Selection) -> Iterator[Mapping[str, Any]]:
    """The artists, of a city those with an event there, with their other spellings and their links."""
    return _stream(connection, _ARTISTS, asdict(selection))


def city_zones(connection: Connection) -> dict[str, str | None]:
    """Every city by slug, with its time zone."""
    return {row.slug: row.timezone for row in connection.execute(text("SELECT slug, timezone FROM cities ORDER BY 1"))}


def source_slugs(connection: Connection) -> list[str]:
    """Every source."""
    return list(connection.scalars(text("SELECT slug FROM sources ORDER BY slug")))


def venues_named(connection: Connection, asked: str) -> list[Mapping[str, Any]]:
    """The venues with this key, id, slug, name or alias: `id`, `key`, `name`, `city`."""
    return [row._asdict() for row in connection.execute(text(_VENUES_NAMED), {"asked": asked})]


def artists_named(connection: Connection, asked: str) -> list[Mapping[str, Any]]:
    """The artists with this id, slug, name or spelling: `id`, `name`."""
    return [row._asdict() for row in connection.execute(text(_ARTISTS_NAMED), {"asked": asked})]


def dirty_rows(connection: Connection) -> int:
    """How many raw rows wait to be built."""
    waiting = connection.scalar(text("SELECT count(*) FROM dirty_raw_events"))
    return int(waiting or 0)


def _stream(connection: Connection, query: str, parameters: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Rows as they come: read by a cursor on the server, so that memory stays flat."""
    options = {"yield_per": _ROWS_AT_A_TIME}
    for row in connection.execute(text(query), parameters, execution_options=options):
        yield row._asdict()
