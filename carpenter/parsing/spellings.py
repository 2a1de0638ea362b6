"""Which of several spellings of one name is shown. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from carpenter.parsing.letter_case import is_shouting


def commonest_spelling(spellings: Iterable[tuple[str, int]]) -> str:
    """Of (spelling, number of rows) the one that most rows use; one in capitals only where there is no other, ties by
    the alphabet. Raises ValueError for none.
    """
    return min(spellings, key=lambda spelling: (is_shouting(spelling[0]), -spelling[1], spelling[0]))[0]
