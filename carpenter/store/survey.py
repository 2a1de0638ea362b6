"""Writing the survey: what each dirty row says of its room, its night and of names, before any block is built.

It keeps the evidence that crosses blocks up to date, and marks dirty what depends on evidence that changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from carpenter.evidence import RowEvidence, bill_as_json
from carpenter.mentions import read_mention
from carpenter.rooms import block_keys
from carpenter.store.dirty import mark_dirty, unplace
from carpenter.store.locks import hold_surveyed_rows, move_evidence, wait_for_surveyed_rows
from carpenter.store.rows import RAW_COLUMNS, raw_row
from carpenter.store.staging import insert_missing, stage
from carpenter.text import fold_key
from carpenter.values import RawRow, row_uuid
from sms_database.venues import city_facts

BATCH = 2_000
"""Rows surveyed in one transaction."""

_IS_UNSURVEYED = """
r.built_hash IS DISTINCT FROM r.content_hash
AND (e.content_hash, e.first_seen_at) IS DISTINCT FROM (r.content_hash, r.first_seen_at)
"""

_RANGES = f"""
SELECT min(id) AS first, max(id) AS last FROM (
    SELECT r.id, (row_number() OVER (ORDER BY r.id) - 1) / :batch AS number
    FROM raw_events r LEFT JOIN raw_evidence e ON e.raw_event_id = r.id WHERE {_IS_UNSURVEYED}
) numbered GROUP BY number ORDER BY number
"""

_UNSURVEYED = f"""
SELECT {RAW_COLUMNS} FROM raw_events r JOIN sources o ON o.slug = r.source
LEFT JOIN raw_evidence e ON e.raw_event_id = r.id
WHERE r.id BETWEEN :first AND :last AND {_IS_UNSURVEYED} ORDER BY r.id
"""

_COLUMNS = (
    *("raw_event_id", "row_uuid", "content_hash", "first_seen_at", "mention_id", "night", "other_night"),
    *("is_timed", "is_late", "acts", "bill", "attested_names", "asked_names"),
)

_SAYS_ELSE = """
(s.mention_id, s.night, s.other_night, s.is_timed, s.is_late, s.acts, s.first_seen_at)
IS DISTINCT FROM (e.mention_id, e.night, e.other_night, e.is_timed, e.is_late, e.acts, e.first_seen_at)
"""

# The rooms that a row named, or names now, have to be resolved again by the nights that its mention now has.
_STALE_MENTIONS = f"""
WITH said AS (
    SELECT unnest(ARRAY[e.mention_id, s.mention_id]) AS id
    FROM {{staged}} s LEFT JOIN raw_evidence e USING (raw_event_id) WHERE {_SAYS_ELSE}
), locked AS (
    SELECT id FROM venue_mentions WHERE id IN (SELECT id FROM said) AND NOT is_stale ORDER BY id FOR UPDATE
)
UPDATE venue_mentions SET is_stale = true WHERE id IN (SELECT id FROM locked)
"""

# A row that says something else of its room or night is placed anew.
_SAY_ELSE = f"SELECT e.raw_event_id FROM {{staged}} s JOIN raw_evidence e USING (raw_event_id) WHERE {_SAYS_ELSE}"

_WRITE = f"""
INSERT INTO raw_evidence ({", ".join(_COLUMNS)}) SELECT {", ".join(_COLUMNS)} FROM {{staged}}
ON CONFLICT (raw_event_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}
"""

_COUNT_NAMES = """
INSERT INTO known_names AS k (name_key, mentions)
SELECT * FROM unnest(cast(:keys AS text[]), cast(:deltas AS integer[]))
ON CONFLICT (name_key) DO UPDATE SET mentions = k.mentions + excluded.mentions
RETURNING k.name_key, k.mentions
"""

_ASKED = "SELECT raw_event_id FROM raw_evidence WHERE asked_names && cast(:names AS text[])"


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A row with what it says."""

    row: RawRow
    said: RowEvidence


@contextmanager
def sole_surveyor(engine: Engine) -> Iterator[None]:
    """Hold off builds and other surveys; waits for those under way, and for what a killed survey left running."""
    with engine.connect() as connection, connection.begin():
        move_evidence(connection)
        wait_for_surveyed_rows(connection)
        yield


