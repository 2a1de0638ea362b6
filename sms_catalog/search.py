"""What a person types, in the form of the searched text. A pure function."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sms_text.text import fold_text

LONGEST = 500
"""Characters of a query that are read."""

_PARTS = re.compile(r'(?P<not>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


def search_query(asked: str) -> str:
    """The query for `websearch_to_tsquery('simple', …)`, its words folded as `events.search_text` is.

    Quoted phrases, `or` and a leading `-` keep their meaning. Empty where nothing is left to look for; such a query
    matches nothing.
    """
    return " ".join(_folded_parts(asked[:LONGEST]))


def _folded_parts(asked: str) -> Iterator[str]:
    for part in _PARTS.finditer(asked):
        words = fold_text(part["phrase"] if part["word"] is None else part["word"])
        if words:
            is_phrase = part["word"] is None or " " in words
            yield f"{part['not'] or ''}{_quoted(words) if is_phrase else words}"


def _quoted(words: str) -> str:
    return f'"{words}"'
