"""Migrations of a database in use: its rows stay, readers are not held up, and a killed one leaves a whole revision."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event, text

from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import check
from sms_database import migrations
from sms_database.errors import DatabaseProblem
from sms_database.schema import REVISION
from tests.carpenter.catalog_dump import catalog_dump
from tests.carpenter.raw_rows import clock
from tests.conftest import ROOT

pytestmark = pytest.mark.trust(39)

_RAW = "SELECT to_jsonb(r) FROM raw_events r ORDER BY source, source_event_id"
_VERSIONS = "SELECT to_jsonb(v) FROM raw_event_versions v ORDER BY raw_event_id, content_hash"
_KEPT = (
    "source",
    "source_event_id",
    "raw_event_id",
    "id",
    "content_hash",
    "fetched_at",
    "first_seen_at",
    "last_seen_at",
)
_WAITING = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE %s
"""


def alembic(engine: Engine, action: str, revision: str) -> None:
    """`alembic upgrade` or `alembic downgrade` of an engine's database."""
    config = Config(ROOT / "alembic.ini")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        getattr(command, action)(config, revision)


def rows(engine: Engine) -> list[Any]:
    """What crawls have brought, as every revision has it: of each row its item, whole, and what is known of it."""
    with engine.connect() as connection:
        found = [*connection.scalars(text(_RAW)), *connection.scalars(text(_VERSIONS))]
    return [(_item(row), {name: row.get(name) for name in _KEPT}) for row in found]


def _item(row: dict[str, Any]) -> dict[str, Any]:
    """Since 0008 some fields have columns of their own."""
    item: dict[str, Any] = row["data"]
    return item | {name: row[name] for name in ("source_url", "payload") if row.get(name) is not None}


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM raw_events")).scalar_one()


@contextmanager
def reading(url: str, table: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody who has read a table and leaves the transaction open, until it is rolled back."""
    with psycopg.connect(url.replace("+psycopg", ""), application_name="a long read") as reader:
        reader.execute(f"SELECT count(*) FROM {table}")
        yield reader
        reader.rollback()


@contextmanager
def in_background(work: Callable[[], None]) -> Iterator[threading.Thread]:
    """Do it in a thread; what it raises is raised at the end."""
    raised: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed on below
            raised.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    try:
        yield thread
    finally:
        thread.join(60)
        assert not thread.is_alive()
        if raised:
            raise raised[0]


@pytest.fixture
def refusals(filled: Engine) -> list[str]:
    """The statements of migrations that got no lock in time."""
    refused: list[str] = []

    @event.listens_for(filled, "handle_error")
    def note(context: Any) -> None:
        if getattr(context.original_exception, "sqlstate", None) == "55P03":
            refused.append(context.statement)

    return refused


def test_down_and_up_again_every_row_is_there_and_the_catalog_is_the_same(filled: Engine) -> None:
    before, catalog = rows(filled), catalog_dump(filled)
    assert len(before) > 100
    revisions = [f"{number:04}" for number in range(int(REVISION) - 1, 0, -1)]

    for revision in revisions:
        alembic(filled, "downgrade", revision)
        assert rows(filled) == before, f"at {revision}"
    for revision in [*reversed(revisions[:-1]), REVISION]:
        alembic(filled, "upgrade", revision)
        assert rows(filled) == before, f"at {revision}"
    run(filled, clock=clock)

    assert catalog_dump(filled) == catalog
    assert [difference for difference in check(filled, clock=clock) if not difference.is_equal] == []


def test_readers_are_held_up_no_longer_than_one_wait_for_a_lock(
    filled: Engine, filled_url: str, refusals: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_WAIT_SECONDS", 1)
    monkeypatch.setattr(migrations, "PAUSE_SECONDS", 0.05)
    alembic(filled, "downgrade", "0006")
    patience, reads = set(), 0

    @event.listens_for(filled, "before_cursor_execute")
    def note(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "raw_events" in statement and statement.lstrip().startswith("ALTER"):
            patience.add(cursor.connection.execute("SHOW lock_timeout").fetchone()[0])

    with (
        reading(filled_url, "raw_events") as reader,
        in_background(lambda: migrations.upgrade(filled)) as migrating,
    ):
        with psycopg.connect(filled_url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SET statement_timeout = '6s'")  # raises in whoever is held up for longer
            while len(refusals) < 2 and migrating.is_alive():
                other.execute("SELECT count(*) FROM raw_events")
                reads += 1
        assert len(refusals) >= 2
        assert migrations.current_revision(filled) == "0006"
        reader.rollback()

    assert patience == {"1s"}
    assert reads > 2
    assert migrations.current_revision(filled) == REVISION
    assert count(filled) == 180


def test_the_wait_for_a_lock_is_two_seconds() -> None:
    assert migrations.LOCK_WAIT_SECONDS <= 2


def test_a_migration_that_never_gets_its_lock_gives_up_in_one_line_and_has_changed_nothing(
    filled: Engine, filled_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_WAIT_SECONDS", 1)
    monkeypatch.setattr(migrations, "PATIENCE_SECONDS", 0.0)
    alembic(filled, "downgrade", "0006")
    before = rows(filled)

    with reading(filled_url, "raw_events") as reader:
        holder = reader.info.backend_pid
        with pytest.raises(DatabaseProblem) as problem:
            migrations.upgrade(filled)

    line = str(problem.value)
    assert line.startswith("upgrade 0006 -> 0007 was not done: for ")
    assert f"(longest: process {holder} of a long read, for " in line
    assert "\n" not in line
    assert migrations.current_revision(filled) == "0006"
    assert rows(filled) == before
    migrations.upgrade(filled)
    assert migrations.current_revision(filled) == REVISION


def test_steps_that_are_tried_again_are_not_more_than_were_asked_for(
    filled: Engine, filled_url: str, refusals: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_WAIT_SECONDS", 1)
    monkeypatch.setattr(migrations, "PAUSE_SECONDS", 0.05)
    alembic(filled, "downgrade", "0004")

    with (
        reading(filled_url, "carpenter_runs") as reader,
        in_background(lambda: alembic(filled, "upgrade", "+2")) as migrating,
        psycopg.connect(filled_url.replace("+psycopg", ""), autocommit=True) as other,
    ):
        while not refusals and migrating.is_alive():
            other.execute("SELECT pg_sleep(0.05)")
        assert migrations.current_revision(filled) == "0005"
        reader.rollback()

    assert migrations.current_revision(filled) == "0006"


def test_killed_in_the_middle_of_a_migration_it_is_at_a_whole_revision_and_the_next_carries_on(
    filled: Engine, filled_url: str
) -> None:
    catalog = catalog_dump(filled)
    alembic(filled, "downgrade", "0004")
    before = rows(filled)
    migrator = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from sms_database.migrations import upgrade; upgrade(sys.argv[1])",
            filled_url,
        ],
        cwd=ROOT,
    )
    with (
        reading(filled_url, "venue_mentions"),
        psycopg.connect(filled_url.replace("+psycopg", ""), autocommit=True) as other,
    ):
        # By then 0005 has altered raw_events.
        while not other.execute(_WAITING, ["ALTER TABLE venue_mentions%"]).fetchone():
            assert migrator.poll() is None
        migrator.send_signal(signal.SIGKILL)
        migrator.wait()
        assert migrations.current_revision(filled) == "0004"

    migrations.upgrade(filled)

    assert migrations.current_revision(filled) == REVISION
    assert rows(filled) == before
    run(filled, clock=clock)
    assert catalog_dump(filled) == catalog
