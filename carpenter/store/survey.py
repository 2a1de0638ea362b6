"""The survey: what each dirty row says of its block and of names, before any block is built.

It keeps the evidence that crosses blocks up to date, and marks dirty what depends on evidence that changed.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, text

from carpenter.decided import leaders
from carpenter.normalize import Normalizer
from carpenter.places import city_of, night_of
from carpenter.store.dirty import mark_dirty, survey_again
from carpenter.store.locks import move_evidence
from carpenter.store.rows import RAW_COLUMNS, all_decisions, raw_row, source_traits
from carpenter.values import RawRow
from sms_database.venues import CityFacts

BATCH = 2_000
"""Rows surveyed in one transaction."""

_UNSURVEYED = f"""
SELECT {RAW_COLUMNS} FROM raw_events r LEFT JOIN raw_evidence e ON e.raw_event_id = r.id
WHERE r.id > :after AND r.built_hash IS DISTINCT FROM r.content_hash
  AND e.content_hash IS DISTINCT FROM r.content_hash
ORDER BY r.id LIMIT :batch
"""

_STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged_evidence (
    raw_event_id bigint, row_uuid uuid, content_hash text, city text, night date,
    attested_names text[], asked_names text[]
) ON COMMIT DELETE ROWS
"""

# Whoever is left in the block that a row leaves must be built again without it.
_LEFT_BEHIND = """
SELECT stay.raw_event_id
FROM staged_evidence s JOIN raw_evidence e USING (raw_event_id)
JOIN raw_evidence stay ON stay.city = e.city AND stay.night = e.night
WHERE (s.city, s.night) IS DISTINCT FROM (e.city, e.night)
"""

_WRITE = """
INSERT INTO raw_evidence (raw_event_id, row_uuid, content_hash, city, night, attested_names, asked_names)
SELECT raw_event_id, row_uuid, content_hash, city, night, attested_names, asked_names FROM staged_evidence
ON CONFLICT (raw_event_id) DO UPDATE SET
    content_hash = excluded.content_hash, city = excluded.city, night = excluded.night,
    attested_names = excluded.attested_names, asked_names = excluded.asked_names
"""

_COUNT_NAMES = """
INSERT INTO known_names AS k (name_key, mentions)
SELECT * FROM unnest(cast(:keys AS text[]), cast(:deltas AS integer[]))
ON CONFLICT (name_key) DO UPDATE SET mentions = k.mentions + excluded.mentions
RETURNING k.name_key, k.mentions
"""

_ASKED = "SELECT raw_event_id FROM raw_evidence WHERE asked_names && cast(:names AS text[])"

_LED = "SELECT raw_event_id FROM raw_evidence WHERE row_uuid = ANY(cast(:rows AS uuid[])) AND content_hash <> ''"


@dataclass(frozen=True, slots=True)
class _Surveyed:
    row: RawRow
    city: str | None
    night: date | None
    attested: frozenset[str]
    asked: frozenset[str]


def survey(engine: Engine, normalizer: Normalizer, cities: Mapping[str, CityFacts]) -> int:
    """Survey every dirty row whose content has not been surveyed; returns how many.

    One survey runs at a time, so the counts of names move one step after the other.
    """
    surveyed, after = 0, 0
    while True:
        with engine.begin() as connection:
            move_evidence(connection)
            sources = source_traits(connection)
            selected = connection.execute(text(_UNSURVEYED), {"after": after, "batch": BATCH})
            rows = [raw_row(row, sources) for row in selected]
            if rows:
                _survey(connection, rows, normalizer, cities)
        if not rows:
            return surveyed
        surveyed, after = surveyed + len(rows), rows[-1].id


def _survey(
    connection: Connection, rows: Sequence[RawRow], normalizer: Normalizer, cities: Mapping[str, CityFacts]
) -> None:
    led_by = leaders(all_decisions(connection))
    placed = _placed(connection, rows, led_by, cities)
    batch = [
        _Surveyed(row, None, None, frozenset(), frozenset())
        if row.source.is_of_the_past
        else _Surveyed(row, *placed[row.row_uuid], *normalizer.survey(row.data))
        for row in rows
    ]
    _found_cities(connection, {s.city for s in batch if s.city is not None} - cities.keys())
    before = _attested_before(connection, [row.id for row in rows])
    _write(connection, batch)
    _count_names(connection, before, batch)
    in_batch = {row.row_uuid for row in rows}
    followers = [str(row) for row, leader in led_by.items() if leader in in_batch and row not in in_batch]
    if followers:
        survey_again(connection, _LED, {"rows": followers})


def _placed(
    connection: Connection,
    rows: Sequence[RawRow],
    led_by: Mapping[uuid.UUID, uuid.UUID],
    cities: Mapping[str, CityFacts],
) -> dict[uuid.UUID, tuple[str | None, date | None]]:
    """Each row's block: its own, or that of the row that leads it by decision."""
    placed = {row.row_uuid: (city_of(row.data, row.source.city, cities), night_of(row.data)) for row in rows}
    wanted = {leader for row in rows if (leader := led_by.get(row.row_uuid)) is not None}
    if not wanted:
        return placed
    known = connection.execute(
        text("SELECT row_uuid, city, night FROM raw_evidence WHERE row_uuid = ANY(cast(:wanted AS uuid[]))"),
        {"wanted": [str(leader) for leader in wanted]},
    )
    leading = {row.row_uuid: (row.city, row.night) for row in known} | {w: placed[w] for w in wanted & placed.keys()}
    for row in rows:
        block = leading.get(led_by.get(row.row_uuid, row.row_uuid), (None, None))
        if row.row_uuid in led_by and None not in block:
            placed[row.row_uuid] = block
    return placed


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


def _write(connection: Connection, batch: Sequence[_Surveyed]) -> None:
    connection.execute(text(_STAGE))
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    with cursor.copy("COPY staged_evidence FROM STDIN") as copy:
        for s in batch:
            values = (
                s.row.id,
                s.row.row_uuid,
                s.row.content_hash,
                s.city,
                s.night,
                sorted(s.attested),
                sorted(s.asked),
            )
            copy.write_row(values)
    mark_dirty(connection, _LEFT_BEHIND)
    connection.execute(text(_WRITE))


def _count_names(connection: Connection, before: Counter[str], batch: Sequence[_Surveyed]) -> None:
    """Move the counts of attested names, and mark dirty the rows that asked about one that became known or unknown."""
    deltas = Counter(name for s in batch for name in s.attested)
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
