"""Events of the catalog, chosen by a Query: one statement reads them, as a stream or one by one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import Connection, Row, text

from sms_catalog.query import Query
from sms_catalog.search import search_query
from sms_catalog.streams import stream


class BilledArtist(TypedDict):
    """An act on the bill."""

    id: str
    name: str
    """As it is billed."""
    role: str


class SourceRow(TypedDict):
    """A raw row that an event was made of."""

    source: str
    source_event_id: str
    source_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventVenue:
    """The room of an event. Town and region are those of its address, else those of its scene."""

    id: uuid.UUID
    name: str
    address: str | None
    town: str | None
    region: str | None
    postal_code: str | None
    latitude: float | None
    longitude: float | None
    neighborhood: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEvent:
    """An event as readers see it: `sms_database.models.catalog.Event` with its venue, bill and rows."""

    id: uuid.UUID
    city: str
    title: str
    kind: str
    genres: Sequence[str]
    status: str
    night: date
    event_day: date
    end_day: date | None
    timezone: str | None
    starts_at: datetime | None
    doors_at: datetime | None
    ends_at: datetime | None
    venue: EventVenue | None
    artists: Sequence[BilledArtist]
    """In billing order."""
    price_min: Decimal | None
    price_max: Decimal | None
    currency: str | None
    is_free: bool | None
    min_age: int | None
    presenter: str | None
    tour: str | None
    description: str | None
    event_url: str | None
    ticket_url: str | None
    image_url: str | None
    is_hidden: bool
    provenance: Mapping[str, Any]
    sources: Sequence[SourceRow]
    """The founder first."""
    revised_at: datetime
    """When one of its rows last changed."""

    @property
    def source_slugs(self) -> list[str]:
        """The sources that list it, each once."""
        return list(dict.fromkeys(row["source"] for row in self.sources))


_CONDITIONS: Mapping[str, str] = {
    "ids": """e.id IN (
        SELECT unnest(cast(:ids AS uuid[]))
        UNION SELECT to_id FROM redirects WHERE from_id = ANY(cast(:ids AS uuid[])))""",
    "city": "e.city = :city",
    "first_day": "e.event_day >= :first_day",
    "last_day": "e.event_day <= :last_day",
    "first_night": "e.night >= :first_night",
    "last_night": "e.night <= :last_night",
    "venues": """e.venue_id IN (
        SELECT id FROM venues WHERE id = ANY(cast(:venues AS uuid[])) OR parent_id = ANY(cast(:venues AS uuid[])))""",
    "artist": "e.id IN (SELECT event_id FROM event_artists WHERE artist_id = :artist)",
    "kinds": "e.kind = ANY(:kinds)",
    "statuses": "e.status = ANY(:statuses)",
    "words": "e.search @@ websearch_to_tsquery('simple', :words)",
    "hidden": "e.is_hidden = :hidden",
}

_LISTS = frozenset({"ids", "venues", "kinds", "statuses"})

_EVENTS = """
SELECT e.id, e.city, e.title, e.kind, e.genres, e.status, e.night, e.event_day, e.end_day, e.timezone,
    e.starts_at, e.doors_at, e.ends_at, e.price_min, e.price_max, e.currency, e.is_free, e.min_age,
    e.presenter, e.tour, e.description, e.event_url, e.ticket_url, e.image_url, e.is_hidden, e.provenance,
    v.id AS venue_id, v.name AS venue_name, v.address AS venue_address,
    coalesce(v.town, c.name) AS venue_town, coalesce(v.region, c.region) AS venue_region,
    v.postal_code AS venue_postal_code, v.latitude AS venue_latitude, v.longitude AS venue_longitude,
    v.neighborhood AS venue_neighborhood,
    coalesce((
        SELECT json_agg(json_build_object('id', a.artist_id, 'name', a.billed_as, 'role', a.role) ORDER BY a.position)
        FROM event_artists a WHERE a.event_id = e.id
    ), '[]') AS artists,
    rows.sources, rows.revised_at
FROM events e LEFT JOIN venues v ON v.id = e.venue_id LEFT JOIN cities c ON c.slug = v.city,
LATERAL (
    SELECT max(r.changed_at) AS revised_at, json_agg(json_build_object(
            'source', r.source, 'source_event_id', r.source_event_id, 'source_url', r.source_url
        ) ORDER BY r.first_seen_at, r.source COLLATE "C", r.source_event_id COLLATE "C") AS sources
    FROM event_sources s JOIN raw_events r ON r.id = s.raw_event_id WHERE s.event_id = e.id
) AS rows
WHERE {condition}
ORDER BY e.event_day, e.starts_at NULLS LAST, e.id LIMIT :limit
"""

_ZONES = """
SELECT e.timezone, min(e.event_day) AS first, max(coalesce(e.end_day, e.event_day)) AS last
FROM events e WHERE e.timezone IS NOT NULL AND {condition} GROUP BY e.timezone ORDER BY e.timezone COLLATE "C"
"""

_OF_VENUE = tuple(field.name for field in fields(EventVenue))


def stream_events(connection: Connection, query: Query) -> Iterator[CatalogEvent]:
    """The events by day, start and id, read by a cursor on the server, so that memory stays flat."""
    condition, parameters = event_condition(query)
    for row in stream(connection, _EVENTS.format(condition=condition), {**parameters, "limit": query.limit}):
        yield _event(row)


def event_by_id(connection: Connection, event_id: uuid.UUID) -> CatalogEvent | None:
    """The event of an id, hidden or not; that of a former id is the one that it leads to."""
    found = list(stream_events(connection, Query(ids=[event_id], hidden=None)))
    return found[0] if found else None


def zones(connection: Connection, query: Query) -> dict[str, tuple[date, date]]:
    """The time zones of the chosen events, with the first and the last day on which each is used."""
    condition, parameters = event_condition(query)
    rows = connection.execute(text(_ZONES.format(condition=condition)), parameters)
    return {row.timezone: (row.first, row.last) for row in rows}


def event_condition(query: Query) -> tuple[str, dict[str, Any]]:
    """What a query says of events `e`, as an SQL condition and its parameters."""
    asked = {name: value for name in _CONDITIONS if (value := getattr(query, name)) is not None}
    parameters = {name: list(map(str, value)) if name in _LISTS else value for name, value in asked.items()}
    if query.words is not None:
        parameters["words"] = search_query(query.words)
    return " AND ".join(_CONDITIONS[name] for name in asked) or "true", parameters


def _event(row: Row[Any]) -> CatalogEvent:
    values = row._asdict()
    of_venue = {name: values.pop(f"venue_{name}") for name in _OF_VENUE}
    return CatalogEvent(**values, venue=None if of_venue["id"] is None else EventVenue(**of_venue))
