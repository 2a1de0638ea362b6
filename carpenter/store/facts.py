"""Writing the survey: what each dirty row says of its room, its night and of names, before any block is built.

It keeps the evidence that crosses blocks up to date, and marks dirty what depends on evidence that changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from carpenter.model import RawRow
from carpenter.normalize.first_pass import RowEvidence, bill_as_json
from carpenter.store.bulk import append, days_array, insert_missing, numbers_array, stage, words_array
from carpenter.store.inputs import IS_SURVEYED, RAW_COLUMNS, RAW_WIDTH, raw_row, traits_of, tuples
from carpenter.store.queue import IdRange, mark_dirty, unplace
from carpenter.venues.blocking import block_keys
from carpenter.venues.mention import read_mention
from sms_database.ids import row_uuid
from sms_database.locks import join_facts_lock
from sms_database.venues import city_facts

_UNSURVEYED = f"""
SELECT {RAW_COLUMNS}, e.attested_names FROM dirty_raw_events d
JOIN raw_events r ON r.id = d.raw_event_id
LEFT JOIN raw_evidence e ON e.raw_event_id = r.id
WHERE d.raw_event_id BETWEEN :first AND :last
  AND ({IS_SURVEYED}) IS NOT TRUE
ORDER BY r.id
"""

_COLUMNS = (
    *("raw_event_id", "row_uuid", "content_hash", "first_seen_at", "mention_id", "night", "other_night"),
    *("is_timed", "is_late", "shows", "former_days", "former_nights", "bill", "attested_names", "asked_names"),
)

# Rows that say something else of their room or night than they did: they are placed anew.
_SAY_ELSE = """
SELECT e.raw_event_id FROM {staged} s JOIN raw_evidence e USING (raw_event_id)
WHERE (s.mention_id, s.night, s.other_night, s.is_timed, s.is_late, s.shows, s.former_nights, s.first_seen_at)
    IS DISTINCT FROM
    (e.mention_id, e.night, e.other_night, e.is_timed, e.is_late, e.shows, e.former_nights, e.first_seen_at)
"""

# The rooms that they named, and name now: these are resolved again by the nights that they now have.
_THEIR_MENTIONS = f"""
SELECT unnest(ARRAY[e.mention_id, s.mention_id]) FROM raw_evidence e JOIN {{staged}} s USING (raw_event_id)
WHERE e.raw_event_id IN ({_SAY_ELSE})
"""

_UPDATE = f"""
UPDATE raw_evidence e SET {", ".join(f"{name} = s.{name}" for name in _COLUMNS[1:])}
FROM {{staged}} s WHERE s.raw_event_id = e.raw_event_id
"""

_MARK_STALE = """
WITH locked AS (
    SELECT id FROM venue_mentions WHERE id = ANY(cast(:mentions AS uuid[])) AND NOT is_stale ORDER BY id FOR UPDATE
)
UPDATE venue_mentions SET is_stale = true WHERE id IN (SELECT id FROM locked)
"""

_COUNT_NAMES = """
INSERT INTO known_names AS k (name_key, mentions)
SELECT * FROM unnest(cast(:keys AS text[]), cast(:deltas AS integer[]))
ON CONFLICT (name_key) DO UPDATE SET mentions = k.mentions + excluded.mentions
RETURNING k.name_key, k.mentions
"""

_IS_ANYTHING_BUILT = "SELECT EXISTS (SELECT FROM event_sources)"
"""While nothing is, nothing has to be built again."""

_ASKED = "SELECT raw_event_id FROM raw_evidence WHERE asked_names && cast(:names AS text[])"


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A row with what it says, and what it attested when it was last surveyed."""

    row: RawRow
    said: RowEvidence
    attested_before: Sequence[str] | None
    """None where it has not been surveyed before."""


