"""Set-based writing: COPY into a temporary table, then one statement a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from zlib import crc32

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from sms_database.json_text import dumps

_JSON = (dict, list)


def stage(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Copy rows of these columns of the table into a temporary one, to be joined; returns its name."""
    staged = _copied(connection, table, columns, rows)
    # Without statistics the planner takes them for many more rows, and reads all of the table to join it.
    connection.execute(text(f"ANALYZE {staged}"))
    return staged


def _copied(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The name of a temporary table, kept for the session, that holds these rows of the table's columns."""
    names = ", ".join(columns)
    staged = f"staged_{table}_{crc32(names.encode()):08x}"
    connection.execute(
        text(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {staged} ON COMMIT DELETE ROWS"
            f" AS SELECT {names} FROM {table} WITH NO DATA"
        )
    )
    connection.execute(text(f"TRUNCATE {staged}"))
    append(connection, staged, columns, rows)
    return staged


def append(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy rows into a table that has none of them. Raises IntegrityError where another has written one meanwhile."""
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    try:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([dumps(value) if isinstance(value, _JSON) else value for value in row])
    except psycopg.IntegrityError as problem:
        raise IntegrityError(f"COPY {table}", None, problem) from problem


def upsert(
    connection: Connection, table: str, keys: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows, or give those that are there these values. `columns` begins with the keys."""
    staged = _copied(connection, table, columns, rows)
    names, key_names = ", ".join(columns), ", ".join(keys)
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    connection.execute(
        text(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {staged} ORDER BY {key_names}"
            f" ON CONFLICT ({key_names}) DO {f'UPDATE SET {updates}' if updates else 'NOTHING'}"
        )
    )


def insert_missing(
    connection: Connection, table: str, keys: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert the rows that are not there."""
    staged = _copied(connection, table, columns, rows)
    names = ", ".join(columns)
    connection.execute(
        text(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {staged} ORDER BY {', '.join(keys)}"
            " ON CONFLICT DO NOTHING"
        )
    )


def words_array(words: Collection[str]) -> str:
    """A text[] as COPY takes it, in order."""
    if not words:
        return "{}"
    joined = '","'.join(sorted(words))
    if "\\" in joined or joined.count('"') > 2 * (len(words) - 1):
        joined = '","'.join(word.replace("\\", "\\\\").replace('"', '\\"') for word in sorted(words))
    return f'{{"{joined}"}}'


def numbers_array(numbers: Iterable[int]) -> str:
    """A bigint[] as COPY takes it, in order."""
    return f"{{{','.join(map(str, sorted(numbers)))}}}"


def days_array(days: Iterable[date]) -> str:
    """A date[] as COPY takes it, in order."""
    return f"{{{','.join(map(str, sorted(days)))}}}"
