"""The spans of a title's tokens that could be one act's name, with the folded names to look up. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from carpenter.titles.act_names import ActName, read_act_name, without_brackets
from carpenter.titles.tokens import Separator
from sms_text.text import fold_key

MAX_SPAN_TOKENS = 5
"""Tokens in the longest name looked up across separators: "Dave Dee, Dozy, Beaky, Mick & Tich" has five."""

_MAY_BE_BARRIER = frozenset({Separator.LIST, Separator.GUESTS, Separator.HOST})
_BARS = frozenset("/|⎮│┃¦•●∙◦▪·;")
_CUT_SEPARATORS = re.compile(r"(?:a|an|w|wi|wit|f|fe|fea|feat|featu\w*|p|pl|plu|s|sp|spe|spec\w*|v|x)", re.I)
"""The beginnings of "and", "with", "feat.", "plus" and "special guest", where a source cut a title within the word."""
_FOR_SALE = " tickets"
"""After a name, mostly a seller's word."""

CandidateSpan = tuple[int, int, tuple[str, ...]]
"""Neighbouring tokens that could be one name: the first, the last, and the folded names that they may be."""


class Token(NamedTuple):
    """The text between two separators, read."""

    act_name: ActName
    keys: tuple[str, ...]
    """The folded names that it may be, with its annotations and without; none where it is only one in brackets."""
    words: str
    """Its folded words with their leading "the", which a key leaves out; empty where it has no word."""


@lru_cache(maxsize=65_536)  # saves 0.5 % of reading rows: acts play often
def read_token(text: str) -> Token:
    """Reads the text between two separators."""
    act_name = read_act_name(text)
    keys = _keys_of(text, act_name.name) if act_name.name or text[0] not in "([" else ()
    if ("(" in act_name.name or "[" in act_name.name) and (bare := fold_key(without_brackets(act_name.name))):
        keys = (*keys, bare)
    key = fold_key(text)
    if key.endswith(_FOR_SALE):
        keys = (*keys, key.removesuffix(_FOR_SALE))
    has_all_words = key.startswith("n ") or (text.isascii() and text[0].isalpha() and text[:3].lower() != "the")
    return Token(act_name, keys, key if has_all_words else fold_key(f"a {text}")[2:])


@lru_cache(maxsize=1_024)  # saves 0.5 % of reading rows: there are a few dozen separators
def _joining(separator: str) -> str:
    """How a separator is folded within a name: "&" as "and" is, a comma to a blank."""
    words = fold_key(f"a,{separator},a")[2:-2]
    return f" {words} " if words else " "


def fold_tokens(text: str, spans: Sequence[tuple[int, int]], tokens: Sequence[Token], first: int, last: int) -> str:
    """What `fold_key` gives for the text from one token to another, put together from words that are folded already."""
    words = tokens[first].words
    for at in range(first, last):
        words += _joining(text[spans[at][1] : spans[at + 1][0]]) + tokens[at + 1].words
    return _key_of(words)


def _key_of(words: str) -> str:
    if " n " in words or "  " in words or words[-1:] in {"", " "}:
        return fold_key(words)
    return words[4:] if words.startswith("the ") else words


def candidate_spans(
    text: str,
    spans: Sequence[tuple[int, int]],
    tokens: Sequence[Token],
    separators: Sequence[Separator],
    *,
    is_cut: bool,
) -> tuple[CandidateSpan, ...]:
    """The spans of a text's tokens that could be one name: by their first token, the longest first.

    No span goes across a slash, a bar, a bullet or a line's end, which no name has, nor across "special guests" or
    "hosted by". A span of several tokens neither begins nor ends with a token that has no word.
    """
    last_token = len(tokens) - 1
    if last_token == 0:
        return ((0, 0, _cut_keys(text[slice(*spans[0])]) if is_cut else tokens[0].keys),)
    printed = [text[spans[at][1] : spans[at + 1][0]] for at in range(last_token)]
    joinings = [_joining(text_between) for text_between in printed]
    barriers = [
        at
        for at, separator in enumerate(separators)
        if separator in _MAY_BE_BARRIER and _is_barrier(separator, printed[at])
    ]
    barriers.append(last_token)
    barrier = 0
    spans_found: list[CandidateSpan] = []
    for first, token in enumerate(tokens):
        if barriers[barrier] < first:
            barrier += 1
        if barriers[barrier] > first and token.words:
            reach = min(barriers[barrier], first + MAX_SPAN_TOKENS - 1)
            is_whole = first == 0 and barriers[barrier] == last_token
            words = token.words
            found: list[CandidateSpan] = []
            for last in range(first + 1, (last_token if is_whole else reach) + 1):
                words += joinings[last - 1] + tokens[last].words
                if tokens[last].words and (last <= reach or last == last_token):
                    found.append((first, last, (_key_of(words),)))
            if "(" in text:
                found = [_with_bare_key(span, text[spans[first][0] : spans[span[1]][1]]) for span in found]
            spans_found += reversed(found)
        keys = _cut_keys(text[slice(*spans[first])]) if is_cut and first == last_token else token.keys
        spans_found.append((first, first, keys))
    return tuple(spans_found)


def _is_barrier(separator: Separator, printed: str) -> bool:
    """Can no name go across this separator? Names hold "+" and emoji, and bars between two letters."""
    if separator is Separator.LIST:
        return printed.strip()[0] in _BARS and (printed[0] == " " or printed[-1] == " ")
    return True


def _with_bare_key(span: CandidateSpan, printed: str) -> CandidateSpan:
    """The span with one more key: the name without its annotation in brackets."""
    first, last, keys = span
    bare = fold_key(read_act_name(printed).name) if "(" in printed else ""
    return (first, last, (*keys, bare)) if bare and bare not in keys else span


def _keys_of(printed: str, bare: str) -> tuple[str, ...]:
    key = fold_key(printed)
    if bare == printed:
        return (key,)
    bare_key = fold_key(bare)
    return (key, bare_key) if bare_key and bare_key != key else (key,)


def _cut_keys(text: str) -> tuple[str, ...]:
    """The keys of a title's last token where the source cut the title.

    A single word before a cut is none, even where an act of that name is known: it is mostly the beginning of another.
    """
    name, _, rest = text.rpartition(" ")
    if name and _CUT_SEPARATORS.fullmatch(rest):
        return fold_key(text), fold_key(name)
    return (fold_key(text),) if name else ()
