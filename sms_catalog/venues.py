"""The catalog's venues and cities."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from sms_catalog.keyset import Keyset, Page
from sms_catalog.streams import stream

_VENUES = """
SELECT v.id, v.key, v.name, v.city AS scene, v.address, coalesce(v.town, c.name) AS town,
    coalesce(v.region, c.region) AS region, v.postal_code, v.country, v.latitude, v.longitude, v.timezone,
    v.neighborhood, v.capacity, v.website, v.parent_id,
    ARRAY(SELECT alias FROM venue_aliases a WHERE a.venue_id = v.id AND a.alias <> v.name ORDER BY alias COLLATE "C")
        AS aliases
FROM venues v LEFT JOIN cities c ON c.slug = v.city
WHERE (cast(:city AS text) IS NULL OR v.city = :city) AND {after}
ORDER BY {order}
"""

_IN_ORDER = Keyset("venues", {"name": ('v.name COLLATE "C"', str), "id": ("v.id", uuid.UUID)})

_CITIES = """
SELECT slug, name, region, country, timezone, latitude, longitude, radius_km FROM cities c
WHERE {after} ORDER BY {order}
"""

_CITIES_IN_ORDER = Keyset("cities", {"slug": ('c.slug COLLATE "C"', str)})

_NAMED = """
SELECT DISTINCT v.id, v.key, v.name, v.city FROM venues v LEFT JOIN venue_aliases a ON a.venue_id = v.id
WHERE v.key = :asked OR cast(v.id AS text) = lower(:asked)
    OR lower(:asked) IN (lower(v.name), v.slug, lower(a.alias))
ORDER BY v.name, v.id
"""


def stream_venues(connection: Connection, city: str | None = None) -> Iterator[Mapping[str, Any]]:
    """The venues, of a city or of all, with their other names. For `sms_catalog.records.venue_record`."""
    statement = _VENUES.format(after="true", order='v.name COLLATE "C", v.id')
    for row in stream(connection, statement, {"city": city}):
        yield row._asdict()


def venues_page(connection: Connection, city: str | None, *, limit: int, cursor: str | None) -> Page[Mapping[str, Any]]:
    """The same by pages; raises InvalidQuery."""
    return _IN_ORDER.read(connection, _VENUES, {"city": city}, Row._asdict, limit=limit, cursor=cursor)


def venue_by_id(connection: Connection, venue_id: uuid.UUID) -> Mapping[str, Any] | None:
    """The venue of an id, as `stream_venues` gives it."""
    statement = _VENUES.format(after="v.id = :id", order="v.id")
    row = connection.execute(text(statement), {"city": None, "id": venue_id}).one_or_none()
    return row._asdict() if row else None


def house_of(connection: Connection, venue: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The other venues of the same house: of a house its rooms, of a room the house and its other rooms."""
    of_house = _VENUES.format(after="(v.id = :house OR v.parent_id = :house) AND v.id <> :id", order="v.name")
    house = {"city": None, "house": venue["parent_id"] or venue["id"], "id": venue["id"]}
    return [row._asdict() for row in connection.execute(text(of_house), house)]


def venues_by_ids(connection: Connection, ids: Collection[str]) -> list[Mapping[str, Any]]:
    """The venues of these ids, as `stream_venues` gives them."""
    statement = _VENUES.format(after="v.id = ANY(cast(:ids AS uuid[]))", order="v.id")
    return [row._asdict() for row in connection.execute(text(statement), {"city": None, "ids": list(ids)})]


def cities_by_slugs(connection: Connection, slugs: Collection[str]) -> list[Mapping[str, Any]]:
    """The scenes of these slugs, as `cities_page` gives them."""
    statement = _CITIES.format(after="c.slug = ANY(:slugs)", order="c.slug")
    return [row._asdict() for row in connection.execute(text(statement), {"slugs": list(slugs)})]


def cities_page(connection: Connection, *, limit: int, cursor: str | None) -> Page[Mapping[str, Any]]:
    """The scenes by slug, as `sms_database.models.raw.City` has them; raises InvalidQuery."""
    return _CITIES_IN_ORDER.read(connection, _CITIES, {}, Row._asdict, limit=limit, cursor=cursor)


def venues_named(connection: Connection, asked: str) -> list[Mapping[str, Any]]:
    """The venues with this key, id, slug, name or alias: `id`, `key`, `name`, `city`."""
    return [row._asdict() for row in connection.execute(text(_NAMED), {"asked": asked})]


def city_zones(connection: Connection) -> dict[str, str | None]:
    """Every city by slug, with its time zone."""
    return {row.slug: row.timezone for row in connection.execute(text("SELECT slug, timezone FROM cities ORDER BY 1"))}
