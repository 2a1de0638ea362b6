"""What readers see that has changed: the changes by number, the heads of scopes, and the states of before."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, text

from sms_catalog.states import State, states
from sms_catalog.streams import stream
from sms_database.scopes import CATALOG, EVERYTHING

_COLUMNS = "seq, at, kind, entity, entity_id, into_id, city, night, scopes, before, after, cause"

_SINCE = f"""
SELECT {_COLUMNS} FROM changes WHERE seq > :since AND audience = 'public' AND (:any OR scopes && :scopes)
ORDER BY seq LIMIT :limit
"""

_SCOPES_SINCE = """
SELECT DISTINCT scope FROM changes, unnest(scopes) AS scope WHERE seq > :since AND audience = 'public' ORDER BY scope
"""

_OF_ENTITY = f"SELECT {_COLUMNS} FROM changes WHERE entity_id = :id AND audience = 'public' AND seq > 0 ORDER BY seq"

_NEWEST = f"""
SELECT {_COLUMNS} FROM changes WHERE seq IS NOT NULL AND audience = 'public' ORDER BY seq DESC LIMIT 1
"""
_NUMBERED = f"SELECT {_COLUMNS} FROM changes WHERE seq = ANY(:numbers) AND audience = 'public' ORDER BY seq"

_REACH = """
SELECT coalesce(min(seq), 1) AS oldest, coalesce(max(seq), 0) AS newest FROM changes WHERE seq IS NOT NULL
"""

_AT = "SELECT coalesce(max(seq), 0) FROM changes WHERE at <= :at AND seq IS NOT NULL"

_REBUILT = "SELECT coalesce(max(seq), 0) FROM changes WHERE kind = 'rebuilt' AND seq <= :seq"

_FIRST_BUILT = "SELECT min(seq) FROM changes WHERE kind = 'rebuilt'"

_LATER = f"""
SELECT {_COLUMNS} FROM changes WHERE seq > :seq AND entity = :entity AND entity_id = ANY(cast(:ids AS uuid[]))
ORDER BY seq DESC
"""

_CHANGED_AFTER = """
SELECT DISTINCT entity_id FROM changes WHERE seq > :seq AND entity = 'event' AND scopes && :scopes
"""

_REVISIONS = """
SELECT entity_id, count(*) AS number, max(at) AS at FROM changes
WHERE entity_id = ANY(cast(:ids AS uuid[])) AND entity = 'event' AND audience = 'public' AND seq > 0
    AND seq <= coalesce(cast(:last_seq AS bigint), seq)
GROUP BY entity_id
"""

_TO_REPLAY = f"""
SELECT {_COLUMNS} FROM changes WHERE seq > :seq AND entity_id IS NOT NULL AND audience = 'public'
ORDER BY entity, entity_id, seq
"""

COMPARED_AT_A_TIME = 500
"""Entities whose replayed states are compared with the tables in one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A published change: `sms_database.models.changes.Change`."""

    seq: int
    at: datetime
    kind: str
    entity: str
    entity_id: uuid.UUID | None
    into_id: uuid.UUID | None
    city: str | None
    night: date | None
    scopes: Sequence[str]
    before: State | None
    after: State | None
    cause: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reach:
    """The numbers of the changes that are kept; `newest` is 0 where there is none."""

    oldest: int
    newest: int


@dataclass(frozen=True, slots=True)
class Revision:
    """How many changes of an event are published, and when the last one was made."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An entity whose state, by its changes, is not what the tables hold, or whose changes do not follow each other."""

    entity: str
    entity_id: uuid.UUID
    seq: int
    """Of the change at which it shows; of the last one where the tables differ."""
    fields: Sequence[str]


def changes_since(
    connection: Connection, since: int, *, scopes: Sequence[str] | None = None, limit: int = 500
) -> list[Change]:
    """The first changes after a number, in order; with scopes those that concern one of these."""
    asked = {"since": since, "any": scopes is None, "scopes": list(scopes or ()), "limit": limit}
    return [_change(row) for row in connection.execute(text(_SINCE), asked)]


def scopes_since(connection: Connection, since: int) -> Sequence[str]:
    """What the changes after a number concern, each scope once; where some of them are kept no longer, everything."""
    known = reach(connection)
    if since < known.oldest - 1 or since > known.newest:
        return [EVERYTHING, CATALOG]
    return connection.scalars(text(_SCOPES_SINCE), {"since": since}).all()


def changes_of(connection: Connection, entity_id: uuid.UUID) -> list[Change]:
    """All changes of an entity, in order."""
    return [_change(row) for row in connection.execute(text(_OF_ENTITY), {"id": entity_id})]


def newest_public_change(connection: Connection) -> Change | None:
    """The last change that `changes_since` gives; None where there is none."""
    row = connection.execute(text(_NEWEST)).one_or_none()
    return _change(row) if row else None


def unpublished(connection: Connection) -> int:
    """How many changes wait for their numbers."""
    return connection.scalar(text("SELECT count(*) FROM changes WHERE seq IS NULL")) or 0


def revisions(
    connection: Connection, event_ids: Collection[uuid.UUID], last_seq: int | None = None
) -> dict[uuid.UUID, Revision]:
    """The revisions of those of these events that have changed since they were built first, up to this change."""
    if not event_ids:
        return {}
    rows = connection.execute(text(_REVISIONS), {"ids": sorted(map(str, event_ids)), "last_seq": last_seq})
    return {row.entity_id: Revision(row.number, row.at) for row in rows}


