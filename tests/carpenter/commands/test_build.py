"""`run` and `rebuild`: what they answer, and what being stopped, killed or doubled does to the catalog."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text

from carpenter.pipeline.build import run
from carpenter.pipeline.limits import DEFAULT_LIMITS
from carpenter.pipeline.rebuild import check
from sms_catalog.raw_rows import dirty_rows
from sms_database.session import create_engine_for
from tests.carpenter.catalog_dump import catalog_dump
from tests.carpenter.commands.conftest import Command
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, SELLER, clock, raw, store
from tests.program import Program

Process = Callable[..., Program]

ACTS = ("Tin Lantern", "Mossback", "Juniper Ash", "The Ferry Wakes", "Hollow Kayak")
NIGHTS = 2 * DEFAULT_LIMITS.built_rows // 3 + 1


def _season(nights: int) -> list[dict[str, Any]]:
    """Three rows a night, of one show and of another."""
    rows = []
    for night in range(nights):
        day = str(date(2026, 1, 1) + timedelta(days=night))
        first, second, third = (ACTS[(night + offset) % len(ACTS)] for offset in range(3))
        rows.append(raw(HOUSE_CALENDAR, f"n{night}", f"{first}, {second}", day, start_time="20:00"))
        rows.append(raw(SELLER, f"n{night}", first, day, start_time="20:00", price_text="$10"))
        rows.append(raw(PAPER, f"n{night}", f"{third} with guests", day, venue_name="Pier Hall", venue_city="Seattle"))
    return rows


def _dirty(engine: Engine) -> int:
    with engine.connect() as connection:
        return dirty_rows(connection)


def _started_building(process: Program) -> Program:
    """The process, once the first of several batches is committed."""
    for line in process.stderr:
        if "building: " in line:
            return process
    raise AssertionError(f"it ended with {process.returncode} and built nothing")


@pytest.fixture
def season(engine: Engine) -> Engine:
    """A database with two batches of rows to build."""
    store(engine, _season(NIGHTS))
    return engine


@pytest.mark.parametrize(
    ("stop", "code", "told"),
    [
        (signal.SIGINT, 130, "stopped; the next run carries on\n"),
        (signal.SIGTERM, 143, "stopped; the next run carries on\n"),
        (signal.SIGKILL, -signal.SIGKILL, ""),
    ],
)
def test_a_run_that_is_stopped_loses_nothing(
    season: Engine, process: Process, stop: signal.Signals, code: int, told: str
) -> None:
    building = _started_building(process("run"))
    building.send_signal(stop)
    out, err = building.communicate(timeout=60)
    assert (building.returncode, out, err.endswith(told)) == (code, "", True), err
    assert "Traceback" not in err, err
    assert 0 < _dirty(season) < 3 * NIGHTS
    carrying_on = process("run", "--quiet")
    assert (carrying_on.communicate(timeout=120), carrying_on.returncode) == (("", ""), 0)
    assert _dirty(season) == 0
    assert all(difference.is_equal for difference in check(season, clock=clock))


def test_two_runs_at_once_make_the_catalog_of_one(
    season: Engine, process: Process, new_database: Callable[[], str]
) -> None:
    both = [process("run"), process("run", "--workers", "2")]
    for one in both:
        _, err = one.communicate(timeout=240)
        assert one.returncode == 0, err
    alone = create_engine_for(new_database())
    store(alone, _season(NIGHTS))
    run(alone, clock=clock)
    assert catalog_dump(season) == catalog_dump(alone)
    alone.dispose()


def test_a_run_says_what_it_did(carpenter: Command, engine: Engine) -> None:
    store(engine, _season(2))
    first = carpenter("run")
    assert first.code == 0
    assert first.out.startswith(
        "built 6 rows in 4 blocks: 4 events new, 0 changed, 0 gone, 0 as they were; 0 rows skipped"
    )
    assert "building: 6 of 6 rows" in first.err
    assert carpenter("run").out.startswith("nothing to build")
    store(engine, [_season(1)[0] | {"title": "Somebody Else", "fetched_at": "2026-11-22T17:00:00Z"}])
    answer = carpenter("run", "--json").json()
    assert (answer["rows"], answer["events_created"], answer["events_updated"]) == (2, 1, 1)
    assert carpenter("run", "--quiet").out == ""


def test_a_run_begins_with_what_it_is_told(carpenter: Command, engine: Engine) -> None:
    rows = _season(2)
    store(engine, [rows[0], rows[5]])
    carpenter("run", "--source", "paper")
    assert _dirty(engine) == 1
    carpenter("run", "--city", "seattle")
    assert _dirty(engine) == 0
    for option, value, near in (("--source", "papers", "paper"), ("--city", "seatle", "seattle")):
        told = carpenter("run", option, value)
        assert (told.code, told.err) == (2, f"error: no {option[2:]} {value!r} (perhaps {near})\n")


def test_rebuild_check_finds_what_differs_and_rebuild_mends_it(carpenter: Command, shows: Engine) -> None:
    before = catalog_dump(shows)
    equal = carpenter("rebuild", "--check")
    assert (equal.code, equal.out.splitlines()[-1]) == (0, "the catalog equals a build from nothing")
    with shows.begin() as connection:
        connection.execute(text("UPDATE events SET title = 'Scribbled' WHERE title = 'Open Mic'"))
    differs = carpenter("rebuild", "--check")
    assert (differs.code, differs.out.splitlines()[-1]) == (1, "the catalog differs in events")
    assert "differs, for example" in differs.out
    answer = carpenter("rebuild", "--check", "--json")
    assert (answer.code, answer.json()["equal"]) == (1, False)
    assert carpenter("rebuild").out.splitlines()[-1] == "rebuilt; these had differed: events"
    assert catalog_dump(shows) == before


def test_trouble_with_the_database_is_one_line(
    carpenter: Command, engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    wrong = {
        "password": url.set(password="not this one"),
        "127.0.0.1:1 ": url.set(port=1),
        "nowhere": url.set(database="nowhere"),
        "this program": url,
    }
    for problem, wrong_url in wrong.items():
        monkeypatch.setenv("DATABASE_URL", wrong_url.render_as_string(hide_password=False))
        for command in (("run",), ("upcoming",), ("load", "-"), ("decide", "list"), ("export",)):
            told = carpenter(*command)
            assert (told.code, told.out) == (2, ""), command
            assert problem in told.err, command
            assert told.err.count("\n") == 1, command
