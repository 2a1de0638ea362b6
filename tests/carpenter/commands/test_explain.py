"""`explain`, `review` and `runs`: every value says where it comes from."""

from __future__ import annotations

import shlex

import pytest
from sqlalchemy import Engine, text

from carpenter.build import run
from sms_database.artist_lookup import ArtistLookupItem, Candidate, store_lookups
from tests.carpenter.commands.conftest import SHOWS, Command
from tests.carpenter.raw_rows import HOUSE_CALENDAR, MORNING, PAPER, clock, raw, store

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
    told = carpenter("explain", "The Ferry Wakes").out
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
        assert f"decide split {pair['left_event']} " in pair["different"]
        assert pair["different"] in carpenter("review").out
        split = carpenter("decide", "split", pair["left_event"], pair["right_key"], "--author", "ann")
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
    assert "musicbrainz: Tin Lantern (a [choir]), GB" in " ".join(told.split())
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
