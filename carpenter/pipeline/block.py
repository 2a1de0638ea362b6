"""Building one block: a house's night, from its rows and the decisions that bind them. A pure function."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from carpenter.events.clustering import cluster, link_evidence
from carpenter.events.hours import settle_hours
from carpenter.merge.cut_names import with_whole_names
from carpenter.merge.survivorship import merge
from carpenter.model import AssignedRow, BlockResult, LinkRow, Pair, RawRow, Reading, Skipped, VenueRef, evidence_json
from carpenter.normalize.listing import IsKnown, Normalizer
from carpenter.titles.act_names import read_listed_name
from sms_database.decisions import DecisionFacts, Decisions
from sms_database.ids import artist_uuid
from sms_text.text import clean
from sms_text.urls import safe_url

LONGEST_LINK = 1_000
"""Bytes of an act's id or address elsewhere; longer ones would not fit the index of `artist_links`."""

_LINKS = {"musicbrainz": "musicbrainz_id", "spotify": "spotify_id", "url": "url"}
_LINK_FIELDS = frozenset(_LINKS.values())


def build_block(
    night: date,
    rows: Sequence[AssignedRow],
    decisions: Decisions,
    normalizer: Normalizer,
    is_known: IsKnown,
) -> BlockResult:
    """All that the catalog should hold for this house and night, whatever it holds now."""
    result = BlockResult()
    bound = decisions.on(assigned.row.row_uuid for assigned in rows)
    readings, skipped = read_rows(rows, normalizer, is_known, decided_kinds(bound))
    result.links += [skipped_link(each.row, each.reason, each.venue) for each in skipped]
    groups, joined, result.review = cluster(readings, bound)
    evidence = link_evidence(joined)
    for group in groups:
        told = with_whole_names(settle_hours(group))
        event = merge(told, night, _on(group, bound))
        result.events.append(event)
        result.links += [
            _link(reading, event.id, evidence.get(compared), compared)
            for reading, compared in zip(told, group, strict=True)
        ]
    return result


def decided_kinds(decisions: Iterable[DecisionFacts]) -> Mapping[uuid.UUID, str]:
    """The kinds that people gave events, by the row that founds each; of several the last."""
    return {
        decision.target: decision.value
        for decision in sorted(decisions, key=lambda decision: decision.id)
        if decision.kind == "override" and decision.field == "kind" and isinstance(decision.value, str)
    }


def _on(group: Sequence[Reading], decisions: Sequence[DecisionFacts]) -> Sequence[DecisionFacts]:
    if not decisions:
        return decisions
    own = {reading.row.row_uuid for reading in group}
    return [decision for decision in decisions if decision.target in own]


def read_rows(
    rows: Iterable[AssignedRow], normalizer: Normalizer, is_known: IsKnown, kinds: Mapping[uuid.UUID, str]
) -> tuple[list[Reading], list[Skipped]]:
    """The rows of a house's night, each understood and in its room, and those that can be part of no event.

    `kinds`: those that a person gave rows, by row.
    """
    outcomes = [normalizer.read(placed, is_known, kinds.get(placed.row.row_uuid)) for placed in rows]
    readings = [outcome for outcome in outcomes if isinstance(outcome, Reading)]
    return _in_their_rooms(readings), [outcome for outcome in outcomes if isinstance(outcome, Skipped)]


def _in_their_rooms(readings: Sequence[Reading]) -> list[Reading]:
    """The readings of a house and its rooms. One that names the house, but whose acts play in one of its rooms that
    night and not in the house itself, is of that room.
    """
    rooms = {reading.venue.id: reading.venue for reading in readings if reading.venue}
    if len(rooms) < 2:
        return list(readings)
    playing: dict[str, dict[uuid.UUID, set[str]]] = defaultdict(lambda: defaultdict(set))
    for reading in readings:
        if reading.venue is not None:
            for act in reading.act_keys:
                playing[act][reading.venue.id].add(reading.row.source.slug)
    moved = []
    for reading in readings:
        venue, own = reading.venue, {reading.row.source.slug}
        if venue is not None and venue.id == venue.house_id:
            alike = {room for act in reading.act_keys for room, sources in playing[act].items() if sources != own}
            if alike and venue.id not in alike:
                rule = f"a room of {venue.name}, by the acts of the night"
                reading = replace(reading, venue=replace(rooms[min(alike)], mention=venue.mention, rule=rule))
        moved.append(reading)
    return moved


def why_in_no_block(row: RawRow) -> str:
    """Why a row that has no night is no part of the calendar."""
    if row.source.is_setlist:
        return "setlist: what was played is no part of the calendar"
    return f"no day: {row.data.get('event_day') or 'none given'}"


def skipped_link(row: RawRow, reason: str, venue: VenueRef | None) -> LinkRow:
    """What is kept of a row that can be no part of an event: why, and its room, which it may name all the same."""
    return LinkRow(raw_event_id=row.id, event_id=None, venue=venue, skip_reason=reason)


def _link(reading: Reading, event_id: uuid.UUID, pair: Pair | None, compared: Reading) -> LinkRow:
    """`compared` is the reading as it stands in the pair, before its hour was settled."""
    return LinkRow(
        raw_event_id=reading.row.id,
        event_id=event_id,
        venue=reading.venue,
        score=pair.score if pair else 1.0,
        explanation=_explanation(pair, compared) if pair else [],
        bill=_bill(reading),
        notes=[{"field": note.field, "reason": note.reason} for note in reading.notes],
    )


def _explanation(pair: Pair, compared: Reading) -> list[dict[str, Any]]:
    other = pair.right if pair.left is compared else pair.left
    return [{"with": other.row.key}, *map(evidence_json, pair.evidence)]


def _bill(reading: Reading) -> list[dict[str, Any]]:
    """The acts that the row itself names, with the ids and pages that it gives of them."""
    links = _links(reading.row.data.get("artists") or ())
    acts = zip(reading.billed, reading.bill.acts, strict=True)
    if not links:
        return [_act(key, act.name, act.role) for key, act in acts]
    return [{**_act(key, act.name, act.role), "links": links.get(key, {})} for key, act in acts]


def _links(listed: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """What a row gives of the performers that it lists, by folded name; of one listed twice what it gives last."""
    if all(map(_LINK_FIELDS.isdisjoint, listed)):
        return {}
    links: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in listed:
        act = links[read_listed_name(clean(entry["name"]) or entry["name"]).key]
        for kind, field in _LINKS.items():
            if (value := _link_value(kind, entry.get(field))) is not None:
                act[kind] = value
    return links


def _link_value(kind: str, given: Any) -> str | None:
    """An id or an address that can be kept; None for what is neither."""
    if not isinstance(given, str):
        return None
    value = safe_url(given) if kind == "url" else given.strip()
    return value if value and len(value.encode()) <= LONGEST_LINK else None


@lru_cache(maxsize=16_384)
def _act(key: str, name: str, role: str) -> dict[str, Any]:
    """An act as a row names it that gives neither ids nor pages of it."""
    return {"id": str(artist_uuid(key)), "key": key, "name": name, "role": role, "links": {}}
