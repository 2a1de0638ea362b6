"""Where what was counted is kept: once a minute, and at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

from sms_api.catalog import CatalogUnavailable, catalog_problems
from sms_api.usage.counters import UsageCounters
from sms_database.session import create_engine_for
from sms_database.usage import UsageKey, UsageSum, add_usage, forget_hours, roll_up_usage

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 60

_WRITE_SECONDS = 5


class UsageBook:
    """Keeps the counts of this process, and sums them by day and week; one connection of its own, which may write."""

    def __init__(self, url: str, counters: UsageCounters, *, days: int) -> None:
        """`url` is a database URL with its password; `days`: how long hours are kept beside their sums."""
        options = f"-c timezone=UTC -c statement_timeout={_WRITE_SECONDS}s"
        self._engine = create_engine_for(url, pool_size=1, max_overflow=0, connect_args={"options": options})
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="usage")
        self._counters = counters
        self._days = days
        self._summed: datetime | None = None
        self._is_in_trouble = False

    async def run(self, clock: Callable[[], datetime]) -> None:
        """Keep what was counted, once a minute, until it is cancelled."""
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            await asyncio.get_running_loop().run_in_executor(self._thread, self.keep, clock())

    def keep(self, now: datetime) -> None:
        """Keep what was counted; where it cannot be, it is counted on, and the log says so once."""
        counted = self._counters.taken()
        try:
            with catalog_problems():
                self._keep(counted, now)
        except CatalogUnavailable as problem:
            self._counters.give_back(counted)
            if not self._is_in_trouble:
                logger.warning("what was asked of the server cannot be kept just now (%s): it is counted on", problem)
            self._is_in_trouble = True
            return
        self._is_in_trouble = False
        if self._counters.lost:
            logger.warning("%d counts of requests were lost: there was no room for them", self._counters.lost)
            self._counters.lost = 0

    def close(self, now: datetime) -> None:
        """Keep the rest, and close the connection."""
        self._thread.shutdown()
        self.keep(now)
        self._engine.dispose()

    def _keep(self, counted: dict[UsageKey, UsageSum], now: datetime) -> None:
        hour = now.replace(minute=0, second=0, microsecond=0)
        with self._engine.begin() as connection:
            add_usage(connection, counted)
            if self._summed != hour:
                first = monday_before(now.date() - timedelta(days=self._days))
                if roll_up_usage(connection, since=first, until=now.date() + timedelta(days=1)):
                    forget_hours(connection, first)
        self._summed = hour


def monday_before(day: date) -> date:
    """The Monday of a day's week: hours are deleted by whole weeks, so that every sum can be made anew or stays."""
    return day - timedelta(days=day.weekday())
