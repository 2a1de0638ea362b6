"""What a Query chooses, page by page and in its counts, against plain Python over events that hypothesis makes."""

from __future__ import annotations

import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from hashlib import blake2b
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from sms_catalog.cursors import cursor_after
from sms_catalog.event_cards import card_of, events_page, read_events, record_text, records_page
from sms_catalog.events import count_events, stream_events
from sms_catalog.facets import FACETS, facets
from sms_catalog.known_values import known_values
from sms_catalog.query import ORDERS, ROOM_SIZES, Query, folded_name
from sms_catalog.query_parameters import digest, parse_query
from sms_catalog.query_problems import InvalidQuery
from sms_catalog.query_sql import FOLDED_NAME
from sms_catalog.query_table import PARAMETERS
from sms_database.event_cards import store_cards
from sms_database.vocabulary import EVENT_STATUSES
from tests.catalog.made_events import (
    ARTISTS,
    FIRST,
    GENRES,
    KINDS,
    NEUMOS,
    SOURCES,
    VENUES,
    MadeEvent,
    delete_events,
    in_order,
    insert_events,
    is_chosen,
    made_events,
)
from tests.catalog.queries import HOURS, LETTERS

EVENTS = st.lists(made_events(), min_size=1, max_size=12, unique_by=lambda event: event.id)
DAYS = st.integers(-1, 6).map(lambda days: FIRST + timedelta(days=days))
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def some(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2)


FILTERS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "city": st.sampled_from(["seattle", "astoria", "nowhere"]).map(lambda city: {"city": city}),
    "first_night": DAYS.map(lambda day: {"first_night": day}),
    "last_night": DAYS.map(lambda day: {"last_night": day}),
    "first_day": DAYS.map(lambda day: {"first_day": day}),
    "last_day": DAYS.map(lambda day: {"last_day": day}),
    "starts_after": HOURS.map(lambda hour: {"starts_after": hour}),
    "starts_before": HOURS.map(lambda hour: {"starts_before": hour}),
    "venues": some([NEUMOS, VENUES[2].id, VENUES[3].id, uuid.UUID(int=0)]).map(lambda ids: {"venues": ids}),
    "venue_keys": some(["blue_moon", "neumos", "barboza", "nowhere"]).map(lambda keys: {"venue_keys": keys}),
    "artist": st.sampled_from(ARTISTS).map(lambda artist: {"artist": artist}),
    "neighborhoods": some(["capitol hill", "Uberlingen", "nowhere"]).map(lambda hoods: {"neighborhoods": hoods}),
    "near": st.tuples(
        st.sampled_from([(47.6141, -122.3198), (46.1879, -123.8313), (-33.9, 18.4)]), st.sampled_from([0.03, 7, 400])
    ).map(lambda circle: {"near": circle[0], "km": circle[1]}),
    "price_max": st.sampled_from([Decimal(0), Decimal(10), Decimal("10.49"), Decimal(99)]).map(
        lambda price: {"price_max": price}
    ),
    "is_free": st.booleans().map(lambda free: {"is_free": free}),
    "age": st.sampled_from([0, 17, 18, 20, 21, 99]).map(lambda age: {"age": age}),
    "kinds": some(KINDS).map(lambda kinds: {"kinds": kinds}),
    "genres": some([*GENRES[:-1], "polka"]).map(lambda genres: {"genres": genres}),
    "sources": some([*SOURCES, "nobody"]).map(lambda sources: {"sources": sources}),
    "statuses": some(EVENT_STATUSES).map(lambda statuses: {"statuses": statuses}),
    "room_sizes": some(list(ROOM_SIZES)).map(lambda sizes: {"room_sizes": sizes}),
    "words": st.lists(st.sampled_from(["tin", "heron", "Über", "-moon"]), min_size=1, max_size=2).map(
        lambda words: {"words": " ".join(words)}
    ),
    "hidden": st.sampled_from([None, True]).map(lambda hidden: {"hidden": hidden}),
}


@st.composite
def conjunctions(draw: st.DrawFn, names: Sequence[str] = tuple(FILTERS), most: int = 4) -> Query:
    asked: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(names), max_size=most, unique=True)):
        asked |= draw(FILTERS[name])
    return Query(**asked, order=draw(st.sampled_from(ORDERS)))


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_chooses_what_it_says(world: Engine, name: str) -> None:
    @settings(UNHURRIED, max_examples=15)
    @given(events=EVENTS, query=FILTERS[name].map(lambda asked: Query(**asked)))
    def chooses(events: list[MadeEvent], query: Query) -> None:
        check(world, events, query)

    chooses()


@settings(UNHURRIED, max_examples=50)
@given(events=EVENTS, query=conjunctions())
def test_filters_hold_together(world: Engine, events: list[MadeEvent], query: Query) -> None:
    check(world, events, query)


def check(world: Engine, events: list[MadeEvent], query: Query) -> None:
    expected = [event.id for event in in_order(events, query.order) if is_chosen(event, query)]
    with world.connect() as connection:
        insert_events(connection, events)
        assert [event.id for event in stream_events(connection, query)] == expected
        assert count_events(connection, query) == len(expected)


