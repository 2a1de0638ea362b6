"""Raw rows as the catalog has them: what each was stored as, what became of it, and how many wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from sms_catalog.streams import stream

_IS_CHOSEN = """
(cast(:city AS text) IS NULL OR coalesce(e.city, m.city) = :city)
AND (cast(:first_day AS date) IS NULL OR r.event_day >= :first_day)
AND (cast(:last_day AS date) IS NULL OR r.event_day <= :last_day)
ORDER BY r.source COLLATE "C", r.source_event_id COLLATE "C"
"""

# A row is of its event's scene; one that is part of none, of that in which it names a room.
_ROWS_OF_CITIES = """
raw_events r LEFT JOIN event_sources s ON s.raw_event_id = r.id LEFT JOIN events e ON e.id = s.event_id
LEFT JOIN raw_evidence w ON w.raw_event_id = r.id LEFT JOIN venue_mentions m ON m.id = w.mention_id
"""

_LINKS = f"""
SELECT r.source, r.source_event_id, s.event_id, s.venue_id, s.bill, s.skip_reason
FROM {_ROWS_OF_CITIES} WHERE {_IS_CHOSEN}
"""

_RAW = f"SELECT r.data, r.source_url, r.payload, r.fetched_at FROM {_ROWS_OF_CITIES} WHERE {_IS_CHOSEN}"


def stream_links(
    connection: Connection, city: str | None = None, first_day: date | None = None, last_day: date | None = None
) -> Iterator[Mapping[str, Any]]:
    """What became of each raw row, those of hidden events included; all None for one that was never built.

    Days are those that the rows give, both included. For `sms_catalog.records.link_record`.
    """
    for row in stream(connection, _LINKS, {"city": city, "first_day": first_day, "last_day": last_day}):
        yield row._asdict()


def stream_raw(
    connection: Connection, city: str | None = None, first_day: date | None = None, last_day: date | None = None
) -> Iterator[Mapping[str, Any]]:
    """`data`, `source_url`, `payload` and `fetched_at` of each raw row, chosen as for `stream_links`.

    For `sms_catalog.records.raw_record`.
    """
    for row in stream(connection, _RAW, {"city": city, "first_day": first_day, "last_day": last_day}):
        yield row._asdict()


def source_slugs(connection: Connection) -> list[str]:
    """Every source."""
    return list(connection.scalars(text("SELECT slug FROM sources ORDER BY slug")))


def dirty_rows(connection: Connection) -> int:
    """How many raw rows wait to be built."""
    waiting = connection.scalar(text("SELECT count(*) FROM dirty_raw_events"))
    return int(waiting or 0)
