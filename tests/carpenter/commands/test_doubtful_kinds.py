"""What is perhaps live music: left out, listed for a person, and settled by a person or by another row."""

from __future__ import annotations

import shlex

from sqlalchemy import Engine

from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import check
from tests.carpenter.commands.conftest import Command
from tests.carpenter.raw_rows import PAPER, SELLER, clock, raw, store

NIGHT, OTHER_NIGHT = "2026-12-05", "2026-12-06"


def test_a_doubtful_title_waits_for_a_person_or_for_a_row_that_knows_the_act(
    carpenter: Command, engine: Engine
) -> None:
    store(
        engine,
        [
            raw(PAPER, "lake", "Lanterns on the lake", NIGHT, venue_name="Pier Hall", venue_city="Seattle"),
            raw(PAPER, "boats", "Salt boats rising", NIGHT, venue_name="Dock Hall", venue_city="Seattle"),
            raw(PAPER, "fair", "Harbor craft fair", NIGHT, venue_name="Net Loft", venue_city="Seattle"),
            raw(PAPER, "run", "Wine fun run", NIGHT, venue_name="Net Loft", venue_city="Seattle", genres=["Sports"]),
        ],
    )
    run(engine, clock=clock)
    events = {event["title"]: event for event in carpenter("export").lines()}
    assert {event["kind"] for event in events.values()} == {"other"}
    assert not any(event["artists"] for event in events.values())
    doubtful = [each for each in carpenter("review", "--json").json() if each["kind"] == "kind"]
    assert [each["title"] for each in doubtful] == ["Lanterns on the lake", "Salt boats rising"]
    told = " ".join(carpenter("review").out.split())
    assert "the title is printed as a sentence" in told
    assert "Wine fun run" not in told
    assert "note: kind: other, doubtful" in " ".join(carpenter("explain", "paper/lake").out.split())

    store(engine, [raw(SELLER, "boats", "Salt boats rising", OTHER_NIGHT, artists=[{"name": "Salt boats rising"}])])
    run(engine, clock=clock)
    assert carpenter(*shlex.split(doubtful[0]["music"])[3:], "--author", "ann").code == 0
    events = {event["id"]: event for event in carpenter("export").lines()}
    for each in doubtful:
        event = events[each["event"]]
        assert (event["kind"], [artist["name"] for artist in event["artists"]]) == ("show", [event["title"]])
    assert carpenter("review").out == "nothing to review\n"
    assert all(table.is_equal for table in check(engine, clock=clock))
