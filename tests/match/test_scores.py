"""Precision and recall of verdicts made by hand."""

from __future__ import annotations

import pytest

from tests.match.scenarios import Pair, Scenario
from tests.match.scores import Score, Verdict, table

RIGHT_JOIN, WRONG_JOIN, RIGHT_SPLIT, WRONG_SPLIT = (True, True), (False, True), (False, False), (True, False)


def verdicts(*same_and_joined: tuple[bool, bool], habit: str = "encores") -> list[Verdict]:
    """Verdicts on pairs labelled the same or not, and joined or not."""
    scenario = Scenario(habit=habit, name="a-night", rows={}, pairs=())
    return [Verdict(scenario, Pair("a", "b", same, "So it is."), joined) for same, joined in same_and_joined]


def test_precision_is_of_the_joined_and_recall_of_the_same() -> None:
    score = Score.of(verdicts(*[RIGHT_JOIN] * 3, WRONG_JOIN, RIGHT_SPLIT, *[WRONG_SPLIT] * 2))
    assert score.precision == pytest.approx(3 / 4)
    assert score.recall == pytest.approx(3 / 5)


def test_a_build_that_joins_nothing_is_precise_and_finds_nothing() -> None:
    score = Score.of(verdicts(WRONG_SPLIT, RIGHT_SPLIT))
    assert (score.precision, score.recall) == (1.0, 0.0)


def test_the_table_counts_by_habit_and_in_all() -> None:
    lines = table(verdicts(RIGHT_JOIN, WRONG_JOIN) + verdicts(WRONG_SPLIT, habit="soundchecks"))
    figures = {line.split("  ")[0]: line.split()[1:] for line in lines[1:]}
    assert figures["encores"] == ["2", "1", "0.500", "1.000", "1"]
    assert figures["soundchecks"] == ["1", "1", "1.000", "0.000", "1"]
    assert figures["all"] == ["3", "2", "0.500", "0.500", "2"]


def test_a_wrong_verdict_says_what_went_wrong_and_why_it_is_wrong() -> None:
    (verdict,) = verdicts(WRONG_JOIN)
    assert str(verdict) == "a-night: a, b: events joined, but are two: So it is."
