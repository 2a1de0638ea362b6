"""Placing rows: the house and the night, which make their block."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, text

from carpenter.decided import leaders
from carpenter.nights import Candidate, NightReading, place_nights
from carpenter.store.dirty import mark_dirty
from carpenter.store.locks import move_evidence
from carpenter.store.rows import all_decisions
from carpenter.store.staging import upsert

BATCH = 10_000
"""Rows placed in one transaction, and those of the nights beside theirs."""

REACH = 2
"""Nights over which one row can move another: a sure row moves one that starts after midnight, that one a row without
an hour, a night each."""

_DAY = timedelta(days=1)

_SELECTED = """
e.raw_event_id, e.row_uuid, e.night, e.other_night, e.is_timed, e.is_late, e.acts, m.house_id,
p.house_id AS placed_house, p.night AS placed_night
"""

_UNPLACED = f"""
SELECT {_SELECTED} FROM raw_events r JOIN raw_evidence e ON e.raw_event_id = r.id
LEFT JOIN raw_placements p USING (raw_event_id) LEFT JOIN venue_mentions m ON m.id = e.mention_id
WHERE r.built_hash IS DISTINCT FROM r.content_hash AND e.content_hash = r.content_hash
  AND p.raw_event_id IS NULL AND e.night IS NOT NULL
ORDER BY m.house_id, e.night, r.id LIMIT :batch
"""

_BESIDE = f"""
SELECT DISTINCT ON (e.raw_event_id) {_SELECTED}
FROM unnest(cast(:houses AS uuid[]), cast(:firsts AS date[]), cast(:lasts AS date[])) AS w (house_id, first, last)
JOIN venue_mentions m ON m.house_id = w.house_id
JOIN raw_evidence e ON e.mention_id = m.id AND e.night BETWEEN w.first AND w.last
LEFT JOIN raw_placements p USING (raw_event_id)
"""

_IN_BLOCKS = """
SELECT p.raw_event_id FROM raw_placements p
JOIN unnest(cast(:houses AS uuid[]), cast(:nights AS date[])) AS b (house_id, night) USING (house_id, night)
"""

_OF_ROWS = f"""
SELECT {_SELECTED} FROM raw_evidence e LEFT JOIN raw_placements p USING (raw_event_id)
LEFT JOIN venue_mentions m ON m.id = e.mention_id
WHERE e.row_uuid = ANY(cast(:rows AS uuid[])) AND e.night IS NOT NULL
"""

_Block = tuple[uuid.UUID, date]


def place_rows(engine: Engine) -> int:
    """Place every dirty row that has no place; returns how many."""
    placed = 0
    while True:
        with engine.begin() as connection:
            move_evidence(connection)
            rows = connection.execute(text(_UNPLACED), {"batch": BATCH}).all()
            if rows:
                _place(connection, rows)
        placed += len(rows)
        if len(rows) < BATCH:
            return placed


def _place(connection: Connection, unplaced: Sequence[Row[Any]]) -> None:
    """Place rows, and those beside them whose night hangs on theirs, and those that follow any of them by decision."""
    rows = {row.raw_event_id: row for row in unplaced}
    blocks: dict[int, _Block] = {row.raw_event_id: (row.house_id or row.row_uuid, row.night) for row in unplaced}
    reached: dict[uuid.UUID, set[date]] = defaultdict(set)
    for row in unplaced:
        if row.house_id is not None:
            reached[row.house_id].update(row.night + n * _DAY for n in range(-REACH, REACH + 1))
    for house_id, members in _houses(connection, unplaced).items():
        nights = place_nights({member.raw_event_id: _candidate(member) for member in members})
        for member in members:
            if member.raw_event_id in rows or (member.placed_house is not None and member.night in reached[house_id]):
                rows[member.raw_event_id] = member
                blocks[member.raw_event_id] = (house_id, nights[member.raw_event_id])
    _follow_leaders(connection, rows, blocks)
    moved = {key: block for key, block in blocks.items() if block != (rows[key].placed_house, rows[key].placed_night)}
    left = {(rows[key].placed_house, rows[key].placed_night) for key in moved if rows[key].placed_house is not None}
    touched = sorted(left | set(moved.values()))
    mark_dirty(
        connection, _IN_BLOCKS, {"houses": [house for house, _ in touched], "nights": [night for _, night in touched]}
    )
    values = ([key, *block] for key, block in sorted(moved.items()))
    upsert(connection, "raw_placements", ["raw_event_id"], ["raw_event_id", "house_id", "night"], values)


def _houses(connection: Connection, unplaced: Sequence[Row[Any]]) -> dict[uuid.UUID, list[Row[Any]]]:
    """All rows of the houses of these rows, on the nights that matter to them."""
    spans: dict[uuid.UUID, set[date]] = defaultdict(set)
    for row in unplaced:
        if row.house_id is not None:
            spans[row.house_id].add(row.night)
    reach = 2 * REACH * _DAY
    windows = [(house, night - reach, night + reach) for house, nights in spans.items() for night in sorted(nights)]
    merged: list[tuple[uuid.UUID, date, date]] = []
    for house, first, last in windows:
        if merged and merged[-1][0] == house and first <= merged[-1][2]:
            merged[-1] = (house, merged[-1][1], last)
        else:
            merged.append((house, first, last))
    members: dict[uuid.UUID, list[Row[Any]]] = defaultdict(list)
    named = {
        "houses": [house for house, _, _ in merged],
        "firsts": [first for _, first, _ in merged],
        "lasts": [last for _, _, last in merged],
    }
    for row in connection.execute(text(_BESIDE), named).all():
        members[row.house_id].append(row)
    return members


def _candidate(row: Row[Any]) -> Candidate:
    return Candidate(NightReading(row.night, row.other_night, row.is_timed, row.is_late), frozenset(row.acts))


def _follow_leaders(connection: Connection, rows: dict[int, Row[Any]], blocks: dict[int, _Block]) -> None:
    """Put the rows that a person joined with another into the block of that one."""
    led_by = leaders(all_decisions(connection))
    if not led_by:
        return
    concerned = {row.row_uuid for row in rows.values()}
    wanted = {row for pair in led_by.items() for row in pair if not concerned.isdisjoint(pair)}
    for row in connection.execute(text(_OF_ROWS), {"rows": [str(key) for key in wanted]}):
        rows.setdefault(row.raw_event_id, row)
    own = {row.row_uuid: blocks.get(key) or (row.placed_house, row.placed_night) for key, row in rows.items()}
    for key, row in rows.items():
        leader = led_by.get(row.row_uuid)
        if leader in own and own[leader][0] is not None:
            blocks[key] = own[leader]
