"""A decision holds from the next run on, whenever it was made: between any two steps of a build, too."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import rebuild
from carpenter.store.decisions import NewDecision, undo_decision, write_decisions
from sms_database.artist_lookup import ArtistLookupItem, store_lookups
from sms_database.ids import artist_uuid, row_uuid
from sms_database.sources import store_source
from tests.carpenter.raw_rows import MORNING, PAPER, SELLER, clock, raw, store
from tests.carpenter.replay_history import at_every_step, limits_of, unlike_its_rebuild

SHOWS = 600
"""More than a build from nothing has steps. A run has more, for it builds what is decided meanwhile as well."""

Build = Callable[[Engine], object]
Input = Callable[[Connection, int], None]


def from_nothing(engine: Engine) -> None:
    """Build all from nothing, a few rows in a transaction."""
    rebuild(engine, clock=clock, limits=limits_of(200))


def after_a_crawl(engine: Engine) -> None:
    """Build all again as after a crawl that has changed every row."""
    store(engine, shows(crawl=1, start_time="21:00"))
    run(engine, clock=clock, limits=limits_of(200))


def shows(count: int = SHOWS, **fields: object) -> list[dict[str, object]]:
    """One a night, each of an act that plays nowhere else."""
    return [
        raw(SELLER, str(n), f"Lantern{n}", f"20{31 + n // 300}-{1 + n // 25 % 12:02}-{1 + n % 25:02}", **fields)
        for n in range(count)
    ]


def hide(connection: Connection, n: int) -> None:
    write_decisions(connection, [NewDecision(kind="hide", target=target(n), author="ann")], clock())


def link(connection: Connection, n: int) -> None:
    """The act that the service knows by two ids is this one."""
    act = artist_uuid(f"lantern{n}")
    decision = NewDecision(kind="artist_link", target=act, field="musicbrainz", value=f"{n}-b", author="ann")
    write_decisions(connection, [decision], clock())


def undo(connection: Connection, n: int) -> None:
    """Take back what was decided of this show before."""
    found = connection.scalar(text("SELECT id FROM decisions WHERE target = :target"), {"target": target(n)})
    assert found is not None
    assert undo_decision(connection, found, deleted_by="bob", deleted_at=clock())


def target(n: int) -> uuid.UUID:
    return row_uuid(SELLER.slug, str(n))


def beside(engine: Engine, build: Build, happens: Input) -> int:
    """Have the build go on with another input between any two steps, those that have to wait at its end.

    Returns how many there were, at most one a show; all have been taken in then.
    """
    other = create_engine(engine.url, connect_args={"options": "-c lock_timeout=2ms -c timezone=UTC"})
    waiting: list[int] = []
    steps = 0

    def meanwhile(step: int) -> None:
        nonlocal steps
        if step >= SHOWS:
            return
        steps = step
        try:
            with other.begin() as connection:
                happens(connection, step)
        except OperationalError as problem:
            if getattr(problem.orig, "sqlstate", None) != "55P03":
                raise
            waiting.append(step)

    with at_every_step(meanwhile):
        build(engine)
    other.dispose()
    assert steps < SHOWS - 1 or build is after_a_crawl
    assert len(waiting) < steps * 0.9, "nearly all had to wait, so little was tried"
    for step in waiting:
        with engine.begin() as connection:
            happens(connection, step)
    return steps


def numbers(engine: Engine, query: str) -> set[int]:
    with engine.connect() as connection:
        return {int(found) for found in connection.scalars(text(query))}


BUILDS = pytest.mark.parametrize("build", [from_nothing, after_a_crawl])


@BUILDS
@pytest.mark.trust(27)
def test_each_of_many_events_is_hidden_that_was_hidden_while_all_was_built(engine: Engine, build: Build) -> None:
    store(engine, shows())
    run(engine, clock=clock)
    steps = beside(engine, build, hide)
    run(engine, clock=clock)
    hidden = numbers(engine, "SELECT substr(title, 8) FROM events WHERE is_hidden")
    assert hidden == set(range(1, steps + 1))
    assert unlike_its_rebuild(engine) == []


@BUILDS
@pytest.mark.trust(27)
def test_each_of_many_events_is_shown_again_whose_hiding_was_undone_while_all_was_built(
    engine: Engine, build: Build
) -> None:
    store(engine, shows())
    with engine.begin() as connection:
        for n in range(SHOWS):
            hide(connection, n)
    run(engine, clock=clock)
    steps = beside(engine, build, undo)
    run(engine, clock=clock)
    assert numbers(engine, "SELECT substr(title, 8) FROM events WHERE NOT is_hidden") == set(range(1, steps + 1))
    assert unlike_its_rebuild(engine) == []


@BUILDS
@pytest.mark.trust(27)
def test_each_of_many_artists_is_the_act_that_was_chosen_while_all_was_built(engine: Engine, build: Build) -> None:
    store(engine, shows())
    answers = [
        ArtistLookupItem(
            service="musicbrainz",
            asked_by="name",
            asked=f"Lantern{n}",
            fetched_at=MORNING,
            candidates=[
                {"id": f"{n}-{which}", "name": f"Lantern{n}", "aliases": [], "score": 100, "country": "US", "links": []}
                for which in "ab"
            ],
        )
        for n in range(SHOWS)
    ]
    with engine.begin() as connection:
        store_lookups(connection, answers)
    run(engine, clock=clock)
    steps = beside(engine, build, link)
    run(engine, clock=clock)
    linked = "SELECT split_part(value, '-', 1) FROM artist_links WHERE kind = 'musicbrainz' AND value LIKE '%-b'"
    assert numbers(engine, linked) == set(range(1, steps + 1))
    assert unlike_its_rebuild(engine) == []


def test_what_is_learnt_of_a_source_while_all_is_built_counts_from_the_next_run(engine: Engine) -> None:
    """Which title an event bears hangs on its sources' ranks. A run would go on as long as something is learnt."""
    few = shows(20)
    store(engine, few)
    store(engine, [row | {"source": PAPER.slug, "title": f"Lantern {n}"} for n, row in enumerate(few)])
    run(engine, clock=clock)

    def rank(connection: Connection, step: int) -> None:
        store_source(connection, replace(PAPER, trust=step % 2 * 99, city=("seattle", None)[step % 3 % 2]))

    beside(engine, from_nothing, rank)
    run(engine, clock=clock)
    assert unlike_its_rebuild(engine) == []
