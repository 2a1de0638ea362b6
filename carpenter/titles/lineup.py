"""The acts found in a title, as the fast path and `lineup_parser` both give them. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from carpenter.titles.act_names import ActName
from carpenter.titles.title import CUT_TITLE_LENGTH, Title

LONGEST_REMNANT = 2
"""Letters in the last name of a long title up to which it counts as cut off, unless an act of that name is known."""

_GUESTS = ("guests", "special guests")


class FoundAct(NamedTuple):
    """An act found in a title."""

    act_name: ActName
    is_known: bool
    """Do other rows attest the name?"""
    is_certain: bool
    """Does the title prove by itself that this is an act's whole name?"""
    is_host: bool = False
    may_be_cut: bool = False
    """Does a long title end in this name, so that the source may have cut it short?"""


@dataclass(slots=True)
class Lineup:
    """Who plays, by a title."""

    acts: list[FoundAct] = field(default_factory=list)
    headline: str | None = None
    """The event's own name, where the title has one: "Harbor-Palooza #5"."""
    tour: str | None = None
    flags: set[str] = field(default_factory=set)


def ends_long_title(title: Title, last: int) -> bool:
    """Is this token the last of several in a long title, which a source may have cut off without a mark?"""
    return 0 < last == len(title.spans) - 1 and len(title.text) >= CUT_TITLE_LENGTH


def is_remnant(name: str) -> bool:
    """Is a last name too short to be one, or a beginning of "special guests": "w/ gu", "The Fox and Th"?"""
    return name.isascii() and (len(name) <= LONGEST_REMNANT or any(word.startswith(name.lower()) for word in _GUESTS))
