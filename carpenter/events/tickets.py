"""Ticket pages that a source gives to several rows of one hour: a show that it lists once for each act. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

from carpenter.events.features import NEAR_MINUTES
from carpenter.model import Reading

MAX_CARDS = 12
"""Rows of one source and hour with one ticket page up to which it is that of one show; more have a calendar's."""

_OF_ONE_SHOW = re.compile(r"\d{3,}|[^\W_]+(?:-[^\W_]+){2,}")
"""In the address of one show's tickets: its number, or its name in words."""


def tickets_of_one_show(readings: Sequence[Reading]) -> dict[str, str]:
    """For the rows that share one with another of their source, by key: the ticket page of their show.

    The rows are of one night and room. A page of several acts that start at once is one show's: as many shows at once
    would need as many rooms.
    """
    cards: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.ticket_url and is_of_one_show(reading.ticket_url):
            cards[reading.row.source.slug, reading.ticket_url].append(reading)
    return {
        reading.row.key: page
        for (_, page), listed in cards.items()
        if 1 < len(listed) <= MAX_CARDS and _start_at_once(listed)
        for reading in listed
    }


def is_of_one_show(page: str) -> bool:
    """Does an address look like that of one show's tickets, and not like a calendar's?"""
    parts = urlsplit(page)
    return _OF_ONE_SHOW.search(f"{parts.path}?{parts.query}") is not None


def _start_at_once(listed: Sequence[Reading]) -> bool:
    starts = [start for reading in listed if (start := reading.instants.starts_at or reading.instants.doors_at)]
    return not starts or (max(starts) - min(starts)).total_seconds() <= NEAR_MINUTES * 60
