"""Reading mentions of rooms and what their rows say: those that have to be resolved, with all that concerns them."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from carpenter.store.bulk import numbers_array, stage, words_array
from carpenter.store.inputs import tuples
from carpenter.venues.blocking import BLOCK_LIMIT, MentionRows, block_pairs, show_keys, show_numbers
from carpenter.venues.cooccurrence import Shows
from carpenter.venues.mention import Mention, NamedRoom, read_mention
from carpenter.venues.scoring import may_be_one

_COLUMNS = """
m.id, m.source, m.city, m.mention, m.venue_key, m.rule, m.block_keys, m.rows, m.first_seen_at, m.shows,
m.component_id, m.venue_id, m.house_id, m.explanation, m.is_stale
"""

_STALE = f"SELECT {_COLUMNS} FROM venue_mentions m WHERE m.is_stale"

_CLEAN = f"SELECT {_COLUMNS} FROM venue_mentions m WHERE NOT m.is_stale"

_TOTALS = """
SELECT e.mention_id, count(*), min(e.first_seen_at) FROM venue_mentions m JOIN raw_evidence e ON e.mention_id = m.id
WHERE m.is_stale GROUP BY e.mention_id
"""

_SHOWS = """
SELECT e.mention_id, array_agg(DISTINCT show)
FROM venue_mentions m JOIN raw_evidence e ON e.mention_id = m.id, unnest(e.shows) AS show
WHERE m.is_stale GROUP BY e.mention_id
"""

_IN_BLOCKS = f"""
SELECT {_COLUMNS} FROM venue_mentions m
WHERE (m.block_keys && cast(:keys AS text[]) OR m.shows && cast(:shows AS bigint[])) AND NOT m.is_stale
"""

# A mention that was resolved before can only come near others by shows that both name.
_BESIDE = f"""
SELECT {_COLUMNS} FROM venue_mentions m WHERE NOT m.is_stale AND m.id IN (
    SELECT n.id FROM {{staged}} s JOIN venue_mentions n ON n.shows && s.shows
    UNION SELECT n.id FROM {{staged}} s JOIN venue_mentions n ON n.block_keys && s.block_keys
    WHERE s.component_id IS NULL)
"""

_IN_COMPONENTS = f"""
SELECT {_COLUMNS} FROM venue_mentions m WHERE m.component_id = ANY(:components) AND NOT m.is_stale
"""

_STAGED = ("id", "block_keys", "shows", "component_id")

_SIZES = "SELECT block_key, mentions FROM mention_blocks WHERE block_key = ANY(:keys)"


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A mention as it is stored, taken apart, with what its rows say now."""

    mention: Mention
    particulars: Mapping[str, Any]
    rule: str
    block_keys: Sequence[str]
    shows_before: Shows
    """When it was resolved."""
    rows: MentionRows | None
    """None where it has none."""
    component_id: uuid.UUID | None
    """None where it was never resolved."""
    venue_id: uuid.UUID | None
    house_id: uuid.UUID | None
    explanation: Sequence[Any]
    is_stale: bool

    @property
    def keys(self) -> list[str]:
        """All that it can share with others now."""
        return [*self.block_keys, *show_keys(self.rows.shows if self.rows else ())]

    @property
    def keys_before(self) -> list[str]:
        """What it could share when it was resolved."""
        return [*self.block_keys, *show_keys(self.shows_before)] if self.component_id is not None else []


