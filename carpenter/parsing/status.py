"""The status of an event, read from its source's status text and the flags of its title. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from carpenter.parsing.vocabulary import any_of, vocabulary

STATUSES = ("cancelled", "postponed", "rescheduled", "sold_out", "scheduled")
"""In order of precedence."""

_PATTERNS = {status: re.compile(any_of(vocabulary().statuses[status]), re.I) for status in STATUSES}


def read_status(status_text: str | None, title_flags: Collection[str]) -> str:
    """One of STATUSES: of the text's and the title's the one that takes precedence.

    A text that names no status is "scheduled"; `status_problem` says whether it could be read.
    """
    stated = _status_in(status_text)
    if not title_flags:
        return stated or "scheduled"
    for status in STATUSES:
        if status == stated or status in title_flags:
            return status
    return "scheduled"


def status_problem(status_text: str | None) -> str | None:
    """The reason why a status text could not be read; None where it could, or where there is none."""
    if not status_text or not status_text.strip() or _status_in(status_text):
        return None
    return f"status {status_text.strip()[:40]!r} is none that is known: taken as scheduled"


def _status_in(text: str | None) -> str | None:
    return _status_of_words(text[:500]) if text else None


@lru_cache(maxsize=4_096)
def _status_of_words(text: str) -> str | None:
    return next((status for status, pattern in _PATTERNS.items() if pattern.search(text)), None)
