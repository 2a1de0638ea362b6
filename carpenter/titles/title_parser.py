"""Takes a title apart: annotations, venue and presenter are stripped, the rest is cut into tokens at its separators.

Nothing here knows a single act: which tokens are acts is decided in carpenter/titles/lineup_parser.py. A title of plain
names goes the fast path (carpenter/titles/fast_path.py), which gives the same value.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from carpenter.parsing.letter_case import is_shouting
from carpenter.titles.fast_path import plain_title, plain_tokens
from carpenter.titles.spans import candidate_spans, read_token
from carpenter.titles.strip import separate_tour, strip_annotations, strip_presenter, strip_venue, unwrap_support
from carpenter.titles.title import CUT_TITLE_LENGTH, Title
from carpenter.titles.tokens import tokenize
from sms_text.text import clean

MAX_TITLE_LENGTH = 5_000
"""Characters of a title that are read."""


_CUT_ANNOTATION = re.compile(r"(?<=\S)\s+(?:\([^()]*|\[[^\[\]]*|\*[^*\s][^*]*)$")
_LINE_END = re.compile(r"[\r\n]+")
_DATED = frozenset({"date"})


class _Stripped(NamedTuple):
    """A title without the annotations in its brackets and at its ends."""

    text: str
    flags: frozenset[str]
    """The flags of its annotations; "date" among them says that a date was stripped."""
    is_cut: bool
    is_shouted: bool


def parse_title(title: str | None, venue_name: str | None) -> tuple[Title, Title]:
    """A title taken apart as printed, and without "at VENUE" where that is `venue_name`, the row's own.

    Both are one object where the title does not name the venue. The first is what the row asks other rows about, for
    they know it under its printed title; the second is what its bill is read from.
    """
    title = title or ""
    if not ("(" in title or "[" in title or " at " in title) and (plain := plain_title(title)) is not None:
        return plain, plain
    return _parse_both(title, venue_name)


@lru_cache(maxsize=2_048)
def _parse_both(title: str, venue_name: str | None) -> tuple[Title, Title]:
    stripped = _strip_ends(title)
    is_dated = "date" in stripped.flags
    venueless = strip_venue(stripped.text, None, dated=True) if is_dated else stripped.text
    printed = _parse(stripped, venueless)
    if not venue_name:
        return printed, printed
    without_own_venue = strip_venue(stripped.text, venue_name, dated=is_dated)
    return printed, printed if without_own_venue == venueless else _parse(stripped, without_own_venue)


def _strip_ends(title: str) -> _Stripped:
    text = title[:MAX_TITLE_LENGTH]
    if "\n" in text or "\r" in text:
        text = _LINE_END.sub(" • ", text)
    text = clean(text) or ""
    is_shouted = is_shouting(text)
    is_cut = len(text) >= CUT_TITLE_LENGTH and text.endswith(("...", "…"))
    if is_cut:
        text = text.rstrip(".… ")
        if (annotation := _CUT_ANNOTATION.search(text)) is not None:
            is_cut, text = False, text[: annotation.start()]
    text, flags = strip_annotations(text)
    text = separate_tour(unwrap_support(text))
    return _Stripped(text, frozenset(flags), is_cut, is_shouted)


def _parse(stripped: _Stripped, venueless: str) -> Title:
    """`venueless` is the text of `stripped` without its venue."""
    text, presenter = strip_presenter(venueless)
    flags = stripped.flags
    if text != stripped.text:
        text, more = strip_annotations(text)
        flags |= more
    opening, is_closed, is_list = None, False, False
    if (plain := plain_tokens(text)) is not None:
        spans, tokens, separators, _, is_list = plain
    else:
        spans, separators, opening, is_closed = tokenize(text)
        tokens = tuple([read_token(text[start:end]) for start, end in spans])
    is_cut = stripped.is_cut and not is_closed
    return Title(
        text=text,
        spans=spans,
        tokens=tokens,
        separators=separators,
        opening=opening,
        presenter=presenter,
        flags=flags - _DATED if "date" in flags else flags,
        is_cut=is_cut,
        is_shouted=stripped.is_shouted,
        candidate_spans=candidate_spans(text, spans, tokens, separators, is_cut=is_cut),
        is_list=is_list and not is_cut,
    )
