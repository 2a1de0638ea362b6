"""Input that no source should publish and some do: each kind ends in a defined outcome, at a cost that rows set."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import Engine, text

from sms_database.sources import SourceFacts, store_source
from tests.carpenter.pipeline.test_build import build
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, SELLER, raw

FRIDAY = "2026-11-27"
FAR_AND_WIDE = SourceFacts(slug="far_and_wide", kind="feed", title="Far and wide")
"""A source of no one city."""


def test_one_title_for_all_of_a_source_is_one_show_for_each_night_and_hour(engine: Engine) -> None:
    one_night = [raw(SELLER, f"a{n}", "Tin Lantern", FRIDAY, start_time="20:00") for n in range(2_000)]
    late = [raw(SELLER, f"b{n}", "Tin Lantern", FRIDAY, start_time="23:00") for n in range(500)]
    many_nights = [
        raw(SELLER, f"c{n}", "Tin Lantern", f"2027-{1 + n % 12:02}-{1 + n // 12 % 28:02}", start_time="20:00")
        for n in range(1_008)
    ]
    built = build(engine, *one_night, *late, *many_nights)
    assert Counter(len(event.sources) for event in built) == {2_000: 1, 500: 1, 3: 336}


def test_a_festival_of_thousands_of_rows_in_one_room_is_as_many_sets_as_it_lists(engine: Engine) -> None:
    sources = [SourceFacts(slug=f"list_{n}", kind="feed", title=f"List {n}", city="seattle") for n in range(5)]
    hours = [f"{hour}:{minute:02}" for hour in range(12, 24) for minute in range(0, 60, 5)]
    with engine.begin() as connection:
        for source in sources:
            store_source(connection, source)
    rows = [
        raw(source, str(n), f"Quartet {n}", FRIDAY, start_time=hours[n % len(hours)])
        for n in range(1_000)
        for source in sources
    ]
    built = build(engine, *rows)
    assert [event.sources for event in built] == [[source.slug for source in sources]] * 1_000
    assert {event.title for event in built} == {f"Quartet {n}" for n in range(1_000)}


def test_a_festival_without_hours_whose_rows_all_name_the_headliner_is_one_show(engine: Engine) -> None:
    rows = [
        raw(
            PAPER,
            str(n),
            f"Tin Lantern, Opener {n}",
            FRIDAY,
            artists=[{"name": "Tin Lantern"}, {"name": f"Opener {n}"}],
        )
        for n in range(1_000)
    ]
    (event,) = build(engine, *rows)
    assert len(event.sources) == 1_000


def test_a_room_name_of_ten_thousand_letters_is_cut_and_is_one_room(engine: Engine) -> None:
    name = "Hall of the " + "very " * 2_000 + "Long Name"
    place = {"venue_name": name, "venue_city": "Seattle", "venue_region": "WA"}
    built = build(
        engine,
        raw(SELLER, "1", "Tin Lantern", FRIDAY, start_time="20:00", **place),
        raw(PAPER, "2", "Tin Lantern", FRIDAY, start_time="20:00", **place),
        raw(PAPER, "3", "Mossback", "2026-11-28", **place),
    )
    assert [event.sources for event in built] == [["boxoffice", "paper"], ["paper"]]
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT name FROM venues WHERE key IS NULL")).all()
    assert len(names) == 1
    assert len(names[0]) <= 500
    assert names[0].startswith("Hall of the very very")


def test_rooms_to_be_announced_are_no_room_and_join_nothing(engine: Engine) -> None:
    rows = [
        raw(FAR_AND_WIDE, str(n), "Tin Lantern", FRIDAY, venue_name="TBA", venue_city="Seattle", start_time="20:00",
            venue_address=f"{n} Main St")
        for n in range(2_000)
    ]  # fmt: skip
    built = build(engine, *rows)
    assert len(built) == 2_000
    assert {event.venue_id for event in built} == {None}


def test_thousands_of_rooms_of_one_name_are_told_by_their_streets(engine: Engine) -> None:
    rows = [
        raw(source, f"{n}", f"Quartet {n}", FRIDAY, venue_name="The Hall", venue_address=f"{n + 1} Main St",
            venue_city="Seattle", venue_region="WA", start_time="20:00")
        for n in range(1_000) for source in (SELLER, PAPER)
    ]  # fmt: skip
    built = build(engine, *rows)
    assert Counter(len(event.sources) for event in built) == {2: 1_000}
    assert len({event.venue_id for event in built}) == 1_000


TITLES = (
    "Земфира",
    "Дельфин",
    "きのこ帝国",
    "장기하와 얼굴들",
    "声音玩具",
    "עידן רייכל",
    "مشروع ليلى",
    "คาราบาว",
    "Σωκράτης Μάλαμας",
    "Բամբիռ",
    "ლონდონბიტი",
    "አስቴር አወቀ",
    "नीलाद्री",
    "Sigur Rós",
    "🎸🎸🎸",
    "!!!",
    "∆",
)


def test_titles_of_every_script_are_kept_and_found_again_in_another_source(engine: Engine) -> None:
    days = [f"2026-12-{n:02}" for n in range(1, len(TITLES) + 1)]
    rows = [
        raw(source, day, title, day, start_time="20:00")
        for source in (SELLER, PAPER)
        for title, day in zip(TITLES, days, strict=True)
    ]
    built = build(engine, *rows)
    assert [(event.title, event.sources) for event in built] == [(title, ["boxoffice", "paper"]) for title in TITLES]


def test_shows_of_one_night_in_scripts_without_latin_letters_stay_apart(engine: Engine) -> None:
    built = build(engine, *(raw(SELLER, title, title, FRIDAY) for title in TITLES))
    assert {event.title for event in built} == set(TITLES)


@pytest.mark.parametrize("title", ["&nbsp;&#8203;", "\u200b\u2060", "\u202e\u202c", "&amp;nbsp;"])
def test_a_title_of_which_nothing_is_left_is_skipped_with_the_reason(engine: Engine, title: str) -> None:
    assert build(engine, raw(SELLER, "1", title, FRIDAY)) == []
    with engine.connect() as connection:
        reason = connection.scalar(text("SELECT skip_reason FROM event_sources"))
    assert reason == "no title: nothing is left of it as plain text"


@pytest.mark.parametrize(
    ("name", "listed", "beside"),
    [
        ("The", [], ["Mossback"]),
        ("!!!", ["!!!"], ["!!!", "Mossback"]),
        ("A", [], ["Mossback"]),
        ("@", ["@"], ["@", "Mossback"]),
        ("Live Music", ["Live Music"], ["Live Music", "Mossback"]),
        ("TBA", [], ["Mossback"]),
    ],
)
def test_a_listed_act_is_believed_unless_its_name_is_an_article_or_says_that_there_is_none_yet(
    engine: Engine, name: str, listed: list[str], beside: list[str]
) -> None:
    built = build(
        engine,
        raw(SELLER, "1", f"{name}", FRIDAY, artists=[{"name": name}], start_time="20:00"),
        raw(PAPER, "2", f"{name}, Mossback", "2026-11-28", start_time="20:00"),
        raw(PAPER, "3", "The Tin Lantern with A Mossback @ Blue Moon Tavern", "2026-11-29", start_time="20:00"),
        raw(PAPER, "4", "Live Music: Tin Lantern", "2026-11-30", start_time="20:00"),
    )
    assert [event.bill for event in built][:3] == [listed, beside, ["The Tin Lantern", "A Mossback"]]


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(0.0, 0.0), (-122.3199, 47.6757), (45.5231, -122.6765), (91.0, 181.0), (47.6757, 122.3199)],
    ids=["none", "swapped", "another city", "off the globe", "sign lost"],
)
def test_a_point_that_is_wrong_neither_parts_a_room_nor_moves_it(
    engine: Engine, latitude: float, longitude: float
) -> None:
    place = {"venue_name": "Pier Hall", "venue_address": "1 Bay St", "venue_city": "Seattle", "venue_region": "WA"}
    nights = [f"2026-12-{n:02}" for n in range(1, 5)]
    rows = [
        raw(SELLER, night, f"Band {night}", night, **place, latitude=47.6757, longitude=-122.3199) for night in nights
    ]
    rows += [
        raw(PAPER, night, f"Band {night}", night, **place, latitude=latitude, longitude=longitude) for night in nights
    ]
    built = build(engine, *rows)
    assert [event.sources for event in built] == [["boxoffice", "paper"]] * 4
    assert {event.city for event in built} == {"seattle"}
    assert len({event.venue_id for event in built}) == 1


def test_two_sources_that_contradict_each_other_on_everything_make_two_shows(engine: Engine) -> None:
    built = build(
        engine,
        raw(SELLER, "1", "Tin Lantern", FRIDAY, start_time="18:00", price_text="$10", age_text="21+"),
        raw(PAPER, "2", "Mossback", FRIDAY, start_time="22:00", price_text="$30", age_text="All ages"),
    )
    assert [(event.title, event.sources, event.min_age) for event in built] == [
        ("Tin Lantern", ["boxoffice"], 21),
        ("Mossback", ["paper"], 0),
    ]


def test_of_one_show_on_which_sources_contradict_each_other_each_field_is_from_one_of_them(engine: Engine) -> None:
    (event,) = build(
        engine,
        raw(HOUSE_CALENDAR, "1", "Tin Lantern", FRIDAY, start_time="20:00", price_text="$10", age_text="21+"),
        raw(PAPER, "2", "Tin Lantern", FRIDAY, start_time="20:45", price_text="$30", age_text="18+",
            status_text="cancelled"),
    )  # fmt: skip
    assert (event.min_age, event.price_min) == (21, 10)
    assert {choice["from"] for choice in event.provenance.values()} <= {"blue_moon/1", "paper/2"}
    price = event.provenance["price"]
    assert (price["from"], price["rule"]) == ("blue_moon/1", "venue's own page goes first")
    assert event.status == "cancelled"
