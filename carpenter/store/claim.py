"""Claiming dirty blocks and reading what they are built from."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from carpenter.model import Placed, RawRow, VenueRef
from carpenter.store.inputs import IS_SURVEYED, RAW_COLUMNS, RAW_WIDTH, raw_row, traits_of, tuples
from carpenter.store.queue import as_arrays
from carpenter.titles.bill import stored_bill
from sms_database.ids import BlockKey
from sms_database.locks import BLOCK, shared_facts_lock


@dataclass(slots=True)
class Claim:
    """Blocks held by the current transaction, with all that they are built from."""

    rows: dict[BlockKey, list[Placed]] = field(default_factory=dict)
    surveyed: set[int] = field(default_factory=set)
    """The rows whose evidence is that of what they now say."""
    known_names: frozenset[str] = frozenset()

    @property
    def row_count(self) -> int:
        return sum(map(len, self.rows.values()))


_DIRTY_BLOCKS = """
SELECT p.house_id, p.night, count(*) AS rows
FROM dirty_raw_events d JOIN raw_placements p USING (raw_event_id)
WHERE (cast(:source AS text) IS NULL OR EXISTS (
      SELECT FROM raw_events r WHERE r.id = d.raw_event_id AND r.source = :source))
  AND (cast(:city AS text) IS NULL OR EXISTS (
      SELECT FROM raw_evidence e JOIN venue_mentions m ON m.id = e.mention_id JOIN venues v ON v.id = m.venue_id
      WHERE e.raw_event_id = d.raw_event_id AND v.city = :city))
GROUP BY p.house_id, p.night ORDER BY p.house_id, p.night
"""

_DIRTY_UNPLACED = f"""
SELECT {RAW_COLUMNS}, e.row_uuid FROM dirty_raw_events d
JOIN raw_evidence e USING (raw_event_id) JOIN raw_events r ON r.id = e.raw_event_id
WHERE {IS_SURVEYED} AND e.night IS NULL AND (cast(:source AS text) IS NULL OR r.source = :source)
ORDER BY d.raw_event_id LIMIT :batch FOR UPDATE OF d SKIP LOCKED
"""

_THESE = "unnest(cast(:houses AS uuid[]), cast(:nights AS date[])) AS block (house_id, night)"

_IS_PLACING_CUT_SHORT = "SELECT EXISTS (SELECT FROM carpenter_runs WHERE is_placing)"
"""Nobody is placing while evidence is held still, so whoever says so has been killed."""

_LOCK = f"""
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT {BLOCK} AS key
    FROM {_THESE} ORDER BY 1
) locks
"""

# Whoever changes one of these rows from here on waits, at its entry, until this transaction ends.
_CLAIM = f"""
SELECT d.raw_event_id, p.house_id, p.night FROM {_THESE} JOIN raw_placements p USING (house_id, night)
JOIN dirty_raw_events d USING (raw_event_id) ORDER BY d.raw_event_id FOR UPDATE OF d
"""

_ROWS = f"""
SELECT {RAW_COLUMNS}, e.row_uuid, e.bill, e.asked_names, e.attested_names, e.mention_id, p.house_id, p.night,
    p.left_night, {IS_SURVEYED}
