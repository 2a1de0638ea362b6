"""From raw rows to the catalog: what becomes one show, what stays two, and why."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, Row, text

from carpenter.pipeline.build import run
from carpenter.pipeline.limits import BuildLimits
from carpenter.pipeline.rebuild import check
from carpenter.store.queue import read_again
from sms_database.ids import row_uuid
from sms_database.sources import SourceFacts, store_source
from tests.carpenter.catalog_dump import catalog_dump
from tests.carpenter.raw_rows import ALL_DIRTY, HOUSE_CALENDAR, PAPER, SELLER, WEEKLY_NIGHTS, clock, raw, store

FRIDAY = "2026-11-27"


def build(engine: Engine, *rows: dict[str, Any]) -> list[Row[Any]]:
    """Store the rows, build, and read the events with their bills and sources."""
    store(engine, rows)
    run(engine, clock=clock)
    return events(engine)


def events(engine: Engine) -> list[Row[Any]]:
    with engine.connect() as connection:
        return list(
            connection.execute(
                text(
                    "SELECT e.*, ARRAY(SELECT billed_as FROM event_artists a WHERE a.event_id = e.id ORDER BY position)"
                    " AS bill, ARRAY(SELECT r.source FROM event_sources s JOIN raw_events r ON r.id = s.raw_event_id"
                    " WHERE s.event_id = e.id ORDER BY 1) AS sources FROM events e ORDER BY event_day, starts_at, title"
                )
            )
        )


def chosen(event: Row[Any], field: str) -> tuple[str, str]:
    """The row that a field is from, and why."""
    entry = event.provenance[field]
    return entry["from"], entry["rule"]


def decide(engine: Engine, kind: str, target: uuid.UUID, *, field: str | None = None, value: str | None = None) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO decisions (kind, target, field, value, author, decided_at)"
                " VALUES (:kind, :target, :field, cast(:value AS jsonb), 'editor', '2026-11-20')"
            ),
            {"kind": kind, "target": target, "field": field, "value": value},
        )
        read_again(connection, "SELECT raw_event_id FROM raw_evidence")
    run(engine, clock=clock)


def test_what_is_sold_beside_a_show_is_no_part_of_it(engine: Engine) -> None:
    bill = {"artists": [{"name": "Ada Fox"}], "start_time": "20:00"}
    beside, show = build(
        engine,
        raw(SELLER, "1", "2 Day Pass: Ada Fox", FRIDAY, genres=["package", "Music"], **bill),
        raw(SELLER, "2", "Ada Fox", FRIDAY, genres=["Music"], **bill),
        raw(HOUSE_CALENDAR, "3", "Ada Fox", FRIDAY, start_time="20:00"),
    )
    assert (beside.kind, beside.sources) == ("package", ["boxoffice"])
    assert (show.kind, show.sources) == ("show", ["blue_moon", "boxoffice"])


def test_two_shows_in_one_room_on_one_night_stay_two(engine: Engine) -> None:
    early, late = build(
        engine,
        raw(HOUSE_CALENDAR, "1", "Tin Lantern", FRIDAY, start_time="19:00"),
        raw(HOUSE_CALENDAR, "2", "Mossback", FRIDAY, start_time="21:30"),
        raw(SELLER, "a", "Mossback", FRIDAY, start_time="21:00"),
    )
    assert (early.bill, early.sources) == (["Tin Lantern"], ["blue_moon"])
    assert (late.bill, late.sources) == (["Mossback"], ["blue_moon", "boxoffice"])


@pytest.mark.trust(26)
def test_an_early_and_a_late_show_of_one_act_stay_two(engine: Engine) -> None:
    built = build(
        engine,
        raw(HOUSE_CALENDAR, "1", "Tin Lantern", FRIDAY, start_time="19:00"),
        raw(HOUSE_CALENDAR, "2", "Tin Lantern", FRIDAY, start_time="21:30"),
        raw(SELLER, "a", "Tin Lantern (late show)", FRIDAY, start_time="21:30"),
    )
    assert [event.sources for event in built] == [["blue_moon"], ["blue_moon", "boxoffice"]]


def test_a_weekly_night_that_the_calendar_lists_is_one_event_with_the_calendars_bill(engine: Engine) -> None:
    (event,) = build(
        engine,
        raw(WEEKLY_NIGHTS, "moon@1", "Monday with the house band", "2026-11-30", start_time="20:00"),
        raw(HOUSE_CALENDAR, "1", "Juniper & Ash", "2026-11-30", start_time="20:30"),
    )
    assert (event.bill, event.title, event.sources) == (["Juniper & Ash"], "Juniper & Ash", ["blue_moon", "open_mics"])
    assert event.starts_at == datetime(2026, 12, 1, 4, 30, tzinfo=UTC)


def test_a_weekly_night_finds_the_entry_of_its_kind_among_several(engine: Engine) -> None:
    built = build(
        engine,
        raw(WEEKLY_NIGHTS, "mic@1", "Open Mic", "2026-12-02", start_time="19:30"),
        raw(HOUSE_CALENDAR, "1", "OPEN MIC", "2026-12-02", start_time="20:00"),
        raw(HOUSE_CALENDAR, "2", "Karaoke With Sal!", "2026-12-02", start_time="22:00"),
    )
    assert [(event.kind, event.sources) for event in built] == [
        ("open_mic", ["blue_moon", "open_mics"]),
        ("karaoke", ["blue_moon"]),
    ]


def test_a_concert_does_not_swallow_a_weekly_night_hours_away(engine: Engine) -> None:
    built = build(
        engine,
        raw(WEEKLY_NIGHTS, "mic@1", "Open Mic", "2026-12-02", start_time="18:00"),
        raw(HOUSE_CALENDAR, "1", "Tin Lantern", "2026-12-02", start_time="22:00"),
    )
    assert [event.kind for event in built] == ["open_mic", "show"]


def test_each_field_comes_from_who_knows_it_best_and_says_so(engine: Engine) -> None:
    (event,) = build(
        engine,
        raw(
            HOUSE_CALENDAR, "1", "Tin Lantern, Mossback", FRIDAY, start_time="20:00", doors_time="19:00", age_text="21+"
        ),
        raw(SELLER, "a", "Tin Lantern", FRIDAY, start_time="19:00", price_text="$15", ticket_url="https://t.example/a"),
        raw(PAPER, "p", "TIN LANTERN", FRIDAY, price_text="$5", image_url="https://p.example/i.jpg"),
    )
    assert event.starts_at == datetime(2026, 11, 28, 4, tzinfo=UTC)
    assert event.doors_at == datetime(2026, 11, 28, 3, tzinfo=UTC)
    assert (event.price_min, event.currency, event.min_age) == (Decimal(15), "USD", 21)
    assert event.bill == ["Tin Lantern", "Mossback"]
    assert chosen(event, "starts_at") == ("blue_moon/1", "venue's own page goes first")
    assert chosen(event, "price") == ("boxoffice/a", "ticket seller goes first")
    assert event.provenance["image_url"] == {"from": "paper/p", "rule": "the only one that tells"}
    told = {"title", "bill", "kind", "event_day", "starts_at", "doors_at", "price", "min_age", "status", "venue"}
    assert told <= event.provenance.keys()


def test_the_values_that_lost_are_kept_with_who_tells_them(engine: Engine) -> None:
    (event,) = build(
        engine,
        raw(HOUSE_CALENDAR, "1", "Tin Lantern, Mossback", FRIDAY, start_time="20:00", description="a" * 900),
        raw(SELLER, "a", "Tin Lantern", FRIDAY, start_time="20:30", price_text="$15", description="b" * 900),
        raw(PAPER, "p", "Tin Lantern", FRIDAY, start_time="20:30", price_text="$5–7.50"),
    )
    seller = {"from": "boxoffice/a", "role": "ticket seller", "trust": 50}
    paper = {"from": "paper/p", "role": "listing", "trust": 50}
    assert event.provenance["starts_at"]["others"] == [seller | {"value": "20:30"}]
    price = {"price_min": 5.0, "price_max": 7.5, "currency": "USD", "is_free": False}
    assert event.provenance["price"]["others"] == [paper | {"value": price}]
    assert event.provenance["bill"]["others"] == [seller | {"value": [{"name": "Tin Lantern", "role": "headliner"}]}]
    assert event.provenance["description"]["others"] == [seller | {"value": "b" * 200}]
    assert not {"others"} & event.provenance["event_day"].keys()

    decide(engine, "override", event.id, field="title", value='"Tin Lantern"')
    decide(engine, "override", event.id, field="start_time", value='"20:30"')
    (event,) = events(engine)
    house = {"from": "blue_moon/1", "role": "venue's own page", "trust": 50}
    assert event.provenance["title"]["others"] == [house | {"value": "Tin Lantern, Mossback"}]
    assert event.provenance["starts_at"]["others"] == [house | {"value": "20:00"}]
    assert [found for found in check(engine, clock=clock) if not found.is_equal] == []


def test_of_many_values_that_lost_the_four_with_the_best_right_are_kept(engine: Engine) -> None:
    hours = [f"20:{minute:02}" for minute in range(0, 60, 10)]
    sources = [HOUSE_CALENDAR, SELLER, PAPER, *(replace(PAPER, slug=f"paper{n}", trust=n) for n in (90, 80, 70))]
    with engine.begin() as connection:
        for source in sources:
            store_source(connection, source)
    (event,) = build(
        engine,
        *(raw(each, "1", "Tin Lantern", FRIDAY, start_time=at) for each, at in zip(sources, hours, strict=True)),
    )
    assert [other["value"] for other in event.provenance["starts_at"]["others"]] == ["20:10", "20:30", "20:40", "20:50"]


def test_genres_reach_the_event_and_performers_links_their_artists(engine: Engine) -> None:
    act = {
        "name": "Tin Lantern (Seattle, WA)",
        "genres": ["Shoegaze", 7],
        "url": "https://tin.example/",
        "musicbrainz_id": "mb-tin",
        "spotify_id": ["not", "text"],
    }
    hostile = {"name": "Mossback", "genres": "rock", "url": "javascript:alert(1)", "spotify_id": "s" * 5_000}
    (event,) = build(
        engine,
        raw(HOUSE_CALENDAR, "1", "Tin Lantern", FRIDAY, genres=["Dream Pop", "indie"]),
        raw(SELLER, "a", "Tin Lantern", FRIDAY, genres=["dream pop", " "], artists=[act, hostile]),
    )
    with engine.connect() as connection:
        genres = connection.scalar(text("SELECT genres FROM events"))
        links = connection.execute(
            text(
                "SELECT a.name, l.kind, l.value FROM artist_links l JOIN artists a ON a.id = l.artist_id ORDER BY 1, 2"
            )
        ).all()
    assert genres == ["Dream Pop", "Shoegaze", "indie"]
    assert chosen(event, "genres") == ("blue_moon/1", "all that rows name, this one's first")
    assert [tuple(link) for link in links] == [
        ("Tin Lantern", "musicbrainz", "mb-tin"),
        ("Tin Lantern", "url", "https://tin.example/"),
    ]


@pytest.mark.trust(20)
def test_the_hour_of_the_doors_is_not_taken_for_that_of_the_show(engine: Engine) -> None:
    """Many listings print one hour, and not all that of the show: who prints both knows which is which."""
    listed = [
        raw(HOUSE_CALENDAR, "1", "Tin Lantern", FRIDAY, start_time="19:00"),
        raw(SELLER, "a", "Tin Lantern", FRIDAY, doors_time="19:00", start_time="20:00"),
    ]
    (event,) = build(engine, *listed)
    assert (event.doors_at.hour, event.starts_at.hour) == (3, 4)
    assert chosen(event, "starts_at") == ("boxoffice/a", "the other hour is that of the doors")

    # A house that prints both hours is believed.
    (event,) = build(engine, listed[0] | {"doors_time": "18:00", "fetched_at": "2026-11-21T17:00:00+00:00"})
    assert (event.doors_at.hour, event.starts_at.hour) == (2, 3)


@pytest.mark.trust(25)
def test_an_id_stays_with_the_founding_row_and_the_other_redirects(engine: Engine) -> None:
    (first,) = build(engine, raw(SELLER, "a", "Tin Lantern", FRIDAY, start_time="20:00"))
    (second,) = build(engine, raw(HOUSE_CALENDAR, "1", "Tin Lantern", FRIDAY, start_time="20:00", crawl=1))
    assert first.id == second.id == row_uuid("boxoffice", "a")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT * FROM redirects")).all() == [(row_uuid("blue_moon", "1"), first.id)]


def test_a_row_that_moves_to_another_night_leaves_nothing_behind(engine: Engine) -> None:
    (before,) = build(engine, raw(HOUSE_CALENDAR, "1", "Tin Lantern", FRIDAY, start_time="20:00"))
    (after,) = build(engine, raw(HOUSE_CALENDAR, "1", "Tin Lantern", "2026-12-04", start_time="20:00", crawl=1))
    assert (after.id, after.event_day.isoformat()) == (before.id, "2026-12-04")


@pytest.mark.trust(4)
def test_called_off_is_called_off_and_gone_is_unlisted(engine: Engine) -> None:
    (event,) = build(
        engine,
        raw(HOUSE_CALENDAR, "1", "Tin Lantern", FRIDAY, start_time="20:00", status_text="CANCELLED"),
        raw(SELLER, "a", "Tin Lantern", FRIDAY, start_time="20:00", status_text="onsale"),
    )
    assert event.status == "cancelled"
    with engine.begin() as connection:
        connection.execute(text("UPDATE raw_events SET unlisted_at = last_seen_at"))
        connection.execute(text(ALL_DIRTY))
    run(engine, clock=clock)
    assert [event.status for event in events(engine)] == ["unlisted"]


def test_a_name_that_becomes_known_changes_the_bills_that_hold_it(engine: Engine) -> None:
    (before,) = build(engine, raw(HOUSE_CALENDAR, "1", "Dream, Ivory", FRIDAY))
    assert before.bill == ["Dream", "Ivory"]
    after, _ = build(engine, raw(SELLER, "a", "Dream, Ivory", "2026-12-20", artists=[{"name": "Dream, Ivory"}]))
    assert after.bill == ["Dream, Ivory"]
    assert all(difference.is_equal for difference in check(engine, clock=clock))


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (None, "no day: none given"),
        ("2026-02-31", "no day: 2026-02-31"),
        ("TBA", "no day: TBA"),
    ],
)
def test_a_row_without_a_day_is_kept_and_skipped_with_the_reason(engine: Engine, day: str | None, reason: str) -> None:
    assert build(engine, raw(HOUSE_CALENDAR, "1", "Tin Lantern", day)) == []
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT skip_reason FROM event_sources")) == reason
        assert connection.scalar(text("SELECT reason FROM carpenter_records WHERE change = 'skip'")) == reason
        assert connection.scalar(text("SELECT count(*) FROM raw_events")) == 1


def test_what_cannot_be_read_is_left_out_with_a_note(engine: Engine) -> None:
    (event,) = build(
        engine,
        raw(
            HOUSE_CALENDAR,
            "1",
            "Tin Lantern",
            FRIDAY,
            start_time="25:00",
            doors_time="TBA",
            ticket_url="javascript:x()",
        ),
    )
    assert (event.starts_at, event.doors_at, event.ticket_url) == (None, None, None)
    with engine.connect() as connection:
        notes = connection.scalar(text("SELECT notes FROM event_sources"))
    assert {"25:00", "TBA"} <= {word.strip("'\"") for note in notes for word in note["reason"].split()}


@pytest.mark.trust(18)
def test_markup_and_scripts_end_as_plain_text(engine: Engine) -> None:
    description = "<p>Loud &amp; slow</p><script>alert(1)</script>"
    (event,) = build(engine, raw(HOUSE_CALENDAR, "1", "Tin <b>Lantern</b>", FRIDAY, description=description))
    assert "script" not in event.description
    assert "alert" not in event.description
    assert event.description == "Loud & slow"


@pytest.mark.trust(23)
def test_a_correction_survives_the_next_crawl_and_its_undoing_restores_all(engine: Engine) -> None:
    (event,) = build(engine, raw(HOUSE_CALENDAR, "1", "Tin Lantern", FRIDAY, start_time="20:00"))
    before = catalog_dump(engine)
    decide(engine, "override", event.id, field="title", value='"Tin Lantern (record release)"')
    (corrected,) = build(engine, raw(HOUSE_CALENDAR, "1", "Tin Lantern", FRIDAY, start_time="20:00", crawl=1))
    assert corrected.title == "Tin Lantern (record release)"
    assert corrected.provenance["title"]["from"].startswith("decision ")
    with engine.begin() as connection:
        connection.execute(text("UPDATE decisions SET deleted_at = now(), deleted_by = 'bob'"))
        read_again(connection, "SELECT raw_event_id FROM raw_evidence")
    run(engine, clock=clock)
    assert catalog_dump(engine) == before


def test_people_merge_across_nights_and_split_within_one(engine: Engine) -> None:
    first, other = build(
        engine,
        raw(HOUSE_CALENDAR, "1", "Tin Lantern", FRIDAY, start_time="20:00"),
        raw(SELLER, "a", "Tin Lantern", "2026-11-28", start_time="20:00"),
    )
    decide(engine, "merge", first.id, value=f'["{other.id}"]')
    assert [event.sources for event in events(engine)] == [["blue_moon", "boxoffice"]]
    decide(engine, "split", first.id, value=f'["{other.id}"]')
    assert [event.sources for event in events(engine)] == [["blue_moon"], ["boxoffice"]]
    assert all(difference.is_equal for difference in check(engine, clock=clock))


def test_an_unknown_room_and_town_found_their_own(engine: Engine) -> None:
    site = SourceFacts(slug="elsewhere", kind="feed", title="Elsewhere")
    place = {"venue_name": "Pier Hall", "venue_city": "Astoria", "venue_region": "OR", "venue_address": "1 Bay St"}
    store(engine, [raw(site, "1", "Tin Lantern", FRIDAY, **place), raw(site, "2", "Mossback", "2026-11-28", **place)])
    run(engine, clock=clock)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT city, name, address FROM venues WHERE key IS NULL")).all() == [
            ("astoria", "Pier Hall", "1 Bay St")
        ]


def test_two_carpenters_and_two_workers_build_what_one_does(engine: Engine) -> None:
    rows = [
        raw(source, str(n), f"{act}, Mossback", f"2026-12-{n:02}", start_time="20:00")
        for n in range(1, 29)
        for source, act in ((HOUSE_CALENDAR, f"Band {n}"), (SELLER, f"BAND {n}"))
    ]
    build(engine, *rows)
    alone = catalog_dump(engine)
    for workers, restart in (
        (1, ALL_DIRTY),
        (2, "TRUNCATE raw_evidence, events, venues, artists, known_names CASCADE"),
    ):
        with engine.begin() as connection:
            connection.execute(text(restart))
            connection.execute(text(ALL_DIRTY))
        failures: list[BaseException] = []

        def build_too(workers: int = workers, failures: list[BaseException] = failures) -> None:
            try:
                run(engine, clock=clock, workers=workers, limits=BuildLimits(built_rows=20))
            except BaseException as failure:  # noqa: BLE001 - handed to the test's own thread
                failures.append(failure)

        carpenters = [threading.Thread(target=build_too) for _ in range(2)]
        for carpenter in carpenters:
            carpenter.start()
        for carpenter in carpenters:
            carpenter.join()
        assert failures == []
    assert all(difference.is_equal for difference in check(engine, clock=clock))
    assert catalog_dump(engine) == alone
