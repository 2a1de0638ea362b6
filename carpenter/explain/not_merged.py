"""Why two events of one house and night are not one, by the rules and weights of the build. Pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from carpenter.events.clustering import compare_between
from carpenter.events.features import REVIEW_SCORE, SAME_SHOW_SCORE
from carpenter.model import Pair, Reading
from sms_database.decisions import DecisionFacts, named_rows

MOST_OWN, MOST_OTHERS = 20, 1_000
"""Rows of an event, and of the rest of its night, that are compared to explain: a festival may have thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Another event of the same house and night, and what keeps it apart."""

    event_id: uuid.UUID
    readings: Sequence[Reading]
    reason: str
    decision_id: int | None = None
    """The split that parts them."""
    pair: Pair | None = None
    """The rows of both that are most alike; None where no two of them are in one room."""


def kept_apart(
    event_id: uuid.UUID,
    events: Mapping[uuid.UUID, Sequence[Reading]],
    decisions: Sequence[DecisionFacts],
) -> list[Apart]:
    """What keeps each of the other events of a house's night apart from this one, the likest first.

    `events` are the readings of the night by the event that they are part of.
    """
    own = list(events[event_id][:MOST_OWN])
    others = {other: readings for other, readings in events.items() if other != event_id}
    wanted = list(islice((r for readings in others.values() for r in readings), MOST_OTHERS))
    pairs = _pairs([r for readings in events.values() for r in readings], own, wanted)
    found = [_apart(other, events[event_id], readings, pairs, decisions) for other, readings in others.items()]
    return sorted(found, key=lambda a: (-(a.pair.score if a.pair else -1.0), a.readings[0].row.seniority))


def _pairs(
    night: Sequence[Reading], own: Sequence[Reading], others: Sequence[Reading]
) -> dict[tuple[uuid.UUID, uuid.UUID], tuple[Pair, str | None]]:
    """The pairs of a row of ours and another of its room, by `row_uuid`, ours first, and what holds them apart."""
    ours = {reading.row.row_uuid for reading in own}
    found = {}
    for venue_id in {reading.venue.id for reading in own if reading.venue}:
        rooms = (_in_room(readings, venue_id) for readings in (night, own, others))
        for pair, held in compare_between(*rooms):
            left, right = pair.left.row.row_uuid, pair.right.row.row_uuid
            found[(left, right) if left in ours else (right, left)] = (pair, held)
    return found


def _in_room(readings: Sequence[Reading], venue_id: uuid.UUID) -> list[Reading]:
    return [r for r in readings if r.venue and r.venue.id == venue_id]


def _apart(
    other: uuid.UUID,
    own: Sequence[Reading],
    readings: Sequence[Reading],
    pairs: Mapping[tuple[uuid.UUID, uuid.UUID], tuple[Pair, str | None]],
    decisions: Sequence[DecisionFacts],
) -> Apart:
    between = [
        pairs[key] for a in own[:MOST_OWN] for b in readings if (key := (a.row.row_uuid, b.row.row_uuid)) in pairs
    ]
    between.sort(key=lambda found: -found[0].score)
    best = between[0][0] if between else None
    split = _split_between(own, readings, decisions)
    reason = f"decision {split}" if split is not None else _reason(own, readings, between, best)
    return Apart(event_id=other, readings=readings, reason=reason, decision_id=split, pair=best)


def _split_between(
    own: Sequence[Reading], readings: Sequence[Reading], decisions: Sequence[DecisionFacts]
) -> int | None:
    ours, theirs = ({reading.row.row_uuid for reading in group} for group in (own, readings))
    for decision in decisions:
        if decision.kind == "split":
            target, *rest = named_rows(decision)
            if (target in ours and not theirs.isdisjoint(rest)) or (target in theirs and not ours.isdisjoint(rest)):
                return decision.id
    return None


def _reason(
    own: Sequence[Reading],
    readings: Sequence[Reading],
    between: Sequence[tuple[Pair, str | None]],
    best: Pair | None,
) -> str:
    if best is None:
        ours, theirs = _rooms(own), _rooms(readings)
        if ours == theirs:
            return f"not compared: the night has more than {MOST_OTHERS:,} other rows"
        return f"another room: {ours} and {theirs}"
    for pair, held in between:
        if held is not None:
            return held if pair is best else f"{held} ({pair.left.row.key} and {pair.right.row.key})"
    if best.score >= SAME_SHOW_SCORE:
        return "not as the catalog has it now: python -m carpenter run"
    against = min(best.evidence, key=lambda e: e.weight)
    what = against.detail if against.weight < 0 else "nothing that they name is the same"
    doubt = "; a person may decide" if best.score >= REVIEW_SCORE else ""
    return f"{what} (score {best.score:.2f}, one show needs {SAME_SHOW_SCORE:.2f}{doubt})"


def _rooms(readings: Sequence[Reading]) -> str:
    return " / ".join(sorted({r.venue.name if r.venue else "no room" for r in readings}))
