"""The acts found in a title, and the short way to those of a plain list of names. Pure functions."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import NamedTuple

from carpenter.titles.act_names import Piece
from carpenter.titles.name_types import is_the_room
from carpenter.titles.title import CUT_TITLE_LENGTH, Title
from carpenter.titles.tokens import INTRODUCES, Joint

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


def list_lineup(title: Title, known: Set[str], venue_words: frozenset[str]) -> Lineup | None:
    """The line-up of a title that is a plain list of names; None where a name that is known goes across several.

    As the general way reads it: of a list, every name that is not the room's.
    """
    if known and any(first != last and not known.isdisjoint(keys) for first, last, keys in title.stretches):
        return None
    lineup = Lineup()
    sure = _certain_atoms(title.joints)
    end_atom = len(title.atoms) - 1
    for at, atom in enumerate(title.atoms):
        piece = atom.piece
        may_be_cut = at == end_atom and ends_long_title(title, at)
        is_known = piece.key in known
        if not is_known and may_be_cut and is_remnant(piece.name):
            continue
        if not is_the_room(piece.name, piece.key, venue_words):
            is_certain = sure[at] and not (is_known or may_be_cut)
            lineup.acts.append(Candidate(piece, is_known, is_certain, False, may_be_cut))
    return lineup


def _certain_atoms(joints: tuple[Joint, ...]) -> list[bool]:
    """Which names of a plain list stand there without doubt: two with a comma between them may be one name."""
    sure: list[bool] = []
    start = 0
    for end, joint in enumerate([*joints, Joint.WITH]):
        if joint in INTRODUCES:
            within = joints[start:end]
            sure += [len(within) != 1 or within[0] is Joint.LIST] * (len(within) + 1)
            start = end + 1
    return sure


def ends_long_title(title: Title, last: int) -> bool:
    """Is an atom the last of several in a long title, which may be cut off without a mark?"""
    return 0 < last == len(title.spans) - 1 and len(title.text) >= CUT_TITLE_LENGTH


def is_remnant(name: str) -> bool:
    """Is it what a cut leaves of "special guests", or of a name nobody can tell: "w/ gu", "The Fox and Th"?"""
    return name.isascii() and (len(name) <= LONGEST_REMNANT or any(word.startswith(name.lower()) for word in _GUESTS))
