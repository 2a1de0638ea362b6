"""What is new or has changed among the events of a query: those that it shows, and those that have left it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from sms_catalog.as_of import last_seq_of
from sms_catalog.change_words import change_news, states_along
from sms_catalog.changes import Change
from sms_catalog.events import CatalogEvent, stream_events
from sms_catalog.query import Query
from sms_catalog.query_scopes import scopes_of
from sms_catalog.states import State, states

_COLUMNS = "seq, at, kind, entity, entity_id, into_id, city, night, scopes, before, after, cause"

# One that was hidden since has neither state, and is not told.
_LATEST = f"""
SELECT {_COLUMNS} FROM changes
WHERE seq < :before AND entity = 'event' AND audience = 'public' AND scopes && cast(:scopes AS text[])
    AND (before IS NOT NULL OR after IS NOT NULL)
ORDER BY seq DESC LIMIT :limit
"""

_FROM = f"""
SELECT {_COLUMNS} FROM changes
WHERE entity_id = ANY(cast(:ids AS uuid[])) AND entity = 'event' AND seq >= :seq ORDER BY entity_id, seq
"""

_ROOMS = "SELECT id FROM venues WHERE id = ANY(cast(:ids AS uuid[])) OR parent_id = ANY(cast(:ids AS uuid[]))"

_NAMES = "SELECT id, name FROM venues WHERE id = ANY(cast(:ids AS uuid[]))"

_LAST_AT = "SELECT at FROM changes WHERE seq <= :last ORDER BY seq DESC LIMIT 1"

AT_A_TIME = 500
"""Changes that are read at once."""

MOST_READ = 4
"""How often so many are read, when what a query shows has seldom changed."""

_END = 2**62

_SHOWN_BY_STATE = frozenset(
    {"city", "first_night", "last_night", "first_day", "last_day", "venues", "artist", "kinds", "statuses"}
)
"""What a state alone says of an event."""

_NOT_ASKED = frozenset({"hidden", "order", "limit", "when", "at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A change that a reader of the query would call news."""

    change: Change
    words: str
    """ "cancelled; now 20:30 (was 20:00)"."""
    title: str
    """Of the event, after the change; of one that is gone, before."""
    event: CatalogEvent | None
    """As it is at the time that the query asks about; None where the query does not show it any more."""


def news_of(connection: Connection, query: Query, limit: int) -> list[News]:
    """The newest first, of an earlier time (`at`) what was news then. The query's words for nights are resolved; its
    order and limit do not count. Raises InvalidQuery as `sms_catalog.as_of.past_tables` does.

    An event that has left the query is told by the change by which it left, as far as the fields of _SHOWN_BY_STATE
    say so: of a query that asks for more, only events that it shows are told.
    """
    asked = replace(query, order="time", limit=None)
    rooms = _rooms(connection, asked)
    scopes = scopes_of(asked)
    found: list[News] = []
    last = last_seq_of(connection, asked)
    before = _END if last is None else last + 1
    for _ in range(MOST_READ):
        batch = _read(connection, _LATEST, {"before": before, "scopes": scopes, "limit": AT_A_TIME})
        found += _told(connection, asked, rooms, batch)
        if len(found) >= limit or len(batch) < AT_A_TIME:
            break
        before = batch[-1].seq
    return found[:limit]


def last_change_at(connection: Connection, last_seq: int | None = None) -> datetime | None:
    """When the last published change was made, up to the one of this number."""
    at: datetime | None = connection.scalar(text(_LAST_AT), {"last": _END if last_seq is None else last_seq})
    return at


def _told(connection: Connection, query: Query, rooms: Collection[str], batch: Sequence[Change]) -> Iterator[News]:
    if not batch:
        return
    ids = {change.entity_id for change in batch if change.entity_id is not None}
    among = ids if query.ids is None else ids & set(query.ids)
    shown = {event.id: event for event in stream_events(connection, replace(query, ids=sorted(among)))}
    left = _states_left(connection, ids, batch[-1].seq)
    names = venue_names(connection, batch)
    for change in batch:
        assert change.entity_id is not None
        state = left.get(change.seq)
        before = _state_before(change, state)
        event = shown.get(change.entity_id)
        if event is None and not (_is_shown(query, rooms, before) and not _is_shown(query, rooms, state)):
            continue
        known = state or before
        if known is not None and (parts := change_news(change, state, names)):
            yield News(change=change, words="; ".join(parts), title=known["title"], event=event)


def _states_left(connection: Connection, ids: Collection[uuid.UUID], seq: int) -> Mapping[int, State | None]:
    """By the number of each change of these events from one on: the state that it left."""
    of_event: dict[uuid.UUID, list[Change]] = defaultdict(list)
    for change in _read(connection, _FROM, {"ids": sorted(map(str, ids)), "seq": seq}):
        assert change.entity_id is not None
        of_event[change.entity_id].append(change)
    current = states(connection, "event", ids)
    return {
        change.seq: state
        for event_id, changes in of_event.items()
        for change, state in states_along(changes, current.get(event_id))
    }


def _state_before(change: Change, after: State | None) -> State | None:
    if change.kind != "updated":
        return change.before
    return None if after is None else {**after, **(change.before or {})}


def _is_shown(query: Query, rooms: Collection[str], state: State | None) -> bool:
    """Does the query, by what a state says, show an event in this state? No, where it asks for more."""
    if state is None or any(
        getattr(query, field.name) is not None
        for field in fields(query)
        if field.name not in _SHOWN_BY_STATE | _NOT_ASKED
    ):
        return False
    night, day = (date.fromisoformat(state[name]) for name in ("night", "event_day"))
    return (
        query.city in (None, state["city"])
        and (query.first_night or night) <= night <= (query.last_night or night)
        and (query.first_day or day) <= day <= (query.last_day or day)
        and (query.venues is None or state["venue_id"] in rooms)
        and (query.artist is None or str(query.artist) in {act["id"] for act in state["artists"]})
        and (query.kinds is None or state["kind"] in query.kinds)
        and (query.statuses is None or state["status"] in query.statuses)
    )


def _rooms(connection: Connection, query: Query) -> set[str]:
    """The ids of the query's venues and of the rooms in them."""
    if query.venues is None:
        return set()
    return set(map(str, connection.scalars(text(_ROOMS), {"ids": [str(venue) for venue in query.venues]})))


def venue_names(connection: Connection, changes: Sequence[Change]) -> dict[str, str]:
    """The names of the rooms that these changes name, by id: for `change_news`."""
    ids = {
        state["venue_id"]
        for change in changes
        for state in (change.before, change.after)
        if state is not None and state.get("venue_id")
    }
    return {str(row.id): row.name for row in connection.execute(text(_NAMES), {"ids": sorted(ids)})}


def _read(connection: Connection, statement: str, asked: Mapping[str, Any]) -> list[Change]:
    return [Change(**row._asdict()) for row in connection.execute(text(statement), asked)]
