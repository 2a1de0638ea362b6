"""Events of the catalog, chosen by a Query: as a stream, or one by one; `event_cards` reads lists of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import Connection, Row, text

from sms_catalog.as_of import past_tables
from sms_catalog.query import Query
from sms_catalog.query_sql import event_condition, order_by
from sms_catalog.streams import stream
from sms_database.scopes import CATALOG, entity_scope


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
    key: str | None
    """That of venues.toml; None for a room that is not described there."""
    name: str
    slug: str
    """Of its name; two rooms may have one."""
    address: str | None
    town: str | None
    region: str | None
    postal_code: str | None
    latitude: float | None
    longitude: float | None
    timezone: str | None
    neighborhood: str | None
    capacity: int | None
    """How many people it holds, standing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEvent:
    """An event as readers see it: `sms_database.models.catalog.Event` with its venue, bill and rows."""

    id: uuid.UUID
    city: str
    title: str
    slug: str
    """Of its day and title; two events may have one."""
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
    sources: Sequence[SourceRow]
    """The founder first."""
    revised_at: datetime
    """When one of its rows last changed."""
    first_seen: datetime
    """When the first of its rows was first seen."""

    @property
    def source_slugs(self) -> list[str]:
        """The sources that list it, each once."""
        return list(dict.fromkeys(row["source"] for row in self.sources))

    @property
    def scopes(self) -> list[str]:
        """The scopes of all that is told of it: its own, its room's, its acts', and the catalog's."""
        rooms = [] if self.venue is None else [entity_scope("venue", self.venue.id)]
        acts = [entity_scope("artist", act["id"]) for act in self.artists]
        return [CATALOG, entity_scope("event", self.id), *rooms, *acts]


_EVENTS = """
SELECT e.id, e.city, e.title, e.slug, e.kind, e.genres, e.status, e.night, e.event_day, e.end_day, e.timezone,
    e.starts_at, e.doors_at, e.ends_at, e.price_min, e.price_max, e.currency, e.is_free, e.min_age,
    e.presenter, e.tour, e.description, e.event_url, e.ticket_url, e.image_url, e.is_hidden,
    v.id AS venue_id, v.key AS venue_key, v.name AS venue_name, v.slug AS venue_slug, v.address AS venue_address,
    coalesce(v.town, c.name) AS venue_town, coalesce(v.region, c.region) AS venue_region,
    v.postal_code AS venue_postal_code, v.latitude AS venue_latitude, v.longitude AS venue_longitude,
    v.timezone AS venue_timezone, v.neighborhood AS venue_neighborhood, v.capacity AS venue_capacity,
    coalesce((
        SELECT json_agg(json_build_object('id', a.artist_id, 'name', a.billed_as, 'role', a.role) ORDER BY a.position)
        FROM event_artists a WHERE a.event_id = e.id
    ), '[]') AS artists,
    rows.sources, rows.revised_at, rows.first_seen
FROM events e LEFT JOIN venues v ON v.id = e.venue_id LEFT JOIN cities c ON c.slug = v.city,
LATERAL (
    SELECT max(r.changed_at) AS revised_at, min(r.first_seen_at) AS first_seen, json_agg(json_build_object(
            'source', r.source, 'source_event_id', r.source_event_id, 'source_url', r.source_url
        ) ORDER BY r.first_seen_at, r.source COLLATE "C", r.source_event_id COLLATE "C") AS sources
    FROM event_sources s JOIN raw_events r ON r.id = s.raw_event_id WHERE s.event_id = e.id
) AS rows
WHERE {condition}
ORDER BY {order} LIMIT :limit
"""


_ZONES = """
SELECT e.timezone, min(e.event_day) AS first, max(coalesce(e.end_day, e.event_day)) AS last
FROM events e WHERE e.timezone IS NOT NULL AND {condition} GROUP BY e.timezone ORDER BY e.timezone COLLATE "C"
"""

_OF_VENUE = tuple(field.name for field in fields(EventVenue))


def stream_events(connection: Connection, query: Query) -> Iterator[CatalogEvent]:
    """The events in the query's order, read by a cursor on the server, so that memory stays flat."""
    tables, condition, parameters = asked_of(connection, query)
    statement = tables + _EVENTS.format(condition=condition, order=order_by(query))
    for row in stream(connection, statement, {**parameters, "limit": query.limit}):
        yield _event(row)


def rendered_events(connection: Connection, query: Query) -> list[CatalogEvent]:
    """The events in the query's order at once, each read anew."""
    tables, condition, parameters = asked_of(connection, query)
    statement = tables + _EVENTS.format(condition=condition, order=order_by(query))
    return [_event(row) for row in connection.execute(text(statement), {**parameters, "limit": query.limit})]


def event_by_id(connection: Connection, event_id: uuid.UUID) -> CatalogEvent | None:
    """The event of an id, hidden or not; that of a former id is the one that it leads to."""
    found = rendered_events(connection, Query(ids=[event_id], hidden=None))
    return found[0] if found else None


def zones(connection: Connection, query: Query) -> dict[str, tuple[date, date]]:
    """The time zones of the chosen events, with the first and the last day on which each is used."""
    tables, condition, parameters = asked_of(connection, query)
    rows = connection.execute(text(tables + _ZONES.format(condition=condition)), parameters)
    return {row.timezone: (row.first, row.last) for row in rows}


def count_events(connection: Connection, query: Query) -> int:
    """How many events a query chooses."""
    tables, condition, parameters = asked_of(connection, query)
    return int(connection.scalar(text(f"{tables}SELECT count(*) FROM events e WHERE {condition}"), parameters) or 0)


def asked_of(connection: Connection, query: Query) -> tuple[str, str, dict[str, Any]]:
    """What stands before a statement, a query's condition, and the parameters of both."""
    tables, past = past_tables(connection, query)
    condition, parameters = event_condition(query)
    return tables, condition, parameters | past


def _event(row: Row[Any]) -> CatalogEvent:
    values = row._asdict()
    of_venue = {name: values.pop(f"venue_{name}") for name in _OF_VENUE}
    return CatalogEvent(**values, venue=None if of_venue["id"] is None else EventVenue(**of_venue))
