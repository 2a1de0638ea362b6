"""Shows that have moved to another night, and the listings that still give the night that they have left.

Pure functions. Only what a source announces counts: a day that changes without a word may be a mistake mended, or made.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from carpenter.nights import MONTHS

ANNOUNCED = frozenset({"rescheduled", "postponed"})
"""Statuses by which a source says that its show has moved."""

_FORMER_DAY = re.compile(
    r"""\b(?:(?:rescheduled|moved|postponed)\s+from|originally(?:\s+(?:scheduled|planned))?(?:\s+(?:for|on))?)\s+
    (?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?(?:(?P<number>\d{1,2})/|(?P<month>[a-z]{3,9})\.?\s+)(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d)
    (?:(?:/|,?\s+)(?P<year>(?:20)?\d\d)(?!\d))?""",
    re.I | re.X,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a house, and the nights that it says its show has left."""

    source: str
    night: date
    former_nights: frozenset[date]
    acts: frozenset[int]
    """See carpenter/programme.py."""
    is_unlisted: bool


def former_day(title: str | None, day: date) -> date | None:
    """The day that a title says the show has left: "(Rescheduled from 05/05)"; without a year that nearest to `day`."""
    match = _FORMER_DAY.search(title) if title is not None else None
    if match is None:
        return None
    month = int(match["number"]) if match["number"] else MONTHS.get(match["month"].lower())
    years = [day.year - 1, day.year, day.year + 1] if match["year"] is None else [2000 + int(match["year"][-2:])]
    days = [found for year in years if month and (found := _existing(year, month, int(match["day"]))) is not None]
    return min(days, key=lambda found: abs(found - day), default=None)


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moved_nights(rows: Mapping[int, Listed], nights: Collection[date]) -> dict[int, date]:
    """Of the rows of one house on these nights those, by id, that still list a show which has left, with its new night.

    Sources announce it, of one of its acts; where they tell different nights, most decide. A source that lists an act
    on both nights keeps two shows apart: it announces nothing to others, and its row on the old night stays there.
    `rows` hold all of the house on these nights, and on those to which shows have moved from them.
    """
    announced: dict[tuple[date, int], set[tuple[str, date]]] = defaultdict(set)
    listed: set[tuple[str, date, int]] = set()
    for row in rows.values():
        for act in row.acts:
            for night in row.former_nights:
                announced[night, act].add((row.source, row.night))
            if not row.is_unlisted:
                listed.add((row.source, row.night, act))
    moved = {}
    for key, row in rows.items():
        if row.night not in nights or row.former_nights:
            continue
        told = {
            (source, new_night)
            for act in row.acts
            for source, new_night in announced.get((row.night, act), ())
            if (source, row.night, act) not in listed and (row.source, new_night, act) not in listed
        }
        if votes := Counter(new_night for _, new_night in told):
            moved[key] = min(votes, key=lambda night: (-votes[night], night))
    return moved
