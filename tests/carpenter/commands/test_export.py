"""`export` is a contract: names, order of keys, times, and what is left out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema_rs
import pytest
from icalendar import Calendar
from sqlalchemy import Engine

from sms_catalog.export_fields import FIELDS
from sms_database.session import create_engine_for
from tests.carpenter.commands.conftest import Command
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, raw, store
from tests.carpenter.shows import SHOWS
from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("shows")

FIRST_EVENT = {
    "title": "Tin Lantern, Mossback",
    "kind": "show",
    "status": "scheduled",
    "event_day": "2026-11-20",
    "start_time": "20:00",
    "doors_time": "19:00",
    "end_time": "23:00",
    "timezone": "America/Los_Angeles",
    "starts_at": "2026-11-21T04:00:00Z",
    "price_min": 12.0,
    "price_max": 15.5,
    "currency": "USD",
    "is_free": False,
    "min_age": 21,
    "event_url": "https://blue_moon.example/fri",
    "ticket_url": "https://boxoffice.example/buy/1",
    "image_url": None,
    "sources": [
        {"source": "blue_moon", "source_event_id": "fri", "source_url": "https://blue_moon.example/fri"},
        {"source": "boxoffice", "source_event_id": "tm-1", "source_url": "https://boxoffice.example/tm-1"},
    ],
}


def test_events_have_the_fields_of_the_contract_in_its_order(carpenter: Command) -> None:
    events = carpenter("export").lines()
    assert list(events[0]) == [
        *(
            "id",
            "title",
            "kind",
            "status",
            "event_day",
            "start_time",
            "doors_time",
            "end_time",
            "timezone",
            "starts_at",
        ),
        *("venue", "artists", "price_min", "price_max", "currency", "is_free", "min_age", "event_url", "ticket_url"),
        *("image_url", "description", "sources", "end_day", "night", "city", "slug", "genres", "presenter", "tour"),
        *("first_seen", "changed_at"),
    ]
    assert {name: events[0][name] for name in FIRST_EVENT} == FIRST_EVENT
    assert list(events[0]["venue"]) == [
        *("id", "name", "address", "city", "region", "postal_code", "latitude", "longitude")
    ]
    assert events[0]["venue"]["name"] == "Blue Moon Tavern"
    assert [list(act) for act in events[0]["artists"]] == [["id", "name", "role"]] * 2
    assert [act["name"] for act in events[0]["artists"]] == ["Tin Lantern", "Mossback"]
    assert "cake" in events[0]["description"]
    assert "<" not in events[0]["description"]
    assert [event["event_day"] for event in events] == sorted(event["event_day"] for event in events)


def test_days_are_chosen_by_both_ends(carpenter: Command) -> None:
    days = [event["event_day"] for event in carpenter("export", "--from", "2026-11-21", "--to", "2026-11-22").lines()]
    assert days == ["2026-11-21", "2026-11-22", "2026-11-22"]
    assert carpenter("export", "--city", "seattle").out == carpenter("export").out


def test_events_are_chosen_as_in_an_address(carpenter: Command) -> None:
    def days(*arguments: str) -> list[str]:
        return [event["event_day"] for event in carpenter("export", *arguments).lines()]

    assert days("--where", "night=2026-11-21") == ["2026-11-21", "2026-11-22"]
    assert days("--from", "2026-11-22", "--where", "kind=show&kind=karaoke") == ["2026-11-22", "2026-11-22"]
    assert days("--where", "order=new") != days()
    assert sorted(days("--where", "order=new")) == days()
    assert carpenter("export", "--city", "seattle", "--where", "when=week").code == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--where", "kind=shw"), "--where: kind: 'shw' is no kind of event (perhaps show)"),
        (("--where", "when=week"), "--where: when: 'week' is by the clock of a city: give --city"),
        (("--what", "raw", "--where", "kind=show"), "--where chooses events; take --city, --from or --to for raw"),
    ],
)
def test_what_cannot_be_asked_for_is_one_line(carpenter: Command, arguments: tuple[str, ...], problem: str) -> None:
    told = carpenter("export", *arguments)
    assert (told.code, told.out, told.err) == (2, "", f"error: {problem}\n")


def test_links_tell_of_every_raw_row(carpenter: Command, engine: Engine) -> None:
    store(engine, [SHOWS[0] | {"source_event_id": "unbuilt"}])
    links = {link["source_event_id"]: link for link in carpenter("export", "--what", "links").lines()}
    assert len(links) == len(SHOWS) + 1
    assert list(links["fri"]) == ["source", "source_event_id", "event_id", "venue_id", "artists"]
    assert links["fri"]["event_id"] == links["tm-1"]["event_id"]
    assert [name for name, _ in links["tm-1"]["artists"]] == ["Tin Lantern", "Mossback"]
    room = links["fri"]["venue_id"]
    for row, venue, reason in (("tba", room, "no day: none given"), ("unbuilt", None, "not built yet")):
        assert (links[row]["event_id"], links[row]["venue_id"], links[row]["artists"]) == (None, venue, [])
        assert links[row]["reason"] == reason


def test_raw_rows_load_again_to_the_same_catalog(
    carpenter: Command, new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, venues = carpenter("export", "--what", "raw").out, carpenter("export", "--what", "venues").out
    monkeypatch.setenv("DATABASE_URL", url := new_database())
    assert carpenter("load", "-", stdin=raw.encode()).code == 0
    store(engine := create_engine_for(url), [])  # the sources' own facts, which no row carries
    engine.dispose()
    carpenter("run")
    assert carpenter("export", "--what", "raw").out == raw
    assert carpenter("export", "--what", "venues").out == venues


def test_venues_and_artists_have_their_names_and_links(carpenter: Command) -> None:
    venues = {venue["name"]: venue for venue in carpenter("export", "--what", "venues").lines()}
    assert "The Blue Moon" in venues["Blue Moon Tavern"]["aliases"]
    assert venues["Blue Moon Tavern"]["key"] == "blue_moon"
    assert venues["Pier Hall"]["key"] is None
    artists = [artist["name"] for artist in carpenter("export", "--what", "artists").lines()]
    assert artists == sorted(artists)
    assert {"Tin Lantern", "Mossback", "The Ferry Wakes"} <= set(artists)


@pytest.mark.parametrize("what", ["events", "links", "venues", "artists", "raw"])
def test_csv_has_a_row_for_each_record(carpenter: Command, what: str) -> None:
    rows = list(csv.DictReader(io.StringIO(carpenter("export", "--what", what, "--format", "csv").out, newline="")))
    records = carpenter("export", "--what", what).lines()
    assert len(rows) == len(records)
    assert None not in rows[0]
    for name in rows[0].keys() & {"id", "title", "source_event_id", "name"}:
        assert [row[name] for row in rows] == [record[name] for record in records]


def test_csv_joins_the_bill(carpenter: Command) -> None:
    first = next(csv.DictReader(io.StringIO(carpenter("export", "--format", "csv").out)))
    assert first["artists"] == "Tin Lantern / Mossback"
    assert first["sources"] == "blue_moon/fri / boxoffice/tm-1"
    assert (first["venue_name"], first["is_free"], first["image_url"]) == ("Blue Moon Tavern", "false", "")


def test_the_calendar_is_read_by_others(carpenter: Command) -> None:
    calendar = Calendar.from_ical(carpenter("export", "--format", "ics").out)
    events = {str(event["summary"]): event for event in calendar.events}
    assert [str(zone["tzid"]) for zone in calendar.timezones] == ["America/Los_Angeles"]
    first = events["Tin Lantern, Mossback"]
    assert str(first["uid"]) == carpenter("export").lines()[0]["id"]
    assert first.start == datetime(2026, 11, 20, 20, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert first.end == datetime(2026, 11, 20, 23, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert first["dtstart"].params["TZID"] == "America/Los_Angeles"
    assert str(first["status"]) == "CONFIRMED"
    assert "Tin Lantern / Mossback" in str(first["description"])
    assert str(first["location"]).startswith("Blue Moon Tavern, 712 NE 45th St, Seattle")
    assert str(events["CANCELLED: The Ferry Wakes"]["status"]) == "CANCELLED"
    festival = events["Pier Hall Winter Festival"]
    assert (festival.start, festival.end) == (date(2026, 11, 23), date(2026, 11, 26))


@pytest.mark.trust(20)
def test_a_day_without_an_hour_stays_one_and_hours_are_those_of_the_rooms_clock(
    shows: Engine, carpenter: Command
) -> None:
    new_york = {"timezone": "America/New_York", "start_time": "20:00"}
    store(
        shows,
        [
            raw(HOUSE_CALENDAR, "day", "Paper Ladders", "2027-03-14"),
            raw(PAPER, "there", "Mossback Duo", "2027-03-15", **new_york),
            raw(PAPER, "turn", "Tin Heron", "2026-12-31", start_time="23:30", end_time="01:00"),
        ],
    )
    assert carpenter("run").code == 0
    turn, day, there = carpenter("export", "--from", "2026-12-01").lines()
    assert (day["event_day"], day["start_time"], day["starts_at"]) == ("2027-03-14", None, None)
    assert (there["timezone"], there["starts_at"]) == ("America/Los_Angeles", "2027-03-16T03:00:00Z")
    assert (turn["event_day"], turn["starts_at"]) == ("2026-12-31", "2027-01-01T07:30:00Z")
    told = Calendar.from_ical(carpenter("export", "--format", "ics", "--from", "2026-12-01").out).events
    assert [event.start for event in told if event["summary"] == "Paper Ladders"] == [date(2027, 3, 14)]
    assert [event.end for event in told if event["summary"] == "Tin Heron"] == [
        datetime(2027, 1, 1, 1, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
    ]


@pytest.mark.trust(18)
def test_the_calendar_keeps_the_rules_of_its_lines(carpenter: Command, tmp_path: Path) -> None:
    files = [tmp_path / "one.ics", tmp_path / "two.ics"]
    for file in files:
        carpenter("export", "--format", "ics", "--output", str(file))
    calendar = files[0].read_bytes()
    assert files[1].read_bytes() == calendar
    assert calendar.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in calendar.split(b"\r\n"))
    assert b"DTEND" not in calendar.split(b"The Ferry Wakes")[1].split(b"END:VEVENT")[0]


def test_hidden_events_are_left_out_but_their_rows_are_linked(carpenter: Command) -> None:
    hidden = carpenter("export").lines()[0]["id"]
    assert carpenter("decide", "hide", hidden, "--author", "ann").code == 0
    assert hidden not in carpenter("export").out
    assert hidden not in carpenter("export", "--format", "ics").out
    assert hidden in carpenter("export", "--what", "links").out


@pytest.mark.parametrize("what", ["events", "venues", "artists", "links"])
def test_every_record_keeps_to_its_schema(carpenter: Command, what: str) -> None:
    (schema,) = carpenter("export", "--what", what, "--schema").lines()
    records = carpenter("export", "--what", what).lines()
    assert records
    check = jsonschema_rs.validator_for(schema, validate_formats=True)
    assert [str(error) for record in records for error in check.iter_errors(record)] == []
    spoilt = {**records[0], "colour": "red"}
    assert not check.is_valid(spoilt)


@pytest.mark.parametrize("what", sorted(FIELDS))
def test_the_page_tells_every_field(what: str) -> None:
    page = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    section = page.partition(f"## {what}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(FIELDS[what])


def test_the_name_of_a_file_tells_its_format(carpenter: Command, tmp_path: Path) -> None:
    table, calendar = tmp_path / "events.csv", tmp_path / "events.ics"
    assert carpenter("export", "--output", str(table)).code == 0
    assert carpenter("export", "--output", str(calendar)).code == 0
    assert table.read_text().startswith("id,title,")
    assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR")
    told = carpenter("export", "--format", "jsonl", "--output", str(table))
    assert (told.code, told.err) == (
        2,
        f"error: --format jsonl into {table}: give the file another name, or take --format csv\n",
    )


def test_a_file_is_replaced_once_all_is_written(carpenter: Command, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text("old")
    assert carpenter("export", "--output", str(file)).code == 0
    assert file.read_text() == carpenter("export").out
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--what", "links", "--format", "ics"), "--format ics has events only"),
        (("--what", "venues", "--from", "2026-11-20"), "--from and --to choose days"),
        (("--city", "seatle"), "no city 'seatle' (perhaps seattle)"),
        (("--output", "/nowhere/events.jsonl"), "cannot write /nowhere/events.jsonl: No such file"),
    ],
)
def test_what_cannot_be_exported_is_one_line(carpenter: Command, arguments: tuple[str, ...], problem: str) -> None:
    told = carpenter("export", *arguments)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith(f"error: {problem}")
    assert told.err.count("\n") == 1
