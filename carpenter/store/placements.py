"""Placing rows: the house and the night, which make their block."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, text

from carpenter.nights.moves import Listed, moved_nights
from carpenter.nights.placement import Candidate, NightReading, place_nights
from carpenter.store.bulk import upsert
from carpenter.store.inputs import all_decisions
from carpenter.store.queue import IdRange, as_arrays, leave_blocks, mark_dirty, unplace
from carpenter.venues.cooccurrence import acts_of
from sms_database.decisions import leaders
from sms_database.ids import BlockKey
from sms_database.locks import join_facts_lock

REACH = 2
"""Nights over which one row can move another: a sure row moves one that starts after midnight, that one a row without
an hour, a night each."""

_DAY = timedelta(days=1)

_DIRTY = """
FROM dirty_raw_events d JOIN raw_evidence e USING (raw_event_id)
LEFT JOIN venue_mentions m ON m.id = e.mention_id LEFT JOIN raw_placements p USING (raw_event_id)
WHERE d.raw_event_id BETWEEN :first AND :last AND e.night IS NOT NULL
"""

# Only near a row that starts after midnight, or at an hour that may be UTC, can any row be of another night than its
# own clock tells. Rows that have a place count too: a killed run may have placed them, and not looked beside them.
_NEAR_EARLY_CLOCKS = f"""
SELECT u.house_id, u.night FROM (SELECT DISTINCT m.house_id, e.night {_DIRTY}) u WHERE EXISTS (
    SELECT FROM venue_mentions n JOIN raw_evidence early ON early.mention_id = n.id
    WHERE n.house_id = u.house_id AND early.is_timed AND (early.other_night IS NOT NULL OR early.is_late)
    AND early.night BETWEEN u.night - {REACH + 1} AND u.night + {REACH + 1})
"""

_PLACE = f"""
INSERT INTO raw_placements (raw_event_id, house_id, night)
SELECT e.raw_event_id, coalesce(m.house_id, e.row_uuid), e.night {_DIRTY}
AND p.raw_event_id IS NULL AND e.row_uuid <> ALL (cast(:led AS uuid[]))
"""

_BESIDE = """
SELECT DISTINCT ON (e.raw_event_id) e.raw_event_id, e.row_uuid, e.night, e.other_night, e.is_timed, e.is_late, e.shows,
    m.house_id, p.house_id AS placed_house, p.night AS placed_night, p.left_night
FROM unnest(cast(:houses AS uuid[]), cast(:firsts AS date[]), cast(:lasts AS date[])) AS w (house_id, first, last)
JOIN venue_mentions m ON m.house_id = w.house_id
JOIN raw_evidence e ON e.mention_id = m.id AND e.night BETWEEN w.first AND w.last
LEFT JOIN raw_placements p USING (raw_event_id)
"""

_HAS_ANY_MOVED = "SELECT EXISTS (SELECT FROM raw_evidence WHERE former_nights <> '{}')"

# The nights of houses that a row says its show has left, where something that counts is dirty: that row, one on that
# night, or one on the night that it gives now.
_LEFT_NIGHTS = """
WITH dirty AS (
    SELECT m.house_id, e.night, e.former_nights FROM dirty_raw_events d JOIN raw_evidence e USING (raw_event_id)
    JOIN venue_mentions m ON m.id = e.mention_id WHERE e.night IS NOT NULL
), moved AS (
    SELECT m.house_id, e.night, left_night FROM raw_evidence e JOIN venue_mentions m ON m.id = e.mention_id,
    unnest(e.former_nights) AS left_night WHERE e.former_nights <> '{}'
)
SELECT house_id, unnest(former_nights) AS night FROM dirty
UNION SELECT house_id, night FROM dirty d WHERE EXISTS (
    SELECT FROM moved WHERE moved.house_id = d.house_id AND moved.left_night = d.night)
UNION SELECT house_id, left_night FROM moved WHERE EXISTS (
    SELECT FROM dirty d WHERE d.house_id = moved.house_id AND d.night = moved.night)
