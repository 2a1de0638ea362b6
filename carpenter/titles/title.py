"""A title taken apart: what stands beside the names is lifted out, the rest is cut into atoms at its separators.

Nothing here knows a single act. What the atoms mean is read in carpenter/titles/lineup.py.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from carpenter.parsing.letter_case import is_shouting
from carpenter.titles.fast_path import plain_atoms
from carpenter.titles.spans import Atom, Stretch, find_stretches, fold_atoms, read_atom
from carpenter.titles.strip import lift_notes, lift_place, lift_presenter, open_support, part_tour
from carpenter.titles.tokens import Joint, scan
from sms_text.text import LINE_LIMIT, clean

LONGEST_PRINTED = 5_000
"""Characters of a title that are looked at."""

CUT_TITLE_LENGTH = 30
"""From this length an ellipsis at the end means that the source cut the title; before it, it is style."""


_CUT_REMARK = re.compile(r"(?<=\S)\s+(?:\([^()]*|\[[^\[\]]*|\*[^*\s][^*]*)$")
_LINE_END = re.compile(r"[\r\n]+")
_NO_FLAGS: frozenset[str] = frozenset()
_DATED = frozenset({"date"})


class Title(NamedTuple):
    """A title taken apart."""

    text: str
    """What is left when flags, presenter and place are lifted out."""
    spans: tuple[tuple[int, int], ...]
    """Where in `text` each atom stands."""
    atoms: tuple[Atom, ...]
    joints: tuple[Joint, ...]
    """What stands between each atom and the next."""
    opening: Joint | None
    """The word before the first atom, as in "feat. A, B"."""
    presenter: str | None
    flags: frozenset[str]
    is_cut: bool
    """Did the source cut the title short? Its last atom is then no name."""
    is_shouted: bool
    stretches: tuple[Stretch, ...]
    """The stretches of atoms that could be one name."""
    is_list: bool = False
    """Is it a plain list, of names that can be nothing but acts?"""

    def between(self, first: int, last: int) -> str:
        """The text from one atom to another, both included."""
        return self.text[self.spans[first][0] : self.spans[last][1]]

    def key_between(self, first: int, last: int) -> str:
        """The folded text from one atom to another, both included."""
        return fold_atoms(self.text, self.spans, self.atoms, first, last)


class _Printed(NamedTuple):
    """A title less the remarks in its brackets and at its ends."""

    text: str
    flags: frozenset[str]
    """Those of title_notes; "date" among them says that a date was taken out."""
    is_cut: bool
    is_shouted: bool


def parse_title(title: str | None, venue_name: str | None = None) -> Title:
    """Takes a title apart. `venue_name` is the row's room, which "at ROOM" in the title then only repeats."""
    return parse_twice(title, venue_name)[1]


def parse_twice(title: str | None, venue_name: str | None) -> tuple[Title, Title]:
    """A title taken apart as it is printed, and less the row's room: one object where it does not name that."""
    title = title or ""
    if not ("(" in title or "[" in title or " at " in title) and (plain := _plain_title(title)) is not None:
        return plain, plain
    return _parse_twice(title, venue_name)


@lru_cache(maxsize=16_384)
def _plain_title(title: str) -> Title | None:
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


@lru_cache(maxsize=2_048)
def _parse_twice(title: str, venue_name: str | None) -> tuple[Title, Title]:
    notes = _read_notes(title)
    is_dated = "date" in notes.flags
    placeless = lift_place(notes.text, None, dated=True) if is_dated else notes.text
    printed = _parse(notes, placeless)
    if not venue_name:
        return printed, printed
    roomless = lift_place(notes.text, venue_name, dated=is_dated)
    return printed, printed if roomless == placeless else _parse(notes, roomless)


def _read_notes(title: str) -> _Printed:
    text = title[:LONGEST_PRINTED]
    if "\n" in text or "\r" in text:
        text = _LINE_END.sub(" • ", text)
    text = clean(text) or ""
    is_shouted = is_shouting(text)
    is_cut = len(text) >= CUT_TITLE_LENGTH and text.endswith(("...", "…"))
    if is_cut:
        text = text.rstrip(".… ")
        if (remark := _CUT_REMARK.search(text)) is not None:
            is_cut, text = False, text[: remark.start()]
    text, flags = lift_notes(text)
    text = part_tour(open_support(text))
    return _Printed(text, frozenset(flags), is_cut, is_shouted)


def _parse(printed: _Printed, placeless: str) -> Title:
    """`placeless` is what is left of the printed title when its place is lifted out."""
    text, presenter = lift_presenter(placeless)
    flags = printed.flags
    if text != printed.text:
        text, more = lift_notes(text)
        flags |= more
    opening, is_closed, is_list = None, False, False
    if (plain := plain_atoms(text)) is not None:
        spans, atoms, joints, _, is_list = plain
    else:
        spans, joints, opening, is_closed = scan(text)
        atoms = tuple([read_atom(text[start:end]) for start, end in spans])
    is_cut = printed.is_cut and not is_closed
    return Title(
        text=text,
        spans=spans,
        atoms=atoms,
        joints=joints,
        opening=opening,
        presenter=presenter,
        flags=flags - _DATED if "date" in flags else flags,
        is_cut=is_cut,
        is_shouted=printed.is_shouted,
        stretches=find_stretches(text, spans, atoms, joints, is_cut=is_cut),
        is_list=is_list and not is_cut,
    )
