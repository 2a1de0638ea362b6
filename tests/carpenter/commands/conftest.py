"""The command line on a database of the test's own, with shows of our own invention in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, NullPool, make_url
from typer.testing import CliRunner

from carpenter.__main__ import app
from carpenter.pipeline.build import run
from sms_database.session import create_engine_for
from tests.carpenter.raw_rows import clock, store
from tests.carpenter.shows import SHOWS
from tests.conftest import clone_database, drop_database
from tests.program import Program


@dataclass(frozen=True, slots=True)
class Told:
    """What a command answered."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return orjson.loads(self.out)

    def lines(self) -> list[Any]:
        return [orjson.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Told]


@pytest.fixture(scope="session")
def database_of_shows(server_url: str, template_database: str) -> str:
    """Name of a database in which SHOWS are stored and built, to be cloned; made once a process of tests."""
    name = clone_database(server_url, template_database)
    engine = create_engine_for(make_url(server_url).set(database=name), poolclass=NullPool)
    store(engine, SHOWS)
    run(engine, clock=clock)
    return name


@pytest.fixture
def database_url(request: pytest.FixtureRequest, server_url: str, new_database: Callable[[], str]) -> Iterator[str]:
    """URL of a database of the test's own: empty, or with SHOWS built for a test that uses `shows`."""
    if "shows" not in request.fixturenames:
        yield new_database()
        return
    name = clone_database(server_url, request.getfixturevalue("database_of_shows"))
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    drop_database(server_url, name)


@pytest.fixture
def carpenter(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command in this process; standard input may be given as bytes."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "100")

    def invoke(*arguments: str, stdin: bytes | None = None) -> Told:
        result = CliRunner().invoke(app, arguments, input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Told(result.exit_code, result.stdout, result.stderr)

    return invoke


@pytest.fixture
def process(database_url: str) -> Callable[..., Program]:
    """Starts a command in a process of its own."""

    def start(*arguments: str, **environment: str) -> Program:
        return Program("carpenter", arguments, os.environ | {"DATABASE_URL": database_url} | environment)

    return start


@pytest.fixture
def shows(engine: Engine) -> Engine:
    """A database in which SHOWS are stored and built."""
    return engine
