"""Fast path for titles made only of plain names and separators. Pure functions.

`title_parser` and `lineup_parser` give the same results by the whole grammar, at several times the cost; they ask here
first. tests/carpenter/titles/test_fast_path.py holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from carpenter.parsing.letter_case import is_shouting
from carpenter.parsing.vocabulary import vocabulary
from carpenter.titles.lineup import FoundAct, Lineup, ends_long_title, is_remnant
from carpenter.titles.name_types import LONGEST_NAME, begins_as_series, is_activity, is_venue_name, types_of
from carpenter.titles.spans import Token, candidate_spans, read_token
from carpenter.titles.strip import (
    ANNOTATION_WORDS,
    PRESENTING_WORDS,
    VENUE_WORDS,
    may_have_annotations,
)
from carpenter.titles.title import Title
from carpenter.titles.tokens import CONJUNCTIONS, INTRODUCERS, SEPARATING_WORDS, Separator
from sms_text.text import LINE_LIMIT, clean

_SEPARATORS = {
    ", ": Separator.COMMA,
    ": ": Separator.COLON,
    " - ": Separator.DASH,
    " with ": Separator.WITH,
    " w/ ": Separator.WITH,
    " feat. ": Separator.FEATURING,
    " / ": Separator.LIST,
    " // ": Separator.LIST,
    " + ": Separator.LIST,
    " | ": Separator.LIST,
    " x ": Separator.CROSS,
    " and ": Separator.AND,
    " & ": Separator.AMPERSAND,
    " at ": Separator.AT,
    " @ ": Separator.AT,
}
_SEPARATOR = re.compile(r"([,:] | (?:with|w/|feat\.|//?|[-+|x&@]|and|at) )")
_LETTER = "[0-9A-Za-zÀ-ÖØ-öø-įĲ-žƀ-ɏ]"
"""Latin letters and digits, but for İ, ı and ſ, which a pattern with re.I takes for ASCII letters."""
_PLAIN_NAME = re.compile(rf"{_LETTER}+(?:['’.-]{_LETTER}+|['’.]? {_LETTER}+)*['’.]?")
_PART_OF_WORD = re.compile(r"['’.]")
_BREAK = re.compile(r"['’. -]")
_SIGNIFICANT_WORDS = (
    ANNOTATION_WORDS
    | PRESENTING_WORDS
    | VENUE_WORDS
    | SEPARATING_WORDS
    | {_PART_OF_WORD.sub("", suffix) for suffix in vocabulary().comma_suffixes}
    | {"guest", "guests", "host", "hosts", "your"}
)
"""Words that are a separator or a part of one, or that may belong to an annotation, a venue or a presenter."""
_LISTING = frozenset({Separator.WITH, Separator.FEATURING, Separator.LIST, Separator.COMMA})
_WITHOUT_ANNOTATIONS = _LISTING | CONJUNCTIONS - {Separator.AT}


class PlainName(NamedTuple):
    """A name of plain words."""

    token: Token
    is_whole: bool
    """Can there be no annotation in it or at its ends?"""
    is_act: bool
    """Can it be nothing but an act, unless it is the venue?"""


class PlainTokens(NamedTuple):
    """A text of plain names and plain separators."""

    spans: tuple[tuple[int, int], ...]
    tokens: tuple[Token, ...]
    separators: tuple[Separator, ...]
    is_whole: bool
    """Is there no annotation, venue or presenter beside the names?"""
    is_list: bool
    """Can each of the names be nothing but an act, and is none of the separators a conjunction?"""


def plain_tokens(text: str) -> PlainTokens | None:
    """The tokens of a text as `tokenize` finds them, if it is made of plain names and separators only; else None."""
    parts = _SEPARATOR.split(text)
    names = [plain_name(part) for part in parts[::2]]
    if None in names:
        return None
    tokens, wholes, acts = zip(*names, strict=True)
    if len(parts) == 1:
        return PlainTokens(((0, len(text)),), tokens, (), wholes[0], acts[0])
    separators = tuple([_SEPARATORS[separator] for separator in parts[1::2]])
    ends = [0, *accumulate(map(len, parts))]
    return PlainTokens(
        spans=tuple(zip(ends[::2], ends[1::2], strict=True)),
        tokens=tokens,
        separators=separators,
        is_whole=False not in wholes and _WITHOUT_ANNOTATIONS.issuperset(separators) and "|" not in text,
        is_list=False not in acts and _LISTING.issuperset(separators),
    )


@lru_cache(maxsize=65_536)  # saves 7 % of reading rows: acts play often
def plain_name(text: str) -> PlainName | None:
    """A name of plain words; None where it holds a sign or one of _SIGNIFICANT_WORDS.

    Words are looked up with the signs in them and without: of "a.m." both "am" and "a".
    """
    if _PLAIN_NAME.fullmatch(text) is None or text.lower() == "the":
        return None
    words = text.lower()
    if not _SIGNIFICANT_WORDS.isdisjoint([*_BREAK.split(words), *_PART_OF_WORD.sub("", words).split()]):
        return None
    token = read_token(text)
    return PlainName(token, not may_have_annotations(text), _is_act(text, token))


def _is_act(text: str, token: Token) -> bool:
    act_name = token.act_name
    is_name_alone = act_name.name == act_name.event_name == text and token.keys == (act_name.key,)
    if (
        not is_name_alone
        or act_name.flags
        or act_name.is_possessive
        or act_name.is_dated
        or len(text.split()) > LONGEST_NAME
    ):
        return False
    return not (any(types_of(text)) or is_activity(act_name.key) or begins_as_series(act_name.key))


_NO_FLAGS: frozenset[str] = frozenset()


@lru_cache(maxsize=16_384)  # saves 2.3 % of reading rows: sources list the same show
def plain_title(title: str) -> Title | None:
    """A title of plain names and separators, taken apart; None for any other. Many titles are the name of one act."""
    plain = plain_tokens(title) if len(title) <= LINE_LIMIT else None
    if plain is None or not plain.is_whole or not (title.isascii() or clean(title) == title):
        return None
    return Title(
        text=title,
        spans=plain.spans,
        tokens=plain.tokens,
        separators=plain.separators,
        opening=None,
        presenter=None,
        flags=_NO_FLAGS,
        is_cut=False,
        is_shouted=is_shouting(title),
        candidate_spans=candidate_spans(title, plain.spans, plain.tokens, plain.separators, is_cut=False),
        is_list=plain.is_list,
    )


def plain_lineup(title: Title, known: Set[str], venue_words: frozenset[str]) -> Lineup | None:
    """The line-up of a title whose `is_list` is set: every name in it but the venue's.

    None where a known name takes up several of its tokens: the whole grammar has to read that.
    """
    if known and any(first != last and not known.isdisjoint(keys) for first, last, keys in title.candidate_spans):
        return None
    lineup = Lineup()
    certain = _certain_tokens(title.separators)
    last_token = len(title.tokens) - 1
    for at, token in enumerate(title.tokens):
        act_name = token.act_name
        may_be_cut = at == last_token and ends_long_title(title, at)
        is_known = act_name.key in known
        if not is_known and may_be_cut and is_remnant(act_name.name):
            continue
        if not is_venue_name(act_name.name, act_name.key, venue_words):
            is_certain = certain[at] and not (is_known or may_be_cut)
            lineup.acts.append(FoundAct(act_name, is_known, is_certain, False, may_be_cut))
    return lineup


def _certain_tokens(separators: tuple[Separator, ...]) -> list[bool]:
    """For each name of a plain list: is it certainly a whole name? Two with one comma between them may be one name."""
    certain: list[bool] = []
    start = 0
    for end, separator in enumerate([*separators, Separator.WITH]):
        if separator in INTRODUCERS:
            within = separators[start:end]
            certain += [len(within) != 1 or within[0] is Separator.LIST] * (len(within) + 1)
            start = end + 1
    return certain
