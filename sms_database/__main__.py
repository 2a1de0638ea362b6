"""`python -m sms_database`: the embedded server and the schema, by hand."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine, NullPool, make_url

from sms_database import migrations
from sms_database.backup import dump, restore
from sms_database.cli import NOT_RUNNING, WRONG, VersionOption, say, warn_of
from sms_database.client_programs import libpq_environment, libpq_target, newest_client_program
from sms_database.errors import DatabaseProblem, database_problems
from sms_database.log_lines import log_in_lines
from sms_database.releases import version_trouble
from sms_database.server import remove_server, server_status, stop_server
from sms_database.session import create_engine_for, database_url
from sms_database.settings import get_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _program(version: VersionOption = False) -> None:
    """The database: DATABASE_URL, or while that is unset the embedded PostgreSQL in SMS_HOME."""


@app.command()
def start() -> None:
    """Start the embedded server, made and migrated if need be."""
    _refuse_database_url("start")
    database_url()
    server = server_status(get_settings().sms_home)
    if server:
        say(f"PostgreSQL {server.version} runs on 127.0.0.1:{server.port}, {server.data_directory}")


@app.command()
def stop() -> None:
    """Stop the embedded server; its data stay."""
    say("stopped" if stop_server(get_settings().sms_home) else "was not running")


@app.command()
def status() -> None:
    """Say which database is used, whether it answers, and whether its PostgreSQL is the newest of its kind.

    Exit code 3 if the embedded server is stopped.
    """
    settings = get_settings()
    if settings.database_url:
        engine = _engine(database_url())
        say(f"database: {engine.url.render_as_string()} (DATABASE_URL)")
    else:
        server = server_status(settings.sms_home)
        if server is None:
            say(f"database: embedded PostgreSQL in {settings.sms_home}/postgres, not running")
            raise typer.Exit(NOT_RUNNING)
        engine = _engine(server.url)
        say(f"database: embedded PostgreSQL on 127.0.0.1:{server.port}, {server.data_directory}")
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SHOW server_version").scalar()
    say(f"server: PostgreSQL {version}, running")
    trouble = version_trouble(str(version), datetime.now(UTC).date(), embedded=not settings.database_url)
    if trouble:
        say(f"warning: {trouble.found}: {trouble.advice}")
    say(f"schema: {_schema(engine)}")


@app.command()
def url() -> None:
    """Print the URL of the database, password included; starts the embedded server if it is stopped."""
    typer.echo(database_url())


@app.command()
def upgrade() -> None:
    """Migrate the database to this program's schema, DATABASE_URL's too."""
    engine = _engine(database_url(migrate=False))
    migrations.upgrade(engine)
    say(f"schema: {_schema(engine)}")


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Really delete all data of the embedded server.")] = False,
) -> None:
    """Delete the embedded server with all its data."""
    _refuse_database_url("reset")
    home = get_settings().sms_home
    if not yes:
        raise DatabaseProblem(f"reset deletes the database in {home}/postgres for good: add --yes if you mean it")
    say("deleted" if remove_server(home) else "there was no database")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(context: typer.Context) -> None:
    """Open psql on the database; further arguments go to it."""
    parts = make_url(database_url())
    arguments = ["psql", f"--dbname={libpq_target(parts)}", *context.args]
    os.execve(newest_client_program("psql"), arguments, libpq_environment(parts))


@app.command("dump")
def dump_database(file: Annotated[Path, typer.Argument(help="Where to; an earlier dump there is replaced.")]) -> None:
    """Write the whole database into one file, while others work in it."""
    dump(_engine(database_url(migrate=False)), file)
    say(f"dumped into {file}, {file.stat().st_size / 1e6:,.1f} MB")


@app.command("restore")
def restore_database(
    file: Annotated[Path, typer.Argument(help="What dump wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Give up the rows that the database holds.")] = False,
) -> None:
    """Make the database what it was when the file was dumped: all of it, or nothing is changed."""
    engine = _engine(database_url(migrate=False))
    restore(engine, file, replace=replace)
    say(f"restored from {file}; schema: {_schema(engine)}")


def main() -> None:
    """Run the command line; trouble with the database is one line on stderr and exit code 2."""
    log_in_lines()
    try:
        with database_problems():
            app()
    except DatabaseProblem as problem:
        warn_of(problem)
        sys.exit(WRONG)


def _engine(address: str) -> Engine:
    return create_engine_for(address, poolclass=NullPool)


def _schema(engine: Engine) -> str:
    """The state of the schema in words."""
    try:
        migrations.check_schema(engine)
    except DatabaseProblem as problem:
        return str(problem)
    return f"revision {migrations.current_revision(engine)}, up to date"


def _refuse_database_url(command: str) -> None:
    if get_settings().database_url:
        raise DatabaseProblem(f"DATABASE_URL is set, so there is no embedded server to {command}: unset it first")


if __name__ == "__main__":
    main()
