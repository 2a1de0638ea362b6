"""Reading by one statement, which is a snapshot of its own and needs no transaction around it."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, event

_COUNT = "statements"


class SecondStatement(Exception):
    """What one statement was to tell takes another one, which would see another snapshot."""


def engine_of_one_statement(engine: Engine) -> Engine:
    """The same pool of connections, each without a transaction; its second statement raises SecondStatement.

    BEGIN and ROLLBACK cost as much as a short statement.
    """
    without_transaction = engine.execution_options(isolation_level="AUTOCOMMIT")
    event.listen(without_transaction, "engine_connect", _begin)
    event.listen(without_transaction, "before_cursor_execute", _count)
    return without_transaction


def _begin(connection: Connection) -> None:
    connection.info[_COUNT] = 0


def _count(connection: Connection, *_: object) -> None:
    connection.info[_COUNT] += 1
    if connection.info[_COUNT] > 1:
        raise SecondStatement
