"""The least age at the door."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carpenter.parsing.ages import LIMIT, limits, read_min_age
from carpenter.parsing.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("text", "age"),
    [
        (None, None),
        ("", None),
        ("21+", 21),
        ("18+", 18),
        ("21", 21),
        ("0", 0),
        ("21 & over", 21),
        ("21 and over", 21),
        ("18 & Over", 18),
        ("16 and up", 16),
        ("Ages 5+", 5),
        ("ages 14 - 99", 14),
        ("over 21s only", 21),
        ("This is a 21+ event", 21),
        ("Must be 21 with valid ID", 21),
        ("$20 | 21+", 21),
        ("All Ages", 0),
        ("ALL AGES until 10pm", 0),
        ("all ages / bar w/ ID", 0),
        ("All Ages to Enter, 21 & Over to Drink", 0),
        ("18+ (21+ to drink)", 18),
    ],
)
def test_printed_ages(text: str | None, age: int | None) -> None:
    assert read_min_age(text) == age


@pytest.mark.parametrize(
    "text",
    [
        "celebrating 21 years",
        "$26+",
        "$21+",
        "senior 65+",
        "kids 12 and under free",
        "since 2021+",
        "call 206-555-2100",
        "10 + 5 acts",
        "18 songs and 21 stories",
        "doors 7, show 8",
        "our 21st anniversary",
    ],
)
def test_no_age_is_invented(text: str) -> None:
    assert read_min_age(text) is None


LIMITS = [
    *("21+", "18", "+", "&", "over", "up", "ages", "must be", "minimum age", "5", "years", "and", "older", "over 21s"),
    *("-", "99", "min", "yrs", "recommended for", "at least", "%", "only", "$"),
]


@given(st.lists(st.sampled_from(LIMITS)).map(" ".join))
def test_limits_are_found_where_a_search_of_the_whole_text_finds_them(text: str) -> None:
    searched = [next(group for group in match.groups() if group) for match in LIMIT.finditer(text)]
    assert list(limits(text)) == list(map(int, searched))


def test_each_phrase_for_all_ages_is_known() -> None:
    for phrase in vocabulary().all_ages:
        assert read_min_age(f"Paper Lanterns, {phrase.title()}!") == 0, phrase


@given(st.text(max_size=200))
def test_any_text_is_none_or_an_age(text: str) -> None:
    age = read_min_age(text)
    assert age is None or 0 <= age <= 25
