"""The least age at the door, read from what a source prints. Pure functions."""

from __future__ import annotations

import re

from carpenter.patches import any_of, patches

OLDEST_LIMIT = 25
"""No house asks for more years than this; "65+" is a discount."""

_BARE = re.compile(r"\s*(\d{1,2})\s*(?:\.0+)?\s*")
_ALL_AGES = re.compile(any_of(patches().all_ages), re.I)
_LIMIT = re.compile(
    r"""(?<![\w$€£.,:/+-])(\d{1,2})(?:
        \+(?![\d+])|\s\+(?=\s*(?:$|[)\],;|]))
        |\s*(?:&|and|or|n)\s*(?:over|up|older|above)(?!\s+\d)
        |\s?yrs?\.?\s*(?:&|and|or)\s*(?:over|up|older)|\s+years?\s+(?:and|or|&)\s+(?:over|up|older)
        |(?:\s+years?)?\s*(?:min(?:imum)?(?:\s+age)?\b)
    )
    |\bminimum\s+age\s*(?:is|of|:)?\s*(\d{1,2})(?!\d)
    |\bmust\s+be\s+(?:at\s+least\s+)?(\d{1,2})(?!\d)(?!\s*(?:%|people|minutes))
    |\bages\s+(\d{1,2})\s*(?:\+|(?:and|&)\s+(?:up|over|older))
    |\b(?:recommended\s+for\s+)?ages\s+(\d{1,2})\s*[-–]\s*99\b
    |\bover\s+(\d{1,2})(?:s\b|\s+only)""",
    re.I | re.X,
)


def read_min_age(text: str | None) -> int | None:
    """Years a guest must have: 0 where all ages are let in, None where the text says nothing.

    A text that names all ages is 0, whatever a bar in the room asks; of several limits the least is the door's.
    """
    if not text:
        return None
    text = text[:20_000]
    if _ALL_AGES.search(text):
        return 0
    if match := _BARE.fullmatch(text):
        found = [match[1]]
    else:
        found = [next(group for group in match.groups() if group) for match in _LIMIT.finditer(text)]
    return min((age for age in map(int, found) if age <= OLDEST_LIMIT), default=None)