def survey_rows(connection: Connection, ids: IdRange, read: Callable[[RawRow], RowEvidence]) -> int:
    """Survey the rows of a range, in the caller's transaction; returns how many. The caller moves evidence."""
    join_facts_lock(connection)
    selected = tuples(connection, _UNSURVEYED, {"first": ids.first, "last": ids.last})
    traits = traits_of(connection, selected)
    rows = ((raw_row(each, traits, row_uuid(each[1], each[2])), each[RAW_WIDTH]) for each in selected)
    batch = [Surveyed(row, read(row), attested) for row, attested in rows]
    if batch:
        _found_cities(connection, {s.said.city for s in batch if s.said.city is not None} - city_facts().keys())
        _write(connection, batch)
        _count_names(connection, batch)
    return len(batch)


def _found_cities(connection: Connection, slugs: set[str]) -> None:
    """Give a town that no scene covers a scene of its own."""
    if slugs:
        connection.execute(
            text("INSERT INTO cities (slug, name) VALUES (:slug, :name) ON CONFLICT DO NOTHING"),
            [{"slug": slug, "name": slug.replace("_", " ").title()} for slug in sorted(slugs)],
        )


def _write(connection: Connection, batch: Sequence[Surveyed]) -> None:
    """Write evidence, then the mentions of rooms: these several surveyors write, and wait for each other."""
    new = [s for s in batch if s.attested_before is None]
    named = {s.said.room.id for s in new if s.said.room is not None}
    changed = [s for s in batch if s.attested_before is not None]
    if changed:
        staged = stage(connection, "raw_evidence", _COLUMNS, map(_evidence, changed))
        unplace(connection, _SAY_ELSE.format(staged=staged))
        named.update(connection.scalars(text(_THEIR_MENTIONS.format(staged=staged))))
        connection.execute(text(_UPDATE.format(staged=staged)))
    append(connection, "raw_evidence", _COLUMNS, map(_evidence, new))
    rooms = {s.said.room.id: s.said for s in batch if s.said.room is not None}
    insert_missing(
        connection,
        "venue_mentions",
        ["id"],
        ["id", "source", "city", "mention", "venue_key", "rule", "block_keys"],
        (_mention(said) for said in rooms.values()),
    )
    connection.execute(text(_MARK_STALE), {"mentions": sorted(map(str, named - {None}))})


def _mention(said: RowEvidence) -> list[object]:
    assert said.room is not None, "only rows that name a room have a mention"
    keys = block_keys(read_mention(said.room, said.venue_key))
    return [
        said.room.id,
        said.room.source,
        said.room.city,
        said.room.mention,
        said.venue_key,
        said.rule,
        words_array(keys),
    ]


def _evidence(surveyed: Surveyed) -> list[object]:
    row, said, night = surveyed.row, surveyed.said, surveyed.said.night
    return [
        row.id,
        row.row_uuid,
        row.content_hash,
        row.first_seen_at,
        said.room.id if said.room else None,
        night.night if night else None,
        night.other if night else None,
        night.is_timed if night else False,
        night.is_late if night else False,
        numbers_array(said.shows),
        days_array(row.former_days),
        days_array(said.former_nights),
        bill_as_json(said.bill),
        words_array(said.attested),
        words_array(said.asked),
    ]


def _count_names(connection: Connection, batch: Sequence[Surveyed]) -> None:
    """Move the counts of attested names, and mark dirty the rows that asked about one that became known or unknown."""
    deltas = Counter(name for s in batch for name in s.said.attested)
    deltas.subtract(Counter(name for s in batch for name in s.attested_before or ()))
    changed = {name: delta for name, delta in sorted(deltas.items()) if delta}
    if not changed:
        return
    counted = connection.execute(text(_COUNT_NAMES), {"keys": list(changed), "deltas": list(changed.values())})
    turned = [name for name, mentions in counted if (mentions > 0) != (mentions - changed[name] > 0)]
    if turned and connection.scalar(text(_IS_ANYTHING_BUILT)):
        mark_dirty(connection, _ASKED, {"names": turned})
    connection.execute(
        text("DELETE FROM known_names WHERE mentions = 0 AND name_key = ANY(:keys)"),
        {"keys": [name for name, delta in changed.items() if delta < 0]},
    )
