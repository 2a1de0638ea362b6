"""A real PostgreSQL for every test that asks for one: an embedded server a test run, a cloned database a test."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from sms_database.migrations import head_revision, upgrade
from sms_database.server import ensure_server, stop_server
from sms_database.session import create_engine_for
from tests.match.report import pytest_terminal_summary

# Pytest hears these from the conftest that every run loads first; one deeper in the tree is loaded too late for them.
__all__ = ["pytest_terminal_summary"]
pytest_plugins = ["tests.trust"]

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
SERVER_HOME = ROOT / ".sms" / "tests"
_IN_USE = pytest.StashKey[IO[str]]()


@pytest.fixture(scope="session")
def shared_recordings() -> Path:
    """The recordings of real pages that stand beside the project here and in CI, but not on a user's machine."""
    recordings = SHARED / "sources" / "recordings"
    if not recordings.is_dir():
        pytest.skip("no ../shared/sources/recordings beside this checkout")
    return recordings


@pytest.fixture(scope="session")
def server_url() -> str:
    """The server under test: that of TEST_DATABASE_URL, else our own, started once and stopped after the run."""
    return os.environ.get("TEST_DATABASE_URL") or _own_server()


@pytest.fixture(scope="session")
def template_database(server_url: str) -> str:
    """Name of a migrated, empty database to clone; made once a run of tests, by whichever process is first."""
    name = f"template_{head_revision()}_{os.environ.get('PYTEST_XDIST_TESTRUNUID', uuid.uuid4().hex)[:12]}"
    SERVER_HOME.mkdir(parents=True, exist_ok=True)
    with (SERVER_HOME / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _database_exists(server_url, name):
            _run(server_url, f'CREATE DATABASE "{name}"')
            upgrade(_url_of(server_url, name))
    return name


@pytest.fixture
def new_database(server_url: str, template_database: str) -> Iterator[Callable[[], str]]:
    """Makes migrated, empty databases of the test's own; returns the URL of each."""
    names: list[str] = []

    def make() -> str:
        names.append(clone_database(server_url, template_database))
        return _url_of(server_url, names[-1])

    yield make
    for name in names:
        drop_database(server_url, name)


@pytest.fixture
def database_url(new_database: Callable[[], str]) -> str:
    """URL of a migrated, empty database of the test's own."""
    return new_database()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on `database_url`."""
    engine = create_engine_for(database_url)
    yield engine
    engine.dispose()


def _own_server() -> str:
    """Our server, told not to wait for the disk: to make and drop a database takes a tenth of the time.

    What is written survives any process that is killed; durability beyond that is shown on servers of the tests' own.
    """
    url = ensure_server(SERVER_HOME).url
    data = SERVER_HOME / "postgres" / "data"
    with (SERVER_HOME / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        settings = data / "postgresql.auto.conf"
        if _HURRIED not in settings.read_text():
            with settings.open("a") as file:
                file.write(_HURRIED)
            os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGHUP)
    return url


_HURRIED = "fsync = off\nfull_page_writes = off\n"


def clone_database(server_url: str, template: str) -> str:
    """Make a database with what is in another one; returns its name."""
    name = f"test_{uuid.uuid4().hex}"
    _run(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY wal_log')
    # Durability is shown on servers of the tests' own; here a commit need not wait for the disk.
    _run(server_url, f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    return name


def drop_database(server_url: str, name: str) -> None:
    """Drop a database that tests, or processes they killed, may still be connected to.

    Not WITH (FORCE), which none but a superuser may use while an autovacuum is in the database; a plain DROP ends that.
    """
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = :name AND usename = current_user"
            ),
            {"name": name},
        )
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
    engine.dispose()


def pytest_configure(config: pytest.Config) -> None:
    """Keep what is compiled: the tests start hundreds of processes, each of which would compile the project anew."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say that a run of tests uses our server, so that another run that ends meanwhile does not stop it."""
    if not hasattr(session.config, "workerinput"):
        SERVER_HOME.mkdir(parents=True, exist_ok=True)
        in_use = (SERVER_HOME / "in-use.lock").open("w")
        fcntl.flock(in_use, fcntl.LOCK_SH)
        session.config.stash[_IN_USE] = in_use


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop our own server with all that the run left in it, unless another run of tests uses it."""
    in_use = session.config.stash.get(_IN_USE, None)
    if in_use is None:
        return
    try:
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if (SERVER_HOME / "template.lock").exists():
        _drop_leftovers(ensure_server(SERVER_HOME).url)
        stop_server(SERVER_HOME)


def _drop_leftovers(server_url: str) -> None:
    engine = create_engine(server_url)
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT datname FROM pg_database WHERE datname ~ '^(template|test)_'")).all()
    engine.dispose()
    for name in names:
        drop_database(server_url, name)


def _url_of(server_url: str, database: str) -> str:
    return make_url(server_url).set(database=database).render_as_string(hide_password=False)


def _database_exists(server_url: str, name: str) -> bool:
    engine = create_engine(server_url)
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT count(*) FROM pg_database WHERE datname = :name"), {"name": name})
    engine.dispose()
    return bool(found)


def _run(server_url: str, statement: str) -> None:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
