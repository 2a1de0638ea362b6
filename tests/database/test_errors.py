"""Trouble with a database, caused on a real server, as the one line that a person reads."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
import pytest
from sqlalchemy import Engine, NullPool, make_url, text
from sqlalchemy.exc import IntegrityError

from sms_database.errors import DatabaseProblem, ServerUnavailable, database_problems
from sms_database.server.process import free_port
from sms_database.session import create_engine_for


def changed(url: str, **parts: object) -> str:
    return make_url(url).set(**parts).render_as_string(hide_password=False)  # type: ignore[arg-type]


def fail_with(url: str, statements: Sequence[str]) -> None:
    engine = create_engine_for(url, poolclass=NullPool)
    with database_problems(url), engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def line_for(url: str, *statements: str) -> str:
    """What a command line says when these statements fail on a database."""
    with pytest.raises(DatabaseProblem) as problem:
        fail_with(url, statements)
    line = str(problem.value)
    assert "\n" not in line
    password = make_url(url).password
    assert password is None or password not in line
    return line


@pytest.fixture
def ordinary_role(engine: Engine) -> None:
    """The test needs a server that can refuse its user something."""
    with engine.connect() as connection:
        if connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
            pytest.skip("TEST_DATABASE_URL names a superuser")


def test_server_down(database_url: str) -> None:
    port = free_port()

    line = line_for(changed(database_url, host="127.0.0.1", port=port))

    assert line == f"the PostgreSQL server at 127.0.0.1:{port} does not answer: start it, or correct DATABASE_URL"


def test_unknown_host(database_url: str) -> None:
    assert "host of the PostgreSQL server at nowhere.invalid:" in line_for(
        changed(database_url, host="nowhere.invalid")
    )


def test_wrong_password(database_url: str) -> None:
    line = line_for(changed(database_url, password="not-the-password"))

    assert line.startswith("wrong password: the PostgreSQL server at ")
    assert line.endswith("correct DATABASE_URL")


def test_missing_database(database_url: str) -> None:
    assert 'has no database "not_here": create it (createdb not_here)' in line_for(
        changed(database_url, database="not_here")
    )


def test_too_many_connections(database_url: str, ordinary_role: None) -> None:
    engine = create_engine_for(database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f'ALTER DATABASE "{engine.url.database}" CONNECTION LIMIT 0'))

    assert "has no connection left" in line_for(database_url)


def test_read_only_database(database_url: str) -> None:
    assert "takes no changes (read-only)" in line_for(
        database_url, "SET TRANSACTION READ ONLY", "CREATE TABLE new_table (n integer)"
    )


def test_missing_right(database_url: str, ordinary_role: None) -> None:
    assert "permission denied for table pg_authid" in line_for(database_url, "SELECT rolpassword FROM pg_authid")


def test_lock_that_another_program_holds(database_url: str, engine: Engine) -> None:
    with engine.begin() as other:
        other.execute(text("LOCK TABLE raw_events"))

        line = line_for(database_url, "SET lock_timeout = '1ms'", "SELECT * FROM raw_events")

    assert line.startswith("another program holds a lock")


def test_connection_lost_midway(database_url: str) -> None:
    line = line_for(database_url, "SELECT pg_terminate_backend(pg_backend_pid())")

    assert line.endswith("was lost, what was committed is safe: run the command again")


def test_full_disk() -> None:
    # Raised here: filling a disk takes a file system of one's own.
    with (
        pytest.raises(DatabaseProblem, match=r"the disk of .* is full: free some space and run the command again"),
        database_problems("postgresql://u:p@example.org/d"),
    ):
        raise psycopg.errors.DiskFull("could not extend file: No space left on device")


def test_the_embedded_server_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")

    with (
        pytest.raises(ServerUnavailable, match="the embedded PostgreSQL server does not answer: run the command again"),
        database_problems(),
    ):
        psycopg.connect(host="127.0.0.1", port=free_port())


def test_our_own_mistakes_keep_their_traceback(database_url: str, engine: Engine) -> None:
    with pytest.raises(IntegrityError), database_problems(database_url), engine.connect() as connection:
        connection.execute(text("INSERT INTO sources (slug) VALUES (NULL)"))
