"""A Query chooses the events that it says, in a stable order."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from sms_catalog.events import CatalogEvent, event_by_id, stream_events, zones
from sms_catalog.query import Query
from sms_database.ids import artist_uuid
from sms_database.venues import all_venue_facts
from sms_database.vocabulary import LISTED_STATUSES
from tests.carpenter.raw_rows import MORNING
from tests.catalog.conftest import FOUNDER, HIDDEN, MERGED

CAKE, WAKES, ASH, KARAOKE, FESTIVAL = (
    "An Evening of Cake",
    "The Ferry Wakes",
    "Juniper Ash",
    "Karaoke",
    "Pier Hall Winter Festival",
)
SLUG = "2026-11-20-an-evening-of-cake"
NEUMOS, BARBOZA = all_venue_facts()["neumos"].id, all_venue_facts()["barboza"].id


def titles(connection: Connection, query: Query) -> list[str]:
    return [event.title for event in stream_events(connection, query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(ids=[FOUNDER]), [CAKE]),
        (Query(ids=[MERGED]), [CAKE]),
        (Query(ids=[MERGED, FOUNDER]), [CAKE]),
        (Query(ids=[uuid.UUID(int=0)]), []),
        (Query(ids=[]), []),
        (Query(first_day=date(2026, 11, 20), last_day=date(2026, 11, 21)), [CAKE, WAKES]),
        (Query(first_night=date(2026, 11, 21), last_night=date(2026, 11, 21)), [WAKES, ASH]),
        (Query(first_day=date(2026, 11, 22), last_day=date(2026, 11, 22)), [ASH, KARAOKE]),
        (Query(venues=[BARBOZA]), [ASH]),
        (Query(venues=[NEUMOS]), ["Mossback", ASH]),
        (Query(artist=artist_uuid("mossback")), [CAKE, "Mossback"]),
        (Query(artist=artist_uuid("nobody")), []),
        (Query(city="astoria"), ["Tin Lantern"]),
        (Query(kinds=["karaoke", "open_mic"]), [KARAOKE, "Open Mic"]),
        (Query(kinds=[]), []),
        (Query(statuses=["cancelled"]), [WAKES]),
        (Query(ids=[HIDDEN]), []),
        (Query(ids=[HIDDEN], hidden=None), ["Paper Ladders"]),
        (Query(hidden=True), ["Paper Ladders"]),
        (Query(words="cake -evening"), ["Mossback"]),
        (Query(words='"ferry wakes"'), [WAKES]),
        (Query(words="blue moon karaoke"), [KARAOKE]),
        (Query(first_day=date(2026, 11, 22), limit=2), [ASH, KARAOKE]),
    ],
    ids=repr,
)
def test_a_query_finds_what_it_says(connection: Connection, query: Query, expected: list[str]) -> None:
    assert titles(connection, query) == expected


def test_hidden_events_are_left_out_unless_asked_for(
    connection: Connection, everything: Sequence[CatalogEvent]
) -> None:
    shown = list(stream_events(connection, Query()))
    assert shown == [event for event in everything if not event.is_hidden]
    assert [event.title for event in everything if event.is_hidden] == ["Paper Ladders"]


def test_an_event_has_its_room_bill_and_rows(connection: Connection) -> None:
    event = event_by_id(connection, MERGED)
    assert event is not None
    assert event.id == FOUNDER
    assert event.venue is not None
    assert (event.venue.name, event.venue.town, event.venue.region) == ("Blue Moon Tavern", "Seattle", "WA")
    assert (event.venue.key, event.venue.slug, event.slug) == ("blue_moon", "blue-moon-tavern", SLUG)
    assert (event.venue.neighborhood, event.venue.timezone) == ("University District", "America/Los_Angeles")
    assert event.first_seen == MORNING
    assert [(act["name"], act["role"]) for act in event.artists] == [
        ("Tin Lantern", "headliner"),
        ("Mossback", "support"),
    ]
    assert event.sources == [
        {"source": "blue_moon", "source_event_id": "fri", "source_url": "https://blue_moon.example/fri"},
        {"source": "boxoffice", "source_event_id": "tm-1", "source_url": "https://boxoffice.example/tm-1"},
    ]
    assert event_by_id(connection, HIDDEN) is not None
    assert event_by_id(connection, uuid.UUID(int=0)) is None


def test_what_begins_after_midnight_is_of_the_night_before(everything: Sequence[CatalogEvent]) -> None:
    late = next(event for event in everything if event.title == ASH)
    assert (late.night, late.event_day) == (date(2026, 11, 21), date(2026, 11, 22))


DAYS = st.none() | st.dates(date(2026, 11, 19), date(2026, 11, 28))


@settings(deadline=None)
@given(data=st.data())
def test_a_query_finds_all_that_it_says_and_nothing_else(
    catalog: Engine, everything: Sequence[CatalogEvent], data: st.DataObject
) -> None:
    def some_of(values: set[str]) -> st.SearchStrategy[list[str] | None]:
        return st.none() | st.lists(st.sampled_from(sorted(values)), max_size=3)

    query = Query(
        ids=data.draw(st.none() | st.lists(st.sampled_from([event.id for event in everything]), min_size=3)),
        city=data.draw(st.sampled_from([None, "seattle", "astoria"])),
        first_day=data.draw(DAYS),
        last_day=data.draw(DAYS),
        first_night=data.draw(DAYS),
        last_night=data.draw(DAYS),
        venues=data.draw(st.sampled_from([None, [NEUMOS], [BARBOZA]])),
        kinds=data.draw(some_of({event.kind for event in everything})),
        statuses=data.draw(st.none() | st.just(LISTED_STATUSES) | some_of({event.status for event in everything})),
        hidden=data.draw(st.sampled_from([None, True, False])),
    )
    with catalog.connect() as connection:
        found = list(stream_events(connection, query))
    assert found == [event for event in everything if is_asked_for(event, query)]


def is_asked_for(event: CatalogEvent, query: Query) -> bool:
    venue = event.venue.id if event.venue else None
    houses = {NEUMOS: {NEUMOS, BARBOZA}, BARBOZA: {BARBOZA}}
    return all(
        (
            query.ids is None or event.id in query.ids,
            query.city in (None, event.city),
            query.first_day is None or query.first_day <= event.event_day,
            query.last_day is None or event.event_day <= query.last_day,
            query.first_night is None or query.first_night <= event.night,
            query.last_night is None or event.night <= query.last_night,
            query.venues is None or any(venue in houses[house] for house in query.venues),
            query.kinds is None or event.kind in query.kinds,
            query.statuses is None or event.status in query.statuses,
            query.hidden in (None, event.is_hidden),
        )
    )


def test_zones_have_their_days(connection: Connection) -> None:
    (used,) = zones(connection, Query(city="seattle")).items()
    assert used == ("America/Los_Angeles", (date(2026, 11, 20), date(2026, 11, 25)))
    assert zones(connection, Query(last_day=date(2026, 11, 20) - timedelta(days=1))) == {}
