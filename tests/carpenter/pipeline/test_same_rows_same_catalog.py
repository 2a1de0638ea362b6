"""Promise 2: the catalog is a function of the raw rows and the decisions, whatever the way that led there."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import check, rebuild
from carpenter.store.shadow import DERIVED
from sms_database.base import Base
from sms_database.session import create_engine_for
from tests.carpenter.catalog_dump import TABLES, catalog_dump
from tests.carpenter.histories import Answer, Build, Crawl, History, Input, write_history
from tests.carpenter.raw_rows import ALL_SOURCES, clock, raw, store
from tests.carpenter.replay_history import Player, limits_of, unlike, unlike_its_rebuild

CHANCE = st.randoms(use_true_random=False)
HISTORIES = CHANCE.map(lambda chance: write_history(chance, longest=8))
"""Shorter than those of bench/quality/histories.py, which tries many more."""


@pytest.fixture
def players(new_database: Callable[[], str]) -> Iterator[tuple[Player, Player]]:
    """Two databases: one to grow a catalog in, and one to build it at once."""
    engines = create_engine_for(new_database()), create_engine_for(new_database())
    yield Player(engines[0]), Player(engines[1])
    for engine in engines:
        engine.dispose()


def tried(times: int) -> Any:
    """Settings for so many examples. Shrinking is left out: each example is a database's work."""
    return settings(
        max_examples=times,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@pytest.mark.trust(21, 23)
@tried(15)
@given(history=HISTORIES)
def test_a_catalog_grown_in_any_way_equals_one_built_at_once(players: tuple[Player, Player], history: History) -> None:
    grown, at_once = players
    grown.play(history)
    at_once.play_at_once(grown.taken, history.block_mentions)
    assert unlike(grown.engine, at_once.engine) == {}


@pytest.mark.trust(22)
@tried(4)
@given(history=HISTORIES)
def test_a_catalog_grown_in_any_way_equals_its_rebuild(players: tuple[Player, Player], history: History) -> None:
    grown, _ = players
    grown.play(history)
    assert unlike_its_rebuild(grown.engine, history.block_mentions) == []


@tried(6)
@given(history=HISTORIES, chance=CHANCE, cut=st.integers(1, 6))
@pytest.mark.trust(21)
def test_rows_and_answers_give_one_catalog_in_any_order_and_any_cut(
    players: tuple[Player, Player], history: History, chance: random.Random, cut: int
) -> None:
    in_pieces, at_once = players
    things: list[Input] = []
    for happened in history.inputs:
        if isinstance(happened, Crawl):
            things += [Crawl((row,)) for row in happened.rows]
        elif isinstance(happened, Answer):
            things.append(happened)
    at_once.play_at_once([(thing, None) for thing in things], history.block_mentions)
    shuffled = chance.sample(things, len(things))
    pieces: list[Input | Build] = []
    for start in range(0, len(shuffled), cut):
        pieces += [*shuffled[start : start + cut], Build()]
    in_pieces.play(History(tuple(pieces), history.block_mentions))
    assert unlike(in_pieces.engine, at_once.engine) == {}


def test_several_workers_build_the_same_catalog(players: tuple[Player, Player]) -> None:
    several, one = players
    several.begin()
    for happened in write_history(random.Random(8), longest=20).inputs:
        several.take(happened)
    built = run(several.engine, clock=clock, workers=2, limits=limits_of(2))
    assert built.blocks > 2
    one.play_at_once(several.taken)
    assert unlike(several.engine, one.engine) == {}


@pytest.mark.trust(22, 25)
def test_rebuild_mends_a_catalog_that_was_tampered_with(engine: Engine) -> None:
    store(engine, [raw(ALL_SOURCES[0], "1", "Tin Lantern, Mossback", "2026-11-27", start_time="20:00")])
    run(engine, clock=clock)
    before = catalog_dump(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE events SET title = 'Nonsense'"))
        connection.execute(text("DELETE FROM event_artists"))
    assert {d.table for d in check(engine, clock=clock) if not d.is_equal} == {"events", "event_artists"}
    rebuild(engine, clock=clock)
    assert catalog_dump(engine) == before


@pytest.mark.trust(21, 22, 23)
def test_every_derived_table_is_compared() -> None:
    """What a check compares, the tests of this promise compare too, and nothing that a build writes is left out."""
    compared = {*TABLES, "event_sources", "raw_evidence", "raw_placements"}
    assert compared - {"redirects"} == set(DERIVED)
    inputs = {"sources", "cities", "raw_events", "raw_event_versions", "quarantined_items", "crawl_runs", "hosts"}
    kept = {
        "artist_lookups",
        "decisions",
        "dirty_raw_events",
        "carpenter_runs",
        "carpenter_records",
        "changes",
        "heads",
        "event_cards",
        "reports",
        "usage_counts",
        "usage_rollups",
    }
    assert set(Base.metadata.tables) == set(DERIVED) | inputs | kept
