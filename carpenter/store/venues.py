"""Resolving the mentions of rooms into venues, and writing what changed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import Connection, Engine, text

from carpenter.model import evidence_json
from carpenter.store.bulk import numbers_array, stage, upsert
from carpenter.store.mentions import Concerned, StoredMention, concerned_mentions
from carpenter.store.queue import mark_dirty, unplace
from carpenter.venues.blocking import MentionRows, components
from carpenter.venues.canonical import VENUE_PARTICULARS, describe_venue
from carpenter.venues.clustering import Room, resolve
from carpenter.venues.gazetteer import VenueIndex
from carpenter.venues.mention import Mention
from carpenter.venues.scoring import MentionPair
from sms_database.ids import founded_venue_uuid
from sms_database.locks import exclusive_facts_lock
from sms_text.text import slugify

BATCH = 2_000
"""Mentions that are resolved and written at a time, roughly; a component is never cut."""

_VENUE_COLUMNS = (
    *("city", "name", "slug"),
    *VENUE_PARTICULARS,
    *("latitude", "longitude", "timezone", "website", "parent_id"),
)

_ZONES = frozenset(available_timezones())

_VENUES = f"SELECT id, {', '.join(_VENUE_COLUMNS)} FROM venues WHERE id = ANY(cast(:ids AS uuid[]))"

_SAID = """
UPDATE venue_mentions m SET rows = s.rows, first_seen_at = s.first_seen_at, shows = s.shows,
    component_id = s.component_id, venue_id = s.venue_id, house_id = s.house_id, explanation = s.explanation,
    is_stale = false
FROM {staged} s WHERE m.id = s.id
"""

_SAID_COLUMNS = ("id", "rows", "first_seen_at", "shows", "component_id", "venue_id", "house_id", "explanation")

_COUNT_SIZES = """
INSERT INTO mention_blocks AS b (block_key, mentions)
SELECT * FROM unnest(cast(:keys AS text[]), cast(:deltas AS integer[]))
ON CONFLICT (block_key) DO UPDATE SET mentions = b.mentions + excluded.mentions
"""

_LEFT = "UPDATE venues SET may_be_unused = true WHERE id = ANY(cast(:venues AS uuid[]))"

_EMPTY_BLOCKS = "DELETE FROM mention_blocks WHERE mentions = 0 AND block_key = ANY(:keys)"

_SPELLINGS = """
WITH counted AS (
    SELECT m.venue_id, m.mention->>'name' AS alias, count(*) AS mentions
    FROM venue_mentions m JOIN raw_evidence e ON e.mention_id = m.id
    WHERE m.venue_id = ANY(cast(:venues AS uuid[])) GROUP BY 1, 2
), gone AS (
    UPDATE venue_aliases a SET mentions = 0 WHERE a.venue_id = ANY(cast(:venues AS uuid[]))
    AND NOT EXISTS (SELECT FROM counted c WHERE c.venue_id = a.venue_id AND c.alias = a.alias)
)
INSERT INTO venue_aliases AS a (venue_id, alias, mentions) SELECT * FROM counted ORDER BY 1, 2
ON CONFLICT (venue_id, alias) DO UPDATE SET mentions = excluded.mentions WHERE a.mentions <> excluded.mentions
"""

_UNUSED_SPELLINGS = """
DELETE FROM venue_aliases WHERE venue_id = ANY(cast(:venues AS uuid[])) AND mentions = 0 AND NOT is_fact
"""

_ROWS_OF = "SELECT raw_event_id FROM raw_evidence WHERE mention_id = ANY(cast(:mentions AS uuid[]))"

_SHOWN = ("city", "name", "timezone")
"""What the rows of a venue are built by."""


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A mention with the venue that it means now."""

    stored: StoredMention
    component_id: uuid.UUID
    venue_id: uuid.UUID
    house_id: uuid.UUID
    explanation: Sequence[Any]

    @property
    def is_elsewhere(self) -> bool:
        """Has it left a venue or a house?"""
        return self.stored.venue_id not in (None, self.venue_id) or self.stored.house_id not in (None, self.house_id)

    @property
    def is_news(self) -> bool:
        """Is anything else than what is stored?"""
        stored = self.stored
        before = (stored.component_id, stored.explanation)
        return stored.is_stale or self.is_elsewhere or before != (self.component_id, self.explanation)