def changes_numbered(connection: Connection, numbers: Collection[int]) -> list[Change]:
    """The public changes of these numbers."""
    return [_change(row) for row in connection.execute(text(_NUMBERED), {"numbers": list(numbers)})]


def reach(connection: Connection) -> Reach:
    """From which change to which one may read on."""
    row = connection.execute(text(_REACH)).one()
    return Reach(row.oldest, row.newest)


def heads(connection: Connection, scopes: Collection[str]) -> dict[str, int]:
    """The number of the last change of each of these scopes; 0 where nothing has changed."""
    rows = connection.execute(text("SELECT scope, seq FROM heads WHERE scope = ANY(:scopes)"), {"scopes": list(scopes)})
    return dict.fromkeys(scopes, 0) | {row.scope: row.seq for row in rows}


def seq_at(connection: Connection, instant: datetime) -> int:
    """The number of the last change that was known at an instant; 0 before the first one."""
    return connection.scalar(text(_AT), {"at": instant}) or 0


def last_rebuilt(connection: Connection, seq: int) -> int:
    """The number of the last change up to this one that was of the whole catalog; 0 if there is none.

    Before it nothing is known but what single changes say: what was rebuilt is seen as it was rebuilt.
    """
    return connection.scalar(text(_REBUILT), {"seq": seq}) or 0


def first_built(connection: Connection) -> int:
    """The number of the change with which the catalog began; 0 where that is no longer kept."""
    return connection.scalar(text(_FIRST_BUILT)) or 0


def states_at(connection: Connection, entity: str, ids: Collection[uuid.UUID], seq: int) -> dict[uuid.UUID, State]:
    """The public states that those of these entities had after a change that had one: their later changes undone."""
    known: dict[uuid.UUID, State | None] = dict(states(connection, entity, ids))
    asked = {"seq": seq, "entity": entity, "ids": sorted(map(str, ids))}
    for row in connection.execute(text(_LATER), asked):
        state = known.get(row.entity_id)
        if row.kind != "updated":
            known[row.entity_id] = row.before
        elif state is not None:
            known[row.entity_id] = {**state, **(row.before or {})}
    return {i: state for i, state in known.items() if state is not None}


def events_changed_after(connection: Connection, seq: int, scopes: Sequence[str]) -> set[uuid.UUID]:
    """The events with changes after this one that concern these scopes: they may have been there before."""
    return set(connection.scalars(text(_CHANGED_AFTER), {"seq": seq, "scopes": list(scopes)}))


def replay(connection: Connection) -> Iterator[Disagreement]:
    """Replay the changes since the catalog was last rebuilt, and compare what comes of them with the tables.

    Each change must begin where the one before has ended. What was there when the catalog was rebuilt is known by the
    fields that have changed since.
    """
    rebuilt = last_rebuilt(connection, reach(connection).newest)
    batch: list[_Replayed] = []
    rows = (_change(row) for row in stream(connection, _TO_REPLAY, {"seq": rebuilt}))
    for (entity, entity_id), changes in groupby(rows, key=lambda change: (change.entity, change.entity_id)):
        assert entity_id is not None
        replayed = _Replayed(entity, entity_id)
        for change in changes:
            if broken := replayed.take(change):
                yield Disagreement(entity, entity_id, change.seq, broken)
        batch.append(replayed)
        if len(batch) == COMPARED_AT_A_TIME:
            yield from _compared(connection, batch)
            batch = []
    yield from _compared(connection, batch)


class _Replayed:
    """An entity as its changes leave it."""

    def __init__(self, entity: str, entity_id: uuid.UUID) -> None:
        self.entity, self.entity_id = entity, entity_id
        self.seq = 0
        self.is_there = True
        self.state: dict[str, Any] = {}
        """All fields of one that was created since; of one that was there, those that have changed."""
        self.is_whole = False
        self._is_new = True

    def take(self, change: Change) -> list[str]:
        """Apply a change; returns the fields in which it does not begin where the one before has ended."""
        self.seq = change.seq
        before, after = change.before, change.after
        is_hidden = before is None and after is None
        broken: list[str] = []
        if change.kind in ("created", "split"):
            broken = [] if self._is_new or not self.is_there else ["is_there"]
            self.is_there, self.is_whole, self.state = True, not is_hidden, dict(after or {})
        else:
            broken = [] if self.is_there else ["is_there"]
            broken += [name for name, value in (before or {}).items() if self.state.get(name, value) != value]
            if change.kind == "updated":
                self.state.update(after or {})
                self.is_whole = self.is_whole and not is_hidden
            else:
                self.is_there, self.is_whole, self.state = False, False, {}
        self._is_new = False
        return broken

    def differing(self, state: State | None) -> list[str]:
        """The fields in which the tables differ from it."""
        if state is None or not self.is_there:
            return [] if (state is None) == (not self.is_there) else ["is_there"]
        names = state if self.is_whole else self.state
        return [name for name in names if self.state.get(name) != state.get(name)]


def _compared(connection: Connection, batch: Sequence[_Replayed]) -> Iterator[Disagreement]:
    for entity in ("event", "venue", "artist"):
        of_kind = [each for each in batch if each.entity == entity]
        held = states(connection, entity, [each.entity_id for each in of_kind])
        for each in of_kind:
            if fields := each.differing(held.get(each.entity_id)):
                yield Disagreement(entity, each.entity_id, each.seq, fields)


def _change(row: Row[Any]) -> Change:
    return Change(**row._asdict())
