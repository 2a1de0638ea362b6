"""Writing raw events: the one way in, for crawls and for `carpenter load` alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from sms_database import locks
from sms_database.json_text import storable
from sms_database.models import QuarantinedItem
from sms_database.raw_check import CheckedItem

_COLUMNS = (
    "source, source_event_id, event_name, venue_name, event_day, data, source_url, payload, content_hash, fetched_at"
)

_STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged_raw_events (
    source text, source_event_id text, event_name text, venue_name text, event_day date,
    data jsonb, source_url text, payload jsonb, content_hash text, fetched_at timestamptz
) ON COMMIT DELETE ROWS
"""

# Versions of a row are ordered by when they were fetched, never by when they arrive; the hash only breaks ties.
_IS_NEWER = "(s.fetched_at, s.content_hash) > (r.fetched_at, r.content_hash)"

# Whoever locks several raw events does so in this order; the carpenter does too.
_LOCK = """
SELECT r.id FROM staged_raw_events s JOIN raw_events r USING (source, source_event_id)
ORDER BY r.source, r.source_event_id FOR NO KEY UPDATE OF r
"""

_ALONE = f"""
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT {locks.RAW_ROWS} AS key FROM unnest(cast(:sources AS text[])) AS source ORDER BY 1
) locks
"""

_COUNT = f"""
SELECT count(*) FILTER (WHERE r.id IS NULL) AS new,
       count(*) FILTER (WHERE s.content_hash <> r.content_hash AND {_IS_NEWER}) AS changed,
       count(*) FILTER (WHERE s.content_hash = r.content_hash) AS unchanged,
       count(*) FILTER (WHERE s.content_hash <> r.content_hash AND NOT {_IS_NEWER}) AS late
FROM staged_raw_events s LEFT JOIN raw_events r USING (source, source_event_id)
"""

_KEEP_VERSIONS = f"""
INSERT INTO raw_event_versions (raw_event_id, fetched_at, content_hash, data, source_url, payload)
SELECT r.id,
       CASE WHEN {_IS_NEWER} THEN r.fetched_at ELSE s.fetched_at END,
       CASE WHEN {_IS_NEWER} THEN r.content_hash ELSE s.content_hash END,
       CASE WHEN {_IS_NEWER} THEN r.data ELSE s.data END,
       CASE WHEN {_IS_NEWER} THEN r.source_url ELSE s.source_url END,
       CASE WHEN {_IS_NEWER} THEN r.payload ELSE s.payload END
FROM staged_raw_events s JOIN raw_events r USING (source, source_event_id)
WHERE s.content_hash <> r.content_hash
ON CONFLICT DO NOTHING
"""

_UPDATE = f"""
UPDATE raw_events r SET
    event_name = CASE WHEN {_IS_NEWER} THEN s.event_name ELSE r.event_name END,
    venue_name = CASE WHEN {_IS_NEWER} THEN s.venue_name ELSE r.venue_name END,
    event_day = CASE WHEN {_IS_NEWER} THEN s.event_day ELSE r.event_day END,
    former_days = (
        SELECT coalesce(array_agg(DISTINCT day ORDER BY day), '{{}}')
        FROM unnest(r.former_days || r.event_day || s.event_day) AS day
        WHERE day IS DISTINCT FROM CASE WHEN {_IS_NEWER} THEN s.event_day ELSE r.event_day END AND day IS NOT NULL),
    data = CASE WHEN {_IS_NEWER} THEN s.data ELSE r.data END,
    source_url = CASE WHEN {_IS_NEWER} THEN s.source_url ELSE r.source_url END,
    payload = CASE WHEN {_IS_NEWER} THEN s.payload ELSE r.payload END,
    content_hash = CASE WHEN {_IS_NEWER} THEN s.content_hash ELSE r.content_hash END,
    changed_at = CASE WHEN {_IS_NEWER} THEN s.fetched_at ELSE r.changed_at END,
    fetched_at = greatest(r.fetched_at, s.fetched_at),
    first_seen_at = least(r.first_seen_at, s.fetched_at),
    last_seen_at = greatest(r.last_seen_at, s.fetched_at),
    missed_at = CASE WHEN {_IS_NEWER} THEN NULL ELSE r.missed_at END,
    unlisted_at = CASE WHEN {_IS_NEWER} THEN NULL ELSE r.unlisted_at END,
    crawl_run_id = coalesce(:crawl_run_id, r.crawl_run_id)
FROM staged_raw_events s
WHERE s.source = r.source AND s.source_event_id = r.source_event_id AND s.content_hash <> r.content_hash
"""

_SEE_AGAIN = """
UPDATE raw_events r SET
    fetched_at = greatest(r.fetched_at, s.fetched_at),
    first_seen_at = least(r.first_seen_at, s.fetched_at),
    last_seen_at = greatest(r.last_seen_at, s.fetched_at),
    missed_at = CASE WHEN s.fetched_at > r.missed_at THEN NULL ELSE r.missed_at END,
    unlisted_at = CASE WHEN s.fetched_at > r.unlisted_at THEN NULL ELSE r.unlisted_at END,
    crawl_run_id = coalesce(:crawl_run_id, r.crawl_run_id)
FROM staged_raw_events s
WHERE s.source = r.source AND s.source_event_id = r.source_event_id AND s.content_hash = r.content_hash
"""

