"""Shows that have moved to another night, and the listings that still give the night that they have left.

Pure functions. Only an announced move counts: a changed date without a "rescheduled" status may be a correction or an
error, so it moves no other source's rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

ANNOUNCED = frozenset({"rescheduled", "postponed"})
"""Statuses by which a source says that its show has moved."""


CALLED_OFF = frozenset({"cancelled", "postponed"})
"""Statuses by which a source keeps a show on the night on which it does not take place."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a house, and the nights that it says its show has left."""

    source: str
    night: date
    former_nights: frozenset[date]
    acts: frozenset[int]
    """See carpenter/venues/cooccurrence.py."""
    is_unlisted: bool
    first_seen_at: datetime
    gave_before: frozenset[date]
    """The nights that its earlier versions gave, announced or not."""
    is_called_off: bool


def moved_nights(rows: Mapping[int, Listed], nights: Collection[date]) -> dict[int, date]:
    """Of the rows of one house on these nights those, by id, that still list a show which has left, with its new night.

    Sources announce it, of one of its acts; where they tell different nights, most decide. A source that keeps a show
    called off on the old night beside the new one has two: it announces nothing to others, and its row on the old night
    stays there. So does the row of a source that listed the act on the new night as early as on the old one; what it
    lists there only later, or has moved there itself, is the same show. `rows` hold all of the house on these nights,
    and on those to which shows have moved from them.
    """
    announced: dict[tuple[date, int], set[tuple[str, date]]] = defaultdict(set)
    called_off: set[tuple[str, date, int]] = set()
    listed: dict[tuple[str, date, int], list[Listed]] = defaultdict(list)
    for row in rows.values():
        for act in row.acts:
            for night in row.former_nights:
                announced[night, act].add((row.source, row.night))
            if not row.is_unlisted:
                listed[row.source, row.night, act].append(row)
                if row.is_called_off and not row.former_nights:
                    called_off.add((row.source, row.night, act))
    moved = {}
    for key, row in rows.items():
        if row.night not in nights or row.former_nights:
            continue
        told = {
            (source, new_night)
            for act in row.acts
            for source, new_night in announced.get((row.night, act), ())
            if (source, row.night, act) not in called_off
            and not any(_is_of_another(row, other) for other in listed.get((row.source, new_night, act), ()))
        }
        if votes := Counter(new_night for _, new_night in told):
            moved[key] = min(votes, key=lambda night: (-votes[night], night))
    return moved


def _is_of_another(row: Listed, other: Listed) -> bool:
    """Is a source's row on the new night no sign of the move of its row on the old one: was it there before?"""
    return row.night not in other.gave_before | other.former_nights and other.first_seen_at <= row.first_seen_at
