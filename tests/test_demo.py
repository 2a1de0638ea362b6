"""`make demo`, without its set-up: a stranger's first minute."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine, text

from sms_crawlers.recordings.recording import read_recordings
from sms_database.server import remove_server, server_status
from tests.conftest import ROOT
from tests.demo import DAY

NIGHT = re.compile(r"^ *[A-Z][a-z]{2} \d+ [A-Z][a-z]{2} ")
TABLE = "$ python -m carpenter upcoming"


def demo(**variables: str) -> subprocess.CompletedProcess[str]:
    """The demo as make starts it, with these variables and without DATABASE_URL but by them."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "tests.demo"], cwd=ROOT, env=environment | variables, capture_output=True, text=True
    )


def row_of(table: str, *cells: str) -> str:
    """The one line of the table that holds all of these."""
    (line,) = (line for line in table.splitlines() if all(cell in line for cell in cells))
    return line


def excerpt_in_readme() -> list[str]:
    """The lines of the table that the README shows."""
    return words_by_line((ROOT / "README.md").read_text(encoding="utf-8").partition("```text\n")[2].partition("```")[0])


def words_by_line(text: str) -> list[str]:
    """The lines that are not empty, spaces folded, and without the night, which only a night's first line tells."""
    folded = (" ".join(NIGHT.sub("", line).split()) for line in text.splitlines())
    return [line for line in folded if line]


def test_the_table_of_our_recordings_the_same_twice(database_url: str) -> None:
    first = demo(DATABASE_URL=database_url)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "that day is now" in first.stdout
    assert database_url not in first.stdout + first.stderr, "the password is shown"
    table = first.stdout.partition(TABLE)[2]
    saturday = row_of(table, "Tin Heron / Paper Ladders / The Quiet Motors / Nine Acre Radio / Marguerite Ashdown")
    assert saturday.split()[:5] == ["19:00", "20:00", "Blue", "Moon", "Tavern"]
    assert saturday.split()[-5:] == ["$10", "21+", "blue_moon,", "nw_metal_calendar,", "seattle_showlists"]
    assert "22:00" in row_of(table, "Sea Monster Lounge", "22:00")  # the late show beside the early one
    assert "SOLD OUT" in row_of(table, "Barnacle Brothers")
    assert "open_mics, skylark" in row_of(table, "Skylark Cafe & Club", "Open Mic")  # two sources, one night
    for room in ("Darrell's Tavern", "Little Red Hen", "The Royal Room"):
        assert room in table
    assert [line for line in excerpt_in_readme() if line not in words_by_line(table)] == []

    second = demo(DATABASE_URL=database_url)
    assert second.returncode == 0, second.stdout + second.stderr
    assert second.stdout.partition(TABLE)[2] == table
    assert "nothing to build" in second.stdout


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An SMS_HOME; for root its server may stand outside of it, and is removed as well."""
    yield tmp_path
    remove_server(tmp_path / "demo")


def test_without_a_database_it_takes_its_own_and_leaves_no_server(home: Path) -> None:
    done = demo(SMS_HOME=str(home))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tin Heron" in done.stdout
    assert not (home / "postgres").exists(), "that is where the real catalog would be"
    assert server_status(home / "demo") is None
    assert "make serve" in done.stdout

    served = [sys.executable, "-m", "tests.demo", "serve", "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with subprocess.Popen(
        served, cwd=ROOT, env=environment | {"SMS_HOME": str(home)}, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        address = next(line for line in server.stdout if "http://" in line).split()[-1]
        with urlopen(f"{address}/") as page:
            assert "Static Orchard" in page.read().decode(), "tonight is the recordings' night"
        server.terminate()
    assert server.returncode == 0
    assert server_status(home / "demo") is None


def test_a_real_catalog_is_left_alone(database_url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO sources (slug, kind, title) VALUES ('blue_moon', 'venue', 'Blue Moon')"))
        connection.execute(text("INSERT INTO crawl_runs (source, started_at) VALUES ('blue_moon', '2026-12-01')"))
    done = demo(DATABASE_URL=database_url)
    assert done.returncode == 2
    assert "real crawls" in done.stderr
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM crawl_runs")) == 1
        assert connection.scalar(text("SELECT count(*) FROM raw_events")) == 0


def test_the_demos_day_is_that_of_the_recordings() -> None:
    pages = [page for recording in read_recordings(ROOT / "tests/recordings") for page in recording.pages]
    assert pages
    assert {date.fromisoformat((page.recorded_at or "")[:10]) for page in pages} == {DAY}