def resolve_rooms(engine: Engine, venues: VenueIndex) -> int:
    """Resolve the stale mentions and all that they concern; returns how many mentions were looked at."""
    with engine.begin() as connection:
        exclusive_facts_lock(connection)
        concerned = concerned_mentions(connection)
        mentions = [each.mention for each in concerned.mentions.values()]
        for batch in _batches(components(mentions, concerned.pairs(mentions), concerned.rows)):
            _resolve(connection, batch, concerned, venues)
        _delete_mentions(connection, concerned.gone)
        _count_sizes(connection, concerned.moved_sizes)
        return len(mentions)


def _batches(found: Sequence[list[Mention]]) -> Iterator[list[list[Mention]]]:
    batch: list[list[Mention]] = []
    for component in found:
        batch.append(component)
        if sum(map(len, batch)) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _resolve(
    connection: Connection,
    batch: Sequence[Sequence[Mention]],
    concerned: Concerned,
    venues: VenueIndex,
) -> None:
    rooms: list[Room] = []
    resolved: list[_Resolved] = []
    for component in batch:
        component_id = min(mention.id for mention in component)
        for room in resolve(component, concerned.pairs(component), concerned.rows):
            rooms.append(room)
            resolved += _resolved(room, component_id, concerned.mentions, venues)
    changed_venues = _write_venues(connection, rooms, resolved, concerned.rows, venues)
    _mark_moved(connection, resolved, changed_venues)
    _write_mentions(connection, [each for each in resolved if each.is_news])


def _resolved(
    room: Room, component_id: uuid.UUID, stored: Mapping[uuid.UUID, StoredMention], venues: VenueIndex
) -> Iterator[_Resolved]:
    venue_id, house_id = _venue_id(room, venues), _house_id(room, venues)
    for mention in room.members:
        pair = room.evidence.get(mention.id)
        explanation = _explanation(mention, pair) if pair else []
        yield _Resolved(stored[mention.id], component_id, venue_id, house_id, explanation)


def _explanation(mention: Mention, pair: MentionPair) -> list[dict[str, Any]]:
    other = pair.right if pair.left is mention else pair.left
    return [{"with": str(other.id)}, *(evidence_json(evidence) for evidence in pair.evidence)]


def _venue_id(room: Room, venues: VenueIndex) -> uuid.UUID:
    """That of venues.toml, else one made of the founding mention."""
    if facts := venues.facts_of(room.venue_key):
        return facts.id
    return founded_venue_uuid(room.members[0].id)


def _house_id(room: Room, venues: VenueIndex) -> uuid.UUID:
    """The house that the room is in; itself where it is in none."""
    if facts := venues.facts_of(room.venue_key):
        return venues.house_of(facts).id
    return _house_id(room.house, venues) if room.house else _venue_id(room, venues)


