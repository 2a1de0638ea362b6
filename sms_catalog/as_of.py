"""The tables of events as they once were, for the statements that read those of today: later changes are undone.

A first build, a rebuild and new rules are one change each, in which no event is named: what they did is not undone, so
that an event which nothing else has changed since is seen as it is read now. Venues have the names that they have now.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from sms_catalog.changes import events_changed_after, first_built, seq_at, states_at
from sms_catalog.query import Query
from sms_catalog.query_problems import InvalidQuery, QueryProblem
from sms_catalog.query_scopes import scopes_of
from sms_catalog.query_sql import event_condition
from sms_catalog.states import State
from sms_database.json_text import dumps
from sms_text.text import fold_text

MOST_EVENTS = 5_000
"""Events that are looked at for one question."""

_TABLES = """WITH events AS (
    SELECT *, to_tsvector('simple', search_text) AS search, false AS is_hidden
    FROM jsonb_to_recordset(cast(:past_events AS jsonb)) AS past (id uuid, city text, night date, slug text,
        timezone text, venue_id uuid, title text, kind text, genres text[], status text, event_day date, end_day date,
        doors_at timestamptz, starts_at timestamptz, ends_at timestamptz, price_min numeric, price_max numeric,
        currency text, is_free boolean, min_age integer, event_url text, ticket_url text, image_url text,
        presenter text, tour text, description text, search_text text)
), event_artists AS (
    SELECT * FROM jsonb_to_recordset(cast(:past_bills AS jsonb))
        AS past (event_id uuid, position integer, artist_id uuid, billed_as text, role text)
), event_sources AS (
    SELECT past.event_id, r.id AS raw_event_id
    FROM jsonb_to_recordset(cast(:past_rows AS jsonb)) AS past (event_id uuid, source text, source_event_id text)
    JOIN raw_events r USING (source, source_event_id)
) """

_CANDIDATES = "SELECT e.id FROM events e WHERE {condition} LIMIT :most"

_ZONE = "SELECT timezone FROM cities WHERE slug = :city"


def last_seq_of(connection: Connection, query: Query) -> int | None:
    """The number of the last change that a query of an earlier time knows; None for a query of today."""
    return None if query.at is None else seq_at(connection, _instant(connection, query.at, query.city))


def past_tables(connection: Connection, query: Query) -> tuple[str, dict[str, Any]]:
    """What stands before a statement that reads `events`, `event_artists` and `event_sources` for this query, so that
    it reads them as they were at `query.at`, and its parameters; nothing for a query of today.

    Raises InvalidQuery where too many events would have to be looked at.
    """
    seq = last_seq_of(connection, query)
    if seq is None:
        return "", {}
    found: Mapping[uuid.UUID, State] = {}
    if first_built(connection) <= seq:
        candidates = _now_there(connection, query) | events_changed_after(connection, seq, scopes_of(query))
        if len(candidates) > MOST_EVENTS:
            raise InvalidQuery([QueryProblem("at", f"is of more than {MOST_EVENTS:,} events: ask for fewer nights")])
        found = states_at(connection, "event", candidates, seq)
    return _TABLES, {
        "past_events": dumps([_event(event_id, state) for event_id, state in found.items()]),
        "past_bills": dumps([act for event_id, state in found.items() for act in _bill(event_id, state)]),
        "past_rows": dumps([row for event_id, state in found.items() for row in _rows(event_id, state)]),
    }


def _instant(connection: Connection, at: date | datetime, city: str | None) -> datetime:
    """An instant as it stands; of a day its end, on the clock of the city."""
    if isinstance(at, datetime):
        return at
    zone = connection.scalar(text(_ZONE), {"city": city}) or "UTC"
    return datetime.combine(at + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC) - timedelta(microseconds=1)


def _now_there(connection: Connection, query: Query) -> set[uuid.UUID]:
    """The events of today that the query may find by what seldom changes: its scene, nights, rooms, act, or ids."""
    places = ("ids", "city", "first_night", "last_night", "venues", "venue_keys", "artist")
    wide = replace(Query(hidden=None), **{name: getattr(query, name) for name in places})
    condition, parameters = event_condition(wide)
    statement = text(_CANDIDATES.format(condition=condition))
    return set(connection.scalars(statement, {**parameters, "most": MOST_EVENTS + 1}))


def _event(event_id: uuid.UUID, state: State) -> dict[str, Any]:
    names = [act["name"] for act in state["artists"]]
    searched = "\n".join(map(fold_text, (state["title"], *names, state["description"] or "")))
    return {**state, "id": event_id, "search_text": searched}


def _bill(event_id: uuid.UUID, state: State) -> Sequence[dict[str, Any]]:
    return [
        {"event_id": event_id, "position": at, "artist_id": act["id"], "billed_as": act["name"], "role": act["role"]}
        for at, act in enumerate(state["artists"], 1)
    ]


def _rows(event_id: uuid.UUID, state: State) -> Sequence[dict[str, Any]]:
    keys = (key.partition("/") for key in state["rows"] or ())
    return [{"event_id": event_id, "source": source, "source_event_id": row_id} for source, _, row_id in keys]
