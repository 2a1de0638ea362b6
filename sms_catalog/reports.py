"""What readers say is wrong, with what is shown now: for the page that asks them, and for the curators."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from sms_catalog.artists import artists_by_ids
from sms_catalog.event_cards import read_events
from sms_catalog.events import CatalogEvent
from sms_catalog.query import Query
from sms_catalog.records import full_record
from sms_catalog.venues import venues_by_ids
from sms_catalog.words import FIELDS as EVENT_FIELDS
from sms_catalog.words import value_words

_VENUE_FIELDS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "name": lambda venue: venue["name"],
    "address": lambda venue: ", ".join(
        part for part in (venue["address"], venue["town"], venue["region"], venue["postal_code"]) if part
    ),
    "neighborhood": lambda venue: venue["neighborhood"],
    "capacity": lambda venue: venue["capacity"],
    "website": lambda venue: venue["website"],
}

_ARTIST_FIELDS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "name": lambda artist: artist["name"],
    "links": lambda artist: ", ".join(f"{link['kind']} {link['value']}" for link in artist["links"] or ()),
}

FIELDS: Mapping[str, Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "event": {entry: words_of for entry, (_, words_of) in EVENT_FIELDS.items()},
    "venue": _VENUE_FIELDS,
    "artist": _ARTIST_FIELDS,
}
"""What may be wrong of an event (entries of its provenance), a venue, an artist, and what each has there."""

_REPORTS = """
SELECT p.id, p.at, p.entity, coalesce(r.to_id, p.entity_id) AS entity_id, p.city, p.field, p.shown, p.said, p.link,
    p.state, p.reason, p.closed_at, p.closed_by
FROM reports p LEFT JOIN redirects r ON p.entity = 'event' AND r.from_id = p.entity_id
WHERE (:closed_too OR p.state = 'received') AND (cast(:city AS text) IS NULL OR p.city = :city OR p.city IS NULL)
ORDER BY p.at DESC, p.id DESC LIMIT :limit
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedReport:
    """A report (`sms_database.models.reports.Report`) with what it is of now."""

    id: int
    at: datetime
    entity: str
    entity_id: uuid.UUID
    """Of the event that it is of now, where that has become part of another."""
    city: str | None
    field: str
    shown: str | None
    said: str
    link: str | None
    state: str
    reason: str | None
    closed_at: datetime | None
    closed_by: str | None
    title: str | None
    """Of the event; the name of the venue or artist. None where it is no longer there."""
    day: date | None
    """On which the event is listed."""
    room: str | None
    """Where it is."""
    now: str | None
    """What is shown of the field now, in words."""


def reported_words(entity: str, thing: Mapping[str, Any], field: str) -> str | None:
    """What a field of an event (its full record), a venue or an artist says, on one line; None for no such field."""
    words_of = FIELDS[entity].get(field)
    return None if words_of is None else value_words(words_of(thing))


def reports(connection: Connection, *, city: str | None, closed_too: bool, limit: int) -> list[ListedReport]:
    """The open reports, or all, newest first; of a scene those of its events and venues, and those of artists."""
    asked = {"city": city, "closed_too": closed_too, "limit": limit}
    rows = connection.execute(text(_REPORTS), asked).all()
    things = {entity: _things(connection, entity, rows) for entity in FIELDS}
    return [_listed(row, things[row.entity].get(row.entity_id)) for row in rows]


@dataclass(frozen=True, slots=True)
class _Thing:
    """What a report is of, as it is now."""

    record: Mapping[str, Any]
    title: str
    day: date | None = None
    room: str | None = None


def _things(connection: Connection, entity: str, rows: Sequence[Row[Any]]) -> Mapping[uuid.UUID, _Thing]:
    ids = {row.entity_id for row in rows if row.entity == entity}
    if not ids:
        return {}
    if entity == "event":
        events = read_events(connection, Query(ids=sorted(ids), hidden=None))
        return {event.id: _event(event) for event in events}
    by_ids = venues_by_ids if entity == "venue" else artists_by_ids
    return {uuid.UUID(found["id"]): _Thing(found, found["name"]) for found in by_ids(connection, [*map(str, ids)])}


def _event(event: CatalogEvent) -> _Thing:
    return _Thing(full_record(event), event.title, event.event_day, event.venue.name if event.venue else None)


def _listed(row: Row[Any], thing: _Thing | None) -> ListedReport:
    if thing is None:
        return ListedReport(**row._mapping, title=None, day=None, room=None, now=None)
    now = reported_words(row.entity, thing.record, row.field)
    return ListedReport(**row._mapping, title=thing.title, day=thing.day, room=thing.room, now=now)
