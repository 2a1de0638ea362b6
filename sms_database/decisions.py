"""What decisions say of rows: which a person joined, and which that person or another parted. Pure functions.

Where decisions contradict each other, a split wins over merges, and of two overrides of a field the later.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Rows = frozenset[uuid.UUID]

IS_VENUE_GONE = """
d.kind = 'override' AND d.field = 'venue_id' AND jsonb_typeof(d.value) = 'string'
AND NOT EXISTS (SELECT FROM venues v WHERE v.key IS NOT NULL AND cast(v.id AS text) = d.value #>> '{}')
"""
"""Of a decision `d`: does it give a venue that venues.toml no longer describes?"""


class Decisions:
    """Decisions by the rows that they name, so that no block looks through all of them."""

    def __init__(self, decisions: Iterable[DecisionFacts]) -> None:
        self._naming: dict[uuid.UUID, list[DecisionFacts]] = defaultdict(list)
        for decision in decisions:
            for row in named_rows(decision):
                self._naming[row].append(decision)

    def on(self, rows: Iterable[uuid.UUID]) -> list[DecisionFacts]:
        """Those that name any of these rows, oldest first."""
        if not self._naming:
            return []
        found = {decision.id: decision for row in rows for decision in self._naming.get(row, ())}
        return [found[id] for id in sorted(found)]


def decided_pairs(decisions: Iterable[DecisionFacts], kind: str) -> set[Rows]:
    """The pairs of rows that decisions of a kind name: the target with each of the listed."""
    return {
        frozenset((decision.target, other))
        for decision in decisions
        if decision.kind == kind
        for other in _others(decision)
    }


def named_rows(decision: DecisionFacts) -> list[uuid.UUID]:
    """The rows that a decision is about."""
    return [decision.target, *_others(decision)]


def joined_groups(decisions: Sequence[DecisionFacts]) -> list[list[uuid.UUID]]:
    """The groups of rows that merge decisions join, each with its leader first: the target of its oldest decision.

    Decisions are taken oldest first; what would bring two rows together that a decision splits is left out.
    """
    parted = decided_pairs(decisions, "split")
    group_of: dict[uuid.UUID, list[uuid.UUID]] = {}
    for decision in sorted((d for d in decisions if d.kind == "merge"), key=lambda d: d.id):
        for other in _others(decision):
            ours = group_of.setdefault(decision.target, [decision.target])
            theirs = group_of.get(other, [other])
            if ours is theirs or any(frozenset((a, b)) in parted for a in ours for b in theirs):
                continue
            ours += theirs
            group_of |= dict.fromkeys(theirs, ours)
    groups = {id(group): group for group in group_of.values() if len(group) > 1}
    return list(groups.values())


def leaders(decisions: Sequence[DecisionFacts]) -> dict[uuid.UUID, uuid.UUID]:
    """For each row of a group that merge decisions join, the row whose block they share: the leader of the others."""
    return {row: group[0] for group in joined_groups(decisions) for row in group[1:]}


def _others(decision: DecisionFacts) -> list[uuid.UUID]:
    if decision.kind not in ("merge", "split"):
        return []
    return [other for other in map(uuid.UUID, decision.value or []) if other != decision.target]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFacts:
    """A human's decision, as a build takes it."""

    id: int
    kind: str
    target: uuid.UUID
    field: str | None
    value: Any
