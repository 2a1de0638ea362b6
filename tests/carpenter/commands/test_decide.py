"""`decide`: a correction holds against every crawl, and taking it back leaves no trace in the catalog."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import Engine, text

from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import check
from carpenter.store.decisions import NewDecision, write_decisions
from sms_database.ids import row_uuid
from tests.carpenter.catalog_dump import catalog_dump
from tests.carpenter.commands.conftest import Command, Told
from tests.carpenter.raw_rows import HOUSE_CALENDAR, SELLER, clock, raw, store
from tests.carpenter.shows import SHOWS

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


@pytest.mark.trust(20)
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


@pytest.mark.trust(27)
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


@pytest.mark.trust(23)
def test_undone_the_catalog_is_as_it_was(carpenter: Command, engine: Engine) -> None:
    before = catalog_dump(engine)
    for decision in DECISIONS:
        assert _decide(carpenter, *decision).code == 0, decision
        assert catalog_dump(engine) != before, decision
        assert all(difference.is_equal for difference in check(engine, clock=clock)), decision
        decided = carpenter("decide", "list", "--json").json()
        assert carpenter("decide", "undo", str(decided[0]["id"])).code == 0
        assert catalog_dump(engine) == before, decision


def test_what_is_undone_is_listed_no_more_and_kept_with_who_undid_it(carpenter: Command) -> None:
    _decide(carpenter, "override", FRIDAY, "title", "An Evening of Cake")
    _decide(carpenter, "hide", SATURDAY)
    undone, kept = (decision["id"] for decision in carpenter("decide", "list", "--json").json())
    assert carpenter("decide", "undo", str(undone), "--author", "bob").code == 0

    assert [decision["id"] for decision in carpenter("decide", "list", "--json").json()] == [kept]
    first, second = carpenter("decide", "list", "--all", "--json").json()
    assert (first["id"], first["deleted_by"], first["standing"]) == (undone, "bob", None)
    assert first["deleted_at"] is not None
    assert (second["deleted_by"], second["deleted_at"]) == (None, None)
    assert "undone by bob on " in carpenter("decide", "list", "--all").out
    assert "undone" not in carpenter("decide", "list").out
    assert "bob" not in carpenter("explain", FRIDAY).out
    again = carpenter("decide", "undo", str(undone), "--author", "cat")
    assert (again.code, again.err.startswith(f"error: there is no decision {undone} in force")) == (1, True)
    assert carpenter("decide", "list", "--all", "--json").json()[0]["deleted_by"] == "bob"


FORETOLD = (
    (("override", FRIDAY, "title", "An Evening of Cake"), ["title: Tin Lantern, Mossback → An Evening of Cake"]),
    (("override", FRIDAY, "event_day", "2026-12-24"), ["event_day: 2026-11-20 → 2026-12-24"]),
    (("override", FRIDAY, "artists", "Somebody Else"), ["artists: Tin Lantern / Mossback → Somebody Else"]),
    (("merge", FRIDAY, SATURDAY), ["remove The Ferry Wakes", "its id leads to", "gets the row blue_moon/sat"]),
    (
        ("split", FRIDAY, "boxoffice/tm-1"),
        ["create Tin Lantern ·", "loses the row boxoffice/tm-1"],
    ),
    (("hide", FRIDAY), ["hidden: no one sees it"]),
    (("override", FRIDAY, "title", "Tin Lantern, Mossback"), ["only where its values come from"]),
)


def _everything(engine: Engine) -> dict[str, Any]:
    """The catalog, and what else a decision or a build leaves behind."""
    with engine.connect() as connection:
        left = {
            table: connection.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
            for table in ("decisions", "carpenter_runs", "carpenter_records", "raw_events")
        }
    return catalog_dump(engine) | left


@pytest.mark.parametrize(("decision", "told"), FORETOLD)
def test_a_dry_run_tells_what_would_change_and_changes_nothing(
    carpenter: Command, engine: Engine, decision: tuple[str, ...], told: list[str]
) -> None:
    before = _everything(engine)
    dry = _decide(carpenter, *decision, "--dry-run")
    assert (dry.code, dry.err) == (0, "")
    words = " ".join(dry.out.split())
    for expected in told:
        assert expected in words
    assert _everything(engine) == before


def test_a_dry_run_tells_no_less_than_the_decision_does(carpenter: Command, engine: Engine) -> None:
    """An event is foretold if and only if carrying the decision out then touches it."""
    dry = _decide(carpenter, "merge", FRIDAY, SATURDAY, "paper/fest", "--dry-run").out
    before = {event["id"]: event for event in carpenter("export").lines()}
    _decide(carpenter, "merge", FRIDAY, SATURDAY, "paper/fest")
    after = {event["id"]: event for event in carpenter("export").lines()}
    touched = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    titles = {(before.get(key) or after[key])["title"] for key in touched}
    assert {line.split("  ")[2].split(" · ")[0] for line in dry.splitlines() if line[2:8] in _EFFECTS} == titles


_EFFECTS = ("create", "change", "remove")


def test_taking_back_can_be_tried_too(carpenter: Command, engine: Engine) -> None:
    _decide(carpenter, "override", FRIDAY, "title", "An Evening of Cake")
    (decision,) = carpenter("decide", "list", "--json").json()
    before = _everything(engine)
    dry = carpenter("decide", "undo", str(decision["id"]), "--dry-run")
    assert "title: An Evening of Cake → Tin Lantern, Mossback" in dry.out
    assert _everything(engine) == before
    assert carpenter("decide", "undo", "999", "--dry-run").code == 1


def test_a_dry_run_of_a_catalog_that_is_behind_says_so(carpenter: Command, engine: Engine) -> None:
    store(engine, [raw(SELLER, "new", "Juniper Ash", "2026-11-28", start_time="20:00")])
    told = _decide(carpenter, "hide", FRIDAY, "--dry-run")
    assert told.code == 1
    assert told.err == "error: 1 row not built yet would change too: python -m carpenter run, then ask again\n"


def test_a_dry_run_of_a_contradiction_is_refused_as_the_decision_is(carpenter: Command) -> None:
    _decide(carpenter, "split", FRIDAY, "boxoffice/tm-1")
    assert "says the opposite" in _decide(carpenter, "merge", FRIDAY, "boxoffice/tm-1", "--dry-run").err


def test_of_two_corrections_of_a_field_the_later_holds(carpenter: Command) -> None:
    _decide(carpenter, "override", FRIDAY, "title", "Cake")
    told = _decide(carpenter, "override", "boxoffice/tm-1", "title", "More Cake").out
    first, second = carpenter("decide", "list", "--json").json()
    overruled = f"overruled by decision {second['id']}, the later one"
    assert f"decision {first['id']}: {overruled}" in told
    assert _event(carpenter, FRIDAY)["title"] == "More Cake"
    assert overruled in carpenter("decide", "list").out
    assert overruled in carpenter("explain", FRIDAY).out
    carpenter("decide", "undo", str(second["id"]))
    assert _event(carpenter, FRIDAY)["title"] == "Cake"
    assert [decision["standing"] for decision in carpenter("decide", "list", "--json").json()] == [None]


def _write(engine: Engine, *decisions: NewDecision) -> list[int]:
    """Decisions as two people make them at one time, neither seeing the other's."""
    with engine.begin() as connection:
        return write_decisions(connection, decisions, clock())


