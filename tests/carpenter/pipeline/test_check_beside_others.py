"""`rebuild --check` tells the truth whatever goes on beside it: crawls, decisions, and builds that are half done."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from sqlalchemy import Engine, text

from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import check, rebuild
from carpenter.store.decisions import NewDecision, write_decisions
from sms_database.ids import row_uuid
from sms_database.session import create_engine_for
from tests.carpenter.catalog_dump import catalog_dump
from tests.carpenter.commands.conftest import Command, carpenter
from tests.carpenter.histories import write_history
from tests.carpenter.raw_rows import HOUSE_CALENDAR, SELLER, clock, raw, store
from tests.carpenter.replay_history import Player, calling, limits_of, unlike_its_rebuild
from tests.conftest import ROOT

__all__ = ["carpenter"]

APART = raw(
    SELLER, "apart", "Paper Ladders", "2031-03-03", start_time="20:00", venue_name="Salt Shed", venue_city="Astoria"
)
"""A show that has nothing to do with any other."""

_DONE = """
SELECT (SELECT count(*) FROM raw_events) + (SELECT count(*) FROM raw_event_versions)
    + (SELECT max(id) FROM carpenter_runs) + (SELECT last_value FROM decisions_id_seq)
"""


def done(engine: Engine) -> int:
    """How much was stored, built and decided so far."""
    with engine.connect() as connection:
        return connection.scalars(text(_DONE)).one()


@pytest.mark.trust(22)
def test_a_check_beside_crawls_builds_and_decisions_finds_what_differs_and_nothing_else(
    engine: Engine, carpenter: Command
) -> None:
    store(engine, [APART])
    run(engine, clock=clock)
    url = engine.url.render_as_string(hide_password=False)
    restless = subprocess.Popen(
        [sys.executable, "-m", "tests.carpenter.restless", url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert restless.stdout is not None
        for _ in range(40):
            assert restless.stdout.readline() == ".\n"
        before = done(engine)
        quiet = carpenter("rebuild", "--check", "--json")
        assert (quiet.code, quiet.json()["equal"]) == (0, True), quiet.out
        with engine.begin() as connection:
            connection.execute(text("UPDATE events SET title = 'Scribbled' WHERE title = 'Paper Ladders'"))
        differs = carpenter("rebuild", "--check", "--json")
        assert restless.poll() is None
        after = done(engine)
    finally:
        restless.kill()
        restless.communicate()
    found = [table for table in differs.json()["tables"] if table["only_here"] or table["only_rebuilt"]]
    assert differs.code == 1
    assert [(t["table"], t["only_here"], t["only_rebuilt"], t["example"]) for t in found] == [
        ("events", 1, 1, str(row_uuid(SELLER.slug, "apart")))
    ]
    assert after > before, "nothing went on beside it"


@pytest.mark.trust(22)
def test_what_happens_while_a_check_builds_counts_for_neither_side(engine: Engine) -> None:
    """At each step of the build from nothing: a new row, a changed one, a decision, and now and then a run."""
    rows = [raw(HOUSE_CALENDAR, str(n), f"Lantern {n}", f"2026-12-{n:02}", start_time="20:00") for n in range(1, 29)]
    store(engine, rows)
    run(engine, clock=clock)
    steps = 0

    def meanwhile(_built: int, _known: int) -> None:
        nonlocal steps
        steps += 1
        new = raw(SELLER, f"new {steps}", f"Lantern {steps}", f"2026-12-{steps:02}", start_time="20:00")
        store(engine, [new, rows[-steps] | {"title": f"Moth {steps}", "fetched_at": "2026-11-22T17:00:00Z"}])
        target = row_uuid(HOUSE_CALENDAR.slug, str(steps))
        with engine.begin() as connection:
            lamp = NewDecision(kind="override", target=target, field="title", value=f"Lamp {steps}", author="ann")
            write_decisions(connection, [lamp], clock())
        if steps % 2:
            run(engine, clock=clock)

    before = catalog_dump(engine)
    found = check(engine, clock=clock, limits=limits_of(7), progress=meanwhile)
    assert [table for table in found if not table.is_equal] == []
    assert steps >= 4
    run(engine, clock=clock)
    assert catalog_dump(engine) != before
    assert unlike_its_rebuild(engine) == []


@pytest.mark.trust(22)
def test_a_check_in_the_middle_of_a_build_sees_what_a_run_would_make_of_it(database_url: str) -> None:
    """Whatever has been committed when its copies are taken is where a run that was killed there leaves off."""
    building, checking = create_engine_for(database_url), create_engine_for(database_url)
    player, seen = Player(building), 0

    def look() -> None:
        nonlocal seen
        seen += 1
        assert unlike_its_rebuild(checking) == []

    player.begin()
    for happened in write_history(random.Random(3), longest=20).inputs:
        player.take(happened)
    with calling(dict.fromkeys(range(10, 400, 80), look)):
        run(building, clock=clock, limits=limits_of(3))
    assert seen >= 4
    for engine in (building, checking):
        engine.dispose()


def test_a_check_leaves_the_catalog_and_the_database_as_they_were(engine: Engine) -> None:
    """What is dirty stays so; the copies are gone, also where the check breaks off."""
    store(engine, [APART])
    run(engine, clock=clock)
    store(engine, [APART | {"title": "Paper Stairs", "fetched_at": "2026-11-22T17:00:00Z"}])
    before = catalog_dump(engine)
    assert unlike_its_rebuild(engine) == []

    def break_off(_built: int, _known: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(engine, clock=clock, progress=break_off)
    assert catalog_dump(engine) == before
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM dirty_raw_events")) == 1
    assert schemas(engine) == {"public"}


def test_what_a_killed_check_has_left_is_dropped_by_the_next(engine: Engine) -> None:
    store(engine, [APART])
    left, in_use, other = "check_0123456789ab_here", "check_ba9876543210_here", "check_of_somebody"
    with engine.begin() as connection:
        for name in (left, in_use, other):
            connection.execute(text(f"CREATE SCHEMA {name}"))
            connection.execute(text(f"CREATE TABLE {name}.events AS SELECT * FROM events"))
    with engine.connect() as somebody:
        somebody.execute(text("SELECT pg_advisory_lock(hashtextextended('check_ba9876543210', 0))"))
        assert unlike_its_rebuild(engine) == []
        assert schemas(engine) == {"public", in_use, other}
        somebody.execute(text("SELECT pg_advisory_unlock_all()"))
    rebuild(engine, clock=clock)
    assert schemas(engine) == {"public", other}


def schemas(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_)'")))
