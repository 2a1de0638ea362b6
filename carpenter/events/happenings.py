"""What a row announces beside an evening's show: a family concert, a workshop, an in-store, an after-party. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from carpenter.model import Reading
from carpenter.parsing.vocabulary import any_of, vocabulary
from sms_text.text import fold_text

_KINDS = frozenset({"workshop", "film", "open_jam", "open_mic"})
"""Kinds of what one room may have on the day of a show, with the same name in its title."""

_HAPPENINGS = {
    happening: re.compile(any_of(map(fold_text, phrases))) for happening, phrases in vocabulary().happenings.items()
}
_ANY = re.compile("|".join(pattern.pattern for pattern in _HAPPENINGS.values()))


def happening_of(reading: Reading) -> str | None:
    """What a row is beside a show; None where it is the show."""
    if reading.kind in _KINDS:
        return reading.kind
    return _named(reading.row.data.get("title") or reading.title)


@lru_cache(maxsize=16_384)
def _named(title: str) -> str | None:
    text = fold_text(title)
    if _ANY.search(text) is None:
        return None
    return next(happening for happening, pattern in _HAPPENINGS.items() if pattern.search(text))