"""

# All of these nights, and of those to which shows have moved from them.
_ON_THESE_NIGHTS = """
WITH announced AS (
    SELECT DISTINCT l.house_id, l.night, e.night AS new_night
    FROM unnest(cast(:houses AS uuid[]), cast(:nights AS date[])) AS l (house_id, night)
    JOIN venue_mentions m ON m.house_id = l.house_id
    JOIN raw_evidence e ON e.mention_id = m.id AND e.former_nights <> '{}' AND l.night = ANY (e.former_nights)
)
SELECT e.raw_event_id, e.row_uuid, m.source, m.house_id, e.night, e.former_nights, e.shows,
    r.unlisted_at IS NOT NULL AS is_unlisted, p.house_id AS placed_house, p.night AS placed_night, p.left_night
FROM (SELECT house_id, new_night AS night FROM announced
    UNION SELECT * FROM unnest(cast(:houses AS uuid[]), cast(:nights AS date[]))) AS n (house_id, night)
JOIN venue_mentions m ON m.house_id = n.house_id JOIN raw_evidence e ON e.mention_id = m.id AND e.night = n.night
JOIN raw_events r ON r.id = e.raw_event_id JOIN raw_placements p USING (raw_event_id)
"""

_LED_ELSEWHERE = """
SELECT * FROM (
    SELECT e.raw_event_id, p.house_id AS placed_house, p.night AS placed_night, p.left_night,
        coalesce(lp.house_id, m.house_id, e.row_uuid) AS house_id, coalesce(lp.night, e.night) AS night
    FROM unnest(cast(:led AS uuid[]), cast(:leaders AS uuid[])) AS pair (led, leader)
    JOIN raw_evidence e ON e.row_uuid = pair.led
    LEFT JOIN venue_mentions m ON m.id = e.mention_id LEFT JOIN raw_placements p USING (raw_event_id)
    LEFT JOIN raw_evidence l ON l.row_uuid = pair.leader LEFT JOIN raw_placements lp ON lp.raw_event_id = l.raw_event_id
    WHERE e.night IS NOT NULL
) led WHERE (placed_house, placed_night) IS DISTINCT FROM (house_id, night) OR left_night IS NOT NULL
"""

_BEGIN = "UPDATE carpenter_runs SET is_placing = true WHERE id = :run"

_END = "UPDATE carpenter_runs SET is_placing = false WHERE is_placing"


def begin_placing(connection: Connection, run_id: int) -> None:
    """Say that from here on rows may stand where they do not stay; `claim` goes by it if nobody comes to the end."""
    connection.execute(text(_BEGIN), {"run": run_id})


def end_placing(connection: Connection) -> None:
    """Say that every dirty row stands where it belongs, those among them that a killed run has placed."""
    connection.execute(text(_END))


def place_by_own_clock(connection: Connection, ids: IdRange) -> list[BlockKey]:
    """Place the dirty rows of a range that have no place at the night that each tells by itself.

    Returns the nights near which others may tell better. Rows that decisions join to another are left for
    `follow_leaders`.
    """
    join_facts_lock(connection)
    span = {"first": ids.first, "last": ids.last}
    doubtful = [BlockKey(*row) for row in connection.execute(text(_NEAR_EARLY_CLOCKS), span)]
    led = [str(row) for row in leaders(all_decisions(connection))]
    connection.execute(text(_PLACE), span | {"led": led})
    return doubtful


def place_by_others(connection: Connection, nights: Sequence[BlockKey]) -> None:
    """Move the rows within REACH of these nights to those that the rows of their house tell together."""
    join_facts_lock(connection)
    reached: dict[uuid.UUID, set[date]] = defaultdict(set)
    for house_id, night in nights:
        reached[house_id].update(night + n * _DAY for n in range(-REACH, REACH + 1))
    led = leaders(all_decisions(connection))
    moved: dict[int, BlockKey] = {}
    left: set[BlockKey] = set()
    for house_id, members in _houses(connection, nights).items():
        placed = place_nights({member.raw_event_id: _candidate(member) for member in members})
        for member in members:
            if member.night not in reached[house_id] or member.placed_house is None or member.row_uuid in led:
                continue
            if member.left_night is not None:
                continue
            stands = BlockKey(member.placed_house, member.placed_night)
            block = BlockKey(house_id, placed[member.raw_event_id])
            if block != stands:
                moved[member.raw_event_id] = block
                left.add(stands)
    _move(connection, moved, left)


def follow_moves(connection: Connection) -> bool:
    """Put the rows that list a night which their show has left, as others announce, on its new night.

    Returns whether there were rows that follow no longer: they have lost their place, and need their own again.
    """
    has_any_moved = connection.scalar(text(_HAS_ANY_MOVED))
    nights = [BlockKey(*row) for row in connection.execute(text(_LEFT_NIGHTS))] if has_any_moved else ()
    if not nights:
        return False
    led = leaders(all_decisions(connection))
    houses: dict[uuid.UUID, dict[int, Row[Any]]] = defaultdict(dict)
    for row in connection.execute(text(_ON_THESE_NIGHTS), as_arrays(nights)):
        if row.row_uuid not in led:
            houses[row.house_id][row.raw_event_id] = row
    looked_at: dict[uuid.UUID, set[date]] = defaultdict(set)
    for house_id, night in nights:
        looked_at[house_id].add(night)
    blocks: dict[int, BlockKey] = {}
    stays: list[int] = []
    left: dict[int, BlockKey] = {}
    for house_id, rows in houses.items():
        moved = moved_nights({key: _listed(row) for key, row in rows.items()}, looked_at[house_id])
        for key, row in rows.items():
            stands = (row.placed_house, row.placed_night, row.left_night)
            if key in moved and stands != (house_id, moved[key], row.night):
                blocks[key] = BlockKey(house_id, moved[key])
                left[key] = BlockKey(row.placed_house, row.placed_night)
            elif key not in moved and row.night in looked_at[house_id] and row.left_night is not None:
                stays.append(key)
    _move(connection, blocks, left.values(), {key: houses[block.house_id][key].night for key, block in blocks.items()})
    if stays:
        unplace(connection, "SELECT unnest(cast(:ids AS bigint[]))", {"ids": stays})
    return bool(stays)


def _listed(row: Row[Any]) -> Listed:
    former = frozenset(row.former_nights)
    return Listed(row.source, row.night, former, acts_of(row.shows), is_unlisted=row.is_unlisted)


def follow_leaders(connection: Connection) -> None:
    """Put the rows that a person joined with another into the block of that one."""
    led_by = leaders(all_decisions(connection))
    if not led_by:
        return
    named = {"led": [str(row) for row in led_by], "leaders": [str(row) for row in led_by.values()]}
    rows = connection.execute(text(_LED_ELSEWHERE), named).all()
    left = {BlockKey(row.placed_house, row.placed_night) for row in rows if row.placed_house is not None}
    _move(connection, {row.raw_event_id: BlockKey(row.house_id, row.night) for row in rows}, left)


def _move(
    connection: Connection,
    moved: Mapping[int, BlockKey],
    left: Iterable[BlockKey],
    left_nights: Mapping[int, date] = MappingProxyType({}),
) -> None:
    """Give rows another block; the blocks that they leave are built again without them."""
    if not moved:
        return
    leave_blocks(connection, set(left))
    mark_dirty(connection, "SELECT unnest(cast(:ids AS bigint[]))", {"ids": list(moved)})
    columns = ["raw_event_id", "house_id", "night", "left_night"]
    values = ([key, *block, left_nights.get(key)] for key, block in sorted(moved.items()))
    upsert(connection, "raw_placements", ["raw_event_id"], columns, values)


def _houses(connection: Connection, nights: Sequence[BlockKey]) -> dict[uuid.UUID, list[Row[Any]]]:
    """All rows of these houses, on the nights that matter to the rows within REACH of these."""
    reach = 2 * REACH * _DAY
    spans: list[tuple[uuid.UUID, date, date]] = []
    for house, night in sorted(nights):
        if spans and spans[-1][0] == house and night - reach <= spans[-1][2]:
            spans[-1] = (house, spans[-1][1], night + reach)
        else:
            spans.append((house, night - reach, night + reach))
    houses, firsts, lasts = zip(*spans, strict=True)
    members: dict[uuid.UUID, list[Row[Any]]] = defaultdict(list)
    named = {"houses": list(houses), "firsts": list(firsts), "lasts": list(lasts)}
    for row in connection.execute(text(_BESIDE), named).all():
        members[row.house_id].append(row)
    return members


def _candidate(row: Row[Any]) -> Candidate:
    return Candidate(NightReading(row.night, row.other_night, row.is_timed, row.is_late), acts_of(row.shows))
