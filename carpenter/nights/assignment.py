"""The block of each row, where other rows or a person tell another than its own clock. Pure functions.

A block is a parent venue and a night.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from carpenter.nights.moves import CALLED_OFF, Listed, moved_nights
from carpenter.nights.placement import DatedRow, NightReading, Printed, assign_nights
from carpenter.parsing.status import read_status
from carpenter.rows import ClockRow, LedRow, ListedRow
from carpenter.venues.cooccurrence import acts_of
from sms_database.ids import BlockKey

MAX_NIGHT_SHIFT = 3
"""Nights over which one row can move another: a sure row settles one that starts after midnight, which then does not
draw another of those, which moves a row without an hour; a night each."""

_DAY = timedelta(days=1)


class NightSpan(NamedTuple):
    """The nights of a parent venue from one to another, both among them."""

    house_id: uuid.UUID
    first: date
    last: date


@dataclass(slots=True)
class BlockChanges:
    """Rows that belong to another block than they stand in."""

    blocks: dict[int, BlockKey] = field(default_factory=dict)
    """By raw event."""
    left: set[BlockKey] = field(default_factory=set)
    """The blocks that they leave."""
    left_nights: dict[int, date] = field(default_factory=dict)
    """For a row of a show that has moved, the night that it still lists."""


def spans_around(nights: Iterable[BlockKey]) -> list[NightSpan]:
    """The nights that matter to the rows within MAX_NIGHT_SHIFT of these, in order; those that touch are one span."""
    reach = 2 * MAX_NIGHT_SHIFT * _DAY
    spans: list[NightSpan] = []
    for house, night in sorted(nights):
        if spans and spans[-1].house_id == house and night - reach <= spans[-1].last:
            spans[-1] = spans[-1]._replace(last=night + reach)
        else:
            spans.append(NightSpan(house, night - reach, night + reach))
    return spans


def blocks_by_acts(rows: Iterable[ClockRow], nights: Iterable[BlockKey], led: Collection[uuid.UUID]) -> BlockChanges:
    """Which rows within MAX_NIGHT_SHIFT of these nights belong to another, as the acts of their parent venue tell.

    `rows` are all of `spans_around`; those whose `row_uuid` is in `led` stay where a decision puts them.
    """
    reached: dict[uuid.UUID, set[date]] = defaultdict(set)
    for house_id, night in nights:
        reached[house_id].update(night + n * _DAY for n in range(-MAX_NIGHT_SHIFT, MAX_NIGHT_SHIFT + 1))
    houses: dict[uuid.UUID, list[ClockRow]] = defaultdict(list)
    for row in rows:
        houses[row.house_id].append(row)
    changes = BlockChanges()
    for house_id, members in houses.items():
        assigned = assign_nights({member.raw_event_id: _candidate(member) for member in members})
        for member in members:
            if member.night not in reached[house_id] or member.row_uuid in led:
                continue
            if member.placed_house is None or member.placed_night is None or member.left_night is not None:
                continue
            stands = BlockKey(member.placed_house, member.placed_night)
            block = BlockKey(house_id, assigned[member.raw_event_id])
            if block != stands:
                changes.blocks[member.raw_event_id] = block
                changes.left.add(stands)
    return changes


def _candidate(row: ClockRow) -> DatedRow:
    printed = Printed(row.printed_day, row.printed_start, row.printed_doors, row.printed_zone)
    reading = NightReading(row.night, row.other_night, row.is_timed, row.is_late)
    return DatedRow(reading, acts_of(row.shows), row.source, printed)


def blocks_after_moves(
    rows: Iterable[ListedRow], nights: Iterable[BlockKey], led: Collection[uuid.UUID]
) -> tuple[BlockChanges, list[int]]:
    """Which rows on these nights list a show that has left, as others announce; and which follow such a show no longer.

    `rows` are all of these nights, and of those to which shows have moved from them; those whose `row_uuid` is in `led`
    count for nothing.
    """
    houses: dict[uuid.UUID, dict[int, ListedRow]] = defaultdict(dict)
    for row in rows:
        if row.row_uuid not in led:
            houses[row.house_id][row.raw_event_id] = row
    looked_at: dict[uuid.UUID, set[date]] = defaultdict(set)
    for house_id, night in nights:
        looked_at[house_id].add(night)
    changes, follow_no_longer = BlockChanges(), []
    for house_id, listed in houses.items():
        moved = moved_nights({key: _listed(row) for key, row in listed.items()}, looked_at[house_id])
        for key, row in listed.items():
            stands = (row.placed_house, row.placed_night, row.left_night)
            if key in moved and stands != (house_id, moved[key], row.night):
                changes.blocks[key] = BlockKey(house_id, moved[key])
                changes.left.add(BlockKey(row.placed_house, row.placed_night))
                changes.left_nights[key] = row.night
            elif key not in moved and row.night in looked_at[house_id] and row.left_night is not None:
                follow_no_longer.append(key)
    return changes, follow_no_longer


def _listed(row: ListedRow) -> Listed:
    return Listed(
        source=row.source,
        night=row.night,
        former_nights=frozenset(row.former_nights),
        acts=acts_of(row.shows),
        is_unlisted=row.is_unlisted,
        first_seen_at=row.first_seen_at,
        # By UTC, an evening is of the day after.
        gave_before=frozenset(day - back for day in row.former_days for back in (timedelta(), _DAY)),
        is_called_off=read_status(row.status_text, row.flags) in CALLED_OFF,
    )


def blocks_of_leaders(rows: Sequence[LedRow]) -> BlockChanges:
    """The rows that a person joined with others go to the blocks of these."""
    left = {
        BlockKey(row.placed_house, row.placed_night)
        for row in rows
        if row.placed_house is not None and row.placed_night is not None
    }
    return BlockChanges({row.raw_event_id: BlockKey(row.house_id, row.night) for row in rows}, left)