@dataclass(slots=True)
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
    rows: Mapping[uuid.UUID, MentionRows] = field(init=False)
    """What is resolved by: without the shows that too many share."""
    keys: Mapping[uuid.UUID, Collection[str]] = field(init=False)

    def __post_init__(self) -> None:
        common = frozenset(show_numbers(self.too_common))
        self.rows = {
            key: stored.rows if stored.rows.shows.isdisjoint(common) else stored.rows.without(common)
            for key, stored in self.mentions.items()
            if stored.rows is not None
        }
        self.keys = {key: stored.keys for key, stored in self.mentions.items()}

    def pairs(self, mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
        """Which of some mentions to compare, by position."""
        return block_pairs(mentions, self.keys, self.too_common)


def concerned_mentions(connection: Connection) -> Concerned:
    """The stale mentions, and all of the components that they are, were, or come to be part of."""
    stale = _stale(connection)
    gone = [stored for stored in stale if stored.rows is None]
    found = [stored for stored in stale if stored.rows is not None]
    moved = Counter(key for stored in found for key in stored.keys)
    moved.subtract(key for stored in stale for key in stored.keys_before)
    moved = Counter({key: by for key, by in moved.items() if by})
    if len(stale) * 3 > (connection.scalar(text("SELECT count(*) FROM venue_mentions")) or 0):
        found += _read(connection, _CLEAN)
    else:
        components = {stored.component_id for stored in stale} | _met_components(connection, found, moved)
        found += _read(connection, _IN_COMPONENTS, {"components": list(components - {None})})
    sizes = _sizes(connection, {key for stored in found for key in stored.keys})
    too_common = {key for key in sizes.keys() | moved.keys() if sizes.get(key, 0) + moved[key] > BLOCK_LIMIT}
    return Concerned({stored.mention.id: stored for stored in found}, gone, too_common, moved)


def _met_components(
    connection: Connection, stale: Sequence[StoredMention], moved: Mapping[str, int]
) -> set[uuid.UUID | None]:
    """The components that stale mentions come to be part of, and those that a block key connected, or connects from now
    on: one that too many shared, or too many share.
    """
    sizes = _sizes(connection, {key for stored in stale for key in stored.keys} | moved.keys())
    common = {key for key in sizes.keys() | moved.keys() if sizes.get(key, 0) + moved.get(key, 0) > BLOCK_LIMIT}
    crossed = {key for key in moved if (sizes.get(key, 0) > BLOCK_LIMIT) != (key in common)}
    sharing: dict[str, list[int]] = defaultdict(list)
    for position, stored in enumerate(stale):
        for key in stored.keys:
            if key not in common:
                sharing[key].append(position)
    staged = stage(connection, "venue_mentions", _STAGED, (_staged(stored, common) for stored in stale))
    beside = _read(connection, _BESIDE.format(staged=staged))
    met: set[uuid.UUID | None] = set()
    for other in beside:
        if other.component_id not in met:
            near = {position for key in other.keys for position in sharing.get(key, ())}
            if any(_may_be_one(other, stale[position]) for position in near):
                met.add(other.component_id)
    named = {"keys": list(crossed), "shows": show_numbers(crossed)}
    return met.union(stored.component_id for stored in _read(connection, _IN_BLOCKS, named))


def _staged(stored: StoredMention, common: Collection[str]) -> list[object]:
    keys = [key for key in stored.block_keys if key not in common]
    shows = show_numbers(key for key in stored.keys if key not in common)
    return [stored.mention.id, words_array(keys), numbers_array(shows), stored.component_id]


def _may_be_one(left: StoredMention, right: StoredMention) -> bool:
    if left.rows is None or right.rows is None:
        return False
    return may_be_one(left.mention, right.mention, left.rows.shows, right.rows.shows)


def _sizes(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    """How many resolved mentions share each of these block keys."""
    return dict(tuples(connection, _SIZES, {"keys": list(keys)}))


def _stale(connection: Connection) -> list[StoredMention]:
    """The stale mentions with what their rows say now."""
    shows = dict(tuples(connection, _SHOWS, {}))
    said = {
        mention_id: MentionRows(rows, first_seen_at, frozenset(shows.get(mention_id, ())))
        for mention_id, rows, first_seen_at in tuples(connection, _TOTALS, {})
    }
    return [replace(stored, rows=said.get(stored.mention.id)) for stored in _read(connection, _STALE)]


def _read(connection: Connection, query: str, parameters: Mapping[str, Any] | None = None) -> list[StoredMention]:
    return [_stored_mention(*row) for row in tuples(connection, query, parameters or {})]


def _stored_mention(
    id: uuid.UUID,
    source: str,
    city: str | None,
    particulars: Mapping[str, Any],
    venue_key: str | None,
    rule: str,
    block_keys: Sequence[str],
    rows: int,
    first_seen_at: datetime | None,
    shows: Iterable[int],
    component_id: uuid.UUID | None,
    venue_id: uuid.UUID | None,
    house_id: uuid.UUID | None,
    explanation: Sequence[Any],
    is_stale: bool,
) -> StoredMention:
    room, before = NamedRoom(id=id, source=source, city=city, mention=particulars), frozenset(shows)
    return StoredMention(
        mention=read_mention(room, venue_key),
        particulars=particulars,
        rule=rule,
        block_keys=block_keys,
        shows_before=before,
        rows=MentionRows(rows, first_seen_at, before) if first_seen_at is not None else None,
        component_id=component_id,
        venue_id=venue_id,
        house_id=house_id,
        explanation=explanation,
        is_stale=is_stale,
    )
