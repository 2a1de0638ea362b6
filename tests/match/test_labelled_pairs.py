"""The labelled set through the public path: load, build, and see which pairs the catalog joined."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from tests.match.building import judge
from tests.match.report import TABLE
from tests.match.scenarios import load_scenarios
from tests.match.scores import Score, table

MIN_PRECISION = 0.99
"""A wrong merge hides a show from everybody and shows some a wrong hour; one in a hundred is the most to be borne."""

MIN_RECALL = 0.98
"""A missed merge shows a night twice, which a reader sees through."""

NEVER_ONE = (
    "early and late show",
    "two rooms of one house",
    "tribute and the act itself",
    "the same act next night",
    "TBA, later named",
)
"""Habits of which no pair that a reader parts may be joined, whatever the figures over all."""


@pytest.mark.trust(26)
def test_the_build_finds_the_labelled_pairs(engine: Engine, record_property: Callable[[str, object], None]) -> None:
    verdicts = judge(engine, load_scenarios())
    wrong = [str(verdict) for verdict in verdicts if not verdict.is_right]
    parted = [v for v in verdicts if v.scenario.habit in NEVER_ONE and not v.pair.same]
    assert {v.scenario.habit for v in parted} == set(NEVER_ONE)
    assert [str(v) for v in parted if v.joined] == []
    score = Score.of(verdicts)
    if score.precision < MIN_PRECISION or score.recall < MIN_RECALL:
        record_property(TABLE, table(verdicts))
        figures = f"precision {score.precision:.3f} (at least {MIN_PRECISION}), recall {score.recall:.3f}"
        pytest.fail("\n".join([f"{figures} (at least {MIN_RECALL})", *wrong]), pytrace=False)
    record_property(TABLE, [*table(verdicts), "", *wrong])
