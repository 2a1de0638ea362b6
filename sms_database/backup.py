"""The database as one file, by pg_dump, and back: whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

import sms_database.models  # noqa: F401 - completes the metadata
from sms_database.base import Base
from sms_database.client_programs import client_program, libpq_environment, libpq_target, newest_client_program
from sms_database.errors import DatabaseProblem

_AS_WE_ARE = ("--no-owner", "--no-privileges")
"""Whoever restores owns what was restored: users of the other server may not exist here."""

_LOCK_WAIT = "-c lock_timeout=10s"
"""Whoever else works in a database that is to be restored is not waited for."""

_HEADER = re.compile(r"^; +Dumped (from database|by pg_dump) version: (\d+)", re.MULTILINE)


def dump(engine: Engine, file: Path) -> None:
    """Write the whole database, as it is at one instant, into `file`, which is replaced when the dump is whole.

    Raises DatabaseProblem.
    """
    program = client_program("pg_dump", _major(engine))
    try:
        descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.partial-", dir=file.parent)
        os.close(descriptor)
        partial = Path(name)
        try:
            command: list[str | Path] = [
                program,
                "--format=custom",
                *_AS_WE_ARE,
                f"--file={partial}",
                f"--dbname={libpq_target(engine.url)}",
            ]
            _finish(command, libpq_environment(engine.url))
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise DatabaseProblem(f"{file} cannot be written: {error.strerror}: name another place") from error


def restore(engine: Engine, file: Path, *, replace: bool = False) -> None:
    """Make the database what it was when `dump` wrote `file`, in one transaction.

    Rows of ours that it holds are in the way, unless `replace` gives them up. Raises DatabaseProblem, and has then
    changed nothing.
    """
    major = _major(engine)
    dumped_from, dumped_by = _versions(file)
    if dumped_from > major:
        raise DatabaseProblem(
            f"{file} is of PostgreSQL {dumped_from}, and the server is of {major}: a dump goes into a server of the "
            "same or a newer major version"
        )
    with engine.connect() as connection:
        full = _tables_with_rows(connection)
        drops = _drops(connection)
    if full and not replace:
        some = f"{', '.join(full[:3])}{' and others' if full[3:] else ''}"
        raise DatabaseProblem(
            f'the database "{engine.url.database}" holds rows ({some}): add --replace to give them up, '
            "or let DATABASE_URL name an empty database"
        )
    _play(
        [client_program("pg_restore", dumped_by), *_AS_WE_ARE, "--file=-", file],
        [
            client_program("psql", major),
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            f"--dbname={libpq_target(engine.url)}",
        ],
        libpq_environment(engine.url) | {"PGOPTIONS": _LOCK_WAIT},
        beforehand=["BEGIN;", *drops],
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))  # a dump has no statistics, without which the next build plans badly


def _play(
    reader: Sequence[str | Path], writer: Sequence[str | Path], environment: Mapping[str, str], *, beforehand: list[str]
) -> None:
    """Let `writer` carry out what `reader` prints, and commit when `reader` has come to its end."""
    with tempfile.TemporaryFile() as of_reader, tempfile.TemporaryFile() as of_writer:
        with (
            subprocess.Popen(reader, stdout=subprocess.PIPE, stderr=of_reader) as reading,
            subprocess.Popen(
                writer, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=of_writer
            ) as writing,
        ):
            assert reading.stdout is not None
            assert writing.stdin is not None
            with suppress(BrokenPipeError):  # the writer stopped at an error, which it has told
                writing.stdin.write("".join(f"{line}\n" for line in beforehand).encode())
                shutil.copyfileobj(reading.stdout, writing.stdin)
            reading.stdout.close()
            if reading.wait() == 0:
                with suppress(BrokenPipeError):
                    writing.stdin.write(b"\nCOMMIT;\n")
            elif writing.poll() is None:
                writing.kill()  # or the end of what was read would be taken for the end of a table
            with suppress(BrokenPipeError):
                writing.stdin.close()
            failed = writing.wait() != 0
        if failed:
            of_reader.seek(0)
            of_writer.seek(0)
            told = of_writer.read() + of_reader.read()
            raise DatabaseProblem(f"nothing was restored: {_reason(told.decode(errors='replace'))}")


def _finish(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> str:
    """What a program prints; raises DatabaseProblem if it gives up."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DatabaseProblem(f"{Path(command[0]).name} gave up: {_reason(done.stderr)}")
    return done.stdout


def _versions(file: Path) -> tuple[int, int]:
    """The major versions of the server that a file was dumped from, and of the program that wrote it."""
    if not file.is_file():
        raise DatabaseProblem(f"there is no file {file}: name one that `python -m sms_database dump` wrote")
    listed = _finish([newest_client_program("pg_restore"), "--list", file])
    found = {what: int(major) for what, major in _HEADER.findall(listed)}
    return found["from database"], found["by pg_dump"]


def _tables_with_rows(connection: Connection) -> list[str]:
    """The tables of ours that are not empty."""
    there = set(inspect(connection).get_table_names())
    names = sorted(there & set(Base.metadata.tables))
    return [name for name in names if connection.scalar(text(f"SELECT EXISTS (SELECT FROM {name})"))]


def _drops(connection: Connection) -> list[str]:
    """The statements that make room: what a dump brings must not be there."""
    inspector = inspect(connection)
    schema = inspector.default_schema_name
    ours = {*Base.metadata.tables, "alembic_version"}
    views = [f"DROP VIEW IF EXISTS {schema}.{view} CASCADE;" for view in inspector.get_view_names()]
    tables = [f"DROP TABLE {schema}.{table} CASCADE;" for table in inspector.get_table_names() if table in ours]
    return [*views, *tables]


def _major(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.dialect.server_version_info[0])  # type: ignore[index] # known once connected


def _reason(said: str) -> str:
    """The line in which a program of PostgreSQL says why it gave up."""
    if "lock timeout" in said:
        return "others are working in the database: end crawls and builds first"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"\b(ERROR|FATAL|error):", line)]
    line = (telling or lines or ["it did not say why"])[0]
    return re.sub(r"^.*?\b(ERROR|FATAL|error): *", "", line)
