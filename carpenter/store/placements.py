"""Reading and writing the block of each row: `raw_placements`, its parent venue and night."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from sqlalchemy import Connection, text

from carpenter.rows import ClockRow, LedRow, ListedRow, UndatedRow
from carpenter.store.bulk import upsert
from carpenter.store.queue import IdRange, as_arrays, leave_blocks, mark_dirty, unassign
from sms_database.ids import BlockKey

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
    AND early.night BETWEEN u.night - cast(:reach AS integer) AND u.night + cast(:reach AS integer))
"""

_ASSIGN = f"""
INSERT INTO raw_placements (raw_event_id, house_id, night)
SELECT e.raw_event_id, coalesce(m.house_id, e.row_uuid), e.night {_DIRTY}
AND p.raw_event_id IS NULL AND e.row_uuid <> ALL (cast(:led AS uuid[]))
"""

_BESIDE = """
SELECT DISTINCT ON (e.raw_event_id) e.raw_event_id, e.row_uuid, e.night, e.other_night, e.is_timed, e.is_late, e.shows,
    m.source, r.data->>'event_day', r.data->>'start_time', r.data->>'doors_time', r.data->>'timezone',
    m.house_id, p.house_id, p.night, p.left_night
FROM unnest(cast(:houses AS uuid[]), cast(:firsts AS date[]), cast(:lasts AS date[])) AS w (house_id, first, last)
JOIN venue_mentions m ON m.house_id = w.house_id
JOIN raw_evidence e ON e.mention_id = m.id AND e.night BETWEEN w.first AND w.last
JOIN raw_events r ON r.id = e.raw_event_id
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
SELECT e.raw_event_id, e.row_uuid, m.source, m.house_id, e.night, e.former_nights, e.shows, r.unlisted_at IS NOT NULL,
    e.first_seen_at, e.former_days, r.data->>'status_text', e.bill->'flags', p.house_id, p.night, p.left_night
FROM (SELECT house_id, new_night AS night FROM announced
    UNION SELECT * FROM unnest(cast(:houses AS uuid[]), cast(:nights AS date[]))) AS n (house_id, night)
JOIN venue_mentions m ON m.house_id = n.house_id JOIN raw_evidence e ON e.mention_id = m.id AND e.night = n.night
JOIN raw_events r ON r.id = e.raw_event_id JOIN raw_placements p USING (raw_event_id)
"""

# The parent venues of dirty rows, and in them the rows that give no day.
_UNDATED = """
SELECT e.raw_event_id, m.house_id, e.bill->'acts', e.former_days, p.house_id, p.night
FROM (SELECT DISTINCT m.house_id FROM dirty_raw_events d JOIN raw_evidence e USING (raw_event_id)
    JOIN venue_mentions m ON m.id = e.mention_id) h
JOIN venue_mentions m USING (house_id) JOIN raw_evidence e ON e.mention_id = m.id
LEFT JOIN raw_placements p USING (raw_event_id) WHERE e.night IS NULL
"""

_NIGHTS_OF_ACTS = """
SELECT p.house_id, p.night, act FROM raw_placements p JOIN raw_evidence e USING (raw_event_id),
LATERAL (SELECT show & cast(:mask AS bigint) FROM unnest(e.shows) AS show) AS of (act)
WHERE p.house_id = ANY(cast(:houses AS uuid[])) AND e.night IS NOT NULL AND act = ANY(cast(:acts AS bigint[]))
GROUP BY 1, 2, 3
"""

_TAKE_OUT = "DELETE FROM raw_placements WHERE raw_event_id = ANY(cast(:ids AS bigint[]))"

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


def begin_assigning(connection: Connection, run_id: int) -> None:
    """Say that from here on rows may stand where they do not stay; `claim` goes by it if nobody comes to the end."""
    connection.execute(text(_BEGIN), {"run": run_id})


def end_assigning(connection: Connection) -> None:
    """Say that every dirty row stands where it belongs, those among them that a killed run has assigned."""
    connection.execute(text(_END))


