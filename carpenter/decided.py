"""What merge decisions say of placement: rows that a person joined are built in one block. Pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from carpenter.values import DecisionFacts


def leaders(decisions: Sequence[DecisionFacts]) -> dict[uuid.UUID, uuid.UUID]:
    """For each row of a group that merge decisions join, the row whose block they share.

    The leader is the target of the group's oldest decision; it is not in the result itself.
    """
    leader: dict[uuid.UUID, uuid.UUID] = {}
    for decision in sorted((d for d in decisions if d.kind == "merge"), key=lambda d: d.id):
        rows = [decision.target, *(uuid.UUID(other) for other in decision.value or [])]
        known = [leader[row] for row in rows if row in leader]
        first = known[0] if known else decision.target
        joined = set(known)
        for row in rows:
            leader[row] = first
        for row, led_by in leader.items():
            if led_by in joined:
                leader[row] = first
    return {row: first for row, first in leader.items() if row != first}
