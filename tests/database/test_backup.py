"""A dump that is restored is the same database: every row, the next ids, and a catalog that its rows give."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text

from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import check
from sms_database import backup, client_programs
from sms_database.errors import DatabaseProblem
from sms_database.migrations import current_revision
from sms_database.schema import REVISION
from sms_database.session import create_engine_for
from tests.carpenter.catalog_dump import catalog_dump
from tests.carpenter.raw_rows import SELLER, clock, raw, store
from tests.filled import content

pytestmark = pytest.mark.trust(38)


@pytest.fixture
def another(new_database: Callable[[], str]) -> Iterator[Engine]:
    """An engine on a second database, migrated and empty."""
    engine = create_engine_for(new_database())
    yield engine
    engine.dispose()


@pytest.fixture
def file(filled: Engine, tmp_path: Path) -> Path:
    """A dump of `filled`."""
    file = tmp_path / "calendar.dump"
    backup.dump(filled, file)
    return file


@pytest.mark.parametrize("is_migrated", [True, False])
def test_what_is_restored_is_what_was_dumped(filled: Engine, another: Engine, file: Path, is_migrated: bool) -> None:
    if not is_migrated:
        with another.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))

    backup.restore(another, file)

    restored = content(another)
    assert restored == content(filled)
    written = {table for table, (rows, _) in restored.items() if rows}
    assert {"raw_events", "raw_event_versions", "quarantined_items", "decisions", "crawl_runs", "events"} <= written
    assert current_revision(another) == REVISION
    assert catalog_dump(another) == catalog_dump(filled)  # views too
    assert all(difference.is_equal for difference in check(another, clock=clock))


def test_life_goes_on_in_what_was_restored(filled: Engine, another: Engine, file: Path) -> None:
    backup.restore(another, file)

    for engine in (filled, another):
        store(engine, [raw(SELLER, "new", "Cinder Choir", "2026-12-24", start_time="20:00")])
        run(engine, clock=clock)
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO crawl_runs (source, started_at) VALUES ('blue_moon', '2026-11-21')"))

    assert catalog_dump(another) == catalog_dump(filled)
    assert content(another)["crawl_runs"] == content(filled)["crawl_runs"]
    assert all(difference.is_equal for difference in check(another, clock=clock))


def test_a_database_with_rows_is_not_overwritten_unless_it_is_said(filled: Engine, another: Engine, file: Path) -> None:
    store(another, [raw(SELLER, "only here", "Cinder Choir", "2026-12-24")])
    before = content(another)

    with pytest.raises(DatabaseProblem, match=r"holds rows \(.*raw_events.*\): add --replace to give them up, or let"):
        backup.restore(another, file)
    assert content(another) == before

    backup.restore(another, file, replace=True)
    assert content(another) == content(filled)


def test_a_file_that_is_cut_short_changes_nothing(another: Engine, file: Path) -> None:
    store(another, [raw(SELLER, "only here", "Cinder Choir", "2026-12-24")])
    before = content(another)
    whole = file.read_bytes()

    for part in (0.2, 0.6, 0.95):
        file.write_bytes(whole[: int(len(whole) * part)])
        with pytest.raises(DatabaseProblem) as problem:
            backup.restore(another, file, replace=True)
        assert "\n" not in str(problem.value)
        assert content(another) == before


def test_what_is_in_the_way_changes_nothing(another: Engine, file: Path) -> None:
    with another.begin() as connection:
        for table in ("events", "event_artists", "event_sources"):
            connection.execute(text(f"DROP TABLE {table} CASCADE"))
        connection.execute(text("CREATE SEQUENCE events"))
    before = content(another)

    with pytest.raises(DatabaseProblem, match='nothing was restored: relation "events" already exists'):
        backup.restore(another, file)

    assert content(another) == before


def test_whoever_works_in_the_database_is_not_thrown_out(
    another: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_LOCK_WAIT", "-c lock_timeout=100ms")
    url = another.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as crawl:
        crawl.execute("SELECT count(*) FROM raw_events")
        with pytest.raises(DatabaseProblem, match="nothing was restored: others are working in the database: end"):
            backup.restore(another, file)
    backup.restore(another, file)


_DUMP = """
import sys
from pathlib import Path
from sms_database import backup
from sms_database.session import create_engine_for
backup.dump(create_engine_for(sys.argv[1]), Path(sys.argv[2]))
"""

_WAITS_TO_DUMP = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'pg_dump' AND wait_event_type = 'Lock'
"""


def test_a_dump_that_is_killed_leaves_the_earlier_one(filled: Engine, file: Path) -> None:
    earlier = file.read_bytes()
    url = filled.url.render_as_string(hide_password=False)
    with filled.connect() as connection, filled.begin() as other:
        other.execute(text("LOCK TABLE events IN ACCESS EXCLUSIVE MODE"))
        dumping = subprocess.Popen([sys.executable, "-c", _DUMP, url, file], start_new_session=True)
        while not connection.execute(text(_WAITS_TO_DUMP)).scalar():
            assert dumping.poll() is None
            connection.rollback()  # what a transaction has seen of others' activity stays as it was
        os.killpg(dumping.pid, signal.SIGKILL)
        dumping.wait()

    assert file.read_bytes() == earlier


def test_a_program_that_is_too_old_for_the_server_is_named(
    filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
    program.chmod(0o755)
    monkeypatch.setattr(client_programs, "candidate_directories", lambda: [tmp_path])
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(DatabaseProblem, match=r"takes a pg_dump of \d+ or newer, and here is 9\.6: install .*-client-"):
        backup.dump(filled, tmp_path / "calendar.dump")
    assert not list(tmp_path.glob("calendar.dump*"))


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nowhere/calendar.dump", "cannot be written: No such file or directory: name another place"),
        (".", "cannot be written: "),
    ],
)
def test_a_place_that_cannot_be_written_is_explained(filled: Engine, tmp_path: Path, name: str, problem: str) -> None:
    with pytest.raises(DatabaseProblem, match=problem):
        backup.dump(filled, tmp_path / name)
    assert not list(tmp_path.rglob("*.partial-*"))


def test_what_is_no_dump_is_explained(another: Engine, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("not a dump")

    with pytest.raises(DatabaseProblem, match="there is no file"):
        backup.restore(another, tmp_path / "none")
    with pytest.raises(DatabaseProblem, match="pg_restore gave up: input file does not appear to be a valid archive"):
        backup.restore(another, tmp_path / "notes")
