"""What a build makes of the labelled set, through the public path: load, then build."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import orjson
from sqlalchemy import Engine, text

from carpenter.commands.load import Loaded, store_lines
from carpenter.pipeline.build import run
from tests.match.scenarios import Scenario
from tests.match.scores import Verdict

_BUILT = """
SELECT r.source, r.source_event_id, e.id AS event, e.venue_id AS room
FROM raw_events r JOIN event_sources s ON s.raw_event_id = r.id JOIN events e ON e.id = s.event_id
"""


def judge(engine: Engine, scenarios: list[Scenario]) -> list[Verdict]:
    """Build the rows of all scenarios in an empty database, and see which pairs it joined."""
    return _verdicts(scenarios, *_built(engine, scenarios))


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
