"""From settings to a database that is ready to use."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from psycopg.types.json import set_json_loads
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError

from sms_database import migrations
from sms_database.errors import DatabaseProblem, SchemaBehind, database_problems
from sms_database.json_text import dumps
from sms_database.schema import REVISION
from sms_database.settings import get_settings
from sms_text.printable import printable

if TYPE_CHECKING:
    from sms_database.server import ServerInfo

OLDEST_MAJOR = 15
_CONNECT_TIMEOUT_SECONDS = 10


def database_url(*, migrate: bool = True) -> str:
    """The URL of the database to use, password included: DATABASE_URL, else the embedded server's.

    The embedded server is started, and migrated unless `migrate` is false; what was done is said in one
    line on stderr. Raises DatabaseProblem.
    """
    settings = get_settings()
    if settings.database_url:
        return normalized_url(settings.database_url)
    from sms_database.server import ensure_server  # not on systems without the embedded server (Windows)

    server = ensure_server(settings.sms_home)
    news = [_start_news(server, settings.sms_home)] if server.started_now else []
    if migrate and _migrate(server.url):
        news.append(f"embedded database migrated to revision {REVISION}")
    if news:
        sys.stderr.write(printable("; ".join(news)) + "\n")
    return server.url


def create_engine_for(url: str | URL, *, lock_wait_seconds: int | None = None, **options: Any) -> Engine:
    """An engine with our ways: live connections only, UTC sessions, a time limit on connecting, orjson.

    `lock_wait_seconds` is how long a statement waits for a lock, an advisory one too; None means without limit.
    `options` go to SQLAlchemy's create_engine; `connect_args` are added to ours.
    """
    parts = make_url(url)
    ours = {"connect_timeout": _CONNECT_TIMEOUT_SECONDS, "application_name": "live-music-calendar"}
    connect_args = {name: value for name, value in ours.items() if name not in parts.query}
    session_options = f"{parts.query.get('options', '')} -c timezone=UTC"
    if lock_wait_seconds is not None:
        session_options += f" -c lock_timeout={lock_wait_seconds}s"
    defaults = {
        "pool_pre_ping": True,
        "json_serializer": dumps,
        "json_deserializer": orjson.loads,
        "connect_args": connect_args | {"options": session_options} | options.pop("connect_args", {}),
    }
    set_json_loads(orjson.loads)
    return create_engine(parts, **defaults | options)


def open_engine(**options: Any) -> Engine:
    """An engine on the database of the settings, reached and checked: PostgreSQL 15 or newer, our schema.

    Raises DatabaseProblem; SchemaBehind if migrations are missing, which only the embedded server gets
    without being asked.
    """
    engine = create_engine_for(database_url(), **options)
    try:
        with database_problems():
            _check_version(engine)
            migrations.check_schema(engine)
    except DatabaseProblem:
        engine.dispose()
        raise
    return engine


def database_is_up() -> bool:
    """Is there a database to ask: is DATABASE_URL set, or does the embedded server run? Starts nothing."""
    settings = get_settings()
    if settings.database_url:
        return True
    from sms_database.server import server_status  # not on systems without the embedded server (Windows)

    return server_status(settings.sms_home) is not None


def notice_vanished_client(connection: Connection) -> None:
    """Let the server look every minute whether this machine is still there, for a session that holds locks.

    A process that is killed closes its connections; a machine without power does not, and by default the server holds
    such a session's locks for two hours.
    """
    connection.exec_driver_sql(
        "SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
    )


def normalized_url(url: str) -> str:
    """A PostgreSQL URL with the driver that we use, e.g. of `postgres://…`; raises DatabaseProblem."""
    try:
        parts = make_url(url)
    except ArgumentError:
        parts = None
    if parts is None or parts.get_backend_name() not in ("postgresql", "postgres"):
        raise DatabaseProblem("DATABASE_URL is no PostgreSQL URL: postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    return parts.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _migrate(url: str) -> bool:
    """Bring the embedded database up to this program's schema; False if nothing was missing."""
    engine = create_engine_for(url, poolclass=NullPool)
    with database_problems():
        try:
            migrations.check_schema(engine)
        except SchemaBehind:
            migrations.upgrade(engine)
            return True
    return False


def _check_version(engine: Engine) -> None:
    with engine.connect() as connection:
        number = connection.scalar(text("SELECT current_setting('server_version_num')::integer"))
    if number is None or number < OLDEST_MAJOR * 10_000:
        raise DatabaseProblem(
            f"{engine.url.host} runs a PostgreSQL older than {OLDEST_MAJOR}: let DATABASE_URL name a newer one"
        )


def _start_news(server: ServerInfo, home: Path) -> str:
    place = server.data_directory.parent
    shown = os.path.relpath(place)
    news = f"embedded PostgreSQL {server.version} started in {place if shown.startswith('..') else shown}"
    if not place.is_relative_to(home.resolve()):
        news += f" (its user, not being root, cannot enter {home})"
    return f"{news} (stop it with `python -m sms_database stop`)"
