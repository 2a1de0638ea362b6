"""The minimum age for entry, read from printed text. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from carpenter.parsing.scanning import has_figure, places_of_figures, places_of_words
from carpenter.parsing.vocabulary import any_of, vocabulary

OLDEST_LIMIT = 25
"""The highest minimum age that a venue asks for, in years; "65+" is a discount."""

_BARE = re.compile(r"\s*\+?\s*(\d{1,2})\s*(?:\.0+|plus)?\s*")
_SPELLED = {
    "sixteen": "16",
    "seventeen": "17",
    "eighteen": "18",
    "nineteen": "19",
    "twenty-one": "21",
    "twenty one": "21",
    "twentyone": "21",
}
_SPELLED_OUT = re.compile(rf"\b{any_of(_SPELLED)}\b")
_SHORT_FOR_ALL_AGES = re.compile(r"\s*a\s?[/.]?\s?a\b\.?\s*(?:[/,;(+–-].{0,60})?")
"""The whole of a text: "A/A", "AA / bar with ID"."""
_ALL_AGES = re.compile(any_of(vocabulary().all_ages))
_LIMIT_MARKS = (
    "+",
    "over",
    "up",
    "old",
    "above",
    "min",
    "must",
    "ages",
    "ent",
    "att",
    "get in",
    "only",
    "under",
    "least",
    "age",
    "strictly",
    "plus",
)
"""Each limit has one of them beside its digits. Looked up first, for the pattern is slow."""
_LIMIT_WORDS = ("under", "minimum", "must", "ages", "over", "no", "at least", "legal", "strictly", "age")
"""Each limit begins with one of these words or with a digit."""
LIMIT = re.compile(
    r"""(?<![\w$€£.,:/+-])(\d{1,2})(?:
        \+(?![\d+])|\s\+(?=\s*(?:$|[)\],;|]))
        |\s*(?:&|and|or|n)\s*(?:over|up|older|above)(?!\s+\d)
        |\s?yrs?\.?\s*(?:(?:&|and|or)\s*(?:over|up|older)|\+)|\s+years?\s+(?:and|or|&)\s+(?:over|up|older)
        |(?:\s+years?)?\s*(?:min(?:imum)?(?:\s+age)?\b)
        |\s+(?:to|for)\s+(?:enter|entry|attend|get\s+in)\b
        |\s*(?:and|&|\+|or)?\s*(?:year[\s-]olds?\s+and\s+(?:over|up|older))
        |\s+only\b(?!\s+(?:left|a|the|remaining))
        |\s+plus(?=\s*(?:$|[)\],;|.]|only\b|event\b|show\b))
    )
    |\bno(?:body|\s+one|t)?\s+(?:ones?\s+)?under\s+(?:the\s+age\s+of\s+)?(\d{1,2})(?!\d)(?!\s+(?:without|unless|w/o))
    |\b(?:at\s+least|legal\s+age\s+of|strictly|age\s+limit\s*:?|age\s+restriction\s*:?|minimum\s*:)\s+(\d{1,2})(?!\d)(?!\s*(?:%|people|minutes|bands|songs))
    |\bunder\s+(\d{1,2})\s+(?:is\s+|are\s+|will\s+)?(?:not|never)\s+(?:be\s+)?(?:permitted|allowed|admitted)
    |\bminimum\s+age\s*(?:is|of|:)?\s*(\d{1,2})(?!\d)
    |\bmust\s+be\s+(?:at\s+least\s+)?(\d{1,2})(?!\d)(?!\s*(?:%|people|minutes))
    |\bages\s+(\d{1,2})\s*(?:\+|(?:and|&)\s+(?:up|over|older))
    |\bages\s+(\d{1,2})\s*[-–]\s*99\b
    |\bages\s+(\d{1,2})\s+(?:to|for)\s+(?:enter|entry|attend)
    |\bover\s+(\d{1,2})(?:s\b|\s+only)""",
    re.X,
)


def read_min_age(text: str | None) -> int | None:
    """The minimum age for entry in years: 0 for all ages, None where the text names no age.

    A text that names all ages is 0, whatever age it names for the bar; of several ages the lowest is that for entry.
    The first 20,000 characters are read.
    """
    if not text:
        return None
    text = text[:20_000].casefold()
    if ("age" in text or "family" in text) and _ALL_AGES.search(text):
        return 0
    if text.lstrip()[:1] == "a" and _SHORT_FOR_ALL_AGES.fullmatch(text):
        return 0
    if "teen" in text or "twenty" in text:
        text = _SPELLED_OUT.sub(lambda match: _SPELLED[match[0]], text)
    if not has_figure(text):
        return None
    found = [int(match[1])] if (match := _BARE.fullmatch(text)) else limits(text)
    return min((age for age in found if age <= OLDEST_LIMIT), default=None)


def limits(text: str) -> Iterator[int]:
    """The years of each match of LIMIT in a text in small letters."""
    if not any(map(text.__contains__, _LIMIT_MARKS)):
        return
    end = 0
    for place in sorted(places_of_figures(text) + places_of_words(text, _LIMIT_WORDS)):
        if place >= end and (match := LIMIT.match(text, place)):
            end = match.end()
            yield int(next(group for group in match.groups() if group))
