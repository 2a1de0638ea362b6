"""The fast path through titles of plain names gives what the whole grammar gives."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carpenter.titles.fast_path import _SIGNIFICANT_WORDS, plain_tokens
from carpenter.titles.lineup_parser import read_lineup
from carpenter.titles.strip import strip_annotations, strip_presenter, strip_venue
from carpenter.titles.title_parser import parse_title
from carpenter.titles.tokens import tokenize
from sms_text.text import clean

NAMES = [
    "Fox",
    "Ada Fox",
    "HARE",
    "St. Kilda",
    "Kettle-Hare",
    "O'Hare",
    "rockin' 9",
    "Björk",
    "The Fox",
    "the",
    "n",
    "X",
]
MEANINGFUL = [
    "Live",
    "1999",
    "Winter Tour",
    "Trivia",
    "Candlelight",
    "Open Mic",
    "DJ Fox",
    "Copper",
    "Hall",
    "TBA",
    "Gu",
]
SEPARATORS = [
    ", ",
    ": ",
    " - ",
    " with ",
    " w/ ",
    " feat. ",
    " / ",
    " // ",
    " + ",
    " | ",
    " x ",
    " and ",
    " & ",
    " at ",
]
SIGNS = [
    " at ",
    " ",
    "  ",
    ",",
    "'",
    "’",
    ".",
    "-",
    " @ ",
    "/",
    "!",
    "(",
    ")",
    "&",
    "+",
    "'n'",
    "…",
    "ſ",
    "İ",
    "²",
    "ß",
]
UNDISPUTED = [", ", " with ", " w/ ", " / ", " + "]


def _made(seed: int, *kinds: list[str]) -> str:
    random = Random(seed)
    parts = [random.choice(random.choice(kinds)) for _ in range(random.randint(1, 9))]
    return "".join(parts)


def _is_read_the_same(title: str) -> bool:
    """Is the title plain? Then the grammar has to give the same."""
    plain = plain_tokens(title)
    if plain is None:
        return False
    assert (plain.spans, plain.separators, None, False) == tokenize(title)
    if plain.is_whole:
        assert strip_annotations(title) == (title, set())
        assert strip_presenter(title) == (title, None)
        assert strip_venue(title, "Copper Hall", dated=True) == title
        if title.isascii():
            assert clean(title) == title
    return True


WORDS = sorted(_SIGNIFICANT_WORDS | {word.title() for word in _SIGNIFICANT_WORDS})


@given(st.lists(st.sampled_from([*NAMES, *MEANINGFUL, *WORDS, *SEPARATORS, *SIGNS]), max_size=9).map("".join))
def test_a_plain_text_is_what_taking_it_apart_makes_of_it(title: str) -> None:
    _is_read_the_same(title)


@given(st.text(max_size=30))
def test_so_is_any_text(title: str) -> None:
    _is_read_the_same(title)


def test_so_are_many_titles_of_names_separators_and_significant_words() -> None:
    plain = sum(_is_read_the_same(_made(seed, NAMES, SEPARATORS, WORDS, [" "])) for seed in range(20_000))
    assert plain > 500


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_significant_word_is_noticed_at_either_side_of_a_separator(separator: str) -> None:
    for word in WORDS:
        for title in (f"Fox{separator}{word} Hare", f"Fox {word}{separator}Hare", f"Fox{separator}{word}", word):
            _is_read_the_same(title)


@given(
    st.sampled_from([*NAMES, *MEANINGFUL]),
    st.lists(st.tuples(st.sampled_from(UNDISPUTED), st.sampled_from([*NAMES, *MEANINGFUL])), max_size=5),
    st.integers(0, 7),
    st.sampled_from(["", "copper hall", "hall"]),
)
def test_a_plain_list_is_read_as_any_title_is(first: str, more: list[tuple[str, str]], seed: int, room: str) -> None:
    parsed = parse_title(first + "".join([f"{separator}{name}" for separator, name in more]), None)[1]
    keys = [key for _, _, keys in parsed.candidate_spans for key in keys]
    known = {key for key in keys if sum(map(ord, key)) % 7 < seed}
    venue_words = frozenset(room.split())
    for names_known in (frozenset[str](), known):
        assert read_lineup(parsed, names_known, venue_words) == read_lineup(
            parsed._replace(is_list=False), names_known, venue_words
        )


def test_most_titles_are_plain_lists() -> None:
    for title in ("Ada Fox", "Fox / Hare", "Ada Fox with Hare, Copper Kettle", "Fox, Hare, The St. Kilda Trio"):
        assert parse_title(title, None)[1].is_list
    for title in ("Fox & Hare", "Fox (21+)!", "Winter Tour", "Trivia Night", "Fox: Hare", "Live Music", "Fox at Hall"):
        assert not parse_title(title, None)[1].is_list
