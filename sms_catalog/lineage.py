"""Finding one event by what a person knows of it, and reading all that explains it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from sms_catalog.search import search_query
from sms_database.ids import BlockKey
from sms_text.text import fold_text

FOUND_LIMIT = 20
"""Matches shown to a person who has to choose."""


@dataclass(frozen=True, slots=True)
class EventHead:
    """An event, enough of it to choose by."""

    id: uuid.UUID
    event_day: date
    title: str
    venue: str | None


_HEAD = "SELECT e.id, e.event_day, e.title, v.name AS venue FROM events e LEFT JOIN venues v ON v.id = e.venue_id"
_IN_ORDER = f"ORDER BY e.event_day, e.starts_at NULLS LAST, e.id LIMIT {FOUND_LIMIT + 1}"

_BY_ID = f"{_HEAD} WHERE e.id = :id OR e.id = (SELECT to_id FROM redirects WHERE from_id = :id) {_IN_ORDER}"

_BY_ROW = f"""
{_HEAD} WHERE e.id = (
    SELECT s.event_id FROM raw_events r JOIN event_sources s ON s.raw_event_id = r.id
    WHERE r.source = :source AND r.source_event_id = :source_event_id
)
"""

_BY_URL = f"""
{_HEAD} WHERE rtrim(e.event_url, '/') = :url OR rtrim(e.ticket_url, '/') = :url OR e.id IN (
    SELECT s.event_id FROM raw_events r JOIN event_sources s ON s.raw_event_id = r.id
    WHERE rtrim(r.source_url, '/') = :url OR rtrim(r.data->>'ticket_url', '/') = :url
) {_IN_ORDER}
"""

_FOLDED_TITLE = "split_part(e.search_text, chr(10), 1)"
_HAS_PHRASE = "e.search @@ phraseto_tsquery('simple', :folded)"

# The first of these that finds anything is the answer: a whole title, a part of one, a part of what a row prints, words
# of the event's texts.
_BY_WORDS = (
    f"{_HEAD} WHERE lower(e.title) = lower(:words) OR {_HAS_PHRASE} AND {_FOLDED_TITLE} = :folded {_IN_ORDER}",
    f"{_HEAD} WHERE strpos(lower(e.title), lower(:words)) > 0"
    f" OR {_HAS_PHRASE} AND strpos(' ' || {_FOLDED_TITLE} || ' ', ' ' || :folded || ' ') > 0 {_IN_ORDER}",
    f"{_HEAD} WHERE e.id IN (SELECT s.event_id FROM raw_events r JOIN event_sources s ON s.raw_event_id = r.id"
    f" WHERE strpos(lower(r.event_name), lower(:words)) > 0) {_IN_ORDER}",
    f"{_HEAD} WHERE e.search @@ websearch_to_tsquery('simple', :query) {_IN_ORDER}",
)

_UNUSED_ROW = """
SELECT r.source, r.source_event_id, s.skip_reason FROM raw_events r LEFT JOIN event_sources s ON s.raw_event_id = r.id
WHERE s.event_id IS NULL AND ((r.source = :source AND r.source_event_id = :source_event_id)
    OR rtrim(r.source_url, '/') = :url)
ORDER BY r.source, r.source_event_id LIMIT 1
"""

_ROWS = """
SELECT r.source, r.source_event_id, w.row_uuid, r.source_url, r.data->>'title' AS title,
    r.fetched_at, r.first_seen_at, r.last_seen_at, r.changed_at, r.unlisted_at,
    (SELECT count(*) FROM raw_event_versions x WHERE x.raw_event_id = r.id) AS earlier_versions,
    c.verdict AS crawl_verdict, s.score, s.explanation, s.bill, s.notes
FROM event_sources s JOIN raw_events r ON r.id = s.raw_event_id JOIN raw_evidence w ON w.raw_event_id = r.id
LEFT JOIN crawl_runs c ON c.id = r.crawl_run_id
WHERE s.event_id = :event ORDER BY r.first_seen_at, r.source COLLATE "C", r.source_event_id COLLATE "C"
"""

_ROW_UUID = """
SELECT w.row_uuid FROM raw_events r JOIN raw_evidence w ON w.raw_event_id = r.id
WHERE r.source = :source AND r.source_event_id = :source_event_id
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

