"""Writing the first pass: what each dirty row says of its venue, its night and of names, before any block is built.

It keeps the facts that cross blocks up to date, and marks dirty whatever depends on facts that changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, text

from carpenter.rows import ChangedRow, FactsBatch, FactsRow, NamedMention
from carpenter.store.bulk import append, days_array, insert_missing, numbers_array, stage, words_array
from carpenter.store.inputs import IS_SURVEYED, RAW_COLUMNS, RAW_WIDTH, raw_row, traits_of, tuples
from carpenter.store.queue import IdRange, mark_dirty, unplace
from sms_database.ids import row_uuid
from sms_database.locks import join_facts_lock

_UNSURVEYED = f"""
SELECT {RAW_COLUMNS}, e.attested_names FROM dirty_raw_events d
JOIN raw_events r ON r.id = d.raw_event_id
LEFT JOIN raw_evidence e ON e.raw_event_id = r.id
WHERE d.raw_event_id BETWEEN :first AND :last
  AND ({IS_SURVEYED}) IS NOT TRUE
ORDER BY r.id
"""

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
UPDATE raw_evidence e SET {", ".join(f"{name} = s.{name}" for name in FactsRow._fields[1:])}
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


def changed_rows(connection: Connection, ids: IdRange) -> list[ChangedRow]:
    """The dirty rows of a range that say something else than what is stored of them.

    Joins the lock of facts: the caller holds it for all that write them at once.
    """
    join_facts_lock(connection)
    selected = tuples(connection, _UNSURVEYED, {"first": ids.first, "last": ids.last})
    traits = traits_of(connection, selected)
    return [ChangedRow(raw_row(each, traits, row_uuid(each[1], each[2])), each[RAW_WIDTH]) for each in selected]


def write_facts(connection: Connection, batch: FactsBatch) -> None:
    """Write facts, then the mentions of venues, which several processes write, and then the counts of names."""
    _found_cities(connection, batch.new_cities)
    named = {row.mention_id for row in batch.new}
    if batch.changed:
        staged = stage(connection, "raw_evidence", FactsRow._fields, map(_stored, batch.changed))
        unplace(connection, _SAY_ELSE.format(staged=staged))
        named.update(connection.scalars(text(_THEIR_MENTIONS.format(staged=staged))))
        connection.execute(text(_UPDATE.format(staged=staged)))
    append(connection, "raw_evidence", FactsRow._fields, map(_stored, batch.new))
    _enter_mentions(connection, batch.mentions)
    connection.execute(text(_MARK_STALE), {"mentions": sorted(map(str, named - {None}))})
    _count_names(connection, batch.attested)


def _found_cities(connection: Connection, slugs: Collection[str]) -> None:
    """Give a town that no described city covers a city of its own."""
    if slugs:
        connection.execute(
            text("INSERT INTO cities (slug, name) VALUES (:slug, :name) ON CONFLICT DO NOTHING"),
            [{"slug": slug, "name": slug.replace("_", " ").title()} for slug in sorted(slugs)],
        )


def _enter_mentions(connection: Connection, mentions: Iterable[NamedMention]) -> None:
    rows = ((*each[:-1], words_array(each.block_keys)) for each in mentions)
    insert_missing(connection, "venue_mentions", ["id"], NamedMention._fields, rows)


def _stored(row: FactsRow) -> list[object]:
    columns = row._asdict()
    columns["shows"] = numbers_array(row.shows)
    columns |= {name: days_array(columns[name]) for name in ("former_days", "former_nights")}
    columns |= {name: words_array(columns[name]) for name in ("attested_names", "asked_names")}
    return list(columns.values())


def _count_names(connection: Connection, deltas: Mapping[str, int]) -> None:
    """Move the counts of attested names, and mark dirty the rows that asked about one that became known or unknown."""
    if not deltas:
        return
    counted = connection.execute(text(_COUNT_NAMES), {"keys": list(deltas), "deltas": list(deltas.values())})
    turned = [name for name, mentions in counted if (mentions > 0) != (mentions - deltas[name] > 0)]
    if turned and connection.scalar(text(_IS_ANYTHING_BUILT)):
        mark_dirty(connection, _ASKED, {"names": turned})
    connection.execute(
        text("DELETE FROM known_names WHERE mentions = 0 AND name_key = ANY(:keys)"),
        {"keys": [name for name, delta in deltas.items() if delta < 0]},
    )
