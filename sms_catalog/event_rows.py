"""Events with those of their columns that are asked for: of a query, or of many venues, artists or scenes at once.

One statement whatever is asked for, so that a reader of a graph pays a statement a level, and for what it looks at.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from sms_catalog.cursors import cursor_after, read_cursor
from sms_catalog.keyset import Page
from sms_catalog.query import Query
from sms_catalog.query_sql import SORT_KEYS, after, event_condition, order_by

EventRow = Mapping[str, Any]
"""Some of EVENT_COLUMNS."""

EVENT_COLUMNS: Mapping[str, str] = {
    **{
        name: f"e.{name}"
        for name in (
            *("id", "city", "title", "kind", "genres", "status", "night", "event_day", "end_day", "timezone"),
            *("starts_at", "doors_at", "ends_at", "venue_id", "currency", "is_free", "min_age", "presenter", "tour"),
            *("description", "event_url", "ticket_url", "image_url"),
        )
    },
    "price_min": "cast(e.price_min AS float8)",
    "price_max": "cast(e.price_max AS float8)",
    "artists": """(
        SELECT json_agg(json_build_object('id', a.artist_id, 'name', a.billed_as, 'role', a.role) ORDER BY a.position)
        FROM event_artists a WHERE a.event_id = e.id
    )""",
    "sources": """(
        SELECT json_agg(json_build_object(
            'source', r.source, 'source_event_id', r.source_event_id, 'source_url', r.source_url
        ) ORDER BY r.first_seen_at, r.source COLLATE "C", r.source_event_id COLLATE "C")
        FROM event_sources s JOIN raw_events r ON r.id = s.raw_event_id WHERE s.event_id = e.id
    )""",
}
"""What may be asked for, as SQL of events `e`. Without acts `artists` is NULL."""

_OF_PARENT: Mapping[str, tuple[str, str]] = {
    "venue": ("uuid", "e.venue_id = p.parent"),
    "artist": ("uuid", "e.id IN (SELECT event_id FROM event_artists WHERE artist_id = p.parent)"),
    "city": ("text", "e.city = p.parent"),
}

_OF_QUERY = """
SELECT {keys}, {columns} FROM (SELECT {sort_keys} FROM events e WHERE {condition} ORDER BY {order} LIMIT :limit) AS k
JOIN events e ON e.id = k.{last} ORDER BY {keys_in_order}
"""

_OF_PARENTS = """
SELECT p.parent, {keys}, {columns} FROM unnest(cast(:parents AS {kind}[])) AS p (parent), LATERAL (
    SELECT {sort_keys} FROM events e WHERE {condition} AND {link} ORDER BY {order} LIMIT :limit
) AS k JOIN events e ON e.id = k.{last} ORDER BY p.parent, {keys_in_order}
"""

_FORMER = "SELECT from_id, to_id FROM redirects WHERE from_id = ANY(cast(:ids AS uuid[]))"


def event_rows(
    connection: Connection, query: Query, columns: Collection[str], *, limit: int, cursor: str | None = None
) -> Page[EventRow]:
    """At most `limit` of a query's events, the first in its order or those behind a cursor, with these columns.

    The cursors are those of `sms_catalog.events.events_page`; raises InvalidQuery for another.
    """
    statement, parameters = _statement(_OF_QUERY, query, columns, cursor)
    rows = connection.execute(statement, {**parameters, "limit": limit + 1}).all()
    return _page(rows, query, columns, limit, 0)


def event_rows_of(
    connection: Connection,
    kind: str,
    parents: Sequence[str],
    query: Query,
    columns: Collection[str],
    *,
    limit: int,
    cursor: str | None = None,
) -> dict[str, Page[EventRow]]:
    """The same for each of these parents: the query's events at a venue, of an artist, in a city (`kind`).

    A venue's events are those of the room itself. Raises InvalidQuery.
    """
    sql_type, link = _OF_PARENT[kind]
    statement, parameters = _statement(_OF_PARENTS, query, columns, cursor, kind=sql_type, link=link)
    of_parent: dict[str, list[Row[Any]]] = {parent: [] for parent in parents}
    for row in connection.execute(statement, {**parameters, "parents": list(parents), "limit": limit + 1}):
        of_parent[str(row[0])].append(row)
    return {parent: _page(rows, query, columns, limit, 1) for parent, rows in of_parent.items()}


def event_rows_by_ids(connection: Connection, ids: Collection[str], columns: Collection[str]) -> dict[str, EventRow]:
    """The events of these ids that readers see, by the ids asked for: a former one gives the event it leads to."""
    query = Query(ids=[uuid.UUID(event_id) for event_id in ids])
    page = event_rows(connection, query, {*columns, "id"}, limit=len(ids))
    found = {str(row["id"]): row for row in page.items}
    if former := [event_id for event_id in ids if event_id not in found]:
        for row in connection.execute(text(_FORMER), {"ids": former}):
            if str(row.to_id) in found:
                found[str(row.from_id)] = found[str(row.to_id)]
    return {event_id: found[event_id] for event_id in ids if event_id in found}


def _statement(
    form: str, query: Query, columns: Collection[str], cursor: str | None, **places: str
) -> tuple[TextClause, dict[str, Any]]:
    condition, parameters = event_condition(query)
    if cursor is not None:
        later, last = after(query, read_cursor(cursor, query))
        condition, parameters = f"{condition} AND {later}", parameters | last
    keys = SORT_KEYS[query.order]
    statement = form.format(
        keys=", ".join(f"k.key_{number}" for number in range(len(keys))),
        columns=", ".join(EVENT_COLUMNS[name] for name in columns) or "NULL",
        sort_keys=", ".join(f"{key.sql} AS key_{number}" for number, key in enumerate(keys)),
        condition=condition,
        order=order_by(query),
        last=f"key_{len(keys) - 1}",
        keys_in_order=order_by(query, [f"k.key_{number}" for number in range(len(keys))]),
        **places,
    )
    return _prepared(statement), parameters


@lru_cache(500)
def _prepared(statement: str) -> TextClause:
    return text(statement)


def _page(rows: Sequence[Row[Any]], query: Query, columns: Collection[str], limit: int, begin: int) -> Page[EventRow]:
    end = begin + len(SORT_KEYS[query.order])

    def cursor_of(index: int) -> str:
        return cursor_after(rows[index][begin:end], query)

    items = [dict(zip(columns, row[end:], strict=False)) for row in rows[:limit]]
    return Page(items, cursor_of(limit - 1) if len(rows) > limit else None, cursor_of)
