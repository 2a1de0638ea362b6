"""Are two folded names, which rows of one night print, spellings of one act's name? Pure functions."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import fuzz

from carpenter.parsing.romanize import is_latin, romanized
from carpenter.parsing.similarity import SAME_ACT

SHORT_NAME = 4
"""Letters of a name that is taken only as it stands: "Ana" is in "Diana", and a letter off makes it "Ann"."""

SHORTEST_SQUASHED = 3
"""Letters from which a name without its gaps is the same: K.I.L.N. and KILN, B-52's and B52s."""


@lru_cache(maxsize=16_384)
def are_one_name(one: str, other: str) -> bool:
    """The same but for a few letters of a longer name, for its gaps, or for its script."""
    if one == other:
        return True
    squashed = one.replace(" ", "")
    if len(squashed) >= SHORTEST_SQUASHED and squashed == other.replace(" ", ""):
        return True
    if min(len(one), len(other)) > SHORT_NAME and fuzz.ratio(one, other) >= SAME_ACT:
        return True
    if is_latin(one) == is_latin(other):
        return False
    left, right = romanized(one), romanized(other)
    return min(len(left), len(right)) > SHORT_NAME and fuzz.ratio(left, right) >= SAME_ACT
