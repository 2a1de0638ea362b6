"""What a person who types finds, in the small catalog of tests/catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sms_api.search.files import SearchFiles
from sms_catalog.query import Query
from sms_catalog.query_problems import InvalidQuery
from tests.api.search.conftest import Searched


@pytest.fixture(scope="module")
def searched(catalog: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searched]:
    """That catalog, indexed once."""
    home = tmp_path_factory.mktemp("home")
    searched = Searched(catalog, home, SearchFiles(home))
    assert searched.follow().built == "there was none"
    yield searched
    searched.files.close()


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("tin lantern", ["An Evening of Cake", "Tin Lantern"]),
        ("TIN lant", ["An Evening of Cake", "Tin Lantern"]),
        ("lantern, tin!", ["An Evening of Cake", "Tin Lantern"]),
        ("gannet hall", ["Tin Lantern"]),
        ("cake", ["An Evening of Cake", "Mossback"]),  # of a title, then of a description
        ("mossback cake", ["An Evening of Cake", "Mossback"]),
        ("nothing of that", []),
        ("", []),
        ("!!!", []),
    ],
)
def test_names_come_before_other_texts_each_by_night(searched: Searched, words: str, titles: list[str]) -> None:
    assert searched.titles(words) == titles


def test_artists_and_rooms_are_found_too(searched: Searched) -> None:
    found = searched.find(Query(words="tin lantern"))
    assert [artist.name for artist in found.artists] == ["Tin Lantern"]
    assert [venue.name for venue in searched.find(Query(words="gan")).venues] == ["Gannet Hall"]
    assert not searched.find(Query(words="gan", city="seattle")).venues


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("lantren", "lantern"), ("tni lantern", "tin lantern"), ("mosback", "mossback"), ("xmossback", "mossback")],
)
def test_slips_are_forgiven_and_told(searched: Searched, asked: str, meant: str) -> None:
    found = searched.find(Query(words=asked))
    assert found.understood == meant
    assert [event.id for event in found.events] == [event.id for event in searched.find(Query(words=meant)).events]
    assert found.events


def test_what_is_found_elsewhere_is_taken_as_it_was_typed(searched: Searched) -> None:
    """Gannet Hall is in Astoria; in Seattle nothing is called so, and nothing else is shown in its place."""
    found = searched.find(Query(words="gannet", city="seattle"))
    assert (found.events, found.understood) == ([], None)


@pytest.mark.parametrize("words", ["paper ladders", "paper lader", "ladders"])
def test_what_is_hidden_is_never_found(searched: Searched, words: str) -> None:
    for asked in (words, f'"{words}"'):
        found = searched.find(Query(words=asked))
        assert not [event for event in found.events if "Paper" in event.title]
        assert not [artist for artist in found.artists if "Paper" in artist.name]


@pytest.mark.parametrize(
    "words",
    [
        *(
            '"',
            '"tin',
            "tin*",
            "tin OR karaoke",
            "NOT tin",
            "names:tin",
            "{tin}",
            "^tin",
            "tin + lantern",
            "tin^2",
            "(tin",
        ),
        *(
            "city:seattle",
            "entity:artist",
            "'; DROP TABLE events; --",
            "\0",
            "tin\0lantern",
            "near(tin lantern)",
            "%",
            "_",
        ),
    ],
)
def test_signs_are_inert(searched: Searched, words: str) -> None:
    found = searched.find(Query(words=words))
    assert found.is_indexed or '"' in words
    assert len(found.events) <= 2


@pytest.mark.parametrize("city", [None, "seattle"])
def test_pages_join_to_the_whole(searched: Searched, city: str | None) -> None:
    query = Query(words="cake", city=city, first_night=date(2026, 11, 1))
    whole = [event.id for event in searched.find(query).events]
    paged, cursor = [], None
    while True:
        found = searched.find(query, limit=1, cursor=cursor)
        paged += [event.id for event in found.events]
        if (cursor := found.next_cursor) is None:
            break
    assert paged == whole
    assert len(whole) == 2


def test_a_cursor_of_another_search_is_refused(searched: Searched) -> None:
    cursor = searched.find(Query(words="cake"), limit=1).next_cursor
    for query, given in (
        (Query(words="tin"), cursor),
        (Query(words="cake"), "bm9uc2Vuc2U"),
        (Query(words="cake"), "é"),
    ):
        with pytest.raises(InvalidQuery, match="cursor"):
            searched.find(query, cursor=given)


def test_filters_beyond_the_index_are_kept(searched: Searched) -> None:
    assert [event.title for event in searched.find(Query(words="tin", kinds=["open_mic"])).events] == []
    assert len(searched.find(Query(words="tin", last_night=date(2026, 11, 25))).events) == 1
    assert len(searched.find(Query(words="tin", first_night=date(2026, 11, 27))).events) == 1


def test_without_an_index_the_catalog_itself_is_asked(
    catalog: Engine, searching: Callable[[Engine], Searched], tmp_path: Path
) -> None:
    found = searching(catalog).find(Query(words="tin lantern"))
    assert [event.title for event in found.events] == ["An Evening of Cake", "Tin Lantern"]
    assert [artist.name for artist in found.artists] == ["Tin Lantern"]
    assert not found.is_indexed
    assert not list(tmp_path.iterdir())
