"""Who waits for whom: runs go beside each other, a rebuild alone; evidence moves while no block is being built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

IN_THIS_CATALOG = "CASE WHEN 'public' = ANY (current_schemas(false)) THEN 0 ELSE hashtext(current_schema()) END"
"""Seed of the keys of locks: whoever works in a copy of the catalog, see carpenter/store/copies.py, has locks of their
own, for there they meet nobody."""

LOCK_WAIT_SECONDS = 300
"""How long a command waits for rows and tables that others hold: longer than any piece of a build takes, shorter than a
night. For a run or a rebuild under way it waits as long as that takes.
"""

_KEY = "hashtextextended('carpenter', 0)"
_BLOCKS = f"hashtextextended('carpenter blocks', {IN_THIS_CATALOG})"


def hold_evidence_still(connection: Connection) -> None:
    """Until the transaction ends no evidence moves: what a block was built by is then what it is marked built with."""
    connection.execute(text(f"SELECT pg_advisory_xact_lock_shared({_BLOCKS})"))


def move_evidence(connection: Connection) -> None:
    """Wait for the blocks under way, and hold off others until the transaction ends.

    A row that is just being built looks dirty from outside; marking it dirty now would be lost.
    """
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_BLOCKS})"))


_MOVED = f"hashtextextended('carpenter moved evidence', {IN_THIS_CATALOG})"


@contextmanager
def moving_evidence(engine: Engine) -> Iterator[None]:
    """Move evidence in several transactions, each of which calls `join_move`.

    Waits for the blocks under way, and for what the workers of a killed process still have open.
    """
    with engine.connect() as connection, connection.begin():
        move_evidence(connection)
        connection.execute(text(f"SELECT pg_advisory_lock({_MOVED}), pg_advisory_unlock({_MOVED})"))
        yield


def join_move(connection: Connection) -> None:
    """Until the transaction ends it is part of the move under way, even if whoever leads that is killed."""
    connection.execute(text(f"SELECT pg_advisory_xact_lock_shared({_MOVED})"))


@contextmanager
def among_carpenters(engine: Engine) -> Iterator[None]:
    """Build beside other runs; waits for a rebuild under way."""
    with _held(engine, f"pg_advisory_lock_shared({_KEY})", f"pg_advisory_unlock_shared({_KEY})"):
        yield


@contextmanager
def sole_carpenter(engine: Engine) -> Iterator[None]:
    """Hold off every other run; waits for those under way."""
    with _held(engine, f"pg_advisory_lock({_KEY})", f"pg_advisory_unlock({_KEY})"):
        yield


@contextmanager
def _held(engine: Engine, lock: str, unlock: str) -> Iterator[None]:
    """The lock is the session's, which the server ends with it however the process ends."""
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text(f"SELECT {lock}"))
        connection.execute(text("RESET lock_timeout"))
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text(f"SELECT {unlock}"))
