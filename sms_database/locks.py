"""Every advisory lock of this project: its key, who takes it, and who waits for whom.

A lock of a transaction ends with that, a lock of a session with its connection, which the server ends however the
process ends. Whoever takes several locks of one kind takes them in the order of their keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

LOCK_WAIT_SECONDS = 300
"""How long a command waits for rows and tables that others hold: longer than any piece of a build takes, shorter than a
night. For a run or a rebuild under way it waits as long as that takes.
"""

_OWN_TO_A_COPY = "CASE WHEN 'public' = ANY (current_schemas(false)) THEN 0 ELSE hashtext(current_schema()) END"
"""Seed of a build's keys: whoever works in a copy of the catalog (carpenter/store/shadow.py) meets nobody there."""


def _key(name: str, seed: str = "0") -> str:
    """The key of a lock by its name, an SQL expression of a text."""
    return f"hashtextextended({name}, {seed})"


RUN = _key("'carpenter'")
"""Of a session: held shared by every run of the carpenter, alone by a rebuild."""

FACTS = _key("'carpenter blocks'", _OWN_TO_A_COPY)
"""Of a transaction: held shared while blocks are built, alone by whoever changes what blocks are built from."""

_FACTS_WORKERS = _key("'carpenter moved evidence'", _OWN_TO_A_COPY)
"""Of a transaction: held by each worker of a change of facts under way."""

HOUSEKEEPING = _key("'carpenter finish'", _OWN_TO_A_COPY)
"""Of a transaction: one process at a time names artists and drops venues."""

BLOCK = _key("'block:' || house_id || ':' || night", _OWN_TO_A_COPY)
"""Of a transaction, for columns `house_id` and `night`: the block is being built."""

RAW_ROWS = _key("'raw:' || source")
"""Of a transaction, for a column `source`: rows of the source are being stored."""

CRAWL_OF_SOURCE = _key("'crawl of ' || cast(:source AS text)")
"""Of a session: the source is being crawled."""

CRAWL_RUN = _key("'crawl run ' || cast(:run_id AS text)")
"""Of a session: the process of this crawl lives."""

CRAWL_RUN_ROW = _key("'crawl run ' || cast(id AS text)")
"""The same lock, for a column `id` of `crawl_runs`."""

HOST = _key("'host ' || cast(:host AS text)")
"""Of a session: a request to the host is under way."""

PUBLISHER = _key("'publisher'", _OWN_TO_A_COPY)
"""Of a transaction: changes are being numbered."""

CARDS = _key("'event cards'", _OWN_TO_A_COPY)
"""Of a transaction: held shared by whoever changes what cards of events show, alone by who stores cards."""

USAGE = _key("'usage'")
"""Of a transaction: one process at a time sums what servers have counted."""

COPY = _key(":name")
"""Of a session: the schemas whose names begin with this one are somebody's copies of the catalog."""

COPY_ROW = _key("name")
"""The same lock, for a column `name`."""


def shared_facts_lock(connection: Connection) -> None:
    """Shared lock, until the transaction ends: no first pass may change facts while a block is built.

    So no row is marked as built from facts that it was not built from.
    """
    connection.execute(text(f"SELECT pg_advisory_xact_lock_shared({FACTS})"))


def exclusive_facts_lock(connection: Connection) -> None:
    """Wait for the blocks under way, and hold off others until the transaction ends.

    A row that is just being built looks dirty from outside; marking it dirty now would be lost.
    """
    connection.execute(text(f"SELECT pg_advisory_xact_lock({FACTS})"))


@contextmanager
def facts_lock_to_join(engine: Engine) -> Iterator[None]:
    """Change facts in several transactions, each of which calls `join_facts_lock`.

    Waits for the blocks under way, and for what the workers of a killed process still have open.
    """
    with engine.connect() as connection, connection.begin():
        exclusive_facts_lock(connection)
        connection.execute(text(f"SELECT pg_advisory_lock({_FACTS_WORKERS}), pg_advisory_unlock({_FACTS_WORKERS})"))
        yield


def join_facts_lock(connection: Connection) -> None:
    """Until the transaction ends it is part of the change of facts under way, even if whoever leads that is killed."""
    connection.execute(text(f"SELECT pg_advisory_xact_lock_shared({_FACTS_WORKERS})"))


@contextmanager
def shared_run_lock(engine: Engine) -> Iterator[None]:
    """Build beside other runs; waits for a rebuild under way."""
    with _held(engine, f"pg_advisory_lock_shared({RUN})", f"pg_advisory_unlock_shared({RUN})"):
        yield


@contextmanager
def exclusive_run_lock(engine: Engine) -> Iterator[None]:
    """Hold off every other run; waits for those under way."""
    with _held(engine, f"pg_advisory_lock({RUN})", f"pg_advisory_unlock({RUN})"):
        yield


@contextmanager
def _held(engine: Engine, lock: str, unlock: str) -> Iterator[None]:
    """A lock of a session, for which it waits without limit."""
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text(f"SELECT {lock}"))
        connection.execute(text("RESET lock_timeout"))
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text(f"SELECT {unlock}"))
