"""A catalog of shows of our own invention, built once a process of tests and only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Connection, Engine, NullPool, make_url

from carpenter.pipeline.build import run
from carpenter.store.decisions import NewDecision, write_decisions
from sms_catalog.events import CatalogEvent, stream_events
from sms_catalog.query import Query
from sms_database.ids import row_uuid
from sms_database.session import create_engine_for
from sms_database.sources import SourceFacts
from tests.carpenter.raw_rows import MORNING, PAPER, clock, raw, store
from tests.carpenter.shows import SHOWS
from tests.catalog.made_events import make_world
from tests.conftest import clone_database, drop_database

_NEUMOS = {"venue_name": "Neumos", "venue_city": "Seattle", "venue_region": "WA"}
_BARBOZA = _NEUMOS | {"venue_name": "Barboza"}
_ATLAS = SourceFacts(slug="atlas", kind="feed", title="A listing of everywhere")
_ASTORIA = {"venue_name": "Gannet Hall", "venue_city": "Astoria", "venue_region": "OR", "venue_country": "US"}

MORE_SHOWS = (
    raw(PAPER, "neumos", "Mossback", "2026-11-24", start_time="19:00", description="With a <b>cake</b>", **_NEUMOS),
    raw(PAPER, "barboza", "Juniper Ash", "2026-11-24", start_time="22:00", **_BARBOZA),
    raw(_ATLAS, "astoria", "Tin Lantern", "2026-11-27", start_time="20:00", **_ASTORIA),
    raw(PAPER, "private", "Paper Ladders", "2026-11-26", start_time="20:00"),
)

FOUNDER, MERGED = row_uuid("blue_moon", "fri"), row_uuid("boxoffice", "tm-1")
HIDDEN = row_uuid("paper", "private")


@pytest.fixture(scope="session")
def catalog_url(server_url: str, template_database: str) -> Iterator[str]:
    """URL of a database in which all these are built, one corrected and one hidden."""
    name = clone_database(server_url, template_database)
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    engine = create_engine_for(url, poolclass=NullPool)
    store(engine, SHOWS + MORE_SHOWS)
    run(engine, clock=clock)
    with engine.begin() as connection:
        hide = NewDecision(kind="hide", target=HIDDEN, author="ann")
        correct = NewDecision(
            kind="override", target=FOUNDER, field="title", value="An Evening of Cake", reason="flyer", author="bo"
        )
        write_decisions(connection, [hide, correct], MORNING)
    run(engine, clock=clock)
    yield url
    drop_database(server_url, name)


@pytest.fixture(scope="session")
def catalog(catalog_url: str) -> Iterator[Engine]:
    """An engine on that database."""
    engine = create_engine_for(catalog_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(catalog: Engine) -> Iterator[Connection]:
    """A connection to it."""
    with catalog.connect() as connection:
        yield connection


@pytest.fixture(scope="session")
def everything(catalog: Engine) -> Sequence[CatalogEvent]:
    """Every event, hidden ones too."""
    with catalog.connect() as connection:
        return list(stream_events(connection, Query(hidden=None)))


@pytest.fixture(scope="module")
def world(server_url: str, template_database: str) -> Iterator[Engine]:
    """A database with rooms, acts and sources, and no events."""
    name = clone_database(server_url, template_database)
    engine = create_engine_for(make_url(server_url).set(database=name))
    with engine.begin() as connection:
        make_world(connection)
    yield engine
    engine.dispose()
    drop_database(server_url, name)
