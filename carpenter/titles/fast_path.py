"""The short way through most titles: plain names with plain separators between them. Pure functions.

What is told here is told the same by the general way, which asks far more of a text; tests hold the two together.
"""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from carpenter.parsing.letter_case import is_shouting
from carpenter.parsing.vocabulary import vocabulary
from carpenter.titles.lineup import Candidate, Lineup, ends_long_title, is_remnant
from carpenter.titles.name_types import LONGEST_NAME, begins_as_series, is_activity, is_the_room, naming
from carpenter.titles.spans import Atom, find_stretches, read_atom
from carpenter.titles.strip import (
    NOTE_WORDS,
    PLACE_WORDS,
    PRESENTING_WORDS,
    may_have_notes,
)
from carpenter.titles.title import Title
from carpenter.titles.tokens import INTRODUCES, SEPARATING_WORDS, SOFT, Joint
from sms_text.text import LINE_LIMIT, clean

_JOINTS = {
    ", ": Joint.COMMA,
    ": ": Joint.COLON,
    " - ": Joint.DASH,
    " with ": Joint.WITH,
    " w/ ": Joint.WITH,
    " feat. ": Joint.FEATURING,
    " / ": Joint.LIST,
    " // ": Joint.LIST,
    " + ": Joint.LIST,
    " | ": Joint.LIST,
    " x ": Joint.CROSS,
    " and ": Joint.AND,
    " & ": Joint.AMPERSAND,
    " at ": Joint.AT,
    " @ ": Joint.AT,
}
_SEPARATOR = re.compile(r"([,:] | (?:with|w/|feat\.|//?|[-+|x&@]|and|at) )")
_LETTER = "[0-9A-Za-zÀ-ÖØ-öø-įĲ-žƀ-ɏ]"
"""Latin letters and figures, less those three that patterns match with an ASCII letter of another case."""
_PLAIN_NAME = re.compile(rf"{_LETTER}+(?:['’.-]{_LETTER}+|['’.]? {_LETTER}+)*['’.]?")
_PART_OF_WORD = re.compile(r"['’.]")
_BREAK = re.compile(r"['’. -]")
_TELLING_WORDS = (
    NOTE_WORDS
    | PRESENTING_WORDS
    | PLACE_WORDS
    | SEPARATING_WORDS
    | {_PART_OF_WORD.sub("", suffix) for suffix in vocabulary().comma_suffixes}
    | {"guest", "guests", "host", "hosts", "your"}
)
"""Words that are a separator, or part of one with the separator before them, or that tell what is no name."""
_LISTING = frozenset({Joint.WITH, Joint.FEATURING, Joint.LIST, Joint.COMMA})
_NO_REMARKS = _LISTING | SOFT - {Joint.AT}


class PlainName(NamedTuple):
    """A name in which nothing separates or tells."""

    atom: Atom
    is_whole: bool
    """Can no remark of title_notes stand in it, nor begin or end it?"""
    is_act: bool
    """Can it be nothing but an act, unless it is the room?"""


class PlainAtoms(NamedTuple):
    """A text of plain names and plain separators."""

    spans: tuple[tuple[int, int], ...]
    atoms: tuple[Atom, ...]
    joints: tuple[Joint, ...]
    is_whole: bool
    """Is there no remark, place or presenter beside the names?"""
    is_list: bool
    """Can each of the names be nothing but an act, and do hard separators alone part them?"""


def plain_atoms(text: str) -> PlainAtoms | None:
    """The atoms of a text as `scan` finds them, if it has none but plain names and separators; else None."""
    parts = _SEPARATOR.split(text)
    names = [plain_name(part) for part in parts[::2]]
    if None in names:
        return None
    atoms, wholes, acts = zip(*names, strict=True)
    if len(parts) == 1:
        return PlainAtoms(((0, len(text)),), atoms, (), wholes[0], acts[0])
    joints = tuple([_JOINTS[separator] for separator in parts[1::2]])
    ends = [0, *accumulate(map(len, parts))]
    return PlainAtoms(
        spans=tuple(zip(ends[::2], ends[1::2], strict=True)),
        atoms=atoms,
        joints=joints,
        is_whole=False not in wholes and _NO_REMARKS.issuperset(joints) and "|" not in text,
        is_list=False not in acts and _LISTING.issuperset(joints),
    )


@lru_cache(maxsize=65_536)
def plain_name(text: str) -> PlainName | None:
    """A name of plain words; None where it has a sign or a word that may separate or tell.

    A word counts as it is printed and without the signs in it: of "a.m." both "am" and "a" are looked at.
    """
    if _PLAIN_NAME.fullmatch(text) is None or text.lower() == "the":
        return None
    words = text.lower()
    if not _TELLING_WORDS.isdisjoint([*_BREAK.split(words), *_PART_OF_WORD.sub("", words).split()]):
        return None
    atom = read_atom(text)
    return PlainName(atom, not may_have_notes(text), _is_act(text, atom))


def _is_act(text: str, atom: Atom) -> bool:
    piece = atom.piece
    is_name_alone = piece.name == piece.heading == text and atom.keys == (piece.key,)
    if not is_name_alone or piece.flags or piece.owns or piece.is_dated or len(text.split()) > LONGEST_NAME:
        return False
    return not (any(naming(text)) or is_activity(piece.key) or begins_as_series(piece.key))


_NO_FLAGS: frozenset[str] = frozenset()


@lru_cache(maxsize=16_384)
def plain_title(title: str) -> Title | None:
    """A title that is plain names and separators as it is printed; many rows have an act's name as their title."""
    plain = plain_atoms(title) if len(title) <= LINE_LIMIT else None
    if plain is None or not plain.is_whole or not (title.isascii() or clean(title) == title):
        return None
    return Title(
        text=title,
        spans=plain.spans,
        atoms=plain.atoms,
        joints=plain.joints,
        opening=None,
        presenter=None,
        flags=_NO_FLAGS,
        is_cut=False,
        is_shouted=is_shouting(title),
        stretches=find_stretches(title, plain.spans, plain.atoms, plain.joints, is_cut=False),
        is_list=plain.is_list,
    )


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
