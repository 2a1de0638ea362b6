"""Whoever types a name without its accents, or with others, finds the event; in other scripts too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from carpenter.pipeline.build import run
from sms_catalog.lineage import find_events
from sms_catalog.search import search_query
from sms_text.text import fold_text
from tests.carpenter.raw_rows import PAPER, clock, raw, store

TITLES = (
    "Café Tacvba",
    "Beyoncé & Sigur Rós",
    "Καφές Άλφα",
    "Ёлка Чайковский",
    "きゃりーぱみゅぱみゅ",
    "The Tin Lanterns, AC/DC Night",
    "P!nk Lantern",
    "Rock 'n' Roll Ferry",
)

_FOUND = "SELECT title FROM events WHERE search @@ websearch_to_tsquery('simple', :query) ORDER BY event_day"


@pytest.fixture
def listed(engine: Engine) -> Engine:
    store(engine, [raw(PAPER, str(n), title, f"2026-12-{n + 1:02}") for n, title in enumerate(TITLES)])
    run(engine, clock=clock)
    return engine


def found(engine: Engine, asked: str) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text(_FOUND), {"query": search_query(asked)}))


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("Cafe", ["Café Tacvba"]),
        ("CAFÉ tacvba", ["Café Tacvba"]),
        ("Cafe\u0301", ["Café Tacvba"]),
        ("beyonce and sigur ros", ["Beyoncé & Sigur Rós"]),
        ("καφες αλφα", ["Καφές Άλφα"]),
        ("ΚΑΦΈΣ", ["Καφές Άλφα"]),
        ("елка чаиковский", ["Ёлка Чайковский"]),
        ("きゃりーぱみゅぱみゅ", ["きゃりーぱみゅぱみゅ"]),
        ("pink lantern", ["P!nk Lantern"]),
        ("ac/dc", ["The Tin Lanterns, AC/DC Night"]),
        ("ac-dc -tin", []),
        ('"tin lanterns"', ["The Tin Lanterns, AC/DC Night"]),
        ('"lanterns tin"', []),
        ("cafe or pink", ["Café Tacvba", "P!nk Lantern"]),
        ("rock and roll", ["Rock 'n' Roll Ferry"]),
        ("blue moon -cafe -lantern", [*TITLES[1:6], TITLES[7]]),
        ("!!!", []),
        ("", []),
    ],
)
def test_a_query_finds_what_is_written_otherwise(listed: Engine, asked: str, titles: list[str]) -> None:
    assert found(listed, asked) == titles


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("Cafe Tacvba", "Café Tacvba"),
        ("sigur ros", "Beyoncé & Sigur Rós"),
        ("Ac/Dc night", "The Tin Lanterns, AC/DC Night"),
        ("Tacv", "Café Tacvba"),
    ],
)
def test_an_event_is_chosen_by_words_of_its_title_in_any_spelling(listed: Engine, asked: str, title: str) -> None:
    with listed.connect() as connection:
        assert [event.title for event in find_events(connection, asked)] == [title]


def test_a_whole_title_goes_before_a_part_of_one_however_it_is_spelt(engine: Engine) -> None:
    titles = ("Cafe", "Café", "Café Tacvba")
    store(engine, [raw(PAPER, str(n), title, f"2026-12-{n + 1:02}") for n, title in enumerate(titles)])
    run(engine, clock=clock)
    with engine.connect() as connection:
        assert [event.title for event in find_events(connection, "CAFE")] == ["Cafe", "Café"]


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(written: str) -> None:
    assert fold_text(fold_text(written)) == fold_text(written)


@pytest.mark.parametrize(
    "asked", ["'", '"', '-"', "--", "a & | ! ( ) : *", "-", '"a" or', "or", "\x00a", "\\", "é" * 9_999]
)
def test_every_query_is_one_that_the_database_takes(listed: Engine, asked: str) -> None:
    assert found(listed, asked) == []
