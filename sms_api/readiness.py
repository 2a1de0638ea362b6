"""Whether the process can serve: a thread looks at the database, and a probe only asks what it saw."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import HTTPConnection

from sms_database.errors import DatabaseProblem, SchemaAhead, SchemaBehind, database_problems
from sms_database.migrations import check_schema
from sms_database.session import create_engine_for

logger = logging.getLogger("sms_api.readiness")

_EVERY_SECONDS = 1.0
_STALE_SECONDS = 5.0
"""What was seen longer ago is not believed: the look itself hangs."""


class Readiness:
    """What keeps the process from serving."""

    def __init__(self, url: str, stopping: asyncio.Event) -> None:
        """`url` is a database URL with its password; `stopping` is set when the process has been asked to stop."""
        limits = {"connect_timeout": 2, "options": "-c statement_timeout=2s"}
        self._url = url
        self._engine = create_engine_for(url, pool_size=1, max_overflow=0, connect_args=limits)
        self._seen: str | None = "the database was not looked at yet"
        self._seen_at = time.monotonic()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._stopping = stopping

    @property
    def reason(self) -> str | None:
        """Why it cannot serve; None where it can."""
        if self._stopping.is_set():
            return "the process is stopping"
        if time.monotonic() - self._seen_at > _STALE_SECONDS:
            return "the database does not answer"
        return self._seen

    async def look(self) -> None:
        """Look at the database now."""
        seen = await asyncio.get_running_loop().run_in_executor(self._thread, self._look)
        if seen != self._seen:
            if seen is None:
                logger.info("ready")
            else:
                logger.warning("not ready: %s", seen)
        self._seen, self._seen_at = seen, time.monotonic()

    async def watch(self) -> None:
        """Look again every second, until cancelled."""
        try:
            while True:
                await asyncio.sleep(_EVERY_SECONDS)
                await self.look()
        finally:
            # A look under way has the connection: it is closed when that is back.
            self._thread.shutdown()
            self._engine.dispose()

    def _look(self) -> str | None:
        try:
            with database_problems(self._url):
                check_schema(self._engine)
        except (SchemaBehind, SchemaAhead):
            return "the database has another schema"
        except DatabaseProblem:
            return "the database cannot be reached"
        return None


def readiness_of(request: HTTPConnection) -> Readiness:
    """The readiness of the process that serves a request."""
    readiness: Readiness = request.app.state.readiness
    return readiness
