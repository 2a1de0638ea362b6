"""The plain text of a description, with the minimum age and the hours that it prints. Pure functions.

Crawlers read descriptions too (sms_crawlers/reading/prose.py), by another grammar: a spider knows how its source
writes, and fills the fields of a row by it. Here the source is unknown. Neither grammar covers the other:
"Music 9-11pm" is read there and not here, "must be 21" here and not there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from carpenter.parsing.ages import read_min_age
from carpenter.parsing.hours import NO_TIMES, LocalTimes, has_hour, has_label, hours_in_text
from sms_text.text import plain_text

REMEMBERED_LENGTH = 1_000
"""Characters of a description up to which it is cached: longer ones are seldom printed twice."""


class Description(NamedTuple):
    """A description, read."""

    text: str | None = None
    """Without markup; None where nothing is left."""
    min_age: int | None = None
    hours: LocalTimes = NO_TIMES
    """The hours that it labels, read without the title."""
    has_hour: bool = False
    """Does it hold anything that may be an hour?"""
    has_label: bool = False
    """Does it hold a word that labels an hour: "doors", "show"?"""


def read_description(html: str | None) -> Description:
    """Reads a description as the source serves it, plain or HTML."""
    if not html:
        return _EMPTY
    return _cached(html) if len(html) <= REMEMBERED_LENGTH else _read(html)


def printed_hours(title: str, description: Description) -> LocalTimes:
    """The hours that a title and the description below it label, read as one text, the title's first."""
    folded = title.casefold()
    title_has_hour = has_hour(folded)
    if not title_has_hour and not description.has_hour:
        return NO_TIMES
    title_has_label = has_label(folded)
    if not title_has_hour and not title_has_label:
        return description.hours
    if title_has_label or description.has_label:
        return hours_in_text(f"{title}\n{description.text or ''}")
    return NO_TIMES


_EMPTY = Description()


def _read(html: str) -> Description:
    text = plain_text(html)
    if text is None:
        return _EMPTY
    folded = text.casefold()
    return Description(text, read_min_age(text), hours_in_text(text), has_hour(folded), has_label(folded))


_cached = lru_cache(maxsize=8_192)(_read)
