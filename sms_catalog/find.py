"""Events and rows by what a person knows of them: an id, a row, an address, words of a title."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from sms_catalog.events import CatalogEvent, stream_events
from sms_catalog.query import Query
from sms_text.text import fold_text

FOUND_LIMIT = 20
"""Matches shown to a person who has to choose."""

_BY_ROW = """
SELECT s.event_id FROM raw_events r JOIN event_sources s ON s.raw_event_id = r.id
WHERE s.event_id IS NOT NULL AND r.source = :source AND r.source_event_id = :source_event_id
"""

_BY_URL = """
SELECT id FROM events WHERE rtrim(event_url, '/') = :url OR rtrim(ticket_url, '/') = :url
UNION SELECT s.event_id FROM raw_events r JOIN event_sources s ON s.raw_event_id = r.id
WHERE s.event_id IS NOT NULL AND :url IN (rtrim(r.source_url, '/'), rtrim(r.data->>'ticket_url', '/'))
"""

_FOLDED_TITLE = "split_part(search_text, chr(10), 1)"
_HAS_PHRASE = "search @@ phraseto_tsquery('simple', :folded)"

# The first of these that finds anything is the answer; if none does, words of the event's texts.
_BY_TITLE = (
    f"SELECT id FROM events WHERE lower(title) = lower(:words) OR {_HAS_PHRASE} AND {_FOLDED_TITLE} = :folded",
    "SELECT id FROM events WHERE strpos(lower(title), lower(:words)) > 0"
    f" OR {_HAS_PHRASE} AND strpos(' ' || {_FOLDED_TITLE} || ' ', ' ' || :folded || ' ') > 0",
    "SELECT DISTINCT s.event_id FROM raw_events r JOIN event_sources s ON s.raw_event_id = r.id"
    " WHERE s.event_id IS NOT NULL AND strpos(lower(r.event_name), lower(:words)) > 0",
)

_UNUSED_ROW = """
SELECT r.source, r.source_event_id, s.skip_reason FROM raw_events r LEFT JOIN event_sources s ON s.raw_event_id = r.id
WHERE s.event_id IS NULL AND ((r.source = :source AND r.source_event_id = :source_event_id)
    OR rtrim(r.source_url, '/') = :url)
ORDER BY r.source, r.source_event_id LIMIT 1
"""

_ROW_UUID = """
SELECT w.row_uuid FROM raw_events r JOIN raw_evidence w ON w.raw_event_id = r.id
WHERE r.source = :source AND r.source_event_id = :source_event_id
"""


def find_events(connection: Connection, asked: str) -> Sequence[CatalogEvent]:
    """The events that a person may mean, hidden ones too, by day: by id (a former one too), SOURCE/SOURCE_EVENT_ID,
    URL, or words. One more than FOUND_LIMIT where there are more than that.
    """
    if (event_id := _uuid(asked)) is not None:
        return _events(connection, [event_id])
    if _is_url(asked):
        return _events(connection, _ids(connection, _BY_URL, {"url": asked.rstrip("/")}))
    if (row := _row_key(asked)) and (found := _events(connection, _ids(connection, _BY_ROW, row))):
        return found
    words = asked.strip()
    if not words:
        return []
    for statement in _BY_TITLE:
        if ids := _ids(connection, statement, {"words": words, "folded": fold_text(words)}):
            return _events(connection, ids)
    return list(stream_events(connection, Query(words=words, hidden=None, limit=FOUND_LIMIT + 1)))


def unused_row(connection: Connection, asked: str) -> tuple[str, str | None] | None:
    """The row of this SOURCE/SOURCE_EVENT_ID or URL that is part of no event, and why; None if there is no such row.

    The reason is None for a row that was never built.
    """
    parameters = {"source": None, "source_event_id": None, "url": asked.rstrip("/") if _is_url(asked) else None}
    row = connection.execute(text(_UNUSED_ROW), parameters | (_row_key(asked) or {})).first()
    return (f"{row.source}/{row.source_event_id}", row.skip_reason) if row else None


def row_uuid_of(connection: Connection, key: str) -> uuid.UUID | None:
    """The `row_uuid` of the row SOURCE/SOURCE_EVENT_ID; None if there is none, or it was never built."""
    return connection.scalar(text(_ROW_UUID), row) if (row := _row_key(key)) else None


def _events(connection: Connection, ids: Sequence[uuid.UUID]) -> list[CatalogEvent]:
    return list(stream_events(connection, Query(ids=ids, hidden=None, limit=FOUND_LIMIT + 1)))


def _ids(connection: Connection, statement: str, parameters: Mapping[str, Any]) -> Sequence[uuid.UUID]:
    return connection.scalars(text(statement), parameters).all()


def _is_url(asked: str) -> bool:
    return asked.startswith(("http://", "https://"))


def _uuid(asked: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(asked)
    except ValueError:
        return None


def _row_key(asked: str) -> dict[str, str | None] | None:
    source, slash, source_event_id = asked.partition("/")
    return {"source": source, "source_event_id": source_event_id} if slash else None