def nights_near_early_clocks(connection: Connection, ids: IdRange, reach: int) -> list[BlockKey]:
    """The nights of the dirty rows of a range that are within `reach` of a row whose clock may mean another night."""
    span = {"first": ids.first, "last": ids.last, "reach": reach}
    return [BlockKey(*row) for row in connection.execute(text(_NEAR_EARLY_CLOCKS), span)]


def assign_own_nights(connection: Connection, ids: IdRange, led: Collection[uuid.UUID]) -> None:
    """Put the dirty rows of a range that stand in no block into those that each tells by itself, but for those whose
    `row_uuid` is in `led`.
    """
    connection.execute(text(_ASSIGN), {"first": ids.first, "last": ids.last, "led": list(map(str, led))})


def rows_in_spans(connection: Connection, spans: Sequence[tuple[uuid.UUID, date, date]]) -> list[ClockRow]:
    """All rows of parent venues from a first night to a last one, by their own clocks."""
    houses, firsts, lasts = zip(*spans, strict=True)
    named = {"houses": list(houses), "firsts": list(firsts), "lasts": list(lasts)}
    return [ClockRow._make(row) for row in connection.execute(text(_BESIDE), named)]


def left_nights(connection: Connection) -> list[BlockKey]:
    """The nights that shows have left, as rows announce, where anything that counts for it is dirty."""
    if not connection.scalar(text(_HAS_ANY_MOVED)):
        return []
    return [BlockKey(*row) for row in connection.execute(text(_LEFT_NIGHTS))]


def rows_on_nights(connection: Connection, nights: Collection[BlockKey]) -> list[ListedRow]:
    """All rows on these nights, and on those to which shows have moved from them."""
    return [ListedRow._make(row) for row in connection.execute(text(_ON_THESE_NIGHTS), as_arrays(nights))]


def undated_rows(connection: Connection) -> list[UndatedRow]:
    """The rows without a night of the parent venues that dirty rows name, and the blocks that they stand in, if any."""
    return [UndatedRow._make(row) for row in connection.execute(text(_UNDATED))]


def nights_of_acts(
    connection: Connection, houses: Collection[uuid.UUID], acts: Collection[int], mask: int
) -> list[tuple[uuid.UUID, date, int]]:
    """On which nights rows with a night of their own name these acts at these parent venues; of shows, `mask` is the
    act.
    """
    named = {"houses": list(map(str, houses)), "acts": list(acts), "mask": mask}
    return [(house_id, night, act) for house_id, night, act in connection.execute(text(_NIGHTS_OF_ACTS), named)]


def take_out(connection: Connection, blocks: Mapping[int, BlockKey]) -> None:
    """Take rows without a night out of these blocks; both are built again."""
    if blocks:
        leave_blocks(connection, set(blocks.values()))
        connection.execute(text(_TAKE_OUT), {"ids": list(blocks)})


def rows_led_elsewhere(connection: Connection, leader_of: Mapping[uuid.UUID, uuid.UUID]) -> list[LedRow]:
    """The rows, by `row_uuid`, that do not stand in the block of their leader."""
    named = {"led": list(map(str, leader_of)), "leaders": list(map(str, leader_of.values()))}
    return [LedRow._make(row) for row in connection.execute(text(_LED_ELSEWHERE), named)]


def assign(
    connection: Connection,
    blocks: Mapping[int, BlockKey],
    left: Collection[BlockKey],
    left_nights: Mapping[int, date] = MappingProxyType({}),
) -> None:
    """Put rows into other blocks; the blocks that they leave are built again without them."""
    if not blocks:
        return
    leave_blocks(connection, left)
    mark_dirty(connection, "SELECT unnest(cast(:ids AS bigint[]))", {"ids": list(blocks)})
    columns = ["raw_event_id", "house_id", "night", "left_night"]
    values = ([key, *block, left_nights.get(key)] for key, block in sorted(blocks.items()))
    upsert(connection, "raw_placements", ["raw_event_id"], columns, values)


def unassign_rows(connection: Connection, ids: Collection[int]) -> None:
    """Take rows out of their blocks, to be assigned and built again."""
    if ids:
        unassign(connection, "SELECT unnest(cast(:ids AS bigint[]))", {"ids": list(ids)})
