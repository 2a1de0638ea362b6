"""An event's night as the build read it, read again: which other events there are, and what keeps them apart."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from carpenter.explain.not_merged import Apart, kept_apart
from carpenter.model import Reading, evidence_json
from carpenter.normalize.listing import Normalizer
from carpenter.pipeline.block import decided_kinds, read_rows
from carpenter.store.claim import read_blocks
from carpenter.store.inputs import all_decisions
from sms_catalog.lineage import block_of, events_of_rows
from sms_database.decisions import Decisions
from sms_database.venues import city_facts
from sms_text.local_hours import hour_words


def not_merged(connection: Connection, event_id: uuid.UUID) -> list[dict[str, Any]]:
    """The other events of its house's night, each with what keeps it apart, the likest first.

    Empty while a changed row of the event waits to be placed by the next run.
    """
    block = block_of(connection, event_id)
    if block is None:
        return []
    taken = read_blocks(connection, [block])
    rows, decisions = taken.rows[block], all_decisions(connection)
    kinds = decided_kinds(Decisions(decisions).on(placed.row.row_uuid for placed in rows))
    readings, _ = read_rows(rows, Normalizer(city_facts()), taken.known_names.__contains__, kinds)
    event_of = events_of_rows(connection, [placed.row.id for rows in taken.rows.values() for placed in rows])
    events: dict[uuid.UUID, list[Reading]] = defaultdict(list)
    for reading in sorted(readings, key=lambda r: r.row.seniority):
        if reading.row.id in event_of:
            events[event_of[reading.row.id]].append(reading)
    if event_id not in events:
        return []
    return [_record(apart) for apart in kept_apart(event_id, events, decisions)]


def _record(apart: Apart) -> dict[str, Any]:
    pair = apart.pair
    first = apart.readings[0]
    return {
        "event_id": apart.event_id,
        "title": first.title,
        "hours": [f"{name} {hour}" for name, hour in _hours(first)],
        "rows": [reading.row.key for reading in apart.readings],
        "reason": apart.reason,
        "decision_id": apart.decision_id,
        "between": [pair.left.row.key, pair.right.row.key] if pair else None,
        "score": pair.score if pair else None,
        "explanation": [evidence_json(evidence) for evidence in pair.evidence] if pair else [],
    }


def _hours(reading: Reading) -> Iterator[tuple[str, str]]:
    for name, instant in (("doors", reading.instants.doors_at), ("show", reading.instants.starts_at)):
        if instant is not None:
            yield name, hour_words(instant, reading.timezone)
