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
