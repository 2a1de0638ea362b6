"""Shows that have moved to another night, and the listings that still give the night that they have left.

Pure functions. Only an announced move counts: a changed date without a "rescheduled" status may be a correction or an
error, so it moves no other source's rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

ANNOUNCED = frozenset({"rescheduled", "postponed"})
"""Statuses by which a source says that its show has moved."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a house, and the nights that it says its show has left."""

    source: str
    night: date
    former_nights: frozenset[date]
    acts: frozenset[int]
    """See carpenter/venues/cooccurrence.py."""
    is_unlisted: bool


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
