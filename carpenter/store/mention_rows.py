"""Reading mentions of rooms and what their rows say: those that have to be resolved, with all that concerns them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from carpenter.mentions import Mention, NamedRoom, read_mention
from carpenter.rooms import BLOCK_LIMIT, MentionRows, are_related

_COLUMNS = (
    "m.id, m.source, m.city, m.mention, m.venue_key, m.rule, m.block_keys, m.venue_id, m.house_id, m.explanation,"
    " m.is_stale"
)

_STALE = f"SELECT {_COLUMNS} FROM venue_mentions m WHERE m.is_stale"

_ALL = f"SELECT {_COLUMNS} FROM venue_mentions m"

_BESIDE = f"""
SELECT {_COLUMNS} FROM venue_mentions m WHERE m.block_keys && cast(:keys AS text[])
"""

_SIZES = """
SELECT k.key, count(*) AS members FROM venue_mentions m, unnest(m.block_keys) AS k (key)
WHERE m.block_keys && cast(:keys AS text[]) AND k.key = ANY(:keys) GROUP BY k.key
"""

_WITHOUT_ROWS = """
SELECT m.id FROM venue_mentions m
WHERE m.is_stale AND NOT EXISTS (SELECT FROM raw_evidence e WHERE e.mention_id = m.id)
"""

_NIGHTS = """
SELECT e.mention_id, e.night, e.acts FROM raw_evidence e
WHERE e.mention_id = ANY(cast(:ids AS uuid[])) AND e.night IS NOT NULL AND e.acts <> '{}'
"""

_TOTALS = """
SELECT e.mention_id, count(*) AS rows, min(e.first_seen_at) AS first_seen_at FROM raw_evidence e
WHERE e.mention_id = ANY(cast(:ids AS uuid[])) GROUP BY e.mention_id
"""


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A mention as it is stored, and taken apart."""

    mention: Mention
    particulars: Mapping[str, Any]
    rule: str
    block_keys: Sequence[str]
    venue_id: uuid.UUID | None
    house_id: uuid.UUID | None
    explanation: Sequence[Any]
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Concerned:
    """Every mention that a change may concern, with the block keys that too many mentions with rows share."""

    mentions: Mapping[uuid.UUID, StoredMention]
    too_common: frozenset[str]


def concerned_mentions(connection: Connection) -> Concerned:
    """The stale mentions, and all that are related to them, however far."""
    found = {m.mention.id: m for m in _read(connection.execute(text(_STALE)))}
    if not found:
        return Concerned({}, frozenset())
    gone = set(connection.scalars(text(_WITHOUT_ROWS)))
    if len(found) * 3 > (connection.scalar(text("SELECT count(*) FROM venue_mentions")) or 0):
        found = {m.mention.id: m for m in _read(connection.execute(text(_ALL)))}
        shared = Counter(key for i, stored in found.items() if i not in gone for key in stored.block_keys)
        return Concerned(found, frozenset(key for key, size in shared.items() if size > BLOCK_LIMIT))
    came = Counter(key for s in found.values() if s.venue_id is None for key in s.block_keys)
    went = Counter(key for s in found.values() if s.mention.id in gone for key in s.block_keys)
    too_common: set[str] = set()
    asked: set[str] = set()
    pool: dict[uuid.UUID, StoredMention] = {}
    frontier = list(found.values())
    while frontier:
        keys = {key for stored in frontier for key in stored.block_keys} - asked
        asked |= keys
        counted = connection.execute(text(_SIZES), {"keys": list(keys)})
        sizes = {row.key: (row.members - came[row.key], row.members - went[row.key]) for row in counted}
        too_common |= {key for key, (_, after) in sizes.items() if after > BLOCK_LIMIT}
        # What grew beyond the limit just now connected its members before; what shrank to it connects them from now on.
        wanted = {key for key, both in sizes.items() if min(both) <= BLOCK_LIMIT}
        crossed = {key for key in wanted if max(sizes[key]) > BLOCK_LIMIT}
        pool |= {s.mention.id: s for s in _read(connection.execute(text(_BESIDE), {"keys": list(wanted)}))}
        for key in found.keys() & pool.keys():
            del pool[key]
        frontier = [
            stored
            for stored in pool.values()
            if not crossed.isdisjoint(stored.block_keys) or any(_are_beside(stored, other) for other in frontier)
        ]
        found |= {stored.mention.id: stored for stored in frontier}
        for stored in frontier:
            del pool[stored.mention.id]
    return Concerned(found, frozenset(too_common))


def _are_beside(left: StoredMention, right: StoredMention) -> bool:
    return not set(left.block_keys).isdisjoint(right.block_keys) and are_related(left.mention, right.mention)


def rows_of_mentions(connection: Connection, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, MentionRows]:
    """What the rows of each mention say; mentions without rows are left out."""
    named = {"ids": [str(i) for i in ids]}
    found = {
        row.mention_id: MentionRows(row.rows, row.first_seen_at) for row in connection.execute(text(_TOTALS), named)
    }
    for mention_id, night, acts in connection.execute(text(_NIGHTS), named):
        found[mention_id].acts.setdefault(night, set()).update(acts)
    return found


def _read(rows: Iterable[Row[Any]]) -> list[StoredMention]:
    return [
        StoredMention(
            mention=read_mention(
                NamedRoom(id=row.id, source=row.source, city=row.city, mention=row.mention), row.venue_key
            ),
            particulars=row.mention,
            rule=row.rule,
            block_keys=row.block_keys,
            venue_id=row.venue_id,
            house_id=row.house_id,
            explanation=row.explanation,
            is_stale=row.is_stale,
        )
        for row in rows
    ]
