"""A catalog of shows with all that a page must bear, built once a process of tests, and served once a module."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

from carpenter.pipeline.build import run
from carpenter.store.decisions import NewDecision, write_decisions
from sms_api.app import create_app
from sms_api.settings import ApiSettings
from sms_database.ids import row_uuid
from sms_database.session import create_engine_for
from tests.api.pages.rows import first_rows, later_rows
from tests.api.served import NOW, Served, serving
from tests.carpenter.raw_rows import MORNING, clock, store
from tests.conftest import drop_database


@pytest.fixture(scope="session")
def shows_url(server_url: str, template_database: str) -> Iterator[str]:
    """URL of a database in which the rows of `tests.api.pages.rows` are built, and one show is hidden."""
    name = f"test_{uuid.uuid4().hex}"
    administrator = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with administrator.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template_database}" STRATEGY wal_log'))
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    engine = create_engine_for(url, poolclass=NullPool)
    store(engine, first_rows())
    run(engine, clock=clock)
    store(engine, later_rows())
    with engine.begin() as connection:
        write_decisions(
            connection, [NewDecision(kind="hide", target=row_uuid("blue_moon", "secret"), author="ann")], MORNING
        )
    run(engine, clock=clock)
    yield url
    drop_database(server_url, name)


@pytest.fixture
def crawled(shows_url: str) -> Iterator[Callable[[datetime], None]]:
    """Enters a good crawl of the paper that ended at an instant; what was entered is gone after the test."""
    engine = create_engine_for(shows_url, poolclass=NullPool)
    crawl = "INSERT INTO crawl_runs (source, started_at, finished_at, verdict) VALUES ('paper', :at, :at, 'ok')"

    def enter(at: datetime) -> None:
        with engine.begin() as connection:
            connection.execute(text(crawl), {"at": at})

    yield enter
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM crawl_runs"))


@pytest.fixture(scope="module")
def site(shows_url: str) -> Iterator[Served]:
    """The pages over that catalog, at noon in Seattle on 20 November."""
    settings = ApiSettings(reads_per_minute=0, searches_per_minute=0)
    with serving(create_app(shows_url, settings, lambda: NOW)) as served:
        yield served
