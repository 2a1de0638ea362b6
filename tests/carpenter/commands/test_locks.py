"""What others hold is waited for, but not for ever and not without a word."""

from __future__ import annotations

import threading

import psycopg
import pytest
from sqlalchemy import Engine

from carpenter.pipeline.build import run
from sms_database import locks
from sms_database.session import create_engine_for
from tests.carpenter.commands.conftest import Command
from tests.carpenter.raw_rows import clock, store
from tests.carpenter.shows import SHOWS

_WAITS_FOR_LONGER = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND wait_event = 'advisory' AND clock_timestamp() - query_start > interval '1.2 s'
"""


@pytest.fixture
def other(database_url: str) -> psycopg.Connection[tuple[int]]:
    """Another program's connection, each statement a transaction."""
    return psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True)


@pytest.mark.trust(39)
@pytest.mark.parametrize("arguments", [("run",), ("doctor",), ("upcoming",)])
def test_a_table_that_another_program_keeps_locked_ends_the_command_in_one_line(
    arguments: tuple[str, ...],
    carpenter: Command,
    engine: Engine,
    other: psycopg.Connection[tuple[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store(engine, SHOWS)
    monkeypatch.setattr(locks, "LOCK_WAIT_SECONDS", 1)

    with other, other.transaction():
        other.execute("LOCK TABLE raw_events, events, dirty_raw_events IN ACCESS EXCLUSIVE MODE")
        told = carpenter(*arguments)

    assert told.code == (1 if arguments == ("doctor",) else 2)
    assert "another program holds a lock in the PostgreSQL server at" in told.out + told.err
    assert told.err.count("\n") <= 1
    assert carpenter("run").code == 0


def test_a_rebuild_under_way_is_waited_for_as_long_as_it_takes(
    database_url: str, engine: Engine, other: psycopg.Connection[tuple[int]]
) -> None:
    store(engine, SHOWS)
    hasty = create_engine_for(database_url, lock_wait_seconds=1)
    building = threading.Thread(target=run, args=(hasty,), kwargs={"clock": clock})

    with other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('carpenter', 0))")
        building.start()
        while not other.execute(_WAITS_FOR_LONGER).fetchone():
            assert building.is_alive()
        other.execute("SELECT pg_advisory_unlock_all()")
        building.join(60)
        assert other.execute("SELECT count(*) > 0 FROM events").fetchone() == (True,)
        assert other.execute("SELECT count(*) FROM dirty_raw_events").fetchone() == (0,)
    hasty.dispose()
