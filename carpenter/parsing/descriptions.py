"""What a description says beside its words, read once where many rows have the same. Pure functions."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from carpenter.parsing.ages import read_min_age
from carpenter.parsing.hours import has_hour, has_label
from carpenter.parsing.instants import NO_TIMES, LocalTimes, times_in_prose
from sms_text.text import plain_text

REMEMBERED_LENGTH = 1_000
"""Characters of a description up to which it is kept in memory: longer ones are seldom printed twice."""


class Prose(NamedTuple):
    """A description."""

    text: str | None = None
    """Without markup; None where nothing is left."""
    min_age: int | None = None
    hours: LocalTimes = NO_TIMES
    """Those that it names by itself."""
    has_hour: bool = False
    """Does it hold anything that may be an hour?"""
    has_label: bool = False
    """Does it hold a word that tells what an hour is of?"""


def read_prose(html: str | None) -> Prose:
    """A description as a source gives it, understood."""
    if not html:
        return _NOTHING
    return _remembered(html) if len(html) <= REMEMBERED_LENGTH else _read(html)


def hours_of(title: str, prose: Prose) -> LocalTimes:
    """The hours that a title and the description under it name, read as one text; those of the title come first."""
    folded = title.casefold()
    titled_hour = has_hour(folded)
    if not titled_hour and not prose.has_hour:
        return NO_TIMES
    titled_label = has_label(folded)
    if not titled_hour and not titled_label:
        return prose.hours
    if titled_label or prose.has_label:
        return times_in_prose(f"{title}\n{prose.text or ''}")
    return NO_TIMES


_NOTHING = Prose()


def _read(html: str) -> Prose:
    text = plain_text(html)
    if text is None:
        return _NOTHING
    folded = text.casefold()
    return Prose(text, read_min_age(text), times_in_prose(text), has_hour(folded), has_label(folded))


_remembered = lru_cache(maxsize=8_192)(_read)
