"""Do the labels of a scenario agree with each other? Sameness is transitive, and one event is in one room."""

from __future__ import annotations

from collections.abc import Iterable

from tests.match.scenarios import Pair, Scenario


def contradictions(scenario: Scenario) -> list[str]:
    """One line for each pair labelled different that other labels make the same, or that is labelled twice."""
    events = _joined(p for p in scenario.pairs if p.same and not p.rooms)
    rooms = _joined(p for p in scenario.pairs if p.same)
    seen: set[tuple[frozenset[str], bool]] = set()
    found = []
    for pair in scenario.pairs:
        question = (frozenset((pair.left, pair.right)), pair.rooms)
        if len(question[0]) == 1 or question in seen:
            found.append(f"{scenario.name}: {pair.left} and {pair.right} are asked twice, or are one row")
        seen.add(question)
        groups = rooms if pair.rooms else events
        if not pair.same and _root(groups, pair.left) == _root(groups, pair.right):
            found.append(f"{scenario.name}: {pair.left} and {pair.right} are different, but other labels join them")
    return found


def _joined(pairs: Iterable[Pair]) -> dict[str, str]:
    parents: dict[str, str] = {}
    for pair in pairs:
        parents[_root(parents, pair.left)] = _root(parents, pair.right)
    return parents


def _root(parents: dict[str, str], row: str) -> str:
    while parents.get(row, row) != row:
        row = parents[row]
    return row
