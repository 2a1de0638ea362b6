"""A title taken apart: what stands beside the names is lifted out, the rest is cut into atoms at its separators.

Nothing here knows a single act. What the atoms mean is read in carpenter/titles/lineup_parser.py.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from carpenter.parsing.letter_case import is_shouting
from carpenter.titles.fast_path import plain_atoms, plain_title
from carpenter.titles.spans import find_stretches, read_atom
from carpenter.titles.strip import lift_notes, lift_place, lift_presenter, open_support, part_tour
from carpenter.titles.title import CUT_TITLE_LENGTH, Title
from carpenter.titles.tokens import scan
from sms_text.text import clean

LONGEST_PRINTED = 5_000
"""Characters of a title that are looked at."""


_CUT_REMARK = re.compile(r"(?<=\S)\s+(?:\([^()]*|\[[^\[\]]*|\*[^*\s][^*]*)$")
_LINE_END = re.compile(r"[\r\n]+")
_DATED = frozenset({"date"})


class _Printed(NamedTuple):
    """A title less the remarks in its brackets and at its ends."""

    text: str
    flags: frozenset[str]
    """Those of title_notes; "date" among them says that a date was taken out."""
    is_cut: bool
    is_shouted: bool


def parse_twice(title: str | None, venue_name: str | None) -> tuple[Title, Title]:
    """A title taken apart as it is printed, and less the row's room: one object where it does not name that."""
    title = title or ""
    if not ("(" in title or "[" in title or " at " in title) and (plain := plain_title(title)) is not None:
        return plain, plain
    return _parse_twice(title, venue_name)


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
