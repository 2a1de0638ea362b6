"""What services said of artists is an input of the catalog: whenever it comes, whoever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import check
from sms_database.artist_lookup import ArtistLookupItem, Candidate, store_lookups
from sms_database.ids import artist_uuid
from sms_database.sources import SourceFacts, store_source
from tests.carpenter.raw_rows import HOUSE_CALENDAR, MORNING, PAPER, SELLER, clock, raw, store

SHOW = raw(HOUSE_CALENDAR, "1", "Tin Heron, Mossback", "2026-11-27")
HERON: Candidate = {"id": "mb-heron", "name": "Tin Heron", "aliases": ["The Tin Herons"], "score": 100, "country": "US"}
NAMESAKE: Candidate = {"id": "mb-other", "name": "Tin Heron", "score": 90, "country": "NZ", "note": "a choir"}


def answer(*candidates: Candidate, asked: str = "Tin Heron", day: int = 0, **more: Any) -> ArtistLookupItem:
    facts = {"service": "musicbrainz", "asked_by": "name", "asked": asked} | more
    return ArtistLookupItem(fetched_at=MORNING + timedelta(days=day), candidates=list(candidates), **facts)


def build(engine: Engine, *things: dict[str, Any] | ArtistLookupItem) -> None:
    """Store rows and answers, one after the other, each with a build of its own."""
    for thing in things:
        if isinstance(thing, ArtistLookupItem):
            with engine.begin() as connection:
                store_lookups(connection, [thing])
        else:
            store(engine, [thing])
        run(engine, clock=clock)


def links(engine: Engine, name_key: str = "tin heron") -> dict[tuple[str, str], list[str]]:
    """The artist's links, each with the services that give it."""
    query = text("SELECT kind, value, services FROM artist_links WHERE artist_id = :id ORDER BY 1, 2")
    with engine.connect() as connection:
        rows = connection.execute(query, {"id": artist_uuid(name_key)})
        return {(row.kind, row.value): row.services for row in rows}


def aliases(engine: Engine, name_key: str = "tin heron") -> set[str]:
    with engine.connect() as connection:
        query = text("SELECT alias FROM artist_aliases WHERE artist_id = :id")
        return set(connection.scalars(query, {"id": artist_uuid(name_key)}))