def _row(carpenter: Command, key: str) -> uuid.UUID:
    rows = carpenter("explain", key, "--json").json()["rows"]
    return next(uuid.UUID(row["row_uuid"]) for row in rows if f"{row['source']}/{row['source_event_id']}" == key)


def _merge(target: uuid.UUID, *others: uuid.UUID) -> NewDecision:
    return NewDecision(kind="merge", target=target, value=[str(other) for other in others], author="bo")


def _split(target: uuid.UUID, *others: uuid.UUID) -> NewDecision:
    return NewDecision(kind="split", target=target, value=[str(other) for other in others], author="ann")


def test_a_split_wins_over_a_merge_of_the_same_rows(carpenter: Command, engine: Engine) -> None:
    friday, saturday = _row(carpenter, FRIDAY), _row(carpenter, SATURDAY)
    before = catalog_dump(engine)
    merge, split = _write(engine, _merge(friday, saturday), _split(saturday, friday))
    run(engine, clock=clock)
    assert catalog_dump(engine) == before
    standing = f"not done: decision {split} parts them, and a split wins"
    assert standing in carpenter("explain", FRIDAY).out
    assert standing in carpenter("decide", "list").out
    carpenter("decide", "undo", str(split))
    assert _event(carpenter, FRIDAY)["id"] == _event(carpenter, SATURDAY)["id"]
    carpenter("decide", "undo", str(merge))
    assert catalog_dump(engine) == before


@pytest.mark.trust(24)
def test_a_split_holds_against_merges_that_meet_in_a_third_row(carpenter: Command, engine: Engine) -> None:
    friday, saturday, sunday = (_row(carpenter, key) for key in (FRIDAY, SATURDAY, "blue_moon/sun"))
    _, second, split = _write(engine, _merge(friday, sunday), _merge(saturday, sunday), _split(friday, saturday))
    run(engine, clock=clock)
    ids = [_event(carpenter, key)["id"] for key in (FRIDAY, "blue_moon/sun", SATURDAY)]
    assert ids[0] == ids[1] != ids[2]
    stands = {decision["id"]: decision["standing"] for decision in carpenter("decide", "list", "--json").json()}
    assert [key for key, standing in stands.items() if standing] == [second]
    assert f"decision {split} parts them" in str(stands[second])
    assert all(difference.is_equal for difference in check(engine, clock=clock))


def test_a_decision_for_a_row_that_is_in_no_event_binds_nothing_until_it_is(carpenter: Command, engine: Engine) -> None:
    before = catalog_dump(engine)
    gone = row_uuid("blue_moon", "not seen yet")
    _write(engine, NewDecision(kind="hide", target=gone, author="ann"), _merge(_row(carpenter, FRIDAY), gone))
    run(engine, clock=clock)
    assert catalog_dump(engine) == before
    listed = carpenter("decide", "list").out
    assert "binds nothing now: that row is in no event" in listed
    assert "binds nothing now: none of the other rows is in an event" in listed
    store(engine, [raw(HOUSE_CALENDAR, "not seen yet", "Juniper Ash", "2026-11-28")])
    run(engine, clock=clock)
    assert carpenter("explain", FRIDAY, "--json").json()["is_hidden"]
    assert [decision["standing"] for decision in carpenter("decide", "list", "--json").json()] == [None, None]


def test_a_venue_that_is_described_no_more_corrects_nothing(carpenter: Command, engine: Engine) -> None:
    before = catalog_dump(engine)
    gone = NewDecision(
        kind="override", target=_row(carpenter, FRIDAY), field="venue_id", value=str(uuid.uuid4()), author="ann"
    )
    _write(engine, gone)
    run(engine, clock=clock)
    assert catalog_dump(engine) == before
    told = "binds nothing: sms_database/venues.toml describes that venue no more"
    assert told in carpenter("explain", FRIDAY).out
    assert told in carpenter("decide", "list").out


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


@pytest.mark.trust(24)
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
