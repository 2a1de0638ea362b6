"""Promise 2: the catalog is a function of the raw rows and the decisions, whatever the way that led there."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from carpenter.build import run
from carpenter.rebuild import check, rebuild
from carpenter.store.decisions import NewDecision, delete_decision, write_decisions
from sms_database.artist_lookup import ArtistLookupItem, Candidate, CandidateLink, store_lookups
from sms_database.session import create_engine_for
from tests.carpenter.catalog_dump import catalog_dump
from tests.carpenter.raw_rows import ALL_SOURCES, MORNING, clock, raw, store

ACTS = ("Tin Lantern", "Mossback", "Dream", "Ivory", "Dream, Ivory", "The Ferry Wakes", "Juniper & Ash", "Ash")
TITLES = st.one_of(
    st.lists(st.sampled_from(ACTS), min_size=1, max_size=3).map(", ".join),
    st.lists(st.sampled_from(ACTS), min_size=2, max_size=2).map(" & ".join),
    st.sampled_from(["OPEN MIC", "Open Mic Night", "Karaoke", "Mossback presents Tin Lantern", "TIN LANTERN"]),
)


IDS = ("a", "b", "c")
"""Of acts at services."""


PLACES = st.fixed_dictionaries(
    {
        "venue_name": st.sampled_from(
            ["Blue Moon Tavern", "Pier Hall", "pier hall", "Pier Hall Lounge", "Pier", "Dock Street Arena", None]
        ),
        "venue_address": st.sampled_from([None, None, "1 Bay St", "1 Bay Street", "90 Hill Rd"]),
    }
)


@st.composite
def raw_events(draw: st.DrawFn) -> dict[str, Any]:
    source = draw(st.sampled_from(ALL_SOURCES))
    start = draw(st.sampled_from([None, "19:00", "20:00", "22:30", "00:30", "25:00"]))
    listed = draw(st.lists(st.sampled_from(ACTS), max_size=2)) if source.kind == "api" else []
    given_id = draw(st.sampled_from([None, *IDS]))
    return raw(
        source,
        draw(st.sampled_from("abcdef")),
        draw(TITLES),
        draw(st.sampled_from(["2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30", None, "2026-02-31"])),
        start_time=start,
        **draw(PLACES),
        artists=[{"name": name} | ({"musicbrainz_id": given_id} if given_id else {}) for name in listed],
        price_text=draw(st.sampled_from([None, "$10", "Free"])),
        status_text=draw(st.sampled_from([None, None, "Cancelled", "Sold out"])),
        crawl=draw(st.integers(0, 4)),
    )


HISTORIES = st.lists(
    raw_events(), min_size=1, max_size=14, unique_by=lambda r: (r["source"], r["source_event_id"], r["fetched_at"])
)


@st.composite
def answers(draw: st.DrawFn) -> ArtistLookupItem:
    asked = draw(st.sampled_from(ACTS))
    by: Literal["name", "id"] = draw(st.sampled_from(["name", "id"]))
    found = st.builds(_act, st.sampled_from(IDS), st.sampled_from([asked, asked.upper(), *ACTS]), st.sampled_from(ACTS))
    return ArtistLookupItem(
        service=draw(st.sampled_from(["musicbrainz", "musicbrainz", "spotify"])),
        asked_by=by,
        asked=asked if by == "name" else draw(st.sampled_from(IDS)),
        fetched_at=MORNING + timedelta(days=draw(st.integers(0, 4))),
        candidates=draw(st.lists(found, max_size=3 if by == "name" else 1)),
    )


def _act(act_id: str, name: str, alias: str) -> Candidate:
    links: list[CandidateLink] = [
        {"kind": "streaming", "url": f"https://open.spotify.com/artist/{act_id}"},
        {"kind": "bandcamp", "url": f"https://{act_id}.example/"},
    ]
    return {"id": act_id, "name": name, "aliases": [alias], "score": 100, "country": "US", "links": links}


ANSWERS = st.lists(answers(), max_size=8)

EMPTY = (
    "TRUNCATE artist_lookups, raw_events, venue_mentions, events, venues, artists, known_names, review_pairs,"
    " decisions, carpenter_runs CASCADE"
)


@pytest.fixture
def two_engines(new_database: Callable[[], str]) -> Iterator[tuple[Engine, Engine]]:
    engines = create_engine_for(new_database()), create_engine_for(new_database())
    yield engines
    for engine in engines:
        engine.dispose()


def _emptied(engine: Engine) -> Engine:
    with engine.begin() as connection:
        connection.execute(text(EMPTY))
    return engine


many = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Histories a test run tries. Shrinking is left out: each example is a database's work."""