_RECORDS = """
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


def find_events(connection: Connection, asked: str) -> Sequence[EventHead]:
    """The events that a person may mean, by day: by id (a former one too), SOURCE/SOURCE_EVENT_ID, URL, or words."""
    if (event_id := _uuid(asked)) is not None:
        return _heads(connection, _BY_ID, {"id": event_id})
    if asked.startswith(("http://", "https://")):
        return _heads(connection, _BY_URL, {"url": asked.rstrip("/")})
    if (row := _row_key(asked)) and (found := _heads(connection, _BY_ROW, row)):
        return found
    words = {"words": asked.strip(), "folded": fold_text(asked), "query": search_query(asked)}
    for query in _BY_WORDS if asked.strip() else ():
        if found := _heads(connection, query, words):
            return found
    return []


def unused_row(connection: Connection, asked: str) -> tuple[str, str | None] | None:
    """The row of this SOURCE/SOURCE_EVENT_ID or URL that is part of no event, and why; None if there is no such row.

    The reason is None for a row that was never built.
    """
    is_url = asked.startswith(("http://", "https://"))
    parameters = {"source": None, "source_event_id": None, "url": asked.rstrip("/") if is_url else None}
    row = connection.execute(text(_UNUSED_ROW), parameters | (_row_key(asked) or {})).first()
    return (f"{row.source}/{row.source_event_id}", row.skip_reason) if row else None


def rows_of(connection: Connection, event: uuid.UUID) -> list[dict[str, Any]]:
    """The raw rows of an event, its founder first."""
    return _dicts(connection, _ROWS, {"event": event})


def row_uuid_of(connection: Connection, key: str) -> uuid.UUID | None:
    """The `row_uuid` of the row SOURCE/SOURCE_EVENT_ID; None if there is none, or it was never built."""
    return connection.scalar(text(_ROW_UUID), _row_key(key)) if "/" in key else None


def former_ids(connection: Connection, event: uuid.UUID) -> list[uuid.UUID]:
    """The ids that now lead to this event."""
    return list(connection.scalars(text(_FORMER_IDS), {"event": event}))


def rooms_of(connection: Connection, event: uuid.UUID) -> list[dict[str, Any]]:
    """How each row of an event that names a room names it, the founder's first, with the mention that it was joined
    by.
    """
    return _dicts(connection, _ROOMS, {"event": event})


def block_of(connection: Connection, event: uuid.UUID) -> BlockKey | None:
    """The house and night that an event is built in; None while a changed row of it waits to be placed."""
    row = connection.execute(text(_BLOCK), {"event": event}).first()
    return BlockKey(row.house_id, row.night) if row else None


def events_of_rows(connection: Connection, raw_event_ids: Sequence[int]) -> dict[int, uuid.UUID]:
    """The event that each of these raw events is part of, where it is part of one."""
    return {row.raw_event_id: row.event_id for row in connection.execute(text(_EVENTS_OF), {"ids": raw_event_ids})}


def audit_of(connection: Connection, ids: Sequence[uuid.UUID], limit: int) -> list[dict[str, Any]]:
    """What runs did to the events of these ids, the latest first."""
    return _dicts(connection, _RECORDS, {"ids": _texts(ids), "limit": limit})


def review_pairs(connection: Connection, row_uuids: Sequence[uuid.UUID] | None = None) -> list[dict[str, Any]]:
    """The pairs of rows that nobody has decided, of these rows or of all: those that most readers meet first.

    That is by the `listings` (rows) of both events, then by the `capacity` of the room where it is known, then by
    night.
    """
    return _dicts(connection, _PAIRS, {"rows": None if row_uuids is None else _texts(row_uuids)})


def artist_pairs(connection: Connection) -> list[dict[str, Any]]:
    """The artists of which nobody has decided which act of a service they are, each with every `candidate`: those
    with most `events` first.
    """
    return _dicts(connection, _ARTIST_PAIRS, {})


def _heads(connection: Connection, query: str, parameters: Mapping[str, Any]) -> list[EventHead]:
    return [EventHead(*row) for row in connection.execute(text(query), parameters)]


def _dicts(connection: Connection, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [row._asdict() for row in connection.execute(text(query), parameters)]


def _texts(ids: Sequence[uuid.UUID]) -> list[str]:
    return [str(i) for i in ids]


def _uuid(asked: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(asked)
    except ValueError:
        return None


def _row_key(asked: str) -> dict[str, str | None] | None:
    source, slash, source_event_id = asked.partition("/")
    return {"source": source, "source_event_id": source_event_id} if slash else None
