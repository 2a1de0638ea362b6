"""Reading mentions of rooms and what their rows say: those that have to be resolved, with all that concerns them."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from carpenter.likeness import are_related
from carpenter.mentions import Mention, NamedRoom, read_mention
from carpenter.rooms import BLOCK_LIMIT, MentionRows
from carpenter.store.rows import tuples

_COLUMNS = (
    "m.id, m.source, m.city, m.mention, m.venue_key, m.rule, m.block_keys, m.component_id, m.venue_id, m.house_id,"
    " m.explanation, m.is_stale"
)

_STALE = f"SELECT {_COLUMNS} FROM venue_mentions m WHERE m.is_stale"

_CLEAN = f"SELECT {_COLUMNS} FROM venue_mentions m WHERE NOT m.is_stale"

_IN_BLOCKS = f"SELECT {_COLUMNS} FROM venue_mentions m WHERE m.block_keys && cast(:keys AS text[]) AND NOT m.is_stale"

_IN_COMPONENTS = f"""
SELECT {_COLUMNS} FROM venue_mentions m WHERE m.component_id = ANY(:components) AND NOT m.is_stale
"""

_SIZES = "SELECT block_key, mentions FROM mention_blocks WHERE block_key = ANY(:keys)"

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
    component_id: uuid.UUID | None
    """None where it was never resolved."""
    venue_id: uuid.UUID | None
    house_id: uuid.UUID | None
    explanation: Sequence[Any]
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Concerned:
    """Every mention that a change may concern."""

    mentions: Mapping[uuid.UUID, StoredMention]
    """Those that have rows."""
    gone: Sequence[StoredMention]
    """Those that have none any more."""
    too_common: Collection[str]
    """The block keys that too many mentions share."""
    moved_sizes: Mapping[str, int]
    """By how many the mentions that share a block key have become more."""


def concerned_mentions(connection: Connection) -> Concerned:
    """The stale mentions, and all of the components that they are, were, or come to be part of."""
    stale = _read(connection.execute(text(_STALE)))
    without_rows = set(connection.scalars(text(_WITHOUT_ROWS))) if stale else set()
    gone = [stored for stored in stale if stored.mention.id in without_rows]
    found = [stored for stored in stale if stored.mention.id not in without_rows]
    new = [stored for stored in found if stored.component_id is None]
    moved = Counter(key for stored in new for key in stored.block_keys)
    moved.subtract(key for stored in gone if stored.component_id is not None for key in stored.block_keys)
    if len(stale) * 3 > (connection.scalar(text("SELECT count(*) FROM venue_mentions")) or 0):
        found += _read(connection.execute(text(_CLEAN)))
    else:
        components = {stored.component_id for stored in stale} | _met_components(connection, new, moved)
        found += _read(connection.execute(text(_IN_COMPONENTS), {"components": list(components - {None})}))
    sizes = _sizes(connection, {key for stored in found for key in stored.block_keys})
    too_common = {key for key in sizes.keys() | moved.keys() if sizes.get(key, 0) + moved[key] > BLOCK_LIMIT}
    return Concerned({stored.mention.id: stored for stored in found}, gone, too_common, moved)


def _met_components(
    connection: Connection, new: Sequence[StoredMention], moved: Mapping[str, int]
) -> set[uuid.UUID | None]:
    """The components that new mentions are related to, and those that a block key connected, or connects from now on:
    one that too many shared, or too many share.
    """
    sizes = _sizes(connection, moved.keys())
    common = {key: (sizes.get(key, 0) > BLOCK_LIMIT, sizes.get(key, 0) + by > BLOCK_LIMIT) for key, by in moved.items()}
    crossed = {key for key, (before, after) in common.items() if before != after}
    newcomers: dict[str, list[Mention]] = defaultdict(list)
    for stored in new:
        for key in stored.block_keys:
            if not common[key][1]:
                newcomers[key].append(stored.mention)
    beside = _read(connection.execute(text(_IN_BLOCKS), {"keys": list(newcomers.keys() | crossed)}))
    return {
        stored.component_id
        for stored in beside
        if not crossed.isdisjoint(stored.block_keys)
        or any(are_related(stored.mention, other) for key in stored.block_keys for other in newcomers.get(key, ()))
    }


def _sizes(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    """How many resolved mentions share each of these block keys."""
    return dict(tuples(connection, _SIZES, {"keys": list(keys)}))


def rows_of_mentions(connection: Connection, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, MentionRows]:
    """What the rows of each mention say; mentions without rows are left out."""
    named = {"ids": [str(i) for i in ids]}
    found = {
        row.mention_id: MentionRows(row.rows, row.first_seen_at) for row in connection.execute(text(_TOTALS), named)
    }
    # Of the million rows of a large catalog, each name and each night is kept once.
    kept: dict[Any, Any] = {}
    for mention_id, night, acts in tuples(connection, _NIGHTS, named):
        said = found[mention_id].acts
        names = frozenset(kept.setdefault(act, act) for act in acts)
        if night in said:
            names |= said[night]
        said[kept.setdefault(night, night)] = kept.setdefault(names, names)
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
            component_id=row.component_id,
            venue_id=row.venue_id,
            house_id=row.house_id,
            explanation=row.explanation,
            is_stale=row.is_stale,
        )
        for row in rows
    ]
