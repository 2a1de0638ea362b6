"""Trying what a build would do: all its transactions within one that is rolled back at the end."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, StaticPool, event, text
from sqlalchemy.exc import OperationalError

from sms_database.errors import DatabaseProblem
from sms_database.locks import exclusive_facts_lock, exclusive_run_lock
from sms_database.session import create_engine_for

ATTEMPTS = 20
"""How often the locks are asked for before a dry run gives way to crawls that write without a pause."""

# Shorter than PostgreSQL's deadlock_timeout, so that of two that wait for each other it is always the dry run that
# gives way, and never a crawl.
_SESSION = "-c timezone=UTC -c lock_timeout=500ms"

_LOCK_TIMEOUT = "55P03"

_LOCK = "LOCK TABLE sources, cities, raw_events, artist_lookups, decisions IN SHARE ROW EXCLUSIVE MODE"

_BEHIND = """
SELECT (SELECT count(*) FROM dirty_raw_events)
    + (SELECT count(*) FROM artist_lookups WHERE built_hash IS DISTINCT FROM content_hash) AS unbuilt,
    (SELECT rules_hash FROM carpenter_runs ORDER BY id DESC LIMIT 1) AS rules_hash
"""

_TOUCHED = """
SELECT DISTINCT entity_id FROM carpenter_records
WHERE entity = 'event' AND entity_id IS NOT NULL
    AND carpenter_run_id > :run ORDER BY entity_id
"""

_LINKS = "SELECT kind, value FROM artist_links WHERE artist_id = :artist ORDER BY kind, value"


@dataclass(frozen=True, slots=True)
class Behind:
    """What a catalog has not built yet."""

    unbuilt: int
    """Raw rows and look-ups."""
    rules_hash: str | None
    """Of the rules that it was last built by."""


class _HeldConnection(psycopg.Connection[Any]):
    """A connection whose transactions are savepoints of one that never commits."""

    def begin_step(self) -> None:
        self.execute("SAVEPOINT step")

    def commit(self) -> None:
        self.execute("RELEASE SAVEPOINT step")
        self.execute("SAVEPOINT step")

    def rollback(self) -> None:
        self.execute("ROLLBACK TO SAVEPOINT step")


@contextmanager
def dry_run(engine: Engine) -> Iterator[Engine]:
    """An engine whose changes are gone at the end, and seen by nobody else.

    It waits for runs under way, and holds off runs and crawls meanwhile. It has one connection: one transaction at a
    time. Raises DatabaseProblem if crawls write so much that it does not get the locks.
    """
    with exclusive_run_lock(engine):
        held = _locked_engine(engine)
        try:
            yield held
        finally:
            held.dispose()


def _locked_engine(engine: Engine) -> Engine:
    for _ in range(ATTEMPTS):
        held = _held_engine(engine)
        try:
            with held.begin() as connection:
                exclusive_facts_lock(connection)
                connection.execute(text(_LOCK))
        except OperationalError as problem:
            held.dispose()
            if getattr(problem.orig, "sqlstate", None) != _LOCK_TIMEOUT:
                raise
        else:
            return held
    raise DatabaseProblem("crawls are writing without a pause: try the dry run again when they are done")


def _held_engine(engine: Engine) -> Engine:
    held = create_engine_for(engine.url, poolclass=StaticPool, pool_pre_ping=False, connect_args={"options": _SESSION})

    @event.listens_for(held, "do_connect")
    def connect(_dialect: object, _record: object, arguments: list[Any], options: dict[str, Any]) -> _HeldConnection:
        connection = _HeldConnection.connect(*arguments, **options)
        connection.begin_step()
        return connection

    return held


def behind(connection: Connection) -> Behind:
    """What the catalog has not built yet."""
    return Behind(*connection.execute(text(_BEHIND)).one())


def last_run(connection: Connection) -> int:
    """The id of the newest run, 0 if there is none."""
    return connection.scalar(text("SELECT max(id) FROM carpenter_runs")) or 0


def touched_events(connection: Connection, since_run: int) -> list[uuid.UUID]:
    """The events that the runs after this one made, changed or deleted."""
    return list(connection.scalars(text(_TOUCHED), {"run": since_run}))


def artist_links(connection: Connection, artist: uuid.UUID) -> list[str]:
    """The links of an artist: "musicbrainz ID"."""
    return [f"{row.kind} {row.value}" for row in connection.execute(text(_LINKS), {"artist": artist})]
