"""What tests of real servers share."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from sms_database.server import remove_server
from sms_database.session import create_engine_for
from tests.conftest import drop_database
from tests.filled import fill


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """An empty directory that every user can walk to, unlike pytest's."""
    directory = Path(tempfile.mkdtemp(prefix="sms-test-", dir="/tmp"))
    directory.chmod(0o755)
    yield directory
    remove_server(directory / "home")
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def filled_template(server_url: str, template_database: str) -> str:
    """Name of a database with rows, decisions and their catalog, to be cloned; made once a process of tests."""
    name = f"test_{uuid.uuid4().hex}"
    create_database(server_url, name, template_database)
    engine = create_engine_for(make_url(server_url).set(database=name), poolclass=NullPool)
    fill(engine)
    engine.dispose()
    return name


@pytest.fixture
def filled_url(server_url: str, filled_template: str) -> Iterator[str]:
    """URL of a filled database of the test's own."""
    name = f"test_{uuid.uuid4().hex}"
    create_database(server_url, name, filled_template)
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    drop_database(server_url, name)


@pytest.fixture
def filled(filled_url: str) -> Iterator[Engine]:
    """An engine on `filled_url`."""
    engine = create_engine_for(filled_url)
    yield engine
    engine.dispose()


def create_database(server_url: str, name: str, template: str) -> None:
    """A copy of a database under another name."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY wal_log'))