FROM {_THESE} JOIN raw_placements p USING (house_id, night) JOIN raw_events r ON r.id = p.raw_event_id
JOIN raw_evidence e ON e.raw_event_id = r.id
"""

_MENTION = RAW_WIDTH + 4
"""Where `mention_id` stands in these."""

_VENUES = """
SELECT m.id, v.id, m.venue_key, v.name, v.city, v.timezone, m.house_id, m.mention->>'name', m.rule
FROM venue_mentions m JOIN venues v ON v.id = m.venue_id WHERE m.id = ANY(:mentions)
"""

_BUILT = "DELETE FROM dirty_raw_events WHERE raw_event_id = ANY(:ids)"

_KNOWN_NAMES = "SELECT name_key FROM known_names WHERE name_key = ANY(:names)"


def dirty_blocks(connection: Connection, source: str | None, city: str | None) -> list[tuple[BlockKey, int]]:
    """The blocks that hold dirty rows, with how many, in a stable order."""
    rows = connection.execute(text(_DIRTY_BLOCKS), {"source": source, "city": city})
    return [(BlockKey(row.house_id, row.night), row.rows) for row in rows]


def claim(connection: Connection, blocks: Sequence[BlockKey]) -> Claim:
    """Hold the blocks, given in order, until the transaction ends; read their rows, and take them for built.

    Waits for a block that another process builds; what that one has built is clean, and left alone. Takes nothing while
    rows stand where a killed run has left them: they have to be placed to the end first.
    """
    shared_facts_lock(connection)
    if connection.scalar(text(_IS_PLACING_CUT_SHORT)):
        return Claim()
    connection.execute(text(_LOCK), as_arrays(blocks))
    dirty = {
        row.raw_event_id: BlockKey(row.house_id, row.night)
        for row in connection.execute(text(_CLAIM), as_arrays(blocks))
    }
    taken = read_blocks(connection, set(dirty.values()))
    connection.execute(text(_BUILT), {"ids": sorted(dirty.keys() & taken.surveyed)})
    return taken


def read_blocks(connection: Connection, blocks: Iterable[BlockKey]) -> Claim:
    """All that blocks are built from, as it is now; holds nothing by itself."""
    selected = tuples(connection, _ROWS, as_arrays(blocks))
    traits = traits_of(connection, selected)
    venues = _venues(connection, {row[_MENTION] for row in selected})
    rows: dict[BlockKey, list[Placed]] = defaultdict(list)
    taken = Claim()
    names: set[str] = set()
    for each in selected:
        founds, bill, asked, attested, mention, house_id, night, left, is_surveyed = each[RAW_WIDTH:]
        row = raw_row(each, traits, founds)
        venue, own_bill = venues.get(mention), stored_bill(bill)
        placed = Placed(row=row, venue=venue, night=night, own_bill=own_bill, asked=asked, left_night=left)
        rows[BlockKey(house_id, night)].append(placed)
        if asked:
            names.update(asked, attested)
        if is_surveyed:
            taken.surveyed.add(row.id)
    for key in sorted(rows):
        taken.rows[key] = sorted(rows[key], key=lambda placed: (placed.row.source.slug, placed.row.source_event_id))
    taken.known_names = frozenset(connection.scalars(text(_KNOWN_NAMES), {"names": list(names)}))
    return taken


def _venues(connection: Connection, mentions: Collection[uuid.UUID | None]) -> dict[uuid.UUID | None, VenueRef]:
    """The venues that mentions mean, by the ids of these."""
    return {
        mention_id: VenueRef(
            id=venue_id, key=key, name=name, city=city, timezone=zone, house_id=house_id, mention=mention, rule=rule
        )
        for mention_id, venue_id, key, name, city, zone, house_id, mention, rule in tuples(
            connection, _VENUES, {"mentions": [mention for mention in mentions if mention is not None]}
        )
    }


def claim_unplaced(connection: Connection, source: str | None, batch: int) -> list[tuple[RawRow, str]]:
    """Dirty rows that belong to no block, taken for built, each with the reason."""
    shared_facts_lock(connection)
    selected = tuples(connection, _DIRTY_UNPLACED, {"source": source, "batch": batch})
    traits = traits_of(connection, selected)
    taken = [(raw := raw_row(row, traits, row[RAW_WIDTH]), _why_unplaced(raw)) for row in selected]
    connection.execute(text(_BUILT), {"ids": [row.id for row, _ in taken]})
    return taken


def _why_unplaced(row: RawRow) -> str:
    if row.source.is_setlist:
        return "setlist: what was played is no part of the calendar"
    return f"no day: {row.data.get('event_day') or 'none given'}"
