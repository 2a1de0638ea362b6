"""The search index follows the catalog: built from it whole, then by its changes. Nothing else writes the file."""

from __future__ import annotations

import logging
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from sms_api.search.entries import event_entry, ids_of, name_entry
from sms_api.search.index import (
    SCHEMA,
    IndexWriter,
    connect,
    create_indexes,
    create_tables,
    schema_of,
    transaction,
)
from sms_api.search.place import IndexPlace
from sms_catalog.changes import Change, changes_since, newest_public_change, reach
from sms_catalog.search_documents import (
    AT_A_TIME,
    event_texts,
    named_texts,
    stream_event_texts,
    stream_named_texts,
)

logger = logging.getLogger("sms_api.search")

CHANGES_AT_A_TIME = 500
"""Changes that one transaction of the file takes in."""

ENTITIES = ("artist", "venue")
"""Which have names of their own in the index."""

Item = TypeVar("Item")

Progress = Callable[[int], None]
"""Is told how many events are in the file."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What was done to bring the index up to date."""

    built: str | None
    """Why it was made from nothing; None where it was not."""
    changes: int
    """How many were taken in."""


class _Outdated(Exception):
    """The file cannot be brought up to date by changes; says why."""


def follow(
    engine: Engine,
    place: IndexPlace,
    tonight: date,
    *,
    anew: str | None = None,
    wait: bool = False,
    progress: Progress = lambda _: None,
) -> Followed | None:
    """Bring the index of a database up to date; None where another process is at it, unless `wait`.

    `tonight` is the night from which events are to come. `anew` is a reason to build it from nothing whatever it holds.
    """
    with place.writing(wait=wait) as is_ours:
        if not is_ours:
            return None
        try:
            if anew:
                raise _Outdated(anew)
            return Followed(None, _take_changes(engine, place, tonight))
        except _Outdated as problem:
            reason = str(problem)
        except sqlite3.DatabaseError as problem:
            if isinstance(problem, sqlite3.OperationalError):
                raise
            reason = f"the file is damaged: {problem}"
        logger.info("search index: built anew: %s", reason)
        _build(engine, place, tonight, progress)
        return Followed(reason, 0)


def _build(engine: Engine, place: IndexPlace, tonight: date, progress: Progress) -> None:
    path = place.new_file()
    with closing(connect(path)) as connection, snapshot(engine) as catalog:
        create_tables(connection)
        writer = IndexWriter(connection)
        connection.execute("BEGIN")
        for count in writer.add_in_order(map(event_entry, stream_event_texts(catalog))):
            progress(count)
        create_indexes(connection)
        _count_names(catalog, writer, tonight)
        writer.spell_all()
        writer.optimize()
        writer.tell(schema=SCHEMA, **_position(newest_public_change(catalog)))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
    place.put_in_use(path)


def _take_changes(engine: Engine, place: IndexPlace, tonight: date) -> int:
    if (path := place.current) is None:
        raise _Outdated("there was none")
    taken = 0
    with closing(connect(path)) as connection:
        writer = IndexWriter(connection)
        if schema_of(connection) != SCHEMA:
            raise _Outdated("it was made by another version")
        is_last = False
        while not is_last:
            with snapshot(engine) as catalog:
                changes = _unread(catalog, writer)
                is_last = len(changes) < CHANGES_AT_A_TIME
                is_new_night = writer.about("counted_from") != tonight.isoformat()
                if changes or is_new_night:
                    with transaction(connection):
                        _apply(catalog, writer, changes, tonight)
                        if is_new_night:
                            _count_names(catalog, writer, tonight)
                taken += len(changes)
    return taken


def _unread(catalog: Connection, writer: IndexWriter) -> Sequence[Change]:
    """The changes behind the last one that was taken in, which must still be what it was: a database can be restored
    to an earlier day, or its changes be pruned."""
    seq, mark = writer.about("seq"), writer.about("mark")
    if seq == 0:
        if reach(catalog).oldest > 1:
            raise _Outdated("the changes that it lacks are not kept any more")
        changes = changes_since(catalog, 0, limit=CHANGES_AT_A_TIME)
    else:
        changes = changes_since(catalog, seq - 1, limit=CHANGES_AT_A_TIME + 1)
        if not changes or _position(changes.pop(0)) != {"seq": seq, "mark": mark}:
            raise _Outdated("the catalog's changes are not those that it has taken in")
    if any(change.kind == "rebuilt" for change in changes):
        raise _Outdated("the catalog was rebuilt")
    return changes


def _apply(catalog: Connection, writer: IndexWriter, changes: Sequence[Change], tonight: date) -> None:
    """Read anew whatever the changes concern. That may be newer than they are, and is then read again later."""
    of: dict[str, set[uuid.UUID]] = {entity: set() for entity in ("event", *ENTITIES)}
    for change in changes:
        of[change.entity].update(filter(None, (change.entity_id, change.into_id)))
    events = of["event"] | set(map(_id, writer.events_at(venue.bytes for venue in of["venue"])))
    for batch in _batches(events):
        texts = event_texts(catalog, batch)
        entries = {i.bytes: event_entry(texts[i]) if i in texts else None for i in batch}
        for i, entry in entries.items():
            for known in filter(None, (writer.event(i), entry)):
                of["artist"].update(ids_of(known.artists))
                of["venue"].update(map(_id, filter(None, [known.venue])))
        writer.put_events(entries)
    for entity in ENTITIES:
        for batch in _batches(of[entity]):
            names = named_texts(catalog, entity, batch, tonight)
            writer.put_names(entity, {i.bytes: name_entry(names[i]) if i in names else None for i in batch})
    writer.forget_unused_spellings()
    if changes:
        writer.tell(**_position(changes[-1]))


def _count_names(catalog: Connection, writer: IndexWriter, tonight: date) -> None:
    """Put every artist and venue where its number of events to come has it stand."""
    for entity in ENTITIES:
        for batch in _batches(stream_named_texts(catalog, entity, tonight)):
            writer.put_names(entity, {each.id.bytes: name_entry(each) for each in batch})
    writer.tell(counted_from=tonight.isoformat())


def _position(change: Change | None) -> dict[str, Any]:
    """How the index remembers the last change that it has taken in."""
    if change is None:
        return {"seq": 0, "mark": ""}
    return {"seq": change.seq, "mark": f"{change.at.isoformat()} {change.kind} {change.entity_id}"}


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the catalog as it is now, whatever is written meanwhile."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        yield connection


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, AT_A_TIME)):
        yield batch


def _id(packed: bytes) -> uuid.UUID:
    return uuid.UUID(bytes=packed)
