"""`python -m sms_api index`: make the search index, bring it up to date, or say what is wrong with it."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer
from sqlalchemy import Engine

from sms_api.search.check import index_problems
from sms_api.search.follow import follow
from sms_api.search.follower import coming_from
from sms_api.search.place import IndexPlace, has_full_text, index_place
from sms_catalog.events import count_events
from sms_catalog.query import Query
from sms_catalog.search_documents import database_identity
from sms_database.changes import publish_changes
from sms_database.cli import NO, clock, database, fail, plural, progress, say, stoppable
from sms_database.settings import get_settings


def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="make it from nothing")] = False,
    check: Annotated[bool, typer.Option("--check", help="only say what is wrong with it, with exit code 1")] = False,
) -> None:
    """Make the search index, or bring it up to date; a running server does the latter by itself."""
    with database() as engine, stoppable("stopped; the index is as it was"):
        with engine.connect() as connection:
            place = index_place(get_settings().sms_home, database_identity(connection))
        if check:
            _check(engine, place)
        elif has_full_text():
            _bring_up_to_date(engine, place, rebuild=rebuild)
        else:
            fail(f"this Python's SQLite, {sqlite3.sqlite_version}, has no FTS5: there can be no index")


def _check(engine: Engine, place: IndexPlace) -> None:
    problems = list(index_problems(engine, place))
    for problem in problems:
        say(problem)
    if problems:
        raise typer.Exit(NO)
    say("The search index holds what the catalog holds.")


def _bring_up_to_date(engine: Engine, place: IndexPlace, *, rebuild: bool) -> None:
    publish_changes(engine)
    with engine.connect() as connection:
        events = count_events(connection, Query())
    try:
        with progress("Search index", "events", quiet=False) as report:
            assert report is not None
            followed = follow(
                engine,
                place,
                coming_from(clock()),
                anew="asked for" if rebuild else None,
                wait=True,
                progress=lambda done: report(done, events),
            )
    except (sqlite3.Error, OSError) as problem:
        fail(f"the index cannot be written in {place.directory}: {problem}")
    assert followed is not None
    if followed.built:
        say(f"Made from nothing ({followed.built}): {plural(events, 'event')}.")
    else:
        say(f"Took in {plural(followed.changes, 'change')}.")
