"""Folding and slips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_api.search.words import is_spelled, slips, spelling_keys, words_of

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("Señor Coconut", ["senor", "coconut"]),
        ("Sigur Rós & Björk", ["sigur", "ros", "and", "bjork"]),
        ("Кино", ["kino"]),
        ("Ψαραντώνης", ["psarantonis"]),
        ("きゃりーぱみゅぱみゅ", ["kiyaripamiyupamiyu"]),
        ("Don't Stop, don't", ["dont", "stop"]),
        ("!!! (Chk Chk Chk)", ["chk"]),
        ("城市 city:seattle", ["chengshi", "city", "seattle"]),
        ("a\0b", ["a", "b"]),
        ("", []),
    ],
)
def test_every_script_has_words_in_small_latin_letters(printed: str, words: list[str]) -> None:
    assert words_of([printed]) == words


@given(st.text())
def test_words_hold_nothing_that_could_be_an_operator(text: str) -> None:
    words = words_of([text, text])
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)
    assert len(set(words)) == len(words)
    assert words_of([" ".join(words)]) == words_of(words)


@st.composite
def slipped(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and the same with one letter wrong, missing, too many or swapped with the next."""
    word = draw(st.text(LETTERS, min_size=3, max_size=14))
    at = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(LETTERS))
    kind = draw(st.sampled_from(["wrong", "missing", "too many", "swapped"]))
    if kind == "wrong":
        return word, word[:at] + letter + word[at + 1 :]
    if kind == "missing":
        return word, word[:at] + word[at + 1 :]
    if kind == "too many":
        return word, word[:at] + letter + word[at:]
    return word, word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


@given(slipped())
def test_a_slip_at_any_letter_leaves_a_key_in_common(pair: tuple[str, str]) -> None:
    word, typed = pair
    assert spelling_keys(word) & spelling_keys(typed)
    assert (slips(typed, word) or 0) <= 1


def test_short_words_have_one_slip_and_long_ones_two() -> None:
    assert (slips("heorn", "heron"), slips("heonr", "heron")) == (1, None)
    assert (slips("septembre", "september"), slips("sptembrr", "september")) == (1, 2)


def test_words_with_figures_are_taken_as_they_are_typed() -> None:
    assert not is_spelled("blink182")
    assert is_spelled("blink")
