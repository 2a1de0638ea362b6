"""The stretches of a title that could be one name, and the folded names to look for in each. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from carpenter.atoms import Joint
from carpenter.pieces import Piece, read_piece
from carpenter.text import fold_key

LONGEST_STRETCH = 5
"""Atoms in the longest name looked for across separators: "Dave Dee, Dozy, Beaky, Mick & Tich" has five."""

_BARS = frozenset("/|⎮│┃¦•●∙◦▪·;")
_CUT_JOINTS = re.compile(r"(?:a|an|w|wi|wit|f|fe|fea|feat|featu\w*|p|pl|plu|s|sp|spe|spec\w*|v|x)", re.I)
"""What a source may leave of "and", "with", "feat.", "plus" or "special guest"."""


class Stretch(NamedTuple):
    """Neighbouring atoms of a title that could be one name."""

    first: int
    last: int
    keys: tuple[str, ...]
    """The folded names that it may be."""


def find_stretches(
    text: str, spans: Sequence[tuple[int, int]], pieces: Sequence[Piece], joints: Sequence[Joint], *, is_cut: bool
) -> Iterator[Stretch]:
    """The stretches of a text cut into atoms: from each atom on, the longest first.

    None goes across a slash, a bar, a bullet or a line's end, which stand in no name, nor across "special guests" or
    "hosted by". None of several atoms begins or ends in one that is no word.
    """
    end_atom = len(spans) - 1
    walls = [at for at, joint in enumerate(joints) if _is_wall(joint, text[spans[at][1] : spans[at + 1][0]])]
    walls.append(end_atom)
    wall = 0
    for first, (start, end) in enumerate(spans):
        if walls[wall] < first:
            wall += 1
        if walls[wall] > first and _is_word(text[start:end]):
            lasts = range(min(walls[wall], first + LONGEST_STRETCH - 1), first, -1)
            if first == 0 and walls[wall] == end_atom >= LONGEST_STRETCH:
                yield Stretch(first, end_atom, _keys(text[start : spans[-1][1]]))
            for last in lasts:
                if _is_word(text[slice(*spans[last])]):
                    yield Stretch(first, last, _keys(text[start : spans[last][1]]))
        atom, name = text[start:end], pieces[first].name
        if is_cut and first == end_atom:
            yield Stretch(first, first, _cut_keys(atom))
        elif name == atom:
            yield Stretch(first, first, (fold_key(atom),))
        elif name or atom[0] not in "([":
            yield Stretch(first, first, _with_bare(atom, name))


def _is_word(atom: str) -> bool:
    return atom[0].isalnum() or any(map(str.isalnum, atom))


def _is_wall(joint: Joint, printed: str) -> bool:
    """Does a separator stand in no name? Names have "+" and pictures in them, and bars between two letters."""
    if joint is Joint.LIST:
        return printed.strip()[0] in _BARS and (printed[0] == " " or printed[-1] == " ")
    return joint is Joint.GUESTS or joint is Joint.HOST


def _keys(stretch: str) -> tuple[str, ...]:
    """The names that several atoms may be: with a bracket's remark, and without."""
    return _with_bare(stretch, read_piece(stretch).name) if "(" in stretch else (fold_key(stretch),)


def _with_bare(printed: str, bare: str) -> tuple[str, ...]:
    key, bare_key = fold_key(printed), fold_key(bare)
    return (key, bare_key) if bare_key and bare_key != key else (key,)


def _cut_keys(atom: str) -> tuple[str, ...]:
    """The names that may stand whole before a cut: one word that is known is mostly the beginning of another name."""
    name, _, rest = atom.rpartition(" ")
    if name and _CUT_JOINTS.fullmatch(rest):
        return fold_key(atom), fold_key(name)
    return (fold_key(atom),) if name else ()
