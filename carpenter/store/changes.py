"""What a transaction of a build changes for readers, written with it into `changes`."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from sms_catalog.states import State, difference, states
from sms_database.changes import NewChange, forget_states, write_changes
from sms_database.event_cards import forget_all_cards, forget_cards
from sms_database.scopes import CATALOG, EVERYTHING, city_scope, entity_scope, night_scope

_LEAD_TO = "SELECT from_id, to_id FROM redirects WHERE from_id = ANY(cast(:ids AS uuid[]))"

_HIDDEN = "SELECT id FROM events WHERE is_hidden AND id = ANY(cast(:ids AS uuid[]))"

_PARENTS = "SELECT id, parent_id FROM venues WHERE parent_id IS NOT NULL AND id = ANY(cast(:ids AS uuid[]))"

_NIGHTS_OF_VENUES = """
SELECT DISTINCT venue_id AS id, city, night FROM events WHERE venue_id = ANY(cast(:ids AS uuid[]))
"""


@dataclass(frozen=True, slots=True)
class ChangeOrigin:
    """By which run, and when, changes are made."""

    at: datetime
    run_id: int


@contextmanager
def written_changes(
    connection: Connection,
    origin: ChangeOrigin | None,
    *,
    events: Collection[uuid.UUID] = (),
    venues: Collection[uuid.UUID] = (),
    artists: Collection[uuid.UUID] = (),
    former: Mapping[uuid.UUID, uuid.UUID] | None = None,
    rewritten: Collection[uuid.UUID] = (),
) -> Iterator[None]:
    """Compare what readers see of these before the block and after it, and write a change for each that differs.

    `former` leads from an event to one that rows of it were part of. `rewritten` are events whose cards are deleted,
    as are those of all at a venue that differs. Without an origin nothing is read or written: the run is quiet.
    """
    if origin is None:
        yield
        return
    concerned = {"event": events, "venue": venues, "artist": artists}
    before = {entity: states(connection, entity, ids) for entity, ids in concerned.items()}
    yield
    changes: list[NewChange] = []
    for entity, ids in concerned.items():
        after = states(connection, entity, ids)
        differing = [i for i in sorted(ids) if before[entity].get(i) != after.get(i)]
        if differing and entity == "event":
            changes += _event_changes(connection, origin, differing, before[entity], after, former or {})
        elif differing:
            changes += _entity_changes(connection, origin, entity, differing, before[entity], after)
        if entity == "venue":
            forget_cards(connection, venues=differing)
    forget_cards(connection, events=rewritten)
    write_changes(connection, changes)


def write_rebuilt(connection: Connection, at: datetime, run_id: int | None, reason: str) -> None:
    """The one change for all that a first build, a build by new rules or a rebuild has changed; no card outlives it."""
    cause = {"run": run_id, "reason": reason}
    forget_all_cards(connection)
    write_changes(
        connection, [NewChange(at=at, kind="rebuilt", entity="catalog", scopes=[EVERYTHING, CATALOG], cause=cause)]
    )


def _event_changes(
    connection: Connection,
    origin: ChangeOrigin,
    differing: Collection[uuid.UUID],
    before: Mapping[uuid.UUID, State],
    after: Mapping[uuid.UUID, State],
    former: Mapping[uuid.UUID, uuid.UUID],
) -> Iterator[NewChange]:
    gone = {"ids": [str(i) for i in differing if i not in after]}
    leads_to = {row.from_id: row.to_id for row in connection.execute(text(_LEAD_TO), gone)}
    hidden = set(connection.scalars(text(_HIDDEN), gone))
    forget_states(connection, hidden)
    houses = _houses(connection, [state[i]["venue_id"] for state in (before, after) for i in differing if i in state])
    for event_id in differing:
        was, now = before.get(event_id), after.get(event_id)
        into = leads_to.get(event_id) if now is None else former.get(event_id) if was is None else None
        known = now or was
        assert known is not None
        kept = (None, None) if event_id in hidden else difference(was, now)
        yield NewChange(
            at=origin.at,
            kind=_kind(was, now, into),
            entity="event",
            entity_id=event_id,
            into_id=into,
            city=known["city"],
            night=date.fromisoformat(known["night"]),
            scopes=_event_scopes(event_id, into, [state for state in (was, now) if state is not None], houses),
            before=kept[0],
            after=kept[1],
            cause={"run": origin.run_id},
        )


def _event_scopes(
    event_id: uuid.UUID, other: uuid.UUID | None, known: Collection[State], houses: Mapping[str, set[str]]
) -> list[str]:
    scopes = {EVERYTHING, entity_scope("event", event_id)}
    if other is not None:
        scopes.add(entity_scope("event", other))
    for state in known:
        scopes |= houses.get(state["venue_id"], set())
        scopes |= {city_scope(state["city"]), night_scope(state["city"], date.fromisoformat(state["night"]))}
        scopes |= {entity_scope("artist", act["id"]) for act in state["artists"]}
        if state["venue_id"] is not None:
            scopes.add(entity_scope("venue", state["venue_id"]))
    return sorted(scopes)


def _houses(connection: Connection, venues: Collection[str | None]) -> dict[str, set[str]]:
    """The scope of the house that each of these rooms is in: who asks for a house sees its rooms."""
    rows = connection.execute(text(_PARENTS), {"ids": sorted({venue for venue in venues if venue is not None})})
    return {str(row.id): {entity_scope("venue", row.parent_id)} for row in rows}


def _entity_changes(
    connection: Connection,
    origin: ChangeOrigin,
    entity: str,
    differing: Collection[uuid.UUID],
    before: Mapping[uuid.UUID, State],
    after: Mapping[uuid.UUID, State],
) -> Iterator[NewChange]:
    """Of venues, which are read wherever their events are listed, and of artists, who are listed as they are billed."""
    scopes = {i: {EVERYTHING, entity_scope(entity, i)} for i in differing}
    if entity == "venue":
        for row in connection.execute(text(_NIGHTS_OF_VENUES), {"ids": [str(i) for i in differing]}):
            scopes[row.id] |= {city_scope(row.city), night_scope(row.city, row.night)}
    for entity_id in differing:
        was, now = before.get(entity_id), after.get(entity_id)
        kept = difference(was, now)
        yield NewChange(
            at=origin.at,
            kind=_kind(was, now, None),
            entity=entity,
            entity_id=entity_id,
            city=(now or was or {}).get("city"),
            scopes=sorted(scopes[entity_id]),
            before=kept[0],
            after=kept[1],
            cause={"run": origin.run_id},
        )


def _kind(was: State | None, now: State | None, other: uuid.UUID | None) -> str:
    if was is None:
        return "created" if other is None else "split"
    if now is None:
        return "removed" if other is None else "merged"
    return "updated"
