"""Where readers' reports are kept: the only thing that the server writes for them."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from sms_api.catalog import catalog_problems
from sms_api.middleware.rate_limits import Window
from sms_database.reports import NewReport, keep_report
from sms_database.session import create_engine_for

_HOUR = 3_600


class ReportBox:
    """Keeps reports, on one connection of its own that may write, and a few of each network an hour."""

    def __init__(self, url: str, *, per_hour: int, write_seconds: int) -> None:
        """`url` is a database URL with its password; 0 reports an hour stand for no limit."""
        options = f"-c timezone=UTC -c statement_timeout={write_seconds}s"
        self._engine = create_engine_for(url, pool_size=1, max_overflow=0, connect_args={"options": options})
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reports")
        self._window = Window(per_hour, _HOUR)

    def wait_seconds(self, network: str) -> int:
        """Count a report of a network; returns after how many seconds it may send it, 0 for now."""
        if not self._window.allowed:
            return 0
        admitted, _, rest = self._window.take(network, time.monotonic())
        return 0 if admitted else rest

    async def keep(self, report: NewReport) -> None:
        """Keep a report; raises CatalogUnavailable."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._keep, report)

    def close(self) -> None:
        """Let a report under way be kept, and close the connection."""
        self._thread.shutdown()
        self._engine.dispose()

    def _keep(self, report: NewReport) -> None:
        with catalog_problems(), self._engine.begin() as connection:
            keep_report(connection, report)
