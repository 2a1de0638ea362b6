"""Long lists in pages. A cursor names the last row that was read, so that rows which come and go shift no page."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import Connection, Row, text

from sms_catalog.query_problems import InvalidQuery, QueryProblem

Item = TypeVar("Item")

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list."""

    items: Sequence[Item]
    next_cursor: str | None
    """Where the next page begins; None after the last."""
    cursor_of: Callable[[int], str]
    """The cursor behind the item of this index."""


@dataclass(frozen=True, slots=True)
class Keyset:
    """The order of a list: columns that together differ for each two rows."""

    listing: str
    """Which list it is; a cursor of another is refused."""
    columns: Mapping[str, tuple[str, type]]
    """Name in a row → the SQL of the column, and str, int, uuid.UUID or datetime."""
    descending: bool = False

    def read(
        self,
        connection: Connection,
        statement: str,
        parameters: Mapping[str, Any],
        item: Callable[[Row[Any]], Item],
        *,
        limit: int,
        cursor: str | None,
    ) -> Page[Item]:
        """The rows after the cursor, at most `limit`. The statement has the places {after}, a condition, and {order}.

        Raises InvalidQuery for a cursor of another list, or none.
        """
        asked = {**parameters, "limit": limit + 1}
        after = "true"
        if cursor is not None:
            asked |= {f"after_{name}": value for name, value in self._values(cursor).items()}
            left = ", ".join(column for column, _ in self.columns.values())
            right = ", ".join(f"cast(:after_{name} AS {_SQL_TYPES[kind]})" for name, (_, kind) in self.columns.items())
            after = f"({left}) {'<' if self.descending else '>'} ({right})"
        direction = " DESC" if self.descending else ""
        order = ", ".join(f"{column}{direction}" for column, _ in self.columns.values())
        rows = connection.execute(text(statement.format(after=after, order=order) + " LIMIT :limit"), asked).all()
        last = self._cursor(rows[limit - 1]) if len(rows) > limit else None
        return Page([item(row) for row in rows[:limit]], last, lambda index: self._cursor(rows[index]))

    def _cursor(self, row: Row[Any]) -> str:
        values = [self.listing, *(_written(getattr(row, name)) for name in self.columns)]
        return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")

    def _values(self, cursor: str) -> dict[str, Any]:
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            listing, *values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if listing != self.listing:
                raise ValueError("of another list")
            kinds = {name: kind for name, (_, kind) in self.columns.items()}
            return {name: _READERS[kinds[name]](value) for name, value in zip(kinds, values, strict=True)}
        except (binascii.Error, TypeError, ValueError, AttributeError) as problem:
            told = QueryProblem("cursor", "is none of this list: take next_cursor as it is, or leave it out")
            raise InvalidQuery([told]) from problem


def _written(value: Any) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("no text")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not -_LARGEST <= value <= _LARGEST:
        raise ValueError("no number")
    return value


def _instant(value: Any) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError("no instant")
    return instant


_READERS: Mapping[type, Callable[[Any], Any]] = {str: _text, int: _number, uuid.UUID: uuid.UUID, datetime: _instant}

_SQL_TYPES: Mapping[type, str] = {str: "text", int: "bigint", uuid.UUID: "uuid", datetime: "timestamptz"}
