"""Is the search index what the catalog says? For the command that checks it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date

from sqlalchemy import Engine

from sms_api.search.entries import event_entry, name_entry
from sms_api.search.follow import ENTITIES, snapshot
from sms_api.search.index import SCHEMA, IndexWriter, connect, rot, schema_of
from sms_api.search.place import IndexPlace, has_full_text
from sms_catalog.changes import changes_since, unpublished
from sms_catalog.search_documents import stream_event_texts, stream_named_texts

_MAKE = "make it with `python -m sms_api index`"


def index_problems(engine: Engine, place: IndexPlace) -> Iterator[str]:
    """What keeps search from finding what the catalog holds, each in one line; nothing where all is well."""
    if not has_full_text():
        yield f"this Python's SQLite, {sqlite3.sqlite_version}, has no FTS5: the catalog itself is searched, slowly"
        return
    path = place.current
    if path is None:
        yield f"there is no index, and the catalog itself is searched, slowly: {_MAKE}"
        return
    try:
        with closing(connect(path)) as connection:
            yield from _problems(engine, connection)
    except sqlite3.DatabaseError as problem:
        yield f"the index cannot be read ({problem}): {_MAKE} --rebuild"


def _problems(engine: Engine, connection: sqlite3.Connection) -> Iterator[str]:
    if schema_of(connection) != SCHEMA:
        yield f"the index is of another version of this program: {_MAKE}"
        return
    held = IndexWriter(connection)
    connection.execute("BEGIN")  # one state of the file, whoever writes it meanwhile
    with snapshot(engine) as catalog:
        waiting = unpublished(catalog)
        lacking = len(changes_since(catalog, held.about("seq"), limit=10_000))
        if waiting or lacking:
            yield f"the index lacks {lacking + waiting:,} changes, or more: {_MAKE}"
            return
        events = names = wrong = 0
        for event in stream_event_texts(catalog):
            events += 1
            entry = event_entry(event)
            wrong += not entry.is_same_as(held.event(entry.id))
        tonight = date.fromisoformat(held.about("counted_from"))
        for entity in ENTITIES:
            for named in stream_named_texts(catalog, entity, tonight):
                names += 1
                of_name = name_entry(named)
                wrong += not of_name.is_same_as(held.name(entity, of_name.id))
    wrong += abs(held.count("events") - events) + abs(held.count("names") - names)
    if wrong:
        yield f"{wrong:,} of {events + names:,} entries of the index differ from the catalog: {_MAKE} --rebuild"
    yield from (f"{problem}: {_MAKE} --rebuild" for problem in rot(connection))
