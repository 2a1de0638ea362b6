"""What a batch of rows says, as it is stored: facts, mentions of venues, counts of names. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from carpenter.model import RawRow
from carpenter.normalize.first_pass import RowFacts
from carpenter.rows import ChangedRow, FactsBatch, FactsRow, NamedMention
from carpenter.titles.bill import bill_as_json
from carpenter.venues.blocking import block_keys
from carpenter.venues.mention import read_mention


def facts_batch(read: Sequence[tuple[ChangedRow, RowFacts]], described_cities: Collection[str]) -> FactsBatch:
    """All that is to be stored of some rows, given with what each says. Cities are by their slugs."""
    said = [facts for _, facts in read]
    named = {facts.room.id: facts for facts in said if facts.room is not None}
    return FactsBatch(
        new=[_facts_row(each.row, facts) for each, facts in read if each.attested_before is None],
        changed=[_facts_row(each.row, facts) for each, facts in read if each.attested_before is not None],
        mentions=[_named_mention(facts) for facts in named.values()],
        new_cities={facts.city for facts in said if facts.city is not None} - set(described_cities),
        attested=_attested(read),
    )


def _attested(read: Sequence[tuple[ChangedRow, RowFacts]]) -> Mapping[str, int]:
    deltas = Counter(name for _, facts in read for name in facts.attested)
    deltas.subtract(Counter(name for each, _ in read for name in each.attested_before or ()))
    return {name: delta for name, delta in sorted(deltas.items()) if delta}


def _named_mention(facts: RowFacts) -> NamedMention:
    room = facts.room
    assert room is not None, "only rows that name a venue have a mention"
    keys = block_keys(read_mention(room, facts.venue_key))
    return NamedMention(room.id, room.source, room.city, room.mention, facts.venue_key, facts.rule, keys)


def _facts_row(row: RawRow, facts: RowFacts) -> FactsRow:
    night = facts.night
    return FactsRow(
        raw_event_id=row.id,
        row_uuid=row.row_uuid,
        content_hash=row.content_hash,
        first_seen_at=row.first_seen_at,
        mention_id=facts.room.id if facts.room else None,
        night=night.night if night else None,
        other_night=night.other if night else None,
        is_timed=night.is_timed if night else False,
        is_late=night.is_late if night else False,
        shows=facts.shows,
        former_days=row.former_days,
        former_nights=facts.former_nights,
        bill=bill_as_json(facts.bill),
        attested_names=facts.attested,
        asked_names=facts.asked,
    )
