"""The command line on a database of the test's own, with shows of our own invention in it."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, NullPool, create_engine, make_url, text
from typer.testing import CliRunner

from carpenter.__main__ import app
from carpenter.pipeline.build import run
from sms_database.session import create_engine_for
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, SELLER, WEEKLY_NIGHTS, clock, raw, store
from tests.conftest import drop_database

ROOT = Path(__file__).parents[3]

SHOWS = (
    raw(
        HOUSE_CALENDAR,
        "fri",
        "Tin Lantern, Mossback",
        "2026-11-20",
        start_time="20:00",
        doors_time="19:00",
        end_time="23:00",
        age_text="21+",
        price_text="$10",
        description="<p>Two bands,\nand a <b>cake</b></p>",
    ),
    raw(
        SELLER,
        "tm-1",
        "Tin Lantern",
        "2026-11-20",
        start_time="20:00",
        artists=[{"name": "Tin Lantern"}, {"name": "Mossback"}],
        price_min=12,
        price_max=15.5,
        currency="USD",
        ticket_url="https://boxoffice.example/buy/1",
    ),
    raw(HOUSE_CALENDAR, "sat", "The Ferry Wakes", "2026-11-21", start_time="21:00", status_text="Cancelled"),
    raw(HOUSE_CALENDAR, "late", "Juniper Ash", "2026-11-22", start_time="00:30", doors_time="23:30"),
    raw(HOUSE_CALENDAR, "sun", "Karaoke", "2026-11-22", start_time="21:00"),
    raw(
        PAPER,
        "fest",
        "Pier Hall Winter Festival",
        "2026-11-23",
        end_day="2026-11-25",
        venue_name="Pier Hall",
        venue_city="Seattle",
    ),
    raw(WEEKLY_NIGHTS, "wed", "Open Mic", "2026-11-25", start_time="20:00"),
    raw(PAPER, "tba", "Somebody, some day", None),
)


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
    name = f"test_{uuid.uuid4().hex}"
    _administer(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template_database}" STRATEGY wal_log')
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
    name, source = f"test_{uuid.uuid4().hex}", request.getfixturevalue("database_of_shows")
    _administer(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY wal_log')
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    drop_database(server_url, name)


def _administer(server_url: str, statement: str) -> None:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))


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
def process(database_url: str) -> Callable[..., subprocess.Popen[str]]:
    """Starts a command in a process of its own."""

    def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "carpenter", *arguments],
            env=os.environ | {"DATABASE_URL": database_url} | environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def shows(engine: Engine) -> Engine:
    """A database in which SHOWS are stored and built."""
    return engine
