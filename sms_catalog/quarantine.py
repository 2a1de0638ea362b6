"""What could not be taken in, and what could be but is part of no event, each with why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

# A record may be met broken at every crawl: the same one, at the same place, for the same reasons, is one row.
_QUARANTINED = """
SELECT id, source, quarantined_at, origin, field, reasons, item FROM quarantined_items
WHERE cast(:source AS text) IS NULL OR source = :source ORDER BY quarantined_at DESC, id DESC LIMIT :limit
"""

_SKIPPED = """
SELECT r.source, r.source_event_id, r.event_name AS title, r.event_day, r.source_url, s.skip_reason AS reason
FROM raw_events r JOIN event_sources s ON s.raw_event_id = r.id
WHERE s.event_id IS NULL AND (cast(:source AS text) IS NULL OR r.source = :source)
ORDER BY r.source COLLATE "C", r.source_event_id COLLATE "C" LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record that could not become a raw event (`sms_database.models.raw.QuarantinedItem`)."""

    id: int
    source: str | None
    at: datetime
    origin: str | None
    """Where it was met: a URL, or `FILE:LINE`."""
    field: str | None
    reasons: Sequence[str]
    item: Any


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A raw event that the build made part of no event."""

    source: str
    source_event_id: str
    title: str | None
    day: date | None
    source_url: str | None
    reason: str | None


def quarantined(connection: Connection, *, source: str | None, limit: int) -> list[Quarantined]:
    """The newest of what is in quarantine, of one source or of all."""
    rows = connection.execute(text(_QUARANTINED), {"source": source, "limit": limit})
    return [
        Quarantined(
            row.id, row.source, row.quarantined_at, row.origin, row.field, list(map(str, row.reasons)), row.item
        )
        for row in rows
    ]


def skipped_rows(connection: Connection, *, source: str | None, limit: int) -> list[SkippedRow]:
    """Raw events in no event, by source and id."""
    rows = connection.execute(text(_SKIPPED), {"source": source, "limit": limit})
    return [SkippedRow(*row) for row in rows]
