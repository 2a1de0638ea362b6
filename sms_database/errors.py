"""Database trouble as one line that says what is wrong and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from sms_database.settings import get_settings
from sms_text.printable import printable


class DatabaseProblem(Exception):
    """Trouble that the person at the keyboard can end; `str()` is the line to show (`printable`). Exit code 2."""

    def __init__(self, line: str) -> None:
        super().__init__(printable(line))


class ServerUnavailable(DatabaseProblem):
    """No server answers, or the connection to it was lost; raised by `explain_database_error`."""


class SchemaBehind(DatabaseProblem):
    """The database lacks migrations of this program; raised by `migrations.check_schema`."""


class SchemaAhead(DatabaseProblem):
    """The database was migrated by a newer program; raised by `migrations.check_schema`."""


class _Cause(NamedTuple):
    """A kind of trouble, known by SQLSTATE, or by its text where libpq gives no SQLSTATE (connecting)."""

    sqlstates: tuple[str, ...]
    text: re.Pattern[str]
    line: str
    kind: type[DatabaseProblem] = DatabaseProblem


def _cause(sqlstates: str, text: str, line: str, kind: type[DatabaseProblem] = DatabaseProblem) -> _Cause:
    return _Cause(tuple(sqlstates.split()), re.compile(text), line, kind)


# Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
_CAUSES = (
    _cause(
        "53100",
        "No space left on device",
        "the disk of {server} is full: free some space and run the command again; what was committed is safe",
    ),
    _cause(
        "53300",
        "too many clients|too many connections|remaining connection slots",
        "{server} has no connection left: end other programs that use it, or raise its max_connections",
    ),
    _cause(
        "28P01",
        "password authentication failed|no password supplied",
        'wrong password: {server} refuses user "{user}": {correct}',
    ),
    _cause(
        "28000",
        r"no pg_hba\.conf entry|role \".*\" does not exist",
        '{server} does not admit user "{user}" to database "{database}": {correct}, '
        "or allow it on the server (CREATE ROLE, pg_hba.conf)",
    ),
    _cause(
        "3D000",
        r"database \".*\" does not exist",
        '{server} has no database "{database}": create it (createdb {database}), or {correct}',
    ),
    _cause(
        "57P03",
        "the database system is (starting up|shutting down|in recovery|not yet accepting)",
        "{server} is starting up or shutting down: run the command again in a moment",
        ServerUnavailable,
    ),
    _cause(
        "",
        "failed to resolve host|could not translate host name",
        "the host of {server} is not known: {correct}",
        ServerUnavailable,
    ),
    _cause(
        "",
        "Connection refused|Is the server running|timeout expired|No route to host|Network is unreachable",
        "{server} does not answer: {restart}",
        ServerUnavailable,
    ),
    _cause(
        "57P01 57P02 57P05 08000 08001 08003 08004 08006 08007",
        "server closed the connection|terminating connection|connection is (lost|closed)|Connection reset",
        "the connection to {server} was lost, what was committed is safe: run the command again",
        ServerUnavailable,
    ),
    _cause(
        "25006",
        "read-only transaction",
        "{server} takes no changes (read-only): {correct}, or connect to its primary",
    ),
    _cause(
        "42501",
        "permission denied for",
        '{server} does not let user "{user}" do this ({message}): grant it the right, or {correct}',
    ),
    _cause(
        "55P03",
        "lock timeout",
        "another program holds a lock in {server} ({message}): wait until it ends, then run the command again",
    ),
)


def explain_database_error(error: psycopg.Error | DBAPIError, url: str | URL | None = None) -> DatabaseProblem:
    """The one line for an error of the driver, raised directly or wrapped by SQLAlchemy.

    `url` names the database in the line (never its password); None means the one of the settings.
    """
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    message = _first_line(driver_error)
    cause = _find_cause(driver_error)
    server, user, database = _describe(url)
    embedded = url is None and get_settings().database_url is None
    if cause is None:
        return DatabaseProblem(f"{server} reports: {message}")
    return cause.kind(
        cause.line.format(
            server=server,
            user=user,
            database=database,
            message=message,
            correct="run `python -m sms_database status`" if embedded else "correct DATABASE_URL",
            restart="run the command again to restart it" if embedded else "start it, or correct DATABASE_URL",
        )
    )


@contextmanager
def database_problems(url: str | URL | None = None) -> Iterator[None]:
    """Wraps a command line: trouble with the database leaves as DatabaseProblem.

    Errors that only a mistake in this program explains (a bad statement, a violated constraint) pass
    unchanged, with their traceback.
    """
    try:
        yield
    except (psycopg.Error, DBAPIError) as error:
        driver_error = error.orig if isinstance(error, DBAPIError) else error
        if _find_cause(driver_error) is None and not isinstance(driver_error, psycopg.OperationalError):
            raise
        raise explain_database_error(error, url) from error


def _find_cause(error: BaseException | None) -> _Cause | None:
    sqlstate = getattr(error, "sqlstate", None)
    for cause in _CAUSES:
        if sqlstate in cause.sqlstates if sqlstate else cause.text.search(str(error)):
            return cause
    return None


def _first_line(error: BaseException | None) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def _describe(url: str | URL | None) -> tuple[str, str, str]:
    """How to name the server, the user and the database of a URL."""
    named = url if url is not None else get_settings().database_url
    if named is None:
        return "the embedded PostgreSQL server", "sms", "sms"
    try:
        parts = make_url(named)
    except ArgumentError:
        return "the PostgreSQL server", "?", "?"
    host = parts.host or parts.query.get("host") or "localhost"
    user = parts.username or "?"
    return f"the PostgreSQL server at {host}:{parts.port or 5432}", user, parts.database or user
