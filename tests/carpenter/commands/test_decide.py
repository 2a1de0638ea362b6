"""`decide`: a correction holds against every crawl, and taking it back leaves no trace in the catalog."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from carpenter.build import run
from carpenter.rebuild import check
from tests.carpenter.catalog_dump import catalog_dump
from tests.carpenter.commands.conftest import SHOWS, Command, Told
from tests.carpenter.raw_rows import SELLER, clock, raw, store

pytestmark = pytest.mark.usefixtures("shows")

FRIDAY, SATURDAY = "blue_moon/fri", "blue_moon/sat"


def _event(carpenter: Command, asked: str) -> dict[str, Any]:
    event: dict[str, Any] = carpenter("explain", asked, "--json").json()["event"]
    return event


def _decide(carpenter: Command, *arguments: str) -> Told:
    return carpenter("decide", *arguments, "--author", "ann")


CORRECTIONS = (
    ("title", " An  Evening of Cake ", "title", "An Evening of Cake"),
    ("kind", "open mic", "kind", "open_mic"),
    ("status", "Sold out", "status", "sold_out"),
    ("start_time", "21:30", "start_time", "21:30"),
    ("end_time", "1:00", "end_time", "01:00"),
    ("doors_time", "none", "doors_time", None),
    ("price_min", "$5", "price_min", 5.0),
    ("price_max", "none", "price_max", None),
    ("currency", "cad", "currency", "CAD"),
    ("is_free", "yes", "is_free", True),
    ("min_age", "0", "min_age", 0),
    ("artists", "Hollow Kayak / Mossback", "artists", ["Hollow Kayak", "Mossback"]),
    ("venue", "Skylark Cafe & Club", "venue", "Skylark Cafe & Club"),
    ("event_url", "https://house.example/1", "event_url", "https://house.example/1"),
    ("ticket_url", "https://tickets.example/1", "ticket_url", "https://tickets.example/1"),
    ("image_url", "https://house.example/1.png", "image_url", "https://house.example/1.png"),
    ("description", "Two <b>bands</b>", "description", "Two bands"),
    ("end_day", "2026-11-21", "end_day", "2026-11-21"),
    ("presenter", "Pier Hall", "presenter", "Pier Hall"),
    ("tour", "The Cake Tour", "tour", "The Cake Tour"),
)


def test_a_field_takes_what_a_person_says(carpenter: Command) -> None:
    for field, given, _, _ in CORRECTIONS:
        told = _decide(carpenter, "override", FRIDAY, field, given, "--no-run", "--reason", "as the flyer says")
        assert told.code == 0, told.err
    carpenter("run")
    event = _event(carpenter, FRIDAY)
    event |= {"artists": [act["name"] for act in event["artists"]], "venue": event["venue"]["name"]}
    assert {name: event[name] for _, _, name, _ in CORRECTIONS} == {name: value for _, _, name, value in CORRECTIONS}
    assert event["starts_at"] == "2026-11-21T05:30:00Z"
    assert "as the flyer says" in carpenter("explain", FRIDAY).out


def test_another_day_keeps_the_local_hours(carpenter: Command) -> None:
    _decide(carpenter, "override", FRIDAY, "event_day", "2026-07-04")
    moved = _event(carpenter, FRIDAY)
    assert (moved["event_day"], moved["doors_time"], moved["start_time"], moved["end_time"]) == (
        *("2026-07-04", "19:00", "20:00", "23:00"),
    )
    assert moved["starts_at"] == "2026-07-05T03:00:00Z"
    _decide(carpenter, "override", FRIDAY, "start_time", "20:30")
    assert _event(carpenter, FRIDAY)["starts_at"] == "2026-07-05T03:30:00Z"


def test_a_festival_moves_with_its_last_day(carpenter: Command) -> None:
    _decide(carpenter, "override", "paper/fest", "event_day", "2026-11-30")
    assert _event(carpenter, "paper/fest")["end_day"] == "2026-12-02"


def test_the_evening_before_opens_the_doors_of_a_start_after_midnight(carpenter: Command) -> None:
    _decide(carpenter, "override", "blue_moon/late", "doors_time", "23:00")
    event = _event(carpenter, "blue_moon/late")
    assert (event["event_day"], event["doors_time"], event["start_time"]) == ("2026-11-22", "23:00", "00:30")


@pytest.mark.parametrize(
    ("field", "given", "problem"),
    [
        ("start_time", "25:00", "'25:00' is no time of day"),
        ("start_time", "18:00", "doors 19:00 are after the start 18:00"),
        ("price_min", "99", "price_min 99 is above price_max 15.5"),
        ("end_day", "2026-11-19", "end_day 2026-11-19 is before event_day 2026-11-20"),
        ("venue", "Nowhere Hall", "no venue 'Nowhere Hall'"),
        ("venue", "Pier Hall", "'Pier Hall' is not described in sms_database/venues.toml"),
    ],
)
def test_a_bad_value_is_one_line_and_nothing_is_written(
    carpenter: Command, engine: Engine, field: str, given: str, problem: str
) -> None:
    told = _decide(carpenter, "override", FRIDAY, field, given)
    assert told.code == 2
    assert told.err.startswith(f"error: {problem}")
    assert told.err.count("\n") == 1
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM decisions")) == 0


def test_a_correction_survives_the_next_crawl(carpenter: Command, engine: Engine) -> None:
    _decide(carpenter, "override", FRIDAY, "title", "An Evening of Cake")
    _decide(carpenter, "override", FRIDAY, "start_time", "20:15")
    crawled = SHOWS[0] | {
        "title": "Tin Lantern, Mossback, Ash",
        "start_time": "21:00",
        "fetched_at": "2026-11-22T17:00:00Z",
    }
    store(engine, [crawled])
    run(engine, clock=clock)
    event = _event(carpenter, FRIDAY)
    assert (event["title"], event["start_time"]) == ("An Evening of Cake", "20:15")
    assert [act["name"] for act in event["artists"]] == ["Tin Lantern", "Mossback", "Ash"]


DECISIONS = (
    ("override", FRIDAY, "event_day", "2026-12-24"),
    ("override", FRIDAY, "artists", "Somebody Else / Mossback"),
    ("override", FRIDAY, "venue", "skylark"),
    ("merge", FRIDAY, SATURDAY, "paper/fest"),
    ("merge", SATURDAY, FRIDAY),
    ("split", FRIDAY, "boxoffice/tm-1"),
    ("split", FRIDAY, FRIDAY),
    ("hide", FRIDAY),
)


def test_undone_the_catalog_is_as_it_was(carpenter: Command, engine: Engine) -> None:
    before = catalog_dump(engine)
    for decision in DECISIONS:
        assert _decide(carpenter, *decision).code == 0, decision
        assert catalog_dump(engine) != before, decision
        assert all(difference.is_equal for difference in check(engine, clock=clock)), decision
        decided = carpenter("decide", "list", "--json").json()
        assert carpenter("decide", "undo", str(decided[0]["id"])).code == 0
        assert catalog_dump(engine) == before, decision


def test_merged_events_are_one_under_the_older_id(carpenter: Command) -> None:
    friday, saturday = _event(carpenter, FRIDAY)["id"], _event(carpenter, SATURDAY)["id"]
    _decide(carpenter, "merge", saturday, friday)
    event = _event(carpenter, FRIDAY)
    assert event["id"] == _event(carpenter, SATURDAY)["id"]
    assert {event["id"]} < {friday, saturday, "neither"}
    assert len(event["sources"]) == 3


def test_the_founder_can_be_split_off(carpenter: Command) -> None:
    founded = _event(carpenter, FRIDAY)["id"]
    _decide(carpenter, "split", "boxoffice/tm-1", FRIDAY)
    assert _event(carpenter, FRIDAY)["id"] == founded
    assert _event(carpenter, "boxoffice/tm-1")["id"] != founded


def test_a_row_split_off_does_not_come_back_through_a_third(carpenter: Command, engine: Engine) -> None:
    store(engine, [raw(SELLER, "tm-2", "Tin Lantern, Mossback", "2026-11-20", start_time="20:00")])
    run(engine, clock=clock)
    _decide(carpenter, "split", FRIDAY, "boxoffice/tm-1")
    ids = [_event(carpenter, key)["id"] for key in (FRIDAY, "boxoffice/tm-2", "boxoffice/tm-1")]
    assert ids[0] == ids[1] != ids[2]


def test_a_decision_that_says_the_opposite_has_to_go_first(carpenter: Command) -> None:
    _decide(carpenter, "split", FRIDAY, "boxoffice/tm-1")
    told = _decide(carpenter, "merge", FRIDAY, "boxoffice/tm-1")
    assert told.code == 2
    assert "(split) says the opposite, take it back first: python -m carpenter decide undo" in told.err
    _decide(carpenter, "merge", FRIDAY, SATURDAY)
    assert "(merge) says the opposite" in _decide(carpenter, "split", FRIDAY, SATURDAY).err


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (("undo", "99"), 1, "there is no decision 99"),
        (("hide", "no such show", "--author", "ann"), 1, "no event matches 'no such show'"),
        (("merge", FRIDAY, "boxoffice/tm-1", "--author", "ann"), 2, "an event cannot be merged with itself"),
        (("split", FRIDAY, FRIDAY, "boxoffice/tm-1", "--author", "ann"), 2, "nothing would be left"),
        (("split", FRIDAY, "paper/nothing", "--author", "ann"), 1, "no row 'paper/nothing'"),
    ],
)
def test_what_cannot_be_decided_is_one_line(
    carpenter: Command, arguments: tuple[str, ...], code: int, problem: str
) -> None:
    told = carpenter("decide", *arguments)
    assert told.code == code
    assert told.err.startswith(f"error: {problem}")


def test_a_decision_can_wait_for_the_next_run(carpenter: Command) -> None:
    told = _decide(carpenter, "hide", FRIDAY, "--no-run")
    assert "python -m carpenter run" in told.out
    assert len(carpenter("export").lines()) == 6
    carpenter("run")
    assert len(carpenter("export").lines()) == 5
    listed = carpenter("decide", "list").out
    assert "hide" in listed
    assert "by ann" in listed
    assert "Tin Lantern, Mossback" in listed
