"""Lists of events, from the cards that are stored of them; an event without a card is read anew.

A card shows an event as its transaction left it, so that a list is the same with cards and without. What once was has
no cards.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Row, TextClause, text

from sms_catalog.cursors import cursor_after, read_cursor
from sms_catalog.events import CatalogEvent, EventVenue, asked_of, rendered_events
from sms_catalog.query import Query
from sms_catalog.query_sql import SORT_KEYS, after, order_by
from sms_catalog.records import full_record

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class EventsPage:
    """Some of the events of a query, in its order."""

    events: Sequence[CatalogEvent]
    next_cursor: str | None
    """Asks for the events after these; None where these are the last."""


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """The same, each as the JSON text of its full record."""

    records: Sequence[str]
    next_cursor: str | None


_CHOSEN = """{tables}SELECT {keys}, c.{column} FROM (
    SELECT {sort_keys} FROM events e WHERE {condition} ORDER BY {order} LIMIT :limit
) AS k LEFT JOIN event_cards c ON c.event_id = k.{last} AND {has_cards} ORDER BY {keys_in_order}
"""

_WITHOUT_CARD = text("""
SELECT e.id FROM events e WHERE NOT e.is_hidden AND (e.night, e.id) > (:night, cast(:event AS uuid))
    AND NOT EXISTS (SELECT FROM event_cards c WHERE c.event_id = e.id)
ORDER BY e.night, e.id LIMIT :limit
""")


def read_events(connection: Connection, query: Query) -> list[CatalogEvent]:
    """The events in the query's order at once, where they are no more than a page shows."""
    rows = _chosen(connection, query, "event", query.limit, None)
    return _shown(connection, query, rows, event_of_card, lambda event: event)


def events_page(connection: Connection, query: Query, *, limit: int, cursor: str | None = None) -> EventsPage:
    """At most `limit` of the events that a query chooses: the first in its order, or those after a cursor.

    The pages of one query show each event that stays as it is once, whatever is written between them. Raises
    InvalidQuery for a cursor that is not of this query.
    """
    rows = _chosen(connection, query, "event", limit + 1, cursor)
    events = _shown(connection, query, rows[:limit], event_of_card, lambda event: event)
    return EventsPage(events, cursor_after(rows[limit - 1][:-1], query) if len(rows) > limit else None)


def records_page(connection: Connection, query: Query, *, limit: int, cursor: str | None = None) -> RecordsPage:
    """The same page, as JSON texts."""
    rows = _chosen(connection, query, "record", limit + 1, cursor)
    records = _shown(connection, query, rows[:limit], lambda card: card, record_text)
    return RecordsPage(records, cursor_after(rows[limit - 1][:-1], query) if len(rows) > limit else None)


_LEAST = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which event one goes on, by night and id."""

    night: date
    event: uuid.UUID = _LEAST


def events_without_card(connection: Connection, after: Place, limit: int) -> list[CatalogEvent]:
    """The next events that readers see and that have no card, by night and id."""
    asked = {"night": after.night, "event": str(after.event), "limit": limit}
    ids = connection.scalars(_WITHOUT_CARD, asked).all()
    events = rendered_events(connection, Query(ids=ids)) if ids else []
    return sorted(events, key=lambda event: (event.night, event.id))


def card_of(event: CatalogEvent) -> Mapping[str, Any]:
    """What is stored of an event, by the columns of `event_cards`."""
    return {
        "event_id": event.id,
        "record": record_text(event),
        "event": orjson.dumps(event, default=str).decode(),
    }


def record_text(event: CatalogEvent) -> str:
    """JSON of an event's full record."""
    return orjson.dumps(full_record(event)).decode()


def event_of_card(card: str) -> CatalogEvent:
    """The event of a card."""
    values = orjson.loads(card)
    values["id"] = uuid.UUID(values["id"])
    for name, read in _READERS:
        if values[name] is not None:
            values[name] = read(values[name])
    if (venue := values["venue"]) is not None:
        venue["id"] = uuid.UUID(venue["id"])
        values["venue"] = EventVenue(**venue)
    return CatalogEvent(**values)


_READERS: Sequence[tuple[str, Callable[[str], Any]]] = (
    *((name, date.fromisoformat) for name in ("night", "event_day", "end_day")),
    *((name, datetime.fromisoformat) for name in ("starts_at", "doors_at", "ends_at", "revised_at", "first_seen")),
    *((name, Decimal) for name in ("price_min", "price_max")),
)


def _chosen(
    connection: Connection, query: Query, column: str, limit: int | None, cursor: str | None
) -> Sequence[Row[Any]]:
    """For each event that is chosen its sort keys, the last of them its id, and this column of its card, or None."""
    tables, condition, parameters = asked_of(connection, query)
    if cursor is not None:
        later, last = after(query, read_cursor(cursor, query))
        condition, parameters = f"{condition} AND {later}", parameters | last
    keys = SORT_KEYS[query.order]
    names = [f"key_{number}" for number in range(len(keys))]
    in_page = [f"k.{name}" for name in names]
    statement = _CHOSEN.format(
        tables=tables,
        keys=", ".join(in_page),
        column=column,
        sort_keys=", ".join(f"{key.sql} AS {name}" for name, key in zip(names, keys, strict=True)),
        condition=condition,
        order=order_by(query),
        last=names[-1],
        has_cards="true" if query.at is None else "false",
        keys_in_order=order_by(query, in_page),
    )
    return connection.execute(_prepared(statement), {**parameters, "limit": limit}).all()


@lru_cache(500)
def _prepared(statement: str) -> TextClause:
    return text(statement)


def _shown(
    connection: Connection,
    query: Query,
    rows: Sequence[Row[Any]],
    of_card: Callable[[str], Shown],
    rendered: Callable[[CatalogEvent], Shown],
) -> list[Shown]:
    of_ids: list[tuple[uuid.UUID, str | None]] = [(row[len(row) - 2], row[len(row) - 1]) for row in rows]
    missing = [event_id for event_id, card in of_ids if card is None]
    if not missing:
        return [of_card(card) for _, card in of_ids if card is not None]
    anew = {event.id: event for event in rendered_events(connection, Query(ids=missing, hidden=None, at=query.at))}
    return [rendered(anew[event_id]) if card is None else of_card(card) for event_id, card in of_ids]
