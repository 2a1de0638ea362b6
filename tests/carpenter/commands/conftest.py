"""The command line on a database of the test's own, with shows of our own invention in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from sqlalchemy import Engine
from typer.testing import CliRunner

from carpenter.__main__ import app
from carpenter.build import run
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, SELLER, WEEKLY_NIGHTS, clock, raw, store

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


@pytest.fixture
def carpenter(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command in this process; standard input may be given as bytes."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "100")

    def invoke(*arguments: str, stdin: bytes | None = None) -> Told:
        result: Result = CliRunner().invoke(app, arguments, input=stdin)
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
    store(engine, SHOWS)
    run(engine, clock=clock)
    return engine
