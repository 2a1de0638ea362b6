"""`explain`, `review` and `runs`: every value says where it comes from."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from sqlalchemy import Engine, text

from carpenter.pipeline.build import run
from sms_database.artist_lookup import ArtistLookupItem, Candidate, store_lookups
from tests.carpenter.commands.conftest import Command
from tests.carpenter.raw_rows import HOUSE_CALENDAR, MORNING, PAPER, SELLER, clock, raw, store
from tests.carpenter.shows import SHOWS

pytestmark = pytest.mark.usefixtures("shows")


def _ids(carpenter: Command) -> dict[str, str]:
    return {event["title"]: event["id"] for event in carpenter("export").lines()}


@pytest.mark.parametrize(
    "asked",
    [
        "boxoffice/tm-1",
        "https://boxoffice.example/tm-1/",
        "https://boxoffice.example/buy/1",
        "tin lantern, mossback",
        "LANTERN",
        "Tin Lantern Mossback cake",
    ],
)
def test_an_event_is_found_by_what_a_person_knows_of_it(carpenter: Command, asked: str) -> None:
    assert carpenter("explain", asked, "--json").json()["event"]["title"] == "Tin Lantern, Mossback"


@pytest.mark.trust(25)
def test_a_former_id_leads_to_the_event(carpenter: Command) -> None:
    known = carpenter("explain", "boxoffice/tm-1", "--json").json()
    assert known["former_ids"]
    assert carpenter("explain", known["former_ids"][0], "--json").json()["event"]["id"] == known["event"]["id"]


def test_each_value_names_its_row_and_rule(carpenter: Command) -> None:
    known = carpenter("explain", "boxoffice/tm-1", "--json").json()
    assert known["provenance"]["price"]["from"] == "boxoffice/tm-1"
    assert known["provenance"]["starts_at"]["from"] == "blue_moon/fri"
    assert {row["source_url"] for row in known["rows"]} == {
        "https://blue_moon.example/fri",
        "https://boxoffice.example/tm-1",
    }
    told = carpenter("explain", "boxoffice/tm-1").out
    for words in (
        "ticket seller goes first",
        "venue's own page goes first",
        "acts: 2 of 2 acts are the same",
        "create",
    ):
        assert words in told


NIGHT = "2026-12-01"


def _explained(carpenter: Command, engine: Engine, asked: str, *rows: dict[str, Any]) -> tuple[Any, str]:
    """What is told of an event among these rows, as JSON and as text without its line breaks."""
    store(engine, rows)
    run(engine, clock=clock)
    return carpenter("explain", asked, "--json").json(), " ".join(carpenter("explain", asked).out.split())


def test_the_weights_of_a_merge_add_up_to_its_score(carpenter: Command, engine: Engine) -> None:
    known, told = _explained(
        *(carpenter, engine, "paper/a"),
        raw(HOUSE_CALENDAR, "a", "Mossback", NIGHT, start_time="19:00"),
        raw(SELLER, "a", "Mossback", NIGHT, start_time="19:00"),
        raw(PAPER, "a", "Mossback", NIGHT),
    )
    weights = {}
    for row in known["rows"]:
        weights[row["source"]] = sum(part["weight"] for part in row["explanation"] if "weight" in part)
    assert {row["source"]: row["score"] for row in known["rows"]} == {
        source: pytest.approx(min(1.0, total)) for source, total in weights.items()
    }
    assert max(weights.values()) > 1 > min(weights.values())
    assert "= 1.15, capped to 1.00" in told
    assert "= 0.95" in told


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": "Mossback (late show)"}, "early show and late show"),
        ({"title": "Tin Lantern", "start_time": "20:00"}, "no act is the same (score "),
        ({"title": "Mossback", "start_time": "22:30"}, "one source lists them under two ids, 150 minutes apart"),
    ],
)
def test_what_is_not_the_same_show_says_what_kept_it_apart(
    carpenter: Command, engine: Engine, fields: dict[str, Any], reason: str
) -> None:
    title = "Mossback (early show)" if "late" in fields["title"] else "Mossback"
    known, told = _explained(
        *(carpenter, engine, "blue_moon/a"),
        raw(HOUSE_CALENDAR, "a", title, NIGHT, start_time="20:00"),
        raw(HOUSE_CALENDAR, "b", **{"day": NIGHT, "start_time": "21:00"} | fields),
    )
    (apart,) = known["apart"]
    assert apart["reason"].startswith(reason)
    assert apart["rows"] == ["blue_moon/b"]
    total = sum(part["weight"] for part in apart["explanation"])
    assert apart["score"] == pytest.approx(max(0.0, min(1.0, total)))
    assert f"kept apart: {reason}" in told
    assert carpenter("explain", "blue_moon/b", "--json").json()["apart"][0]["reason"] == apart["reason"]


def test_what_a_person_parted_names_the_decision(carpenter: Command) -> None:
    carpenter("decide", "split", "blue_moon/fri", "boxoffice/tm-1", "--author", "ann")
    (decision,) = carpenter("decide", "list", "--json").json()
    told = carpenter("explain", "boxoffice/tm-1").out
    assert f"kept apart: decision {decision['id']} by ann" in told
    assert "acts: 2 of 2 acts are the same" in told


def test_rooms_of_one_house_are_named(carpenter: Command, engine: Engine) -> None:
    rooms = {"venue_city": "Seattle", "venue_address": "1 Bay St"}
    known, told = _explained(
        *(carpenter, engine, "paper/hall"),
        raw(PAPER, "hall", "Mossback", NIGHT, venue_name="Gannet Hall", **rooms),
        raw(PAPER, "lounge", "Tin Lantern", NIGHT, venue_name="Gannet Hall Lounge", **rooms),
        raw(SELLER, "hall", "Mossback", NIGHT, venue_name="The Gannet Hall", **rooms),
    )
    assert [apart["reason"] for apart in known["apart"]] == ["another room: Gannet Hall and Gannet Hall Lounge"]
    assert {room["printed"] for room in known["rooms"]} == {"Gannet Hall", "The Gannet Hall"}
    assert "+1.00 name: same name" in told
    assert "+0.50 place: same house number and street" in told


def test_a_field_shows_who_won_and_what_lost(carpenter: Command) -> None:
    known = carpenter("explain", "boxoffice/tm-1", "--json").json()
    fields = {field["entry"]: field for field in known["fields"]}
    title, price = fields["title"], fields["price"]
    assert (title["origin"], title["value"]) == ("blue_moon/fri", "Tin Lantern, Mossback")
    assert [(lost["row"], lost["value"], lost["role"]) for lost in title["others"]] == [
        ("boxoffice/tm-1", "Tin Lantern", "ticket seller")
    ]
    assert (price["value"], [lost["value"] for lost in price["others"]]) == ("$12–15.50", ["$10"])
    told = carpenter("explain", "boxoffice/tm-1").out
    assert "not Tin Lantern (boxoffice/tm-1, ticket seller, trust" in told
    assert "not $10 (blue_moon/fri, venue's own page, trust" in told


@pytest.mark.trust(27)
def test_a_corrected_field_shows_what_the_rows_tell(carpenter: Command) -> None:
    carpenter("decide", "override", "blue_moon/fri", "title", "An Evening of Cake", "--author", "ann")
    told = carpenter("explain", "blue_moon/fri").out
    assert "An Evening of Cake  from decision" in told
    assert "not Tin Lantern, Mossback (blue_moon/fri" in told


@pytest.mark.trust(27)
def test_what_a_later_crawl_tells_under_a_correction_is_shown(carpenter: Command, engine: Engine) -> None:
    corrections = (("title", "An Evening of Cake"), ("start_time", "20:15"), ("min_age", "18"))
    for field, value in corrections:
        carpenter("decide", "override", "blue_moon/fri", field, value, "--author", "ann", "--no-run")
    moved = {"title": "Tin Lantern, Mossback, Ash", "start_time": "21:30", "age_text": "All ages"}
    store(engine, [SHOWS[0] | moved | {"fetched_at": "2026-11-22T17:00:00Z"}])
    run(engine, clock=clock)
    known = carpenter("explain", "blue_moon/fri", "--json").json()
    event, fields = known["event"], {field["entry"]: field for field in known["fields"]}
    assert (event["title"], event["start_time"], event["min_age"]) == ("An Evening of Cake", "20:15", 18)
    for field, told in (("title", "Tin Lantern, Mossback, Ash"), ("starts_at", "21:30"), ("min_age", "all")):
        assert told in [lost["value"] for lost in fields[field]["others"] if lost["row"] == "blue_moon/fri"]
        assert f"not {told} (blue_moon/fri" in carpenter("explain", "blue_moon/fri").out


def test_an_explanation_fits_a_terminal(carpenter: Command) -> None:
    for asked in ("blue_moon/fri", "paper/fest"):
        for line in carpenter("explain", asked).out.splitlines():
            assert len(line) <= 100 or " " not in line.strip()


def test_an_hour_that_was_moved_says_so(carpenter: Command, engine: Engine) -> None:
    _, told = _explained(
        *(carpenter, engine, "paper/utc"),
        raw(HOUSE_CALENDAR, "utc", "Mossback", NIGHT, start_time="20:00"),
        raw(PAPER, "utc", "Mossback", "2026-12-02", start_time="04:00"),
    )
    assert "note: times: printed in UTC without saying so: read as 2026-12-01 20:00" in told


def test_review_begins_with_what_most_readers_meet(carpenter: Command, engine: Engine) -> None:
    few, many = "2026-12-01", "2026-12-02"
    store(
        engine,
        [
            *(raw(HOUSE_CALENDAR, f"a{day}", "Mossback", day, start_time="19:00") for day in (few, many)),
            *(raw(HOUSE_CALENDAR, f"c{day}", "Tin Lantern", day, start_time="22:30") for day in (few, many)),
            *(raw(PAPER, f"b{day}", "Live music", day) for day in (few, many)),
            raw(SELLER, "a", "Mossback", many, start_time="19:00"),
        ],
    )
    run(engine, clock=clock)
    pairs = carpenter("review", "--json").json()
    assert [pair["night"] for pair in pairs][::3] == [many, few][: len(pairs[::3])]
    listings = [pair["listings"] for pair in pairs]
    assert listings == sorted(listings, reverse=True)
    assert listings[0] == 3
    assert "3 listings" in carpenter("review").out


def test_several_matches_are_listed_to_choose_from(carpenter: Command) -> None:
    told = carpenter("explain", "Blue Moon")
    assert (told.code, told.out) == (1, "")
    assert all(event_id in told.err for title, event_id in _ids(carpenter).items() if "Festival" not in title)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("paper/tba", "the row paper/tba is part of no event: no day: none given"),
        ("https://paper.example/tba", "the row paper/tba is part of no event"),
        ("no such show", "no event matches 'no such show'"),
        ("", "no event matches ''"),
        ("00000000-0000-5000-8000-000000000000", "no event matches"),
    ],
)
def test_what_is_no_event_says_why(carpenter: Command, asked: str, answer: str) -> None:
    told = carpenter("explain", asked)
    assert told.code == 1
    assert told.err.startswith(f"error: {answer}")


def test_a_change_is_told_with_what_was_there_before(carpenter: Command, engine: Engine) -> None:
    store(engine, [SHOWS[2] | {"start_time": "22:00", "fetched_at": "2026-11-21T17:00:00Z"}])
    run(engine, clock=clock)
    told = " ".join(carpenter("explain", "The Ferry Wakes").out.split())
    assert "starts_at: 2026-11-22T05:00:00+00:00 → 2026-11-22T06:00:00+00:00" in told
    assert "1 earlier version" in told


def test_review_lists_both_rows_and_its_commands_settle_the_pair(carpenter: Command, engine: Engine) -> None:
    night = "2026-12-01"
    store(
        engine,
        [
            raw(HOUSE_CALENDAR, "a", "Mossback", night, start_time="19:00"),
            raw(HOUSE_CALENDAR, "c", "Tin Lantern", night, start_time="22:30"),
            raw(PAPER, "it's b", "Live music", night),
        ],
    )
    run(engine, clock=clock)
    told = carpenter("review").out
    assert "blue_moon/a" in told
    assert "Live music" in told
    for _ in range(2):
        pair = carpenter("review", "--json").json()[0]
        assert pair["different"] in carpenter("review").out
        split = carpenter(*shlex.split(pair["different"])[3:], "--author", "ann")
        assert split.code == 0
    assert carpenter("review").out == "nothing to review\n"


def test_review_lists_an_artist_with_its_namesakes_and_a_decision_settles_it(
    carpenter: Command, engine: Engine
) -> None:
    us: Candidate = {"id": "mb-1", "name": "Tin Lantern", "score": 100, "country": "US", "note": "a band"}
    gb: Candidate = {"id": "mb-2", "name": "Tin Lantern", "score": 97, "country": "GB", "note": "a [choir]"}
    asked = ArtistLookupItem(
        service="musicbrainz", asked_by="name", asked="Tin Lantern", fetched_at=MORNING, candidates=[us, gb]
    )
    store(engine, SHOWS)
    with engine.begin() as connection:
        store_lookups(connection, [asked])
    run(engine, clock=clock)
    told = carpenter("review").out
    assert "musicbrainz: Tin Lantern (a [choir]), GB" in told
    first, second = carpenter("review", "--json").json()
    assert (first["artist"], first["candidate"]["id"], second["candidate"]["id"]) == ("Tin Lantern", "mb-1", "mb-2")
    assert first["same"] in told

    decided = carpenter(*shlex.split(second["same"])[3:], "--author", "ann")
    assert decided.code == 0, decided.err
    assert carpenter("review").out == "nothing to review\n"
    assert links_of(carpenter, "Tin Lantern") == [{"kind": "musicbrainz", "value": "mb-2"}]
    assert "is mb-2 at musicbrainz, by ann" in carpenter("decide", "list").out

    carpenter("decide", "artist-link", "tin lantern", "musicbrainz", "none", "--author", "bo")
    assert links_of(carpenter, "Tin Lantern") == []
    assert carpenter("review").out == "nothing to review\n"
    for decision in carpenter("decide", "list", "--json").json():
        carpenter("decide", "undo", str(decision["id"]))
    assert len(carpenter("review", "--json").json()) == 2
    assert carpenter("rebuild", "--check").code == 0
    assert "no artist 'Nobody'" in carpenter("decide", "artist-link", "Nobody", "spotify", "x").err
    assert "no service 'myspace'" in carpenter("decide", "artist-link", "Tin Lantern", "myspace", "x").err


def links_of(carpenter: Command, name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]]
    (found,) = (
        artist["links"] for artist in carpenter("export", "--what", "artists").lines() if artist["name"] == name
    )
    return found


def test_runs_are_listed_the_newest_first(carpenter: Command, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO crawl_runs (source, started_at, finished_at, verdict, message, seen)"
                " VALUES ('blue_moon', '2026-11-20 18:00Z', '2026-11-20 18:01Z', 'suspect', 'far fewer', 7)"
            )
        )
    runs = carpenter("runs", "--json").json()
    assert [(run["kind"], run["name"], run["verdict"]) for run in runs] == [
        ("crawl", "blue_moon", "suspect"),
        ("carpenter", "run", "ok"),
    ]
    assert "far fewer" in carpenter("runs").out
    assert len(carpenter("runs", "--limit", "1", "--json").json()) == 1
