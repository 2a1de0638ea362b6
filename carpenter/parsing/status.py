"""The status of an event, read from its source's status text and the flags of its title. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from carpenter.parsing.vocabulary import any_of, vocabulary

STATUSES = ("cancelled", "postponed", "rescheduled", "sold_out", "scheduled")
"""In order of precedence."""

_WORD = (
    r"(?:sold[\s_-]?out|sell(?:ing)?[\s-]?out|cancell?ed|cancell?ing|postponed|rescheduled|moved|full"
    r"|at\s+capacity|called\s+off)"
)
_NOT_SO = re.compile(
    rf"""\b(?:not|never|no\s+longer|nearly|almost|close\s+to|about\s+to|soon|previously|formerly
        |before\s+(?:it|they|we)|close\s+to\s+being|practically|virtually|mostly|\d{{1,2}}\s?%
        |(?:is|was|are|has|have|had|wo|ca|do|does|did)n['’]?t
        |(?:may|might|could|will|can|unless|if|in\s+case|in\s+the\s+event)\b[^.;|]{{0,40}}?)
        (?:\s+(?:it|that|yet|be|been|being|it['’]?s|are|is|get|gets|quite|even|officially|totally|to))*[\s-]+{_WORD}
    |\bcancell?ation\s+(?:policy|policies|fees?|insurance|terms|protection)|\bno\s+cancell?ations?
    |\b(?:vip|tiers?\s*\d*|phases?\s*\d*|pre-?sales?|early[\s-]birds?|online|advance|adv\.?|packages?|balcony
        |meet\s+(?:&|and|n)\s+greets?|boxes|seats|seated|seating|reserved(?:\s+seat(?:s|ing))?|tables?|dinner
        |parking|camping)
        (?:\s+(?:tickets?|tix|sales?|upgrades?|packages?|section|is|are|has|have|now|all))*[\s:-]+
        (?:sold[\s-]?out|full)""",
    re.I | re.X,
)
"""What is not so, not yet, or not of the whole show: "not sold out", "almost sold out", "VIP sold out"."""

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


@lru_cache(maxsize=4_096)  # saves 0.6 % of reading rows: a source has a few words for it
def _status_of_words(text: str) -> str | None:
    told = _NOT_SO.sub(" ", text)
    found = next((status for status, pattern in _PATTERNS.items() if pattern.search(told)), None)
    return "scheduled" if found is None and told != text else found
