"""An event's night as the build read it, read again: what each row says of each field, and what is apart from it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from carpenter.events.hours import settle_hours
from carpenter.explain.not_merged import Apart, kept_apart
from carpenter.merge.survivorship import field_candidates, right_of
from carpenter.model import Reading, evidence_json
from carpenter.normalize.listing import Normalizer
from carpenter.parsing.prices import Price
from carpenter.pipeline.block import read_rows
from carpenter.store.claim import read_blocks
from carpenter.store.inputs import all_decisions
from sms_catalog import lineage as queries
from sms_catalog import words
from sms_database.venues import city_facts
from sms_text.local_hours import hour_words


def retell(connection: Connection, event_id: uuid.UUID) -> dict[str, Any]:
    """`night` of an event, `candidates` for each of its fields, and the other events of its house's night: `apart`.

    All are empty while a changed row of it waits to be placed by the next run.
    """
    block = queries.block_of(connection, event_id)
    if block is None:
        return {"night": None, "candidates": {}, "apart": []}
    taken = read_blocks(connection, [block])
    readings, _ = read_rows(taken.rows[block], Normalizer(city_facts()), taken.known_names.__contains__)
    event_of = queries.events_of_rows(connection, [placed.row.id for rows in taken.rows.values() for placed in rows])
    events: dict[uuid.UUID, list[Reading]] = defaultdict(list)
    for reading in sorted(readings, key=lambda r: r.row.seniority):
        if reading.row.id in event_of:
            events[event_of[reading.row.id]].append(reading)
    own = events.get(event_id)
    if own is None:
        return {"night": block.night, "candidates": {}, "apart": []}
    return {
        "night": block.night,
        "candidates": _candidates(settle_hours(own)),
        "apart": [_told(apart) for apart in kept_apart(event_id, events, all_decisions(connection))],
    }


def _candidates(group: Sequence[Reading]) -> dict[str, list[dict[str, Any]]]:
    told = {
        field: [_candidate(reading, _value_words(value, reading.timezone)) for reading, value in candidates]
        for field, candidates in field_candidates(group).items()
    }
    rooms = [_candidate(reading, reading.venue.name) for reading in group if reading.venue]
    return told | {"venue": rooms} if rooms else told


def _candidate(reading: Reading, value: str) -> dict[str, Any]:
    return {"row": reading.row.key, "value": value, "right": right_of(reading), "trust": reading.row.source.trust}


def _value_words(value: Any, timezone: str) -> str:
    if isinstance(value, datetime):
        return hour_words(value, timezone)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Price):
        told = {"price_min": value.min, "price_max": value.max, "currency": value.currency, "is_free": value.is_free}
        return words.price_words(told)
    if isinstance(value, tuple):
        return " / ".join(words.billed_words(asdict(act)) for act in value)
    return words.age_words(value) if isinstance(value, int) else str(value)


def _told(apart: Apart) -> dict[str, Any]:
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
