"""Whether an event takes place, read from a source's status and the title's own words. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from carpenter.parsing.vocabulary import any_of, vocabulary

STATUSES = ("cancelled", "postponed", "rescheduled", "sold_out", "scheduled")
"""From the one that overrules to the one that is overruled."""

_PATTERNS = {status: re.compile(any_of(vocabulary().statuses[status]), re.I) for status in STATUSES}


def read_status(status_text: str | None, title_flags: Collection[str]) -> str:
    """cancelled, postponed, rescheduled, sold_out or scheduled: the gravest that the text or the title says.

    A text that says none of them is scheduled; `status_problem` tells whether it was understood.
    """
    said = _status_in(status_text)
    if not title_flags:
        return said or "scheduled"
    for status in STATUSES:
        if status == said or status in title_flags:
            return status
    return "scheduled"


def status_problem(status_text: str | None) -> str | None:
    """Why a status could not be read; None where it was understood or is missing."""
    if not status_text or not status_text.strip() or _status_in(status_text):
        return None
    return f"status {status_text.strip()[:40]!r} is none that is known: taken as scheduled"


def _status_in(text: str | None) -> str | None:
    return _status_of_words(text[:500]) if text else None


@lru_cache(maxsize=4_096)
def _status_of_words(text: str) -> str | None:
    return next((status for status, pattern in _PATTERNS.items() if pattern.search(text)), None)
