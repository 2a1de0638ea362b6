"""The positions of digits and words in a text, so that a slow pattern is tried only there. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FIGURE = re.compile(r"\d\d*")  # Not "\d+": only a pattern that begins with one character skips quickly to it.


def has_figure(text: str) -> bool:
    """Is there a digit in a text?"""
    return _FIGURE.search(text) is not None


def places_of_figures(text: str) -> list[int]:
    """The positions at which runs of digits begin, in order."""
    return [match.start() for match in _FIGURE.finditer(text)]


def places_of_words(text: str, words: Iterable[str]) -> list[int]:
    """The positions of any of these words, also within other words, in order.

    A pattern that can begin only with one of them is tried there, and not at each character of a description.
    """
    places: list[int] = []
    for word in words:
        place = text.find(word)
        while place >= 0:
            places.append(place)
            place = text.find(word, place + 1)
    return sorted(places)
