"""Rows of a table by their ids, with those of their columns that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, text


def rows_by_ids(
    connection: Connection, statement: str, columns: Mapping[str, str], ids: Collection[str], members: Collection[str]
) -> list[dict[str, Any]]:
    """The rows of these ids, which are canonical UUIDs, with the member `id`, a text, and those asked for.

    `columns` are the SQL of each member; the statement has a place for {columns} and the parameter :ids, a text that
    is an array.
    """
    names = ("id", *(name for name in columns if name in members and name != "id"))
    asked = (f"cast({columns['id']} AS text)", *(columns[name] for name in names[1:]))
    rows = connection.execute(_prepared(statement, asked), {"ids": array_of(ids)}).all()
    return [dict(zip(names, row, strict=True)) for row in rows]


def array_of(ids: Collection[str]) -> str:
    """UUIDs as the text of an array: as a list they take the driver longer than the database."""
    return f"{{{','.join(ids)}}}"


@lru_cache(200)
def _prepared(statement: str, columns: tuple[str, ...]) -> TextClause:
    return text(statement.format(columns=", ".join(columns)))
