"""The nights of rows that give no day, where the acts of the other rows of their house tell. Pure functions."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from carpenter.rows import UndatedRow
from carpenter.venues.cooccurrence import encode_acts
from sms_database.ids import BlockKey
from sms_text.text import fold_key


def acts_of_bill(row: UndatedRow) -> frozenset[int]:
    """The acts that a row names, as shows have them."""
    return encode_acts(fold_key(act[0]) for act in row.acts)


def night_of_undated(
    acts: frozenset[int], former_days: Sequence[date], playing: Mapping[date, frozenset[int]]
) -> date | None:
    """The one night on which a house's other rows name the acts of a row; None where it may be of several, or of none.

    `playing` are all nights of the house with acts of the row. Several nights have some: it is of the one with the
    most. Earlier versions of the row may have given several days: it is of one of those, if of any.
    """
    nights = {night: len(acts & named) for night, named in playing.items() if not former_days or night in former_days}
    most = max(nights.values(), default=0)
    best = [night for night, shared in nights.items() if shared == most]
    return best[0] if most and len(best) == 1 else None


def blocks_of_undated(
    rows: Sequence[UndatedRow],
    acts: Mapping[int, frozenset[int]],
    playing: Iterable[tuple[uuid.UUID, date, int]],
) -> tuple[dict[int, BlockKey], dict[int, BlockKey]]:
    """The rows that belong to another block than they stand in, and those that belong to none any more.

    The first with the block to which they belong, the second with the one that they leave. `acts` are those of each
    row; `playing` are the nights of the houses on which other rows name any of them.
    """
    nights: dict[uuid.UUID, dict[date, set[int]]] = defaultdict(lambda: defaultdict(set))
    for house_id, night, act in playing:
        nights[house_id][night].add(act)
    belong: dict[int, BlockKey] = {}
    leave: dict[int, BlockKey] = {}
    for row in rows:
        own = acts[row.raw_event_id]
        of_row = {night: frozenset(named) for night, named in nights[row.house_id].items() if not own.isdisjoint(named)}
        found = night_of_undated(own, row.former_days, of_row)
        stands = (
            BlockKey(row.placed_house, row.placed_night)
            if row.placed_house is not None and row.placed_night is not None
            else None
        )
        block = BlockKey(row.house_id, found) if found is not None else None
        if stands is not None and stands != block:
            leave[row.raw_event_id] = stands
        if block is not None and stands != block:
            belong[row.raw_event_id] = block
    return belong, leave
