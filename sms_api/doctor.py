"""`python -m sms_api doctor`: what serving needs, whether it is there, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy import Engine

from sms_api.search.check import index_problems
from sms_api.search.place import index_place
from sms_api.settings import get_api_settings, settings_problem
from sms_catalog.changes import reach, unpublished
from sms_catalog.cities import scene_by_slug
from sms_catalog.search_documents import database_identity
from sms_database.checks import FAIL, OK, WARN, Check, tell
from sms_database.cli import plural
from sms_database.errors import DatabaseProblem, database_problems
from sms_database.locks import LOCK_WAIT_SECONDS
from sms_database.schema import REVISION
from sms_database.session import open_engine
from sms_database.settings import get_settings


def doctor(as_json: Annotated[bool, typer.Option("--json", help="print the checks as JSON")] = False) -> None:
    """Check the settings, the database, the changes and the search index; exit code 1 if anything fails.

    What crawling and building need is checked by `python -m carpenter doctor`.
    """
    tell(list(_checks()), as_json=as_json)


def _checks() -> Iterator[Check]:
    try:
        settings = get_api_settings()
    except ValidationError as problem:
        yield Check("settings", FAIL, settings_problem(problem), "docs/serving.md tells what each may be")
        return
    address = settings.public_url or "that of each request"
    yield Check("settings", OK, f"/ shows {settings.city}; the public address is {address}")
    yield from _database(settings.city)


def _database(city: str) -> Iterator[Check]:
    try:
        with database_problems():
            engine = open_engine(lock_wait_seconds=LOCK_WAIT_SECONDS)
            try:
                yield from _contents(engine, city)
            finally:
                engine.dispose()
    except DatabaseProblem as problem:
        yield Check("database", FAIL, str(problem), "the line says what to do")


def _contents(engine: Engine, city: str) -> Iterator[Check]:
    with engine.connect() as connection:
        yield Check("database", OK, f"{engine.url.host or 'local socket'}/{engine.url.database}, schema {REVISION}")
        if scene_by_slug(connection, city) is None:
            advice = "crawl and build, or set SMS_API_CITY to a scene that is there"
            yield Check("scene", WARN, f"the catalog has none called {city} yet", advice)
        waiting, newest = unpublished(connection), reach(connection).newest
        place = index_place(get_settings().sms_home, database_identity(connection))
    if waiting:
        found = f"{plural(waiting, 'change')} wait for a number"
        yield Check("changes", WARN, found, "run `python -m sms_api serve`, or one with --only publisher")
    else:
        yield Check("changes", OK, f"numbered up to {newest:,}")
    problems = list(index_problems(engine, place))
    for problem in problems:
        yield Check("search index", WARN, problem)
    if not problems:
        yield Check("search index", OK, "holds what the catalog holds")
