"""The labelled set through the public path: load, build, and see which pairs the catalog joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import orjson
import pytest
from sqlalchemy import Engine, text

from carpenter.commands.load import Loaded, store_lines
from carpenter.pipeline.build import run
from tests.match.report import TABLE
from tests.match.scenarios import Scenario, load_scenarios
from tests.match.scores import Score, Verdict, table

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

_BUILT = """
SELECT r.source, r.source_event_id, e.id AS event, e.venue_id AS room
FROM raw_events r JOIN event_sources s ON s.raw_event_id = r.id JOIN events e ON e.id = s.event_id
"""


@pytest.mark.trust(26)
def test_the_build_finds_the_labelled_pairs(engine: Engine, record_property: Callable[[str, object], None]) -> None:
    scenarios = load_scenarios()
    verdicts = _verdicts(scenarios, *_built(engine, scenarios))
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


def _built(engine: Engine, scenarios: list[Scenario]) -> tuple[Mapping[tuple[str, str], object], ...]:
    """Event and room of each row that is in the catalog, by (source, source_event_id)."""
    rows = [row for scenario in scenarios for row in scenario.rows.values()]
    loaded = Loaded()
    store_lines(engine, "labelled pairs", list(enumerate(map(orjson.dumps, rows), 1)), loaded)
    assert loaded.bad == 0, loaded.reasons
    assert not loaded.ignored
    run(engine, clock=lambda: datetime(2026, 3, 2, 10, tzinfo=UTC))
    with engine.connect() as connection:
        built = connection.execute(text(_BUILT)).all()
    events = {(row.source, row.source_event_id): row.event for row in built}
    rooms = {(row.source, row.source_event_id): row.room for row in built if row.room is not None}
    return events, rooms


def _verdicts(
    scenarios: list[Scenario],
    events: Mapping[tuple[str, str], object],
    rooms: Mapping[tuple[str, str], object],
) -> list[Verdict]:
    verdicts = []
    for scenario in scenarios:
        for pair in scenario.pairs:
            found = rooms if pair.rooms else events
            left, right = (found.get(scenario.source_key(row)) for row in (pair.left, pair.right))
            verdicts.append(Verdict(scenario, pair, left is not None and left == right))
    return verdicts
