"""The schema's history, run by the program itself: what `alembic upgrade head` does."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from sms_database.errors import DatabaseProblem, SchemaAhead, SchemaBehind
from sms_database.schema import REVISION

if TYPE_CHECKING:
    from alembic.config import Config

LOCK_WAIT_SECONDS = 2
"""How long a statement of a migration waits for a lock, and whoever asks for the same table, behind it."""

PAUSE_SECONDS = 1.0
"""How long those who waited behind a migration have for themselves before it is tried again."""

PATIENCE_SECONDS = 120.0
"""How long one migration is tried before the command gives up."""

_HERE = Path(__file__).resolve().parent

ALEMBIC_DIRECTORY = next(
    (each for each in (_HERE.parent / "alembic", _HERE / "alembic") if (each / "env.py").is_file()), _HERE / "alembic"
)
"""The migrations: of the checkout, else of the wheel (deploy/wheel.py). Beside an installed package `alembic` is the
library of that name, which has no env.py."""

_IN_EACH_OTHERS_WAY = ("55P03", "40P01")
"""SQLSTATEs of a lock that could not be had in time, and of a deadlock."""

_OLDEST_TRANSACTION = """
SELECT pid, coalesce(nullif(application_name, ''), 'a program') AS name,
    cast(extract(epoch FROM clock_timestamp() - xact_start) AS integer) AS seconds
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
ORDER BY xact_start LIMIT 1
"""

logger = logging.getLogger(__name__)


def current_revision(engine: Engine) -> str | None:
    """The revision that the database is at; None where no migration ever ran."""
    with engine.connect() as connection:
        if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def head_revision() -> str:
    """The revision that this program needs."""
    return _known_revisions()[0]


def check_schema(engine: Engine) -> None:
    """Raise SchemaBehind or SchemaAhead, with what to do, unless the schema is this program's."""
    current = current_revision(engine)
    if current == REVISION:
        return
    where = f"{engine.url.host}:{engine.url.port or 5432}/{engine.url.database}"
    if current is None or current in _known_revisions():
        has = f"is at revision {current}" if current else "has no schema yet"
        raise SchemaBehind(f"the database {where} {has}, this program needs {REVISION}: run `alembic upgrade head`")
    raise SchemaAhead(
        f"the database {where} is at revision {current}, which this program ({REVISION}) does not know: "
        "update the program"
    )


def upgrade(database: Engine | str, revision: str = "head") -> None:
    """Migrate the database of an engine or URL; any number of processes may do it at once, since
    `alembic/env.py` takes an advisory lock. Raises DatabaseProblem where the migrations are not installed."""
    engine = create_engine(database, poolclass=NullPool) if isinstance(database, str) else database
    if not ALEMBIC_DIRECTORY.is_dir():
        raise DatabaseProblem(
            f"the migrations are not installed here: run `alembic upgrade head` in a checkout, "
            f"with DATABASE_URL naming {engine.url.host}:{engine.url.port or 5432}/{engine.url.database}"
        )
    from alembic import command  # half a second, which only a migration is worth

    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def retried(connection: Connection, step: str, migrate: Callable[[], None]) -> None:
    """Run one step of a migration, a transaction, and run it anew while others hold the locks that it needs.

    Whoever comes after a statement that waits for a lock waits behind it, readers too. So no statement waits longer
    than LOCK_WAIT_SECONDS (the session's lock_timeout, which `alembic/env.py` sets); then the whole step is taken back,
    and the others have PAUSE_SECONDS. Raises DatabaseProblem after PATIENCE_SECONDS; `step` names what was not done.
    """
    begin = time.monotonic()
    for attempt in count():
        try:
            migrate()
        except OperationalError as error:
            connection.rollback()
            if getattr(error.orig, "sqlstate", None) not in _IN_EACH_OTHERS_WAY:
                raise
            waited = time.monotonic() - begin
            if waited >= PATIENCE_SECONDS:
                raise DatabaseProblem(
                    f"{step} was not done: for {waited:.0f} s other programs held the tables that it changes"
                    f"{_oldest_transaction(connection)}: wait until they end, or end them, and run the command again"
                ) from error
            if attempt == 0:
                logger.warning(
                    "%s waits for tables that other programs hold%s; tried again for %d s",
                    step,
                    _oldest_transaction(connection),
                    PATIENCE_SECONDS,
                )
        else:
            return
        time.sleep(PAUSE_SECONDS)


def _oldest_transaction(connection: Connection) -> str:
    """Who has been in a transaction of this database for longest, as a clause; empty where nobody is or may be seen."""
    oldest = connection.execute(text(_OLDEST_TRANSACTION)).one_or_none()
    connection.rollback()
    return f" (longest: process {oldest.pid} of {oldest.name}, for {oldest.seconds} s)" if oldest else ""


def _known_revisions() -> list[str]:
    """Newest first."""
    if not ALEMBIC_DIRECTORY.is_dir():
        return [REVISION]
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ALEMBIC_DIRECTORY).replace("%", "%%"))
    return config
