"""Where figures and words stand in a text, so that a slow pattern is tried there alone. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FIGURE = re.compile(r"\d\d*")  # Not "\d+": only a pattern that begins with one character skips quickly to it.


def has_figure(text: str) -> bool:
    """Is there a digit in a text?"""
    return _FIGURE.search(text) is not None


def places_of_figures(text: str) -> list[int]:
    """Where the runs of digits in a text begin, in order."""
    return [match.start() for match in _FIGURE.finditer(text)]


def places_of_words(text: str, words: Iterable[str]) -> list[int]:
    """Where any of these words stands in a text, also inside other words, in order.

    A pattern that can only begin with one of them is tried there alone, instead of at each character of a description.
    """
    places: list[int] = []
    for word in words:
        place = text.find(word)
        while place >= 0:
            places.append(place)
            place = text.find(word, place + 1)
    return sorted(places)
