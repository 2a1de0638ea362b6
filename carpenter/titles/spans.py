"""The stretches of a title that could be one name, and the folded names to look for in each. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from carpenter.titles.act_names import Piece, read_piece
from carpenter.titles.tokens import Joint
from sms_text.text import fold_key

LONGEST_STRETCH = 5
"""Atoms in the longest name looked for across separators: "Dave Dee, Dozy, Beaky, Mick & Tich" has five."""

_MAY_BE_WALL = frozenset({Joint.LIST, Joint.GUESTS, Joint.HOST})
_BARS = frozenset("/|⎮│┃¦•●∙◦▪·;")
_CUT_JOINTS = re.compile(r"(?:a|an|w|wi|wit|f|fe|fea|feat|featu\w*|p|pl|plu|s|sp|spe|spec\w*|v|x)", re.I)
"""What a source may leave of "and", "with", "feat.", "plus" or "special guest"."""
_FOR_SALE = " tickets"
"""After a name, mostly a seller's word."""

Stretch = tuple[int, int, tuple[str, ...]]
"""Neighbouring atoms of a title that could be one name: the first, the last, and the folded names that it may be."""


class Atom(NamedTuple):
    """What stands between two separators."""

    piece: Piece
    keys: tuple[str, ...]
    """The folded names that it may be, as printed and less its remarks; none where it is but a remark in brackets."""
    words: str
    """Its folded words, with the "the" that its own key leaves out; empty where it has none."""


@lru_cache(maxsize=65_536)
def read_atom(text: str) -> Atom:
    """Reads an atom; most acts stand in many titles."""
    piece = read_piece(text)
    keys = _with_bare(text, piece.name) if piece.name or text[0] not in "([" else ()
    key = fold_key(text)
    if key.endswith(_FOR_SALE):
        keys = (*keys, key.removesuffix(_FOR_SALE))
    has_all_words = key.startswith("n ") or (text.isascii() and text[0].isalpha() and text[:3].lower() != "the")
    return Atom(piece, keys, key if has_all_words else fold_key(f"a {text}")[2:])


@lru_cache(maxsize=1_024)
def _joining(separator: str) -> str:
    """What stands for a separator between folded words: " and " for "&", a blank for a comma."""
    words = fold_key(f"a,{separator},a")[2:-2]
    return f" {words} " if words else " "


def fold_atoms(text: str, spans: Sequence[tuple[int, int]], atoms: Sequence[Atom], first: int, last: int) -> str:
    """The key of a stretch of atoms: that of its text, put together from the words of the atoms."""
    words = atoms[first].words
    for at in range(first, last):
        words += _joining(text[spans[at][1] : spans[at + 1][0]]) + atoms[at + 1].words
    return _key_of(words)


def _key_of(words: str) -> str:
    if " n " in words or "  " in words or words[-1:] in {"", " "}:
        return fold_key(words)
    return words[4:] if words.startswith("the ") else words


def find_stretches(
    text: str, spans: Sequence[tuple[int, int]], atoms: Sequence[Atom], joints: Sequence[Joint], *, is_cut: bool
) -> tuple[Stretch, ...]:
    """The stretches of a text cut into atoms: from each atom on, the longest first.

    None goes across a slash, a bar, a bullet or a line's end, which stand in no name, nor across "special guests" or
    "hosted by". None of several atoms begins or ends in one that is no word.
    """
    end_atom = len(atoms) - 1
    if end_atom == 0:
        return ((0, 0, _cut_keys(text[slice(*spans[0])]) if is_cut else atoms[0].keys),)
    separators = [text[spans[at][1] : spans[at + 1][0]] for at in range(end_atom)]
    joinings = [_joining(separator) for separator in separators]
    walls = [at for at, joint in enumerate(joints) if joint in _MAY_BE_WALL and _is_wall(joint, separators[at])]
    walls.append(end_atom)
    wall = 0
    stretches: list[Stretch] = []
    for first, atom in enumerate(atoms):
        if walls[wall] < first:
            wall += 1
        if walls[wall] > first and atom.words:
            reach = min(walls[wall], first + LONGEST_STRETCH - 1)
            is_whole = first == 0 and walls[wall] == end_atom
            words = atom.words
            found: list[Stretch] = []
            for last in range(first + 1, (end_atom if is_whole else reach) + 1):
                words += joinings[last - 1] + atoms[last].words
                if atoms[last].words and (last <= reach or last == end_atom):
                    found.append((first, last, (_key_of(words),)))
            if "(" in text:
                found = [_less_remark(stretch, text[spans[first][0] : spans[stretch[1]][1]]) for stretch in found]
            stretches += reversed(found)
        keys = _cut_keys(text[slice(*spans[first])]) if is_cut and first == end_atom else atom.keys
        stretches.append((first, first, keys))
    return tuple(stretches)


def _is_wall(joint: Joint, printed: str) -> bool:
    """Does one of _MAY_BE_WALL stand in no name? Names have "+" and pictures in them, and bars between two letters."""
    if joint is Joint.LIST:
        return printed.strip()[0] in _BARS and (printed[0] == " " or printed[-1] == " ")
    return True


def _less_remark(stretch: Stretch, printed: str) -> Stretch:
    """A stretch that may be a name with a bracket's remark, or without."""
    first, last, keys = stretch
    bare = fold_key(read_piece(printed).name) if "(" in printed else ""
    return (first, last, (*keys, bare)) if bare and bare not in keys else stretch


def _with_bare(printed: str, bare: str) -> tuple[str, ...]:
    key = fold_key(printed)
    if bare == printed:
        return (key,)
    bare_key = fold_key(bare)
    return (key, bare_key) if bare_key and bare_key != key else (key,)


def _cut_keys(atom: str) -> tuple[str, ...]:
    """The names that may stand whole before a cut: one word that is known is mostly the beginning of another name."""
    name, _, rest = atom.rpartition(" ")
    if name and _CUT_JOINTS.fullmatch(rest):
        return fold_key(atom), fold_key(name)
    return (fold_key(atom),) if name else ()
