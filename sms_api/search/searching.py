"""What the calendar answers to words, for every page and program that searches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from sms_api.calendar import Calendar
from sms_api.search.facets import Facets, found_facets
from sms_api.search.files import SearchFiles
from sms_api.search.find import Found, find
from sms_catalog.query import Query, resolve
from sms_catalog.venues import city_zones
from sms_text.local_hours import tonight


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and how many of it each further choice would leave."""

    found: Found
    facets: Facets | None
    """None where none were asked for, or counting would have taken too long."""


async def search(
    calendar: Calendar, query: Query, *, limit: int, cursor: str | None = None, facets: Collection[str] = ()
) -> Answer:
    """What has the words of a query. Where it names no nights or days, events from tonight on.

    `facets` are names of sms_catalog.facets.FACETS. Raises InvalidQuery for a cursor of another query, and
    CatalogUnavailable.
    """
    return await calendar.catalog.read(
        _search,
        calendar.search,
        query,
        calendar.clock(),
        calendar.settings.city,
        limit=limit,
        cursor=cursor,
        facets=facets,
    )


def _search(
    connection: Connection,
    files: SearchFiles,
    query: Query,
    now: datetime,
    usual_city: str,
    *,
    limit: int,
    cursor: str | None,
    facets: Collection[str],
) -> Answer:
    zone = city_zones(connection).get(query.city or usual_city) or "UTC"
    asked = coming(query, now, zone)
    found = find(connection, files, asked, limit=limit, cursor=cursor)
    return Answer(found, found_facets(connection, files, asked, facets) if facets else None)


def coming(query: Query, now: datetime, zone: str) -> Query:
    """The query on the clock of a zone (IANA name), from tonight on where it chooses neither nights nor days."""
    resolved = resolve(query, now, zone)
    nights = resolved.first_night, resolved.last_night, resolved.first_day, resolved.last_day
    if any(night is not None for night in nights) or resolved.ids is not None:
        return resolved
    return replace(resolved, first_night=tonight(now.astimezone(ZoneInfo(zone))))