def doubts(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        query = text("SELECT candidate->>'id' FROM review_pairs WHERE kind = 'artist' ORDER BY 1")
        return list(connection.scalars(query))


@pytest.fixture(autouse=True)
def equals_its_rebuild(engine: Engine) -> Iterator[None]:
    """Whatever a test did to the catalog, a build from nothing gives the same."""
    yield
    assert [d for d in check(engine, clock=clock) if not d.is_equal] == []


@pytest.mark.parametrize("order", [[SHOW, answer(HERON)], [answer(HERON), SHOW]], ids=["artist first", "answer first"])
def test_an_answer_without_doubt_gives_links_and_aliases(engine: Engine, order: list[Any]) -> None:
    build(engine, *order)
    assert links(engine) == {("musicbrainz", "mb-heron"): ["musicbrainz"]}
    assert aliases(engine) == {"Tin Heron", "The Tin Herons"}
    assert links(engine, "mossback") == {}


def test_the_catalogs_name_stays_that_of_its_rows(engine: Engine) -> None:
    build(engine, SHOW, answer(HERON | {"name": "TIN HERON", "aliases": ["Tin  Heron!"]}))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT name FROM artists WHERE name_key = 'tin heron'")) == "Tin Heron"


def test_a_namesake_that_turns_up_later_takes_the_link_back(engine: Engine) -> None:
    build(engine, SHOW, answer(HERON), answer(HERON, NAMESAKE, day=1))
    assert links(engine) == {}
    assert aliases(engine) == {"Tin Heron"}
    assert doubts(engine) == ["mb-heron", "mb-other"]
    build(engine, answer(HERON, day=2))
    assert links(engine) == {("musicbrainz", "mb-heron"): ["musicbrainz"]}
    assert doubts(engine) == []


def test_an_older_answer_that_arrives_late_changes_nothing(engine: Engine) -> None:
    build(engine, SHOW, answer(HERON, NAMESAKE, day=1), answer(HERON))
    assert doubts(engine) == ["mb-heron", "mb-other"]


def test_an_id_that_a_row_gives_settles_it_and_is_looked_up(engine: Engine) -> None:
    listed = raw(SELLER, "2", "Tin Heron", "2026-11-28", artists=[{"name": "Tin Heron", "musicbrainz_id": "mb-other"}])
    known: Candidate = {**NAMESAKE, "aliases": ["Heron of Tin"]}
    details = answer(known, asked_by="id", asked="mb-other")
    build(engine, SHOW, answer(HERON, NAMESAKE), details)
    assert links(engine) == {}
    build(engine, listed)
    assert links(engine) == {("musicbrainz", "mb-other"): ["musicbrainz"]}
    assert aliases(engine) == {"Tin Heron", "Heron of Tin"}
    assert doubts(engine) == []
    build(engine, listed | {"artists": [{"name": "Tin Heron"}], "fetched_at": "2026-11-25T17:00:00Z"})
    assert links(engine) == {}
    assert doubts(engine) == ["mb-heron", "mb-other"]


def test_details_that_come_later_are_added(engine: Engine) -> None:
    known: Candidate = {**HERON, "links": [{"kind": "official homepage", "url": "https://tinheron.example/"}]}
    build(engine, SHOW, answer(HERON), answer(known, asked_by="id", asked="mb-heron", day=1))
    assert set(links(engine)) == {("musicbrainz", "mb-heron"), ("url", "https://tinheron.example/")}


def test_all_spellings_that_were_asked_count(engine: Engine) -> None:
    build(engine, SHOW, answer(HERON), answer(NAMESAKE, asked="THE TIN HERON", day=1))
    assert doubts(engine) == ["mb-heron", "mb-other"]


def test_an_artist_that_rows_name_no_more_is_gone_with_all_that_was_learned(engine: Engine) -> None:
    build(engine, SHOW, answer(HERON))
    build(engine, SHOW | {"title": "Mossback", "fetched_at": "2026-11-25T17:00:00Z"})
    assert links(engine) == {}
    build(engine, SHOW | {"fetched_at": "2026-11-26T17:00:00Z"})
    assert links(engine) == {("musicbrainz", "mb-heron"): ["musicbrainz"]}


def test_a_country_speaks_for_an_act_where_it_plays(engine: Engine) -> None:
    mossback: Candidate = {"id": "mb-moss", "name": "Mossback", "score": 100, "country": "US"}
    asked = answer(mossback, asked="Mossback")
    abroad = {"venue_name": "Pier Hall", "venue_city": "Elsewhere", "venue_region": "ZZ"}
    pier = SourceFacts(slug="pier", kind="feed", title="Pier Hall")
    with engine.begin() as connection:
        store_source(connection, pier)
    build(engine, asked, raw(pier, "x", "Mossback", "2026-11-28", **abroad))
    assert doubts(engine) == ["mb-moss"]
    build(engine, SHOW)
    assert links(engine, "mossback") == {("musicbrainz", "mb-moss"): ["musicbrainz"]}
    build(engine, SHOW | {"title": "Tin Heron", "fetched_at": "2026-11-25T17:00:00Z"})
    assert doubts(engine) == ["mb-moss"]


def test_what_was_played_is_no_part_of_the_calendar(engine: Engine) -> None:
    """A setlist makes no event, no artist, no city, and proves no name; also one that was loaded as a plain feed."""
    played = {"venue_city": "Portland", "venue_region": "OR", "artists": [{"name": "Dream, Ivory"}]}
    build(engine, SHOW | {"title": "Dream, Ivory"}, raw(PAPER, "s", "Dream, Ivory", "2026-11-01", **played))
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM events")) == 2
        store_source(connection, SourceFacts(slug="paper", kind="setlist", title="What was played"))
    run(engine, clock=clock)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM events")) == 1
        reasons = connection.scalars(text("SELECT skip_reason FROM event_sources WHERE skip_reason IS NOT NULL")).all()
        bill = connection.scalars(text("SELECT billed_as FROM event_artists ORDER BY position")).all()
        assert not connection.scalar(text("SELECT count(*) FROM known_names WHERE name_key = 'dream ivory'"))
        store_source(connection, PAPER)
    assert reasons == ["setlist: what was played is no part of the calendar"]
    assert bill == ["Dream", "Ivory"], "two names, for nothing proves that they are one act"
