"""The acts found in a title: values. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from carpenter.titles.act_names import Piece
from carpenter.titles.title import CUT_TITLE_LENGTH, Title

LONGEST_REMNANT = 2
"""Letters at the end of a long title that are taken for the beginning of a name, unless they are known as one."""

_GUESTS = ("guests", "special guests")


class Candidate(NamedTuple):
    """An act found in a title."""

    piece: Piece
    is_known: bool
    is_certain: bool
    """Does the title prove by itself that this is an act's whole name?"""
    is_host: bool = False
    may_be_cut: bool = False
    """Does a long title end in this name?"""


@dataclass(slots=True)
class Lineup:
    """What a title says of who plays."""

    acts: list[Candidate] = field(default_factory=list)
    headline: str | None = None
    tour: str | None = None
    flags: set[str] = field(default_factory=set)


def ends_long_title(title: Title, last: int) -> bool:
    """Is an atom the last of several in a long title, which may be cut off without a mark?"""
    return 0 < last == len(title.spans) - 1 and len(title.text) >= CUT_TITLE_LENGTH


def is_remnant(name: str) -> bool:
    """Is it what a cut leaves of "special guests", or of a name nobody can tell: "w/ gu", "The Fox and Th"?"""
    return name.isascii() and (len(name) <= LONGEST_REMNANT or any(word.startswith(name.lower()) for word in _GUESTS))
