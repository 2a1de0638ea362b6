"""What two titles have in common beside their room's name, and the festival that one begins with. Pure functions."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from carpenter.model import Reading
from carpenter.parsing.similarity import SAME_TITLE
from carpenter.parsing.vocabulary import any_of, vocabulary
from sms_text.text import fold_key

_FESTIVAL_WORDS = (*vocabulary().festival_words, *vocabulary().festival_endings)
_FESTIVAL = re.compile(rf"(?P<name>(?:\w+ ){{0,5}}?\w*{any_of(_FESTIVAL_WORDS)})(?: |$)")


def title_ratio(one: Reading, other: Reading) -> float:
    """Percentage of words that two titles share, from SAME_TITLE on, else 0: the room's name is none of them.

    Remarks count: a weekend's pass differs from its Saturday by nothing else.
    """
    ratio = fuzz.token_set_ratio(one.title_key, other.title_key, score_cutoff=SAME_TITLE)
    if ratio < SAME_TITLE or one.title_key == other.title_key:
        return ratio
    left, right = without_room(one), without_room(other)
    if not left or not right or (left, right) == (one.title_key, other.title_key):
        return ratio
    return fuzz.token_set_ratio(left, right, score_cutoff=SAME_TITLE)


def without_room(reading: Reading) -> str:
    """A folded title without "at ROOM", where that is the room that the row names."""
    room = fold_key(reading.venue.mention) if reading.venue is not None else ""
    return " ".join(f" {reading.title_key} ".replace(f" at the {room} ", " ").replace(f" at {room} ", " ").split())


def festival_of(reading: Reading) -> str | None:
    """The festival whose name begins a title; None where it begins otherwise, and for a pass to several days."""
    return None if "package" in reading.bill.flags else _festival_in(reading.title_key)


@lru_cache(maxsize=16_384)
def _festival_in(title_key: str) -> str | None:
    """The name of a festival at the beginning of a folded title: "harbor fest" of "harbor fest saturday"."""
    match = _FESTIVAL.match(title_key)
    return match["name"] if match is not None and match["name"] not in _FESTIVAL_WORDS else None
