"""Precision and recall of a build over the labelled pairs, and the table of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.match.scenarios import Pair, Scenario


@dataclass(frozen=True, slots=True)
class Verdict:
    """A labelled pair and what the build made of it."""

    scenario: Scenario
    pair: Pair
    joined: bool

    @property
    def is_right(self) -> bool:
        """Did the build say what the label says?"""
        return self.joined == self.pair.same

    def __str__(self) -> str:
        what = "rooms" if self.pair.rooms else "events"
        fault = "joined, but are two" if self.joined else "kept apart, but are one"
        where = f"{self.scenario.name}: {self.pair.left}, {self.pair.right}"
        return f"{where}: {what} {fault}: {self.pair.reason}"


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over some verdicts."""

    pairs: int
    same: int
    joined: int
    both: int
    """Pairs labelled the same that the build joined."""

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> Score:
        """Count."""
        all_of = list(verdicts)
        same = [v for v in all_of if v.pair.same]
        joined = sum(v.joined for v in all_of)
        return cls(len(all_of), len(same), joined, sum(v.joined for v in same))

    @property
    def precision(self) -> float:
        """Of the pairs that the build joined, how many are labelled the same; 1 where it joined none."""
        return self.both / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs labelled the same, how many the build joined; 1 where there are none."""
        return self.both / self.same if self.same else 1.0


def table(verdicts: Sequence[Verdict]) -> list[str]:
    """The lines of the table: one a habit, then events, rooms and all."""
    habits = dict.fromkeys(v.scenario.habit for v in verdicts)
    parts = [(habit, [v for v in verdicts if v.scenario.habit == habit]) for habit in habits]
    sums = [
        ("events", [v for v in verdicts if not v.pair.rooms]),
        ("rooms", [v for v in verdicts if v.pair.rooms]),
        ("all", list(verdicts)),
    ]
    width = max(len(name) for name, _ in (*parts, *sums))
    head = f"{'habit':{width}}  pairs  same  precision  recall  wrong"
    return [head, *(_line(*part, width) for part in parts), "-" * len(head), *(_line(*part, width) for part in sums)]


def _line(name: str, verdicts: Sequence[Verdict], width: int) -> str:
    score = Score.of(verdicts)
    wrong = sum(not v.is_right for v in verdicts)
    return f"{name:{width}}  {score.pairs:5}  {score.same:4}  {score.precision:9.3f}  {score.recall:6.3f}  {wrong:5}"
