"""Reading many rows without holding them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, text

ROWS_AT_A_TIME = 1_000
"""Rows that a stream holds in memory."""


def stream(connection: Connection, statement: str, parameters: Mapping[str, Any]) -> Iterator[Row[Any]]:
    """Rows as they come, by a cursor on the server that is closed after the last one, or with the stream."""
    with connection.execute(text(statement), parameters, execution_options={"yield_per": ROWS_AT_A_TIME}) as rows:
        yield from rows
