"""`upcoming`: what is on from a given now, night by night."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from carpenter.pipeline.build import run
from sms_database.raw_store import mark_dirty
from tests.carpenter.commands.conftest import Command
from tests.carpenter.raw_rows import clock

pytestmark = pytest.mark.usefixtures("shows")

FRIDAY = ("--now", "2026-11-20T18:00")


def test_the_table_tells_night_hours_room_bill_price_age_and_sources(carpenter: Command) -> None:
    told = carpenter("upcoming", *FRIDAY)
    lines = [" ".join(line.split()) for line in told.out.splitlines()]
    assert lines[1] == "night doors show room bill price age sources"
    assert "Fri 20 Nov 19:00 20:00 Blue Moon Tavern Tin Lantern / Mossback $12–15.50 21+ blue_moon, boxoffice" in lines
    assert lines[-1] == "5 events, Fri 20 Nov 2026 to Thu 3 Dec 2026"


def test_what_does_not_take_place_says_so(carpenter: Command) -> None:
    assert "CANCELLED The Ferry Wakes" in carpenter("upcoming", *FRIDAY).out


@pytest.mark.trust(20)
def test_a_show_after_midnight_belongs_to_the_night_before(carpenter: Command) -> None:
    lines = carpenter("upcoming", "--now", "2026-11-21", "--days", "1").out.splitlines()
    listed = [line for line in lines if "Blue Moon Tavern" in line]
    assert len(listed) == 2
    assert listed[0].startswith(" Sat 21 Nov")
    assert "The Ferry Wakes" in listed[0]
    assert "23:30  00:30" in listed[1]
    assert "Juniper Ash" in listed[1]


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-11-21T04:59", "2026-11-20"),
        ("2026-11-21T05:00", "2026-11-21"),
        ("2026-11-21T12:59Z", "2026-11-20"),
        ("2026-11-21", "2026-11-21"),
    ],
)
def test_the_night_ends_at_five_on_the_citys_clock(carpenter: Command, now: str, first: str) -> None:
    assert carpenter("upcoming", "--now", now, "--json").json()[0]["event_day"] == first


def test_only_music_is_shown_unless_asked_for(carpenter: Command) -> None:
    def kinds(*arguments: str) -> set[str]:
        return {event["kind"] for event in carpenter("upcoming", *FRIDAY, "--json", *arguments).json()}

    assert kinds() == {"show", "festival", "open_mic"}
    assert kinds("--kind", "karaoke") == {"karaoke"}
    assert kinds("--all-kinds") == {"show", "festival", "open_mic", "karaoke"}


def test_a_room_is_named_by_key_name_or_alias(carpenter: Command) -> None:
    answers = {carpenter("upcoming", *FRIDAY, "--venue", name).out for name in ("blue_moon", "the blue moon")}
    assert len(answers) == 1
    assert "Pier Hall" not in answers.pop()
    assert "Winter Festival" in carpenter("upcoming", *FRIDAY, "--venue", "Pier Hall").out


def test_unlisted_events_are_left_out(carpenter: Command, engine: Engine) -> None:
    with engine.begin() as connection:
        unlist = "UPDATE raw_events SET unlisted_at = last_seen_at WHERE source_event_id = 'fest' RETURNING id"
        mark_dirty(connection, connection.scalars(text(unlist)).all())
    assert "1 raw row not built yet: python -m carpenter run" in carpenter("upcoming", *FRIDAY).out
    run(engine, clock=clock)
    assert "Winter Festival" not in carpenter("upcoming", *FRIDAY).out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--now", "tomorrow"), "--now 'tomorrow' is no ISO day or time"),
        (("--city", "oslo"), "no city 'oslo' (perhaps seattle)"),
        (("--kind", "karoke"), "no kind 'karoke' (perhaps karaoke)"),
        (("--venue", "blue_mon"), "no venue 'blue_mon': give its key, id or exact name (perhaps blue_moon"),
    ],
)
def test_what_is_not_known_is_one_line(carpenter: Command, arguments: tuple[str, ...], problem: str) -> None:
    told = carpenter("upcoming", *arguments)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith(f"error: {problem}")


def test_an_empty_fortnight_says_so(carpenter: Command) -> None:
    assert carpenter("upcoming", "--now", "2030-01-01").out == "nothing is on, Tue 1 Jan 2030 to Mon 14 Jan 2030\n"


def titles(carpenter: Command, *arguments: str) -> list[str]:
    return [event["title"] for event in carpenter("upcoming", *FRIDAY, "--json", *arguments).json()]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (["when=tonight"], ["Tin Lantern, Mossback"]),
        (["when=weekend"], ["Tin Lantern, Mossback", "The Ferry Wakes", "Juniper Ash"]),
        (["night=2026-11-21", "after=23:00"], ["Juniper Ash"]),
        (["night=2026-11-21&before=22:00"], ["The Ferry Wakes"]),
        (["price=12&hood=university district"], ["Tin Lantern, Mossback"]),
        (["free=yes"], []),
        (["source=boxoffice"], ["Tin Lantern, Mossback"]),
        (["venue=Pier Hall"], ["Pier Hall Winter Festival"]),
        (["artist=mossback"], ["Tin Lantern, Mossback"]),
        (["kind=karaoke", "kind=open-mic"], ["Karaoke", "Open Mic"]),
        (["status=cancelled"], ["The Ferry Wakes"]),
        (["q=ferry -lantern"], ["The Ferry Wakes"]),
        (["from=2026-11-24"], ["Open Mic"]),
    ],
)
def test_anything_can_be_asked_for_as_in_an_address(carpenter: Command, where: list[str], expected: list[str]) -> None:
    assert titles(carpenter, *(part for text in where for part in ("--where", text))) == expected


def test_what_where_says_goes_before_the_options(carpenter: Command) -> None:
    assert titles(carpenter, "--kind", "karaoke", "--where", "kind=open_mic") == ["Open Mic"]
    told = carpenter("upcoming", *FRIDAY, "--where", "when=tomorrow&order=price")
    assert told.out.splitlines()[-1] == "2 events, Sat 21 Nov 2026"
    assert carpenter("upcoming", *FRIDAY, "--where", "to=2026-11-01").out == "nothing is on, to Sun 1 Nov 2026\n"


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        ("hod=Ballard", "--where: hod: is no parameter (perhaps hood)"),
        ("kind=shw&km=2", "--where: kind: 'shw' is no kind of event (perhaps show); km: needs near beside it"),
        ("hood=Balard", "--where: hood: 'Balard' is not known (perhaps Ballard)"),
        ("city=seatle", "--where: city: 'seatle' is not known (perhaps seattle)"),
        ("free", "--where: free: is empty"),
        ("venue=blue_mon", "no venue 'blue_mon'"),
        ("artist=nobody", "no artist 'nobody'"),
        ("at=2026-11-01", "--where: at: the commands show what is"),
    ],
)
def test_a_mistake_in_where_is_one_line(carpenter: Command, where: str, problem: str) -> None:
    told = carpenter("upcoming", *FRIDAY, "--where", where)
    assert (told.code, told.out, told.err.count("\n")) == (2, "", 1)
    assert told.err.startswith(f"error: {problem}")