def nothing() -> None:
    pass


def pages(connection: Connection, query: Query, size: int, between: Callable[[], None] = nothing) -> list[uuid.UUID]:
    """The ids of all pages, one after the other."""
    shown: list[uuid.UUID] = []
    cursor = None
    while True:
        page = events_page(connection, query, limit=size, cursor=cursor)
        assert len(page.events) <= size
        shown += [event.id for event in page.events]
        if (cursor := page.next_cursor) is None:
            return shown
        between()


ADDRESSED = [name for name in FILTERS if name != "hidden"]


@settings(UNHURRIED, max_examples=50)
@given(events=EVENTS, query=conjunctions(ADDRESSED, 2), size=st.integers(1, 4))
def test_pages_are_the_whole_in_its_order(world: Engine, events: list[MadeEvent], query: Query, size: int) -> None:
    with world.connect() as connection:
        insert_events(connection, events)
        expected = [event.id for event in in_order(events, query.order) if is_chosen(event, query)]
        assert pages(connection, query, size) == expected
        rendered = [record_text(event) for event in stream_events(connection, query)]
        carded = {event.id for event in events[::2] if not event.is_hidden}
        store_cards(connection, map(card_of, stream_events(connection, Query(ids=sorted(carded)))))
        assert records_page(connection, query, limit=200).records == rendered, "with some of the cards as without"
        assert read_events(connection, query) == list(stream_events(connection, query))


@settings(UNHURRIED, max_examples=50)
@given(data=st.data(), order=st.sampled_from(ORDERS), size=st.integers(1, 3))
def test_what_is_written_between_pages_shows_nothing_twice_and_skips_nothing(
    world: Engine, data: st.DataObject, order: str, size: int
) -> None:
    there = data.draw(st.lists(made_events(), min_size=4, max_size=10, unique_by=lambda event: event.id))
    old = {event.id for event in there}
    come = [event for event in data.draw(EVENTS) if event.id not in old]
    gone = data.draw(st.lists(st.sampled_from(sorted(old)), max_size=4, unique=True))

    def rewrite(connection: Connection) -> None:
        connection.execute(text("UPDATE events SET title = title || '!', status = 'cancelled'"))

    writes: list[Callable[[Connection], None]] = [rewrite]
    writes += [partial(insert_events, events=[event]) for event in come]
    writes += [partial(delete_events, ids=[event_id]) for event_id in gone]
    with world.connect() as connection:
        insert_events(connection, there)
        waiting = iter(data.draw(st.permutations(writes)))
        shown = pages(connection, Query(order=order), size, lambda: next(waiting, lambda _: None)(connection))
    assert len(shown) == len(set(shown))
    stayed = [event.id for event in in_order(there, order) if not event.is_hidden and event.id not in gone]
    assert [event_id for event_id in shown if event_id in stayed] == stayed


def test_a_cursor_of_another_query_a_damaged_one_and_a_forged_one_are_refused(world: Engine) -> None:
    query = Query(city="seattle", order="price")
    whole = cursor_after([None, FIRST, None, uuid.UUID(int=1)], query)
    others = [Query(city="astoria", order="price"), Query(city="seattle"), Query(kinds=["show"])]
    damaged = [
        whole[:-1],
        whole + "A",
        f"A{whole[1:]}",
        whole[:20] + "é",
        "null",
        "",
        "A" * 17,
        "A" * 401,
        "' OR 1=1 --",
    ]
    forged = [signed(told) for told in (b"[]", b"{}", b"7", b"\xff", b'["x"]')]
    mark = digest(query)[:16]
    for keys in (
        [],
        [None] * 3,
        ["NaN", "2026-10-30", None, "1"],
        ["1e999999", "2026-10-30", None, str(uuid.uuid4())],
        [1] * 4,
    ):
        forged.append(signed(orjson.dumps([mark, *keys])))
    with world.connect() as connection:
        assert events_page(connection, query, limit=3, cursor=whole).events == []
        for asked, cursor in [*((other, whole) for other in others), *((query, cursor) for cursor in damaged + forged)]:
            with pytest.raises(InvalidQuery, match=r"cursor: is (of another query|none that an answer gave)"):
                events_page(connection, asked, limit=3, cursor=cursor)


def signed(told: bytes) -> str:
    """A cursor of somebody who has read how they are made."""
    return urlsafe_b64encode(blake2b(told, digest_size=8).digest() + told).rstrip(b"=").decode()