def unsurveyed_ranges(engine: Engine) -> list[tuple[int, int]]:
    """The ids of dirty raw events that have not been surveyed, in ranges (first, last) of at most BATCH rows."""
    with engine.connect() as connection:
        return [(row.first, row.last) for row in connection.execute(text(_RANGES), {"batch": BATCH})]


def survey_rows(connection: Connection, first: int, last: int, read: Callable[[RawRow], RowEvidence]) -> int:
    """Survey the rows of a range, in the caller's transaction; returns how many. The caller is the sole surveyor."""
    hold_surveyed_rows(connection)
    selected = connection.execute(text(_UNSURVEYED), {"first": first, "last": last}).all()
    rows = (raw_row(each, row_uuid(each.source, each.source_event_id)) for each in selected)
    batch = [Surveyed(row, read(row)) for row in rows]
    if batch:
        _found_cities(connection, {s.said.city for s in batch if s.said.city is not None} - city_facts().keys())
        before = _attested_before(connection, [s.row.id for s in batch])
        _write(connection, batch)
        _count_names(connection, before, batch)
    return len(batch)


def _found_cities(connection: Connection, slugs: set[str]) -> None:
    """Give a town that no scene covers a scene of its own."""
    if slugs:
        connection.execute(
            text("INSERT INTO cities (slug, name) VALUES (:slug, :name) ON CONFLICT DO NOTHING"),
            [{"slug": slug, "name": slug.replace("_", " ").title()} for slug in sorted(slugs)],
        )


def _attested_before(connection: Connection, ids: Sequence[int]) -> Counter[str]:
    rows = connection.scalars(
        text("SELECT unnest(attested_names) FROM raw_evidence WHERE raw_event_id = ANY(:ids)"), {"ids": list(ids)}
    )
    return Counter(rows.all())


def _write(connection: Connection, batch: Sequence[Surveyed]) -> None:
    rooms = {s.said.room.id: s.said for s in batch if s.said.room is not None}
    insert_missing(
        connection,
        "venue_mentions",
        ["id"],
        ["id", "source", "city", "mention", "venue_key", "rule", "block_keys"],
        (_mention(said) for said in rooms.values()),
    )
    staged = stage(connection, "raw_evidence", _COLUMNS, (_evidence(s) for s in batch))
    connection.execute(text(_STALE_MENTIONS.format(staged=staged)))
    unplace(connection, _SAY_ELSE.format(staged=staged))
    connection.execute(text(_WRITE.format(staged=staged)))


def _mention(said: RowEvidence) -> list[object]:
    assert said.room is not None, "only rows that name a room have a mention"
    keys = block_keys(read_mention(said.room, said.venue_key))
    return [said.room.id, said.room.source, said.room.city, said.room.mention, said.venue_key, said.rule, _array(keys)]


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
        _array(sorted({fold_key(act.name) for act in said.bill.acts})),
        bill_as_json(said.bill),
        _array(sorted(said.attested)),
        _array(sorted(said.asked)),
    ]


def _array(words: Sequence[str]) -> str:
    """A text[] as COPY takes it."""
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return "{" + ",".join(f'"{word}"' for word in quoted) + "}"


def _count_names(connection: Connection, before: Counter[str], batch: Sequence[Surveyed]) -> None:
    """Move the counts of attested names, and mark dirty the rows that asked about one that became known or unknown."""
    deltas = Counter(name for s in batch for name in s.said.attested)
    deltas.subtract(before)
    changed = {name: delta for name, delta in sorted(deltas.items()) if delta}
    if not changed:
        return
    counted = connection.execute(text(_COUNT_NAMES), {"keys": list(changed), "deltas": list(changed.values())})
    turned = [name for name, mentions in counted if (mentions > 0) != (mentions - changed[name] > 0)]
    if turned:
        mark_dirty(connection, _ASKED, {"names": turned})
    connection.execute(
        text("DELETE FROM known_names WHERE mentions = 0 AND name_key = ANY(:keys)"), {"keys": list(changed)}
    )
