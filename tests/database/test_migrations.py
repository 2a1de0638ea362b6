"""One history that goes up and down, and agrees with the models."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, NullPool, create_engine, inspect, make_url, text

from sms_database import migrations
from sms_database.errors import DatabaseProblem, SchemaAhead, SchemaBehind
from sms_database.schema import REVISION
from sms_database.session import create_engine_for, open_engine
from tests.conftest import drop_database

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def empty_database(server_url: str) -> Iterator[str]:
    """URL of a database in which no migration ever ran."""
    name = f"test_{uuid.uuid4().hex}"
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    admin.dispose()
    drop_database(server_url, name)


@pytest.fixture
def unmigrated(empty_database: str) -> Iterator[Engine]:
    engine = create_engine_for(empty_database)
    yield engine
    engine.dispose()


def alembic(engine: Engine, run: str, *arguments: str) -> None:
    config = Config(PROJECT / "alembic.ini")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        getattr(command, run)(config, *arguments)


def tables(engine: Engine) -> set[str]:
    inspector = inspect(engine)
    return {*inspector.get_table_names(), *inspector.get_view_names()} - {"alembic_version"}


def test_the_constant_names_the_newest_revision() -> None:
    assert migrations.head_revision() == REVISION, "repeat the new revision in sms_database/schema.py"


@pytest.mark.trust(39)
def test_up_down_and_up_again(unmigrated: Engine) -> None:
    migrations.upgrade(unmigrated)
    first = tables(unmigrated)
    alembic(unmigrated, "downgrade", "base")
    nothing = tables(unmigrated)
    migrations.upgrade(unmigrated)

    assert nothing == set()
    assert tables(unmigrated) == first
    assert {"raw_events", "events", "nodes", "edges"} <= first
    assert migrations.current_revision(unmigrated) == REVISION


def test_models_and_migrations_agree(engine: Engine) -> None:
    alembic(engine, "check")


@pytest.mark.trust(39)
def test_four_processes_may_migrate_at_once(empty_database: str) -> None:
    code = "import sys; from sms_database.migrations import upgrade; upgrade(sys.argv[1])"
    migrators = [
        subprocess.Popen([sys.executable, "-c", code, empty_database], cwd=PROJECT, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    for migrator in migrators:
        _, stderr = migrator.communicate(timeout=60)
        assert migrator.returncode == 0, stderr


def test_the_alembic_command_takes_the_settings_or_a_url(empty_database: str) -> None:
    def run(*arguments: str, database_url: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "alembic", *arguments],
            cwd=PROJECT,
            env=os.environ | {"DATABASE_URL": database_url},
            capture_output=True,
            text=True,
            check=False,
        )

    plain_url = empty_database.replace("postgresql+psycopg", "postgres")
    assert run("upgrade", "head", database_url=plain_url).returncode == 0
    assert f"{REVISION} (head)" in run("-x", f"url={plain_url}", "current", database_url="nonsense").stdout

    down = run("upgrade", "head", database_url="postgresql://nobody:secret@127.0.0.1:1/none")
    assert down.returncode == 2
    assert down.stderr.splitlines()[-1].startswith("error: the PostgreSQL server at 127.0.0.1:1 does not answer")
    assert "secret" not in down.stderr
    assert "Traceback" not in down.stderr


def test_a_schema_that_is_behind_or_absent_is_an_error_on_ones_own_server(
    empty_database: str, unmigrated: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database)

    with pytest.raises(SchemaBehind, match=f"has no schema yet, .* needs {REVISION}: run `alembic upgrade head`"):
        open_engine()

    migrations.upgrade(unmigrated)
    open_engine().dispose()


def test_a_schema_of_a_newer_program_is_an_error(
    database_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaAhead, match=r"revision 9999, which this program .* does not know: update the program"):
        open_engine()


def test_without_the_migrations_at_hand_it_says_where_to_run_them(
    unmigrated: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(migrations, "ALEMBIC_DIRECTORY", tmp_path / "not-here")

    assert migrations.head_revision() == REVISION
    with pytest.raises(DatabaseProblem, match="run `alembic upgrade head` in a checkout"):
        migrations.upgrade(unmigrated)
