"""The catalog as the server reads it: on a few connections that cannot write, each in a thread of its own."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from sms_database.one_statement import SecondStatement, engine_of_one_statement
from sms_database.session import create_engine_for

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class CatalogUnavailable(Exception):
    """The database cannot be reached, or did not answer in time."""


class Catalog:
    """Reads the catalog for handlers of requests."""

    def __init__(self, url: str, *, readers: int, read_seconds: int) -> None:
        """`url` is a database URL with its password."""
        options = f"-c timezone=UTC -c default_transaction_read_only=on -c statement_timeout={read_seconds}s"
        self._engine: Engine = create_engine_for(
            url,
            pool_size=readers,
            max_overflow=0,
            isolation_level="REPEATABLE READ",
            pool_pre_ping=False,
            connect_args={"options": options},
        )
        self._one_statement = engine_of_one_statement(self._engine)
        self.name = _name(self._engine)
        """Stands for the database in names of files."""
        self._threads = ThreadPoolExecutor(readers, thread_name_prefix="catalog")

    async def read(
        self,
        function: Callable[Concatenate[Connection, Parameters], Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """What the function returns, given a connection in one snapshot of the catalog; raises CatalogUnavailable.

        The function reads all that it returns: an iterator would outlive its connection.
        """
        return await self._in_thread(lambda: self._read(lambda connection: function(connection, *args, **kwargs)))

    async def read_at_once(
        self,
        function: Callable[Concatenate[Connection, Parameters], Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """The same for a function that needs one statement as a rule: a statement is a snapshot of its own, and a
        transaction around it costs as much again. Where it needs a second one it begins anew, in one snapshot.
        """
        return await self._in_thread(
            lambda: self._read_at_once(lambda connection: function(connection, *args, **kwargs))
        )

    def close(self) -> None:
        """Let the reads under way end, and close the connections."""
        self._threads.shutdown()
        self._engine.dispose()

    async def _in_thread(self, read: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, read)

    def _read(self, function: Callable[[Connection], Result]) -> Result:
        return _tried_twice(self._engine, function)

    def _read_at_once(self, function: Callable[[Connection], Result]) -> Result:
        try:
            return _tried_twice(self._one_statement, function)
        except SecondStatement:
            return self._read(function)


def _tried_twice(engine: Engine, function: Callable[[Connection], Result]) -> Result:
    """Once more where a connection turns out to have ended since it was last used: to ask each time costs more than
    most reads.
    """
    with catalog_problems():
        try:
            return _result(engine, function)
        except DBAPIError as problem:
            if not problem.connection_invalidated:
                raise
            return _result(engine, function)


def _result(engine: Engine, function: Callable[[Connection], Result]) -> Result:
    with engine.connect() as connection:
        return function(connection)


@contextmanager
def catalog_problems() -> Iterator[None]:
    """Raise CatalogUnavailable for a database that is gone, or takes too long."""
    try:
        yield
    except DBAPIError as problem:
        if problem.connection_invalidated or getattr(problem.orig, "sqlstate", None) in (None, "57014"):
            raise CatalogUnavailable(str(problem.orig)) from problem
        raise


def _name(engine: Engine) -> str:
    place = f"{engine.url.host}:{engine.url.port}/{engine.url.database}"
    return hashlib.blake2b(place.encode(), digest_size=8).hexdigest()
