"""Every page that a search engine should know, with when it last changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

MOST_ADDRESSES = 50_000
"""In one sitemap, by sitemaps.org."""

_MONTHS = """
SELECT e.city, date_trunc('month', e.event_day)::date AS month FROM events e
WHERE NOT e.is_hidden GROUP BY 1, 2 ORDER BY 1, 2
"""

_EVENTS = """
SELECT e.id, e.title, e.event_day, max(r.changed_at) AS revised_at
FROM events e JOIN event_sources s ON s.event_id = e.id JOIN raw_events r ON r.id = s.raw_event_id
WHERE NOT e.is_hidden AND e.city = :city AND e.event_day >= :month
    AND e.event_day < cast(:month AS date) + interval '1 month'
GROUP BY e.id ORDER BY e.event_day, e.id LIMIT :limit
"""

_VENUES = "SELECT id, name FROM venues WHERE city = :city ORDER BY id LIMIT :limit"

_ARTISTS = """
SELECT a.id, a.name FROM artists a WHERE EXISTS (
    SELECT FROM event_artists x JOIN events e ON e.id = x.event_id
    WHERE x.artist_id = a.id AND e.city = :city AND NOT e.is_hidden
) ORDER BY a.id LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class MonthOfEvents:
    """A month in which a scene has events."""

    city: str
    first_day: date


@dataclass(frozen=True, slots=True)
class MappedEvent:
    """An event, as far as its address is made of it."""

    id: uuid.UUID
    title: str
    event_day: date
    revised_at: datetime
    """When one of its rows last changed."""


def months_of_events(connection: Connection) -> Sequence[MonthOfEvents]:
    """The months in which each scene has events."""
    return [MonthOfEvents(*row) for row in connection.execute(text(_MONTHS))]


def events_of_month(connection: Connection, month: MonthOfEvents) -> Iterator[MappedEvent]:
    """The events of a scene in a month, MOST_ADDRESSES at most."""
    parameters = {"city": month.city, "month": month.first_day, "limit": MOST_ADDRESSES}
    for row in connection.execute(text(_EVENTS), parameters):
        yield MappedEvent(*row)


def venues_of_scene(connection: Connection, city: str) -> Iterator[tuple[uuid.UUID, str]]:
    """Id and name of the venues of a scene, MOST_ADDRESSES at most."""
    for row in connection.execute(text(_VENUES), {"city": city, "limit": MOST_ADDRESSES}):
        yield row.id, row.name


def artists_of_scene(connection: Connection, city: str) -> Iterator[tuple[uuid.UUID, str]]:
    """Id and name of the artists with an event in a scene, MOST_ADDRESSES at most."""
    for row in connection.execute(text(_ARTISTS), {"city": city, "limit": MOST_ADDRESSES}):
        yield row.id, row.name
