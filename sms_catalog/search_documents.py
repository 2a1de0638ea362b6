"""What a search index is made of: the words of shown events, and the names of the artists and venues that they have."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from sms_catalog.streams import stream

AT_A_TIME = 1_000
"""Documents that are read in one statement."""

NO_HOUR = 2_047
"""The minute of an event whose hour is not known: after all others of its night."""

_MINUTE = f"""coalesce(greatest(0, least({NO_HOUR - 1}, floor(extract(epoch FROM
    (e.starts_at AT TIME ZONE e.timezone) - (e.night + time '05:00')) / 60)::integer)), {NO_HOUR})"""

_IN_ORDER = f"SELECT e.id FROM events e WHERE NOT e.is_hidden ORDER BY e.night, {_MINUTE}, e.id"

_EVENTS = f"""
SELECT e.id, e.city, e.night, {_MINUTE} AS minute, e.venue_id, e.title, v.name AS venue, e.description, b.ids, b.acts
FROM events e LEFT JOIN venues v ON v.id = e.venue_id, LATERAL (
    SELECT array_agg(artist_id ORDER BY position) AS ids, array_agg(billed_as ORDER BY position) AS acts
    FROM event_artists a WHERE a.event_id = e.id
) AS b
WHERE NOT e.is_hidden AND e.id = ANY(cast(:ids AS uuid[]))
"""

_NAMED = """
SELECT x.id, x.name, ARRAY(SELECT alias FROM {entity}_aliases l WHERE l.{entity}_id = x.id ORDER BY alias COLLATE "C")
    AS aliases, played.cities, played.coming
FROM {entity}s x, LATERAL (
    SELECT array_agg(DISTINCT e.city) AS cities, count(*) FILTER (WHERE e.night >= :first_night) AS coming
    FROM {events} AND NOT e.is_hidden
) AS played
WHERE played.cities IS NOT NULL AND {condition}
"""

_EVENTS_OF = {
    "artist": "event_artists b JOIN events e ON e.id = b.event_id WHERE b.artist_id = x.id",
    "venue": "events e WHERE e.venue_id = x.id",
}

_IDENTITY = """
SELECT (SELECT system_identifier FROM pg_control_system()) || '-' || oid FROM pg_database
WHERE datname = current_database()
"""


@dataclass(frozen=True, slots=True)
class EventText:
    """The words of an event, and where it stands among the others."""

    id: uuid.UUID
    city: str
    night: date
    minute: int
    """After five in the morning of its night, local; NO_HOUR where it is not known."""
    venue_id: uuid.UUID | None
    artist_ids: Sequence[uuid.UUID]
    names: Sequence[str]
    """Its title, the acts as they are billed, its room."""
    description: str


@dataclass(frozen=True, slots=True)
class NamedText:
    """The names of an artist or a venue that has shown events."""

    entity: str
    """artist or venue."""
    id: uuid.UUID
    name: str
    aliases: Sequence[str]
    cities: Sequence[str]
    """The scenes of its events."""
    coming: int
    """How many of its events are to come."""


def database_identity(connection: Connection) -> str:
    """A short name of the database, which no other has: that of its cluster and its number there."""
    return str(connection.scalar(text(_IDENTITY)))


def stream_event_texts(connection: Connection) -> Iterator[EventText]:
    """All shown events by night, minute and id."""
    ids: list[uuid.UUID] = []
    for row in stream(connection, _IN_ORDER, {}):
        ids.append(row.id)
        if len(ids) == AT_A_TIME:
            yield from _in_order(connection, ids)
            ids = []
    yield from _in_order(connection, ids)


def event_texts(connection: Connection, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, EventText]:
    """The texts of those of these events that are shown."""
    if not ids:
        return {}
    rows = connection.execute(text(_EVENTS), {"ids": list(map(str, ids))})
    return {row.id: _event_text(row) for row in rows}


def stream_named_texts(connection: Connection, entity: str, first_night: date) -> Iterator[NamedText]:
    """All artists or venues with shown events; events from `first_night` on are to come."""
    statement = _NAMED.format(entity=entity, events=_EVENTS_OF[entity], condition="true")
    for row in stream(connection, statement, {"first_night": first_night}):
        yield NamedText(entity, **row._asdict())


def named_texts(
    connection: Connection, entity: str, ids: Collection[uuid.UUID], first_night: date
) -> dict[uuid.UUID, NamedText]:
    """The same of those of these that have shown events."""
    if not ids:
        return {}
    condition = "x.id = ANY(cast(:ids AS uuid[]))"
    statement = _NAMED.format(entity=entity, events=_EVENTS_OF[entity], condition=condition)
    rows = connection.execute(text(statement), {"first_night": first_night, "ids": list(map(str, ids))})
    return {row.id: NamedText(entity, **row._asdict()) for row in rows}


def _in_order(connection: Connection, ids: Sequence[uuid.UUID]) -> Iterator[EventText]:
    found = event_texts(connection, ids)
    yield from (found[i] for i in ids if i in found)


def _event_text(row: Row[Any]) -> EventText:
    names = [row.title, *(row.acts or ()), *([row.venue] if row.venue else ())]
    ids, description = row.ids or (), row.description or ""
    return EventText(row.id, row.city, row.night, row.minute, row.venue_id, ids, names, description)
