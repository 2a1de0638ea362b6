"""What a source's text fields tell: titles as printed, and in descriptions hours, price and age.

The carpenter reads descriptions as well, by a grammar of its own; carpenter/parsing/descriptions.py says why there are
two. This one fills the fields of a row, for spiders whose source prints hours, price or age in its descriptions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from w3lib.html import remove_tags, replace_entities

from sms_crawlers.reading import (
    ShowTimes,
    UnreadableField,
    age_phrase,
    doors_and_show,
    fold,
    is_same_hour,
    price_phrase,
)

LINE_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h\d)\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prose:
    """The facts that a description prints; None for each that it does not."""

    times: ShowTimes
    price_text: str | None
    age_text: str | None


def read_prose(description: str | None) -> Prose:
    """Read a description as served, plain or HTML."""
    text = plain_lines(description or "")
    return Prose(doors_and_show(text), price_phrase(text), age_phrase(text))


def entry_times(start: str | None, end: str | None, told: ShowTimes) -> ShowTimes:
    """An entry's hours and those that its description tells, together.

    The entry's own hour is the show's, unless the description calls just that hour the doors. Of an entry of whole
    days the description alone tells hours.
    """
    if start is None:
        return told
    is_of_doors = is_same_hour(told.doors, start)
    show = told.show if told.show and is_of_doors else start
    return ShowTimes(start if is_of_doors else told.doors, show, end)


def plain_lines(markup: str) -> str:
    """The text of a piece of HTML, with a line break where the markup has one; plain text stays as it is."""
    return replace_entities(remove_tags(LINE_BREAK.sub("\n", markup)))


def printed(text: str | None) -> str | None:
    """A field of plain text as a page prints it: entities resolved, white space folded; None if that leaves nothing."""
    return fold(replace_entities(text)) if text else None


def printed_title(text: str | None) -> str:
    """A title as a page prints it. Raises UnreadableField if that leaves nothing to print."""
    title = printed(text)
    if title is None:
        raise UnreadableField("title", f"nothing is printed: {text!r:.80}")
    return title