@settings(UNHURRIED, max_examples=40)
@given(events=EVENTS, query=conjunctions([*ADDRESSED], 2))
def test_facets_count_what_each_choice_would_leave(world: Engine, events: list[MadeEvent], query: Query) -> None:
    with world.connect() as connection:
        insert_events(connection, events)
        counted = facets(connection, query, time_limit=timedelta(minutes=1))
    assert counted is not None
    assert list(counted) == list(FACETS)
    for name, choices in counted.items():
        without: dict[str, Any] = dict.fromkeys(FACETS[name])
        others = replace(query, **without)
        assert len({(choice.parameter, choice.value) for choice in choices}) == len(choices)
        for choice in choices:
            chosen = parse_query([(choice.parameter, choice.value)], defaults=others)
            assert choice.count == sum(is_chosen(event, chosen) for event in events) > 0
        told = {choice.value for choice in choices if choice.parameter == name}
        left = [event for event in events if is_chosen(event, others)]
        if name == "kind":
            assert told == {event.kind for event in left}
        if name == "source":
            assert told == {source for event in left for source, _ in event.rows}
        if name == "hood":
            hoods = {event.venue.neighborhood for event in left if event.venue}
            assert told == {folded_name(hood) for hood in hoods if hood}
        if name == "genre":
            assert told == {folded_name(genre) for event in left for genre in event.genres} - {""}


def test_facets_that_take_too_long_are_left_out_and_the_connection_goes_on(world: Engine) -> None:
    with world.connect() as connection:
        connection.execute(text("SET LOCAL statement_timeout = '7s'"))
        _insert_many(connection, 20_000)
        assert facets(connection, Query(), time_limit=timedelta(milliseconds=1)) is None
        assert connection.scalar(text("SHOW statement_timeout")) == "7s"
        kinds = facets(connection, Query(), ["kind"], timedelta(minutes=1))
        assert kinds is not None
        assert [(choice.value, choice.count) for choice in kinds["kind"]] == [("show", 20_000)]


def _insert_many(connection: Connection, number: int) -> None:
    connection.execute(
        text("""
            INSERT INTO events (id, city, night, block_night, title, slug, event_day, kind, status, provenance,
                search_text)
            SELECT gen_random_uuid(), 'seattle', d, d, 'x', 'x', d, 'show', 'scheduled', '{}', ''
            FROM generate_series(1, :number), (SELECT date '2026-10-30' AS d) AS day"""),
        {"number": number},
    )


@given(st.text(LETTERS))
@settings(deadline=None)
def test_names_are_folded_in_the_database_as_they_are_here(world: Engine, name: str) -> None:
    with world.connect() as connection:
        folded = connection.scalar(text(f"SELECT {FOLDED_NAME.format(name='cast(:name AS text)')}"), {"name": name})
    assert folded == folded_name(name) == folded_name(folded)


HOSTILE = (
    "'; DROP TABLE events; --",
    "' OR '1'='1",
    "x' UNION SELECT usename FROM pg_user --",
    ":city %(city)s %s {condition} $1 \\' E'\\x27'",
    "') OR true OR ('",
    '"',
    "100%",
    "a\x00b",
)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_no_text_is_more_than_a_value(world: Engine, parameter: str, hostile: str) -> None:
    try:
        query = parse_query([(parameter, hostile)])
    except InvalidQuery:
        return  # refused by its own rule, which another test shows
    with world.connect() as connection:
        _insert_many(connection, 3)
        assert count_events(connection, query) == 0
        assert facets(connection, query, time_limit=timedelta(minutes=1)) is not None
        assert count_events(connection, Query()) == 3


@pytest.mark.parametrize("hostile", HOSTILE[:-1])
def test_what_a_program_hands_over_unread_is_a_value_too(world: Engine, hostile: str) -> None:
    lists = ("venue_keys", "neighborhoods", "kinds", "genres", "sources", "statuses", "room_sizes")
    with world.connect() as connection:
        _insert_many(connection, 3)
        for asked in [{"city": hostile}, {"words": hostile}, *({name: [hostile]} for name in lists)]:
            query = replace(Query(), **asked)  # type: ignore[arg-type]
            assert count_events(connection, query) == 0
        assert count_events(connection, Query()) == 3


@given(words=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
@settings(deadline=None)
def test_any_words_can_be_looked_for(world: Engine, words: str) -> None:
    with world.connect() as connection:
        assert count_events(connection, Query(words=words)) == 0


@pytest.mark.parametrize("query", [Query(when="tonight"), Query(near=(1, 1)), Query(km=1)], ids=["when", "near", "km"])
def test_what_is_not_answered_from_these_tables_is_refused(world: Engine, query: Query) -> None:
    with world.connect() as connection, pytest.raises(ValueError, match=r"resolve|together"):
        count_events(connection, query)


def test_the_known_values_are_those_of_the_catalog_and_of_the_facts(world: Engine) -> None:
    with world.connect() as connection:
        known = known_values(connection)
    assert {"seattle", "astoria"} <= set(known["city"])
    assert set(known["source"]) == set(SOURCES)
    assert {"Überlingen", "Ballard"} <= set(known["hood"])
    assert {"blue_moon", "sea_monster_lounge"} <= set(known["venue"])
    assert parse_query([("hood", "uberlingen"), ("source", "Box Office")], known=known).neighborhoods == ("uberlingen",)
    with pytest.raises(InvalidQuery, match=r"hood: 'Balard' is not known \(perhaps Ballard\)"):
        parse_query([("hood", "Balard")], known=known)
