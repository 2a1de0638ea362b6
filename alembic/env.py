"""How Alembic reaches the database, for the `alembic` command and for `sms_database.migrations` alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from logging.config import fileConfig
from typing import Any

from alembic import context
from sqlalchemy import Connection, NullPool, text

import sms_database.models  # noqa: F401 - completes the metadata
from sms_database import migrations
from sms_database.base import Base
from sms_database.cli import WRONG, warn_of
from sms_database.errors import DatabaseProblem, database_problems
from sms_database.log_lines import log_in_lines
from sms_database.session import create_engine_for, database_url, normalized_url

# Any constant will do; it keeps two programs from migrating one database at once.
ADVISORY_LOCK = 0x534D53

OPTIONS = {
    "target_metadata": Base.metadata,
    "compare_type": True,
    "compare_server_default": True,
    "transaction_per_migration": True,
}


def chosen_url() -> str:
    """The URL of `-x url=…`, else the one of the settings."""
    url = context.get_x_argument(as_dictionary=True).get("url")
    return normalized_url(url) if url else database_url(migrate=False)


def migrate(connection: Connection) -> None:
    """Run the migrations one transaction each, alone on this database, none of them queueing long for a lock.

    Raises DatabaseProblem where a lock cannot be had for `migrations.PATIENCE_SECONDS`.
    """
    # Asking again rather than waiting in the server: a waiting statement would block CREATE INDEX CONCURRENTLY.
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_LOCK}):
        connection.commit()
        time.sleep(0.1)
    connection.execute(text(f"SET lock_timeout = '{migrations.LOCK_WAIT_SECONDS}s'"))
    connection.commit()  # lock and setting last as long as the session; Alembic opens its own transactions
    try:
        for step in planned(connection):
            migrations.retried(connection, step.short_log, partial(run, connection, fn=only(step), purge=False))
    finally:
        connection.rollback()
        connection.execute(text("RESET lock_timeout"))
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
        connection.commit()


def planned(connection: Connection) -> list[Any]:
    """The steps of the command that was given, as Alembic reckons them; a command without steps has then done its work.

    All are reckoned before the first is taken: `upgrade +2`, tried again halfway, would go further than it was told.
    """
    steps: list[Any] = []
    context.configure(connection=connection, **OPTIONS)
    command = context.get_context().opts["fn"]

    def plan(heads: Any, migration_context: Any) -> list[Any]:
        steps.extend(command(heads, migration_context))
        return []

    run(connection, fn=plan)
    return steps


def only(step: Any) -> Callable[..., list[Any]]:
    """A command of one step."""
    return lambda _heads, _migration_context: [step]


def run(connection: Connection, **options: Any) -> None:
    """Let Alembic do what `fn` of the options returns, each step in a transaction."""
    context.configure(connection=connection, **OPTIONS, **options)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


def main() -> None:
    """Migrate the connection that the caller gave, else the database of `chosen_url`."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
    elif context.is_offline_mode():
        context.configure(dialect_name="postgresql", literal_binds=True, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()
    else:
        url = chosen_url()
        with database_problems(url), create_engine_for(url, poolclass=NullPool).connect() as connection:
            migrate(connection)


if context.config.cmd_opts is not None and context.config.config_file_name:
    fileConfig(context.config.config_file_name, disable_existing_loggers=False)
    log_in_lines()
try:
    main()
except DatabaseProblem as problem:
    if context.config.cmd_opts is None:
        raise
    warn_of(problem)
    raise SystemExit(WRONG) from problem
