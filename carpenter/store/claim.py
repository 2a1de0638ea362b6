"""Claiming dirty blocks and reading what they are built from."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from carpenter.model import AssignedRow, RawRow, VenueRef
from carpenter.store.inputs import ARE_FACTS_CURRENT, RAW_COLUMNS, RAW_WIDTH, raw_row, traits_of, tuples
from carpenter.store.queue import as_arrays
from carpenter.titles.bill import stored_bill
from sms_database.ids import BlockKey
from sms_database.locks import BLOCK, shared_facts_lock


@dataclass(slots=True)
class Claim:
    """Blocks held by the current transaction, with all that they are built from."""

    rows: dict[BlockKey, list[AssignedRow]] = field(default_factory=dict)
    with_current_facts: set[int] = field(default_factory=set)
    """The rows whose facts are those of what they say now."""
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

_DIRTY_UNASSIGNED = f"""
SELECT {RAW_COLUMNS}, e.row_uuid, e.mention_id FROM dirty_raw_events d
JOIN raw_evidence e USING (raw_event_id) JOIN raw_events r ON r.id = e.raw_event_id
WHERE {ARE_FACTS_CURRENT} AND e.night IS NULL AND (cast(:source AS text) IS NULL OR r.source = :source)
  AND NOT EXISTS (SELECT FROM raw_placements p WHERE p.raw_event_id = d.raw_event_id)
ORDER BY d.raw_event_id LIMIT :batch FOR UPDATE OF d SKIP LOCKED
"""

_THESE = "unnest(cast(:houses AS uuid[]), cast(:nights AS date[])) AS block (house_id, night)"

_IS_PLACING_CUT_SHORT = "SELECT EXISTS (SELECT FROM carpenter_runs WHERE is_placing)"
"""Nobody assigns blocks while the lock of facts is shared, so a run that says so has been killed."""

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
    p.left_night, {ARE_FACTS_CURRENT}
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
    """Lock the blocks, given in order, read their rows, and delete them from the dirty queue.

    The deletion commits with the blocks' result. Waits for a block that another process builds; rows that the other has
    built are clean by then, and left alone. Claims nothing where a killed run has assigned some rows to blocks, and
    perhaps not all: a run has to assign the rest first.
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
    connection.execute(text(_BUILT), {"ids": sorted(dirty.keys() & taken.with_current_facts)})
    return taken


def read_blocks(connection: Connection, blocks: Iterable[BlockKey]) -> Claim:
    """All that blocks are built from, as it is now; holds nothing by itself."""
    selected = tuples(connection, _ROWS, as_arrays(blocks))
    traits = traits_of(connection, selected)
    venues = _venues(connection, {row[_MENTION] for row in selected})
    rows: dict[BlockKey, list[AssignedRow]] = defaultdict(list)
    taken = Claim()
    names: set[str] = set()
    for each in selected:
        founds, bill, asked, attested, mention, house_id, night, left, are_facts_current = each[RAW_WIDTH:]
        row = raw_row(each, traits, founds)
        venue, own_bill = venues.get(mention), stored_bill(bill)
        assigned = AssignedRow(row=row, venue=venue, night=night, own_bill=own_bill, asked=asked, left_night=left)
        rows[BlockKey(house_id, night)].append(assigned)
        if asked:
            names.update(asked, attested)
        if are_facts_current:
            taken.with_current_facts.add(row.id)
    for key in sorted(rows):
        taken.rows[key] = sorted(
            rows[key], key=lambda assigned: (assigned.row.source.slug, assigned.row.source_event_id)
        )
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


def claim_unassigned(connection: Connection, source: str | None, batch: int) -> list[tuple[RawRow, VenueRef | None]]:
    """Dirty rows that belong to no block, at most so many, each with its room; deleted from the dirty queue."""
    shared_facts_lock(connection)
    selected = tuples(connection, _DIRTY_UNASSIGNED, {"source": source, "batch": batch})
    traits = traits_of(connection, selected)
    venues = _venues(connection, {row[RAW_WIDTH + 1] for row in selected})
    taken = [(raw_row(row, traits, row[RAW_WIDTH]), venues.get(row[RAW_WIDTH + 1])) for row in selected]
    connection.execute(text(_BUILT), {"ids": [row.id for row, _ in taken]})
    return taken
