"""Cuts a text into tokens at its separators. Nothing here knows a name. Pure functions."""

from __future__ import annotations

import re
from enum import IntEnum, auto

from carpenter.parsing.vocabulary import vocabulary


class Separator(IntEnum):
    """The words and signs between two tokens of a title; of several in a row the first in this order counts."""

    WITH = auto()
    """with, w/, plus: support follows"""
    FEATURING = auto()
    """feat., featuring"""
    GUESTS = auto()
    """special guests: several follow"""
    HOST = auto()
    """hosted by"""
    COLON = auto()
    """a colon at the end of a word"""
    DASH = auto()
    """a dash between blanks"""
    LIST = auto()
    """/ // | + ; and bullets"""
    COMMA = auto()
    CROSS = auto()
    """x, b2b"""
    VERSUS = auto()
    """vs"""
    AND = auto()
    AMPERSAND = auto()
    AT = auto()
    """at, @"""


INTRODUCERS = frozenset({Separator.WITH, Separator.FEATURING, Separator.GUESTS, Separator.HOST})
"""These begin a list of acts."""
CONJUNCTIONS = frozenset({Separator.CROSS, Separator.VERSUS, Separator.AND, Separator.AMPERSAND, Separator.AT})
"""These separate acts or belong to a name; titles/conjunctions.py decides."""


_SUFFIXES = "|".join(re.escape(suffix) for suffix in sorted(vocabulary().comma_suffixes))
_GUESTS = r"(?:very\s+)?special\s+guests?|guests?|support(?:\s+from|\s+by)?|openers?"
_SCANNER = re.compile(
    rf"""# Where nothing below can begin, none is tried.
    (?=[^\w\s]|\d,|(?<!\w)(?:w[i/.s\s]|f[eto]|p[er]|su|th|pl|s[tpu]|jo|a[cltn]|b[a2]|op|ho|ve|x|v))
    (?:(?P<opaque>\([^()]*\)|\((?=\w)[^()]*$|\[[^\[\]]*(?:\]|$)|(?<!\S)"[^"]*"|“[^”]*”|«[^»]*»
        |(?<!\w)\*(?!(?:with|w/|and|&)\*)[^*]+\*(?!\w)|(?<!\w)[‘'](?=[^\W\d])[^‘’',/]{{3,60}}['’](?!\w)|\d,\d)
    |(?P<HOST>(?<!\w)(?:hosted\s+by|with\s+(?:your\s+)?hosts?)(?!\w))
    |(?P<WITH>(?<!\w)(?:(?:with|featuring|feat\.?|(?<!\d\s)ft\.|(?<!\d\s)(?-i:ft)|plus|starring|joined\s+by|accompanied\s+by|alongside
        |followed\s+by|preceded\s+by|(?:and\s+)?then(?=\s+(?:karaoke|trivia|bingo|open\s+mic|open\s+jam|djs?)\b)
        |backed\s+by|opening\s+sets?\s+by|opening\s+acts?(?=\s+\S)|supported\s+by|(?:performed|played|sung)\s+by|wsg|w\.s\.g\.|w/\s?s/?g)(?![\w'’])|w/|(?-i:w)\.?(?=\s))(?:\s*(?:{_GUESTS})(?=\s*:|\s+\S|\s*$))?
        |(?<!\w)(?:very\s+)?special\s+guests?(?!\w)|(?<!\w)(?:support|openers?|opening(?:\s+acts?)?)(?:\s+(?:by|from))?(?=\s*:))
    |(?P<LIST>[|⎮│┃¦•●∙◦▪★☆✦;\u2600-\u27bf\U0001f300-\U0001faff]|(?<!\S)(?:/{{1,3}}|\+|·|::(?!\S))|(?:/{{1,3}}|\+|·)(?!\S))
    |(?P<COMMA>[,、،](?!\s*(?:{_SUFFIXES})(?!\.?\w))(?!\s+the$))
    |(?P<CROSS>(?<!\S)(?:(?-i:x)|×|✕|b2b)(?!\S))
    |(?P<VERSUS>(?<!\S)(?:vs?\.?|versus|(?-i:X))(?!\S))
    |(?P<AND>(?<![\w'’.…-])and(?![\w'’-]))
    |(?P<AMPERSAND>(?<!\S)&|&(?!\S))
    |(?P<AT>(?<!\S)(?:at(?!\S)|@))
    |(?P<COLON>:(?!\S)|(?<!\S):)
    |(?P<DASH>(?<![^\s_])[-–—―~]+(?![^\s_])|[—―]|(?<=\w)[-–]+(?=\s)|(?<=\s)[-–]+(?=[^\W\d])))""",
    re.X | re.I,
)
SEPARATING_WORDS = frozenset(
    "hosted performed played sung act acts followed preceded"
    " then with featuring feat ft plus starring joined accompanied alongside backed opening"
    " supported very special support opener openers wsg w x b2b v vs versus and at".split()
)
"""Every separator without a sign has one of these words."""

_EDGES = " \t,;:|/+&_~-–—•"
_SEPARATOR_OF = dict(Separator.__members__)
_MAY_BE_WORD = frozenset({"CROSS", "VERSUS", "AT"})


def _separator_of(match: re.Match[str]) -> Separator:
    separator = _SEPARATOR_OF[match.lastgroup or ""]
    if separator is Separator.WITH:
        word = match[0].lower()
        if word.endswith("guests"):
            return Separator.GUESTS
        if word.startswith("feat"):
            return Separator.FEATURING
    return separator


def _separator_matches(text: str) -> list[re.Match[str]]:
    """The separators of a text in order. An x, vs or at with nothing on one side is a word of the name on the other."""
    found = [match for match in _SCANNER.finditer(text) if match.lastgroup != "opaque"]
    return [match for at, match in enumerate(found) if not _is_word_of_name(text, found, at)]


def _is_word_of_name(text: str, found: list[re.Match[str]], at: int) -> bool:
    match = found[at]
    is_and = match[0] == "And"
    if not is_and and match.lastgroup not in _MAY_BE_WORD:
        return False
    if not text[found[at - 1].end() if at else 0 : match.start()].strip(_EDGES):
        return True
    following = found[at + 1].start() if at + 1 < len(found) else len(text)
    return not is_and and not text[match.end() : following].strip(_EDGES)


def tokenize(text: str) -> tuple[tuple[tuple[int, int], ...], tuple[Separator, ...], Separator | None, bool]:
    """Start and end of each token, the separators between them, the one before the first, and whether one is last.

    Separators in a row count as one.
    """
    spans: list[tuple[int, int]] = []
    separators: list[Separator] = []
    opening: Separator | None = None
    pending: Separator | None = None
    start = 0
    for match in [*_separator_matches(text), None]:
        end = match.start() if match else len(text)
        bare = text[start:end].strip(_EDGES)
        if bare:
            if not spans:
                opening = pending
            elif pending is not None:
                separators.append(pending)
            first = text.index(bare, start, end)
            spans.append((first, first + len(bare)))
            pending = None
        if match is None:
            break
        if bare or spans or not match[0].lower().startswith(("with", "plus", "and")):
            separator = _separator_of(match)
            pending = separator if pending is None else min(pending, separator)
            start = match.end()
    return tuple(spans), tuple(separators), opening, pending is not None
