"""What an event was made of, and what became of it: rows, rooms, former ids, audit, and pairs not yet decided."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from sms_database.ids import BlockKey
from sms_database.vocabulary import DOUBTFUL_KIND


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A raw row of an event, with why it is one of its rows."""

    source: str
    source_event_id: str
    trust: int
    """Rank of its source, used when values disagree."""
    row_uuid: uuid.UUID
    source_url: str | None
    title: str
    fetched_at: datetime
    first_seen_at: datetime
    last_seen_at: datetime
    changed_at: datetime
    unlisted_at: datetime | None
    earlier_versions: int
    crawl_verdict: str | None
    """Of the crawl that brought this version."""
    score: float
    """0 to 1: how surely the row belongs with the others; 1 for a founder."""
    explanation: Sequence[Mapping[str, Any]]
    """`{"with": key of the row that it was compared with}`, then `{"feature", "detail", "weight"}`, which add up to the
    score. Empty for a row that is alone, or that a person joined.
    """
    bill: Sequence[Mapping[str, Any]]
    """The acts that this row itself names."""
    notes: Sequence[Mapping[str, Any]]
    """What was dropped or repaired in reading it: `{"field", "reason"}`."""

    @property
    def key(self) -> str:
        """SOURCE/SOURCE_EVENT_ID."""
        return f"{self.source}/{self.source_event_id}"

    @property
    def compared_with(self) -> str | None:
        """Key of the row that it was compared with."""
        return next((part["with"] for part in self.explanation if "with" in part), None)

    @property
    def evidence(self) -> list[Mapping[str, Any]]:
        """What its score is made of."""
        return [part for part in self.explanation if "with" not in part]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomMention:
    """How a row names its room, and which venue that was taken for."""

    row_key: str
    mention: uuid.UUID
    printed: str | None
    address: str | None
    rule: str | None
    venue: str | None
    explanation: Sequence[Mapping[str, Any]]
    """As for a row, of the mention that it was joined by."""
    other_printed: str | None
    """How that one is printed; None also where no row names it any more."""
    other_source: str | None

    @property
    def evidence(self) -> list[Mapping[str, Any]]:
        """Why it is the same room as the other mention."""
        return [part for part in self.explanation if "with" not in part]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """What a run of the carpenter did to an event."""

    recorded_at: datetime
    carpenter_run_id: int
    run: str
    """What the run was for."""
    change: str
    diff: Mapping[str, Any]
    """field -> [before, after]."""
    reason: str | None


_ROWS = """
SELECT r.source, r.source_event_id, z.trust, w.row_uuid, r.source_url, r.data->>'title' AS title,
    r.fetched_at, r.first_seen_at, r.last_seen_at, r.changed_at, r.unlisted_at,
    (SELECT count(*) FROM raw_event_versions x WHERE x.raw_event_id = r.id) AS earlier_versions,
    c.verdict AS crawl_verdict, s.score, s.explanation, s.bill, s.notes
FROM event_sources s JOIN raw_events r ON r.id = s.raw_event_id JOIN raw_evidence w ON w.raw_event_id = r.id
JOIN sources z ON z.slug = r.source LEFT JOIN crawl_runs c ON c.id = r.crawl_run_id
WHERE s.event_id = :event ORDER BY r.first_seen_at, r.source COLLATE "C", r.source_event_id COLLATE "C"
"""

_FORMER_IDS = "SELECT from_id FROM redirects WHERE to_id = :event ORDER BY from_id"

_ROOMS = """
SELECT r.source || '/' || r.source_event_id AS row_key, m.id AS mention, m.mention->>'name' AS printed,
    m.mention->>'address' AS address, m.rule, v.name AS venue, m.explanation, o.mention->>'name' AS other_printed,
    o.source AS other_source
FROM event_sources s JOIN raw_events r ON r.id = s.raw_event_id JOIN raw_evidence w ON w.raw_event_id = r.id
JOIN venue_mentions m ON m.id = w.mention_id LEFT JOIN venues v ON v.id = m.venue_id
LEFT JOIN venue_mentions o ON cast(o.id AS text) = m.explanation->0->>'with'
WHERE s.event_id = :event ORDER BY r.first_seen_at, r.source COLLATE "C", r.source_event_id COLLATE "C"
"""

_BLOCK = """
SELECT p.house_id, p.night FROM event_sources s JOIN raw_placements p USING (raw_event_id)
JOIN raw_events r ON r.id = s.raw_event_id
WHERE s.event_id = :event ORDER BY r.first_seen_at, r.source COLLATE "C", r.source_event_id COLLATE "C" LIMIT 1
"""

_EVENTS_OF = "SELECT raw_event_id, event_id FROM event_sources WHERE raw_event_id = ANY(:ids) AND event_id IS NOT NULL"

_AUDIT = """
SELECT c.recorded_at, c.carpenter_run_id, n.reason AS run, c.change, c.diff, c.reason
FROM carpenter_records c JOIN carpenter_runs n ON n.id = c.carpenter_run_id
WHERE c.entity = 'event' AND c.entity_id = ANY(cast(:ids AS uuid[])) ORDER BY c.id DESC LIMIT :limit
"""