@many
@given(history=HISTORIES, seed=st.integers(0, 1_000_000), cuts=st.integers(1, 6))
def test_any_order_and_any_cut_give_the_same_catalog(
    two_engines: tuple[Engine, Engine], history: list[dict[str, Any]], seed: int, cuts: int
) -> None:
    at_once, in_pieces = map(_emptied, two_engines)
    store(at_once, history)
    run(at_once, clock=clock)
    shuffled = random.Random(seed).sample(history, len(history))
    for start in range(0, len(shuffled), cuts):
        store(in_pieces, shuffled[start : start + cuts])
        run(in_pieces, clock=clock)
    assert catalog_dump(in_pieces) == catalog_dump(at_once)


@many
@given(history=HISTORIES, said=ANSWERS, seed=st.integers(0, 1_000_000), cuts=st.integers(1, 6))
def test_whenever_services_answer_the_catalog_is_the_same(
    two_engines: tuple[Engine, Engine],
    history: list[dict[str, Any]],
    said: list[ArtistLookupItem],
    seed: int,
    cuts: int,
) -> None:
    at_once, in_pieces = map(_emptied, two_engines)
    _take_in(at_once, [*history, *said])
    run(at_once, clock=clock)
    things: list[dict[str, Any] | ArtistLookupItem] = [*history, *said]
    shuffled = random.Random(seed).sample(things, len(things))
    for start in range(0, len(shuffled), cuts):
        _take_in(in_pieces, shuffled[start : start + cuts])
        run(in_pieces, clock=clock)
    assert catalog_dump(in_pieces) == catalog_dump(at_once)
    assert [d for d in check(in_pieces, clock=clock) if not d.is_equal] == []


def _take_in(engine: Engine, things: Sequence[dict[str, Any] | ArtistLookupItem]) -> None:
    store(engine, [thing for thing in things if isinstance(thing, dict)])
    with engine.begin() as connection:
        store_lookups(connection, [thing for thing in things if isinstance(thing, ArtistLookupItem)])


@many
@given(history=HISTORIES, data=st.data())
def test_a_catalog_grown_with_decisions_and_vanishings_equals_its_rebuild(
    engine: Engine, history: list[dict[str, Any]], data: st.DataObject
) -> None:
    _emptied(engine)
    for row in history:
        store(engine, [row])
        run(engine, clock=clock)
        with engine.begin() as connection:
            data.draw(st.sampled_from([_nothing, _nothing, _vanish, _decide, _undo]))(connection, data)
        if data.draw(st.booleans()):
            run(engine, clock=clock)
    assert [d for d in check(engine, clock=clock) if not d.is_equal] == []


def _nothing(connection: Any, data: st.DataObject) -> None:
    pass


def _vanish(connection: Any, data: st.DataObject) -> None:
    connection.execute(text("UPDATE raw_events SET unlisted_at = last_seen_at, built_hash = NULL WHERE id % 2 = 0"))


def _decide(connection: Any, data: st.DataObject) -> None:
    rows = connection.scalars(text("SELECT row_uuid FROM raw_evidence ORDER BY row_uuid")).all()
    target, other = data.draw(st.sampled_from(rows)), data.draw(st.sampled_from(rows))
    kind = data.draw(st.sampled_from(["merge", "split", "hide", "override"]))
    if kind in ("merge", "split") and target == other:
        return
    decision = NewDecision(
        kind=kind,
        target=target,
        field="title" if kind == "override" else None,
        value="Corrected" if kind == "override" else None if kind == "hide" else [str(other)],
        author="test",
    )
    write_decisions(connection, [decision], clock())


def _undo(connection: Any, data: st.DataObject) -> None:
    for decision_id in connection.scalars(text("SELECT id FROM decisions ORDER BY id")).all():
        delete_decision(connection, decision_id)


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
