"""`doctor`: what works here, what does not, and what to do about it."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from urllib.request import getproxies

import typer
from sqlalchemy import Connection, Engine

from sms_catalog.raw_rows import dirty_rows
from sms_catalog.runs import RunLine, abandoned_runs, latest_crawls
from sms_catalog.sources import KeyNeeded, SourceNeeds, needs_of_sources
from sms_database import locks
from sms_database.checks import FAIL, OK, WARN, Check, tell
from sms_database.cli import clock, plural
from sms_database.errors import DatabaseProblem, database_problems
from sms_database.releases import version_trouble
from sms_database.run_outcomes import RUN_OUTCOMES, UNFINISHED
from sms_database.schema import REVISION
from sms_database.session import open_engine
from sms_database.settings import environment_value, find_chromium, get_settings

MIN_FREE_GB = 1.0


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False) -> None:
    """Check the environment, the database, the browser, keys, and how the last runs went.

    Exit code 1 if anything fails; a warning is no failure. The embedded server is started if it is not running.
    What serving needs beside that is checked by `python -m sms_api doctor`.
    """
    checks = [*_environment(), *_database()]
    tell(checks, as_json=as_json)


def _environment() -> Iterator[Check]:
    yield Check("python", OK, f"{platform.python_version()} at {sys.prefix}")
    settings = get_settings()
    home = settings.sms_home
    free = shutil.disk_usage(_existing(home)).free / 1e9
    state, advice = (OK, "") if free >= MIN_FREE_GB else (WARN, "free some space: a full disk stops the database")
    yield Check("home", state, f"{home}, {free:.1f} GB free", advice)
    if settings.contact:
        yield Check("contact", OK, settings.contact)
    else:
        yield Check("contact", WARN, "none", "set SMS_CONTACT: venues should be able to reach whoever crawls them")
    yield _browser()
    yield from _proxy()


def _browser() -> Check:
    named = get_settings().chromium
    found = find_chromium()
    if found is None:
        advice = "apt install chromium, or name one in SMS_CHROMIUM; only pages that need scripts do without"
        return Check("browser", WARN, f"none ({named} is no program)" if named else "none", advice)
    if find_spec("scrapy_playwright") is None:
        return Check("browser", WARN, f"{found}, unused", "pip install 'live-music-calendar[browser]'")
    return Check("browser", OK, found)


def _proxy() -> Iterator[Check]:
    """A proxy of the environment, through which crawls go: it resolves the names, so no address can be looked at."""
    named = [url for scheme, url in getproxies().items() if scheme in ("http", "https")]
    hosts = sorted({urlsplit(url if "//" in url else f"//{url}").hostname or "a proxy" for url in named})
    if hosts:
        advice = "have the proxy refuse private addresses itself: behind it the crawler cannot see where a link leads"
        yield Check("proxy", WARN, f"crawls go through {', '.join(hosts)}", advice)


def _database() -> Iterator[Check]:
    """The server, the schema, and what the tables say."""
    where = "DATABASE_URL" if get_settings().database_url else "embedded server"
    try:
        with database_problems():
            engine = open_engine(lock_wait_seconds=locks.LOCK_WAIT_SECONDS)
            try:
                with engine.connect() as connection:
                    yield _server(where, engine, connection)
                    yield _release(connection)
                    needs = needs_of_sources(connection)
                    yield from _keys(needs)
                    yield from _needs_a_browser(needs)
                    yield from _contents(connection)
            finally:
                engine.dispose()
    except DatabaseProblem as problem:
        yield Check("database", FAIL, f"{where}: {problem}", "the line says what to do")


def _server(where: str, engine: Engine, connection: Connection) -> Check:
    url = engine.url
    place = f"{url.host or 'local socket'}:{url.port or 5432}/{url.database}"
    return Check("database", OK, f"{where}: PostgreSQL {_version(connection)} at {place}, schema {REVISION}")


def _release(connection: Connection) -> Check:
    """Is the server's PostgreSQL the newest of its major version?"""
    version = _version(connection)
    trouble = version_trouble(version, clock().date(), embedded=not get_settings().database_url)
    if trouble:
        return Check("postgresql", WARN, trouble.found, trouble.advice)
    return Check("postgresql", OK, f"{version} is the newest known of its major version")


def _version(connection: Connection) -> str:
    return ".".join(map(str, connection.dialect.server_version_info or ()))


def _keys(needs: SourceNeeds | None) -> Iterator[Check]:
    """Each key that a source asks for: is it set, here or in `.env`? Never its value."""
    if needs is None:
        found = "which sources ask for one is not known: the facts of none are stored"
        yield Check("keys", WARN, found, "scrapy sources --store")
        return
    for key in needs.keys:
        yield _key(key)


def _key(key: KeyNeeded) -> Check:
    sources = ", ".join(key.sources)
    if environment_value(key.variable):
        return Check(f"key {key.variable}", OK, f"set, for {sources}")
    # No warning: whoever does not want the source does not need its key.
    skipped = "is skipped" if len(key.sources) == 1 else "are skipped"
    return Check(f"key {key.variable}", OK, f"not set: {sources} {skipped}", f"to crawl, get one: {key.where}")


def _needs_a_browser(needs: SourceNeeds | None) -> Iterator[Check]:
    if needs is not None and needs.browser and _browser().state != OK:
        yield Check("no browser", WARN, f"skipped without one: {', '.join(needs.browser)}", "see browser above")


def _contents(connection: Connection) -> Iterator[Check]:
    waiting = dirty_rows(connection)
    advice = "python -m carpenter run" if waiting else ""
    yield Check("raw rows", WARN if waiting else OK, f"{plural(waiting, 'row')} not built yet", advice)
    crawls, builds = abandoned_runs(connection)
    if crawls or builds:
        found = f"{plural(crawls, 'crawl')} and {plural(builds, 'build')} never came to their end"
        yield Check("abandoned", WARN, found, "nothing is lost: the next crawl and the next build carry on")
    for run in latest_crawls(connection):
        yield _crawl(run)


def _crawl(run: RunLine) -> Check:
    verdict = run.verdict or UNFINISHED
    state = RUN_OUTCOMES[verdict].severity
    message = f": {run.message}" if run.message else ""
    found = f"{verdict} at {run.started_at:%Y-%m-%d %H:%M} UTC, {run.counts['seen']:,} seen{message}"
    return Check(f"source {run.name}", state, found, "" if state == OK else f"scrapy crawl {run.name}")


def _existing(path: Path) -> Path:
    return next(parent for parent in (path, *path.parents) if parent.exists())
