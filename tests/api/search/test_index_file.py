"""The file against plain Python: what is found in a made world, and what is left of it after changes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sms_api.search.entries import event_entry, first_place, last_place, name_entry
from sms_api.search.index import IndexWriter, connect, create_indexes, create_tables, transaction
from sms_api.search.reader import IndexReader, Span
from sms_api.search.words import words_of
from sms_catalog.search_documents import NO_HOUR, EventText, NamedText
from tests.api.search.dumps import dump

FIRST = date(2026, 11, 27)
PARTS = (
    "Tin",
    "Tinder",
    "Lantern",
    "Señor",
    "Senora",
    "Кино",
    "Кинотеатр",
    "Ψυχή",
    "さくら",
    "The",
    "A",
    "Ab",
    "Café",
    "&",
)
CITIES = ("seattle", "new-york_2.x")
VENUES = tuple(uuid.UUID(int=number) for number in (51, 52))
TYPED = ("tin", "ti", "lan", "senor", "kino", "ki", "psychi", "psy", "sakura", "the", "a", "ab", "caf", "and", "zzz")

phrases = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(" ".join)


def events(ids: st.SearchStrategy[int]) -> st.SearchStrategy[EventText]:
    return st.builds(
        EventText,
        id=ids.map(lambda number: uuid.UUID(int=number % 3 << 120 | number)),  # many share their first bits
        city=st.sampled_from(CITIES),
        night=st.integers(0, 2).map(lambda days: FIRST + timedelta(days=days)),
        minute=st.sampled_from([0, 840, NO_HOUR]),
        venue_id=st.sampled_from([None, *VENUES]),
        artist_ids=st.just([uuid.UUID(int=9)]),
        names=st.lists(phrases, min_size=1, max_size=3),
        description=st.one_of(st.just(""), phrases),
    )


def names() -> st.SearchStrategy[NamedText]:
    return st.builds(
        NamedText,
        entity=st.sampled_from(["artist", "venue"]),
        id=st.integers(1, 12).map(lambda number: uuid.UUID(int=number)),
        name=phrases,
        aliases=st.lists(phrases, max_size=2),
        cities=st.lists(st.sampled_from(CITIES), min_size=1, max_size=2, unique=True).map(sorted),
        coming=st.integers(0, 40),
    )


Step = tuple[Sequence[EventText], Sequence[int], Sequence[NamedText]]

numbers = st.integers(1, 15)
steps = st.tuples(
    st.lists(events(numbers), max_size=8, unique_by=lambda event: event.id),
    st.lists(numbers, max_size=3),
    st.lists(names(), max_size=6, unique_by=lambda named: (named.entity, named.id)),
)


def write(path: Path, world: Sequence[Step]) -> tuple[list[EventText], list[NamedText]]:
    """Write steps into a new file, each in a transaction: events that come or change, some that go, and names."""
    shown: dict[uuid.UUID, EventText] = {}
    named: dict[tuple[str, uuid.UUID], NamedText] = {}
    with closing(connect(path)) as connection:
        create_tables(connection)
        create_indexes(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        writer = IndexWriter(connection)
        for come, go, of_names in world:
            gone = [event_id for event_id in shown if event_id.int & 255 in go]
            with transaction(connection):
                writer.put_events(dict.fromkeys((i.bytes for i in gone), None))
                writer.put_events({event.id.bytes: event_entry(event) for event in come})
                for entity in ("artist", "venue"):
                    left = [i for kind, i in named if kind == entity and i.int in go]
                    writer.put_names(entity, dict.fromkeys((i.bytes for i in left), None))
                    named = {key: each for key, each in named.items() if key[0] != entity or key[1] not in left}
                    writer.put_names(entity, {n.id.bytes: name_entry(n) for n in of_names if n.entity == entity})
                writer.forget_unused_spellings()
            shown = {i: event for i, event in shown.items() if i not in gone} | {event.id: event for event in come}
            named |= {(each.entity, each.id): each for each in of_names}
    return list(shown.values()), list(named.values())


def has(words: Sequence[str], asked: Sequence[str]) -> bool:
    """Has something all that is asked, the last word perhaps begun?"""
    *whole, last = asked
    begun = any(word.startswith(last) for word in words) if len(last) >= 2 else last in words
    return begun and set(whole) <= set(words)


def expected(shown: Sequence[EventText], asked: Sequence[str], city: str | None, night: date | None) -> Any:
    """What the names, and what other texts have, each in order."""
    chosen = [e for e in shown if city in (None, e.city) and night in (None, e.night)]
    in_order = sorted(chosen, key=lambda event: (event.night, event.minute, event.id))
    named = [e.id for e in in_order if has(words_of(e.names), asked)]
    others = [e.id for e in in_order if has(words_of([*e.names, e.description]), asked) and e.id not in named]
    return named, others


@given(
    st.lists(steps, min_size=1, max_size=4),
    st.lists(st.sampled_from(TYPED), min_size=1, max_size=3, unique=True),
    st.sampled_from([None, *CITIES]),
    st.sampled_from([None, FIRST, FIRST + timedelta(days=1)]),
)
@settings(max_examples=60)
def test_a_search_finds_what_plain_python_finds(
    world: list[Step], asked: list[str], city: str | None, night: date | None
) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "index.sqlite"
        shown, named = write(path, world)
        with closing(IndexReader(path)) as reader:
            span = Span(city=city) if night is None else Span(first_place(night), last_place(night), city)
            of_names, of_texts = expected(shown, asked, city, night)
            found = reader.event_ids(list(reader.named_events(asked, span)))
            assert sorted(map(str, found)) == sorted(map(str, of_names))
            assert grouped(found, shown) == grouped(of_names, shown)
            found = reader.event_ids(list(reader.other_events(asked, span)))
            assert grouped(found, shown) == grouped(of_texts, shown)
            for entity in ("artist", "venue"):
                got = reader.names(entity, asked, city, 100)
                wanted = [
                    each
                    for each in named
                    if each.entity == entity
                    and has(words_of([each.name, *each.aliases]), asked)
                    and city in (None, *each.cities)
                ]
                assert {each.id for each in got} == {each.id for each in wanted}
                exact = [each for each in wanted if words_of([each.name]) == asked]
                assert {each.id for each in got[: len(exact)]} == {each.id for each in exact}


def grouped(ids: Sequence[uuid.UUID | None], shown: Sequence[EventText]) -> Any:
    """Ids in order, those of one minute of a night as a set: whose ids begin alike stand as they came."""
    of = {event.id: event for event in shown}
    groups: list[tuple[tuple[date, int], set[uuid.UUID]]] = []
    for event_id in filter(None, ids):
        minute = (of[event_id].night, of[event_id].minute)
        if not groups or groups[-1][0] != minute:
            groups.append((minute, set()))
        groups[-1][1].add(event_id)
    return groups


@given(st.lists(steps, min_size=1, max_size=5))
@settings(max_examples=40)
def test_after_any_changes_the_file_is_as_if_made_of_what_is_left(world: list[Step]) -> None:
    with TemporaryDirectory() as directory:
        changed, anew = Path(directory) / "changed.sqlite", Path(directory) / "anew.sqlite"
        shown, named = write(changed, world)
        write(anew, [(shown, [], named)])
        assert dump(changed) == dump(anew)


def test_events_that_fill_a_file_in_order_stand_as_those_that_came_one_by_one() -> None:
    night = [EventText(uuid.UUID(int=n), "seattle", FIRST, 840, None, [], ["Tin"], "") for n in range(1, 40)]
    with TemporaryDirectory() as directory:
        filled, put = Path(directory) / "filled.sqlite", Path(directory) / "put.sqlite"
        with closing(connect(filled)) as connection:
            create_tables(connection)
            writer = IndexWriter(connection)
            assert list(writer.add_in_order(map(event_entry, night)))[-1] == 39
            create_indexes(connection)
            writer.spell_all()
        write(put, [(list(reversed(night)), [], [])])
        with closing(IndexReader(filled)) as reader:
            assert reader.event_ids(list(reader.named_events(["tin"], Span()))) == [event.id for event in night]
        assert dump(filled) == dump(put)