_PAIRS = """
SELECT p.left_row, p.right_row, v.city, p.night, p.score, p.explanation,
    l.source || '/' || l.source_event_id AS left_key, l.event_name AS left_title, l.source_url AS left_url,
    l.data->>'start_time' AS left_start, l.data->>'doors_time' AS left_doors, ls.event_id AS left_event,
    r.source || '/' || r.source_event_id AS right_key, r.event_name AS right_title, r.source_url AS right_url,
    r.data->>'start_time' AS right_start, r.data->>'doors_time' AS right_doors, rs.event_id AS right_event,
    v.name AS venue, v.capacity,
    (SELECT count(*) FROM event_sources x WHERE x.event_id IN (ls.event_id, rs.event_id)) AS listings
FROM review_pairs p
JOIN raw_evidence lw ON lw.row_uuid = p.left_row JOIN raw_events l ON l.id = lw.raw_event_id
JOIN raw_evidence rw ON rw.row_uuid = p.right_row JOIN raw_events r ON r.id = rw.raw_event_id
LEFT JOIN event_sources ls ON ls.raw_event_id = l.id LEFT JOIN event_sources rs ON rs.raw_event_id = r.id
LEFT JOIN venues v ON v.id = ls.venue_id
WHERE cast(:rows AS uuid[]) IS NULL OR cast(:rows AS uuid[]) && ARRAY[p.left_row, p.right_row]
ORDER BY listings DESC, v.capacity DESC NULLS LAST, p.night, p.score DESC, p.left_row, p.right_row
"""

_ARTIST_PAIRS = """
SELECT a.id AS artist_id, a.name AS artist, p.candidate, p.score, p.explanation,
    (SELECT count(DISTINCT x.event_id) FROM event_artists x WHERE x.artist_id = a.id) AS events
FROM review_pairs p JOIN artists a ON a.id = p.left_row WHERE p.kind = 'artist'
ORDER BY events DESC, a.name COLLATE "C", a.id, p.candidate->>'service', p.score DESC, p.right_row
"""


_DOUBTFUL = """
SELECT e.id AS event, e.title, e.city, e.night, v.name AS venue, v.capacity,
    (SELECT count(*) FROM event_sources x WHERE x.event_id = e.id) AS listings,
    (SELECT min(n->>'reason') FROM event_sources x, jsonb_array_elements(x.notes) n
     WHERE x.event_id = e.id AND n->>'field' = 'kind') AS reason
FROM events e LEFT JOIN venues v ON v.id = e.venue_id
WHERE e.kind = 'other' AND e.provenance->'kind'->>'rule' = :rule
ORDER BY listings DESC, v.capacity DESC NULLS LAST, e.night, e.title COLLATE "C", e.id
"""


def rows_of(connection: Connection, event: uuid.UUID) -> list[MemberRow]:
    """The raw rows of an event, its founder first."""
    return [MemberRow(**row) for row in _dicts(connection, _ROWS, {"event": event})]


def former_ids(connection: Connection, event: uuid.UUID) -> list[uuid.UUID]:
    """The ids that now lead to this event."""
    return list(connection.scalars(text(_FORMER_IDS), {"event": event}))


def rooms_of(connection: Connection, event: uuid.UUID) -> list[RoomMention]:
    """How each row of an event that names a room names it, the founder's first."""
    return [RoomMention(**row) for row in _dicts(connection, _ROOMS, {"event": event})]


def block_of(connection: Connection, event: uuid.UUID) -> BlockKey | None:
    """The house and night that an event is built in; None while a changed row of it waits to be placed."""
    row = connection.execute(text(_BLOCK), {"event": event}).first()
    return BlockKey(row.house_id, row.night) if row else None


def events_of_rows(connection: Connection, raw_event_ids: Sequence[int]) -> dict[int, uuid.UUID]:
    """The event that each of these raw events is part of, where it is part of one."""
    return {row.raw_event_id: row.event_id for row in connection.execute(text(_EVENTS_OF), {"ids": raw_event_ids})}


def audit_of(connection: Connection, ids: Sequence[uuid.UUID], limit: int) -> list[AuditRecord]:
    """What runs did to the events of these ids, the latest first."""
    return [AuditRecord(**row) for row in _dicts(connection, _AUDIT, {"ids": _texts(ids), "limit": limit})]


def review_pairs(connection: Connection, row_uuids: Sequence[uuid.UUID] | None = None) -> list[dict[str, Any]]:
    """The pairs of rows that nobody has decided, of these rows or of all: those that most readers meet first.

    That is by the `listings` (rows) of both events, then by the `capacity` of the room where it is known, then by
    night.
    """
    return _dicts(connection, _PAIRS, {"rows": None if row_uuids is None else _texts(row_uuids)})


def doubtful_kinds(connection: Connection) -> list[dict[str, Any]]:
    """The events of which nothing tells that they are live music, nor that they are not: those that most readers would
    meet first, by `listings` (rows), then by the `capacity` of the room where it is known, then by night.
    """
    return _dicts(connection, _DOUBTFUL, {"rule": DOUBTFUL_KIND})


def artist_pairs(connection: Connection) -> list[dict[str, Any]]:
    """The artists of which nobody has decided which act of a service they are, each with every `candidate`: those
    with most `events` first.
    """
    return _dicts(connection, _ARTIST_PAIRS, {})


def _dicts(connection: Connection, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [row._asdict() for row in connection.execute(text(query), parameters)]


def _texts(ids: Sequence[uuid.UUID]) -> list[str]:
    return [str(i) for i in ids]