_INSERT = f"""
INSERT INTO raw_events ({_COLUMNS}, first_seen_at, last_seen_at, changed_at, crawl_run_id)
SELECT {_COLUMNS}, fetched_at, fetched_at, fetched_at, :crawl_run_id
FROM staged_raw_events ORDER BY source, source_event_id
ON CONFLICT (source, source_event_id) DO NOTHING RETURNING id
"""

# The rows that are there and will be built otherwise: by another content, a former day, another seniority, or as listed
# again.
_DIRTIED = f"""
SELECT r.id FROM staged_raw_events s JOIN raw_events r USING (source, source_event_id)
WHERE s.fetched_at < r.first_seen_at OR s.fetched_at > r.unlisted_at OR s.content_hash <> r.content_hash
    AND ({_IS_NEWER} OR s.event_day <> ALL (array_remove(r.former_days || r.event_day, NULL)))
"""

# A build that has claimed a row locks its entry: whoever changed the row waits here until that build has ended, and
# enters it anew.
_MARK_DIRTY = """
INSERT INTO dirty_raw_events (raw_event_id) SELECT * FROM unnest(cast(:ids AS bigint[])) AS id ORDER BY id
ON CONFLICT (raw_event_id) DO UPDATE SET raw_event_id = excluded.raw_event_id
"""


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """What became of the rows of a batch."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    late: int = 0
    """Versions older than the one held; they went to the versions."""

    def __add__(self, other: StoreCounts) -> StoreCounts:
        return StoreCounts(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.late + other.late,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineEntry:
    """A record that could not be stored as a raw event."""

    source: str | None
    origin: str | None
    """A URL, or FILE:LINE."""
    field: str | None
    reasons: Sequence[str]
    item: Any


def store_raw_events(
    connection: Connection, items: Sequence[CheckedItem], crawl_run_id: int | None = None
) -> StoreCounts:
    """Store a batch within the caller's transaction. Several versions of one id are taken one after the other.

    An unchanged row only moves its sightings; a changed one keeps its earlier version; an older version that
    arrives late goes to the versions. Writers of one source wait for each other until the transaction ends.
    """
    if not items:
        return StoreCounts()
    connection.execute(text(_STAGE))
    connection.execute(text(_ALONE), {"sources": list({item.source for item in items})})
    counts, dirty = StoreCounts(), set[int]()
    for batch in _one_version_each(items):
        counts += _store_batch(connection, batch, crawl_run_id, dirty)
    mark_dirty(connection, dirty)
    return counts


def mark_dirty(connection: Connection, ids: Collection[int]) -> None:
    """Have raw events built again that the caller's transaction has changed; waits for builds that have claimed them.

    Called once in a transaction, with all: entries are locked in the order of their ids.
    """
    if ids:
        connection.execute(text(_MARK_DIRTY), {"ids": list(ids)})


def quarantine(connection: Connection, entries: Sequence[QuarantineEntry], crawl_run_id: int | None = None) -> int:
    """Keep records that could not be stored; returns how many were not yet kept from the same place."""
    if not entries:
        return 0
    rows = [
        {
            "source": storable(entry.source),
            "crawl_run_id": crawl_run_id,
            "origin": storable(entry.origin),
            "field": entry.field,
            "reasons": storable(list(entry.reasons)),
            "item": storable(entry.item),
        }
        for entry in entries
    ]
    statement = insert(QuarantinedItem).on_conflict_do_nothing().returning(QuarantinedItem.id)
    return len(connection.execute(statement, rows).all())


def _one_version_each(items: Sequence[CheckedItem]) -> list[list[CheckedItem]]:
    """Cut the items into batches that hold each id once, older versions in earlier batches."""
    batches: list[list[CheckedItem]] = []
    versions: dict[tuple[str, str], int] = {}
    for item in sorted(items, key=lambda i: (i.fetched_at, i.content_hash)):
        key = (item.source, item.source_event_id)
        number = versions[key] = versions.get(key, -1) + 1
        if number == len(batches):
            batches.append([])
        batches[number].append(item)
    return batches


def _store_batch(
    connection: Connection, batch: Sequence[CheckedItem], crawl_run_id: int | None, dirty: set[int]
) -> StoreCounts:
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    cursor.execute("TRUNCATE staged_raw_events")
    with cursor.copy(f"COPY staged_raw_events ({_COLUMNS}) FROM STDIN") as copy:
        for item in batch:
            copy.write_row(
                (
                    item.source,
                    item.source_event_id,
                    item.event_name,
                    item.venue_name,
                    item.event_day,
                    item.stored_data,
                    item.source_url,
                    item.payload,
                    item.content_hash,
                    item.fetched_at,
                )
            )
    # Without statistics the planner takes the batch for many more rows, and reads all of raw_events to join it.
    connection.execute(text("ANALYZE staged_raw_events"))
    connection.execute(text(_LOCK))
    counts = StoreCounts(*connection.execute(text(_COUNT)).one())
    dirty.update(connection.scalars(text(_DIRTIED)))
    run = {"crawl_run_id": crawl_run_id}
    if counts.changed or counts.late:
        connection.execute(text(_KEEP_VERSIONS))
        connection.execute(text(_UPDATE), run)
    if counts.unchanged:
        connection.execute(text(_SEE_AGAIN), run)
    if counts.new:
        dirty.update(connection.scalars(text(_INSERT), run))
    return counts