def _write_venues(
    connection: Connection,
    rooms: Sequence[Room],
    resolved: Sequence[_Resolved],
    rows: Mapping[uuid.UUID, MentionRows],
    venues: VenueIndex,
) -> set[uuid.UUID]:
    """Describe the founded venues; returns those whose rows are built by something else now."""
    particulars = {each.stored.mention.id: each.stored.particulars for each in resolved}
    described: dict[uuid.UUID, dict[str, Any]] = {}
    for room in rooms:
        if room.venue_key is None:
            said = [(particulars[m.id], m.town, rows[m.id].count, str(m.id)) for m in room.members]
            venue_id, house_id = _venue_id(room, venues), _house_id(room, venues)
            facts = describe_venue(said)
            zone = facts["timezone"] if facts["timezone"] in _ZONES else None
            parent = house_id if house_id != venue_id else None
            described[venue_id] = facts | {"slug": slugify(facts["name"]), "timezone": zone, "parent_id": parent}
    named = {"ids": [str(venue_id) for venue_id in described]}
    before = {row.id: row._mapping for row in connection.execute(text(_VENUES), named)}
    changed = {
        venue_id: facts
        for venue_id, facts in described.items()
        if venue_id not in before or any(before[venue_id][name] != facts[name] for name in _VENUE_COLUMNS)
    }
    upsert(
        connection,
        "venues",
        ["id"],
        ["id", *_VENUE_COLUMNS],
        ([venue_id, *(facts[name] for name in _VENUE_COLUMNS)] for venue_id, facts in changed.items()),
    )
    return {
        venue_id
        for venue_id, facts in changed.items()
        if venue_id in before and any(before[venue_id][name] != facts[name] for name in _SHOWN)
    }


def _mark_moved(connection: Connection, resolved: Sequence[_Resolved], changed_venues: set[uuid.UUID]) -> None:
    """Have the rows built again whose venue is another, or described otherwise; place anew those of another house."""
    _mark_left(connection, [each.stored for each in resolved if each.is_elsewhere])
    moved = [str(each.stored.mention.id) for each in resolved if each.stored.house_id not in (None, each.house_id)]
    other = [
        str(each.stored.mention.id)
        for each in resolved
        if each.stored.venue_id not in (None, each.venue_id) or each.venue_id in changed_venues
    ]
    if other:
        mark_dirty(connection, _ROWS_OF, {"mentions": other})
    if moved:
        unplace(connection, _ROWS_OF, {"mentions": moved})


def _write_mentions(connection: Connection, resolved: Sequence[_Resolved]) -> None:
    staged = stage(connection, "venue_mentions", _SAID_COLUMNS, map(_said, resolved))
    connection.execute(text(_SAID.format(staged=staged)))
    _count_spellings(connection, {i for each in resolved for i in (each.venue_id, each.stored.venue_id)})


def _said(resolved: _Resolved) -> list[object]:
    stored = resolved.stored
    assert stored.rows is not None, "a mention that is resolved has rows"
    said = [stored.rows.count, stored.rows.first_seen_at, numbers_array(stored.rows.shows)]
    return [stored.mention.id, *said, resolved.component_id, resolved.venue_id, resolved.house_id, resolved.explanation]


def _delete_mentions(connection: Connection, gone: Sequence[StoredMention]) -> None:
    if gone:
        connection.execute(
            text("DELETE FROM venue_mentions WHERE id = ANY(cast(:ids AS uuid[]))"),
            {"ids": [str(each.mention.id) for each in gone]},
        )
        _mark_left(connection, gone)
        _count_spellings(connection, {each.venue_id for each in gone})


def _mark_left(connection: Connection, mentions: Sequence[StoredMention]) -> None:
    """Have the venues looked at that mentions leave."""
    left = {i for each in mentions for i in (each.venue_id, each.house_id) if i is not None}
    if left:
        connection.execute(text(_LEFT), {"venues": sorted(map(str, left))})


def _count_spellings(connection: Connection, venues: Collection[uuid.UUID | None]) -> None:
    """Count anew how the rows of these venues spell them."""
    named = {"venues": [str(venue_id) for venue_id in venues if venue_id is not None]}
    connection.execute(text(_SPELLINGS), named)
    connection.execute(text(_UNUSED_SPELLINGS), named)


def _count_sizes(connection: Connection, moved: Mapping[str, int]) -> None:
    deltas = {key: by for key, by in sorted(moved.items()) if by}
    connection.execute(text(_COUNT_SIZES), {"keys": list(deltas), "deltas": list(deltas.values())})
    connection.execute(text(_EMPTY_BLOCKS), {"keys": [key for key, by in deltas.items() if by < 0]})
