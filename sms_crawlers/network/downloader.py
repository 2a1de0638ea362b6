"""Every request waits for its host's turn, whatever made it: a page, a redirect, another try, or robots.txt."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import TypeVar

from scrapy import signals
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser

from sms_crawlers.errors import HostLeftAlone, NoTurn
from sms_crawlers.network.host_turns import DatabaseTurns, HostTurns, Pause, Wait, host_of
from sms_crawlers.network.pauses import MAX_PAUSE_SECONDS, asked_pause, stated_delay
from sms_crawlers.pipelines import DATABASE_LOST, StorePipeline
from sms_crawlers.runs import run_stats
from sms_database.errors import DatabaseProblem
from sms_database.settings import get_settings

_LOOK_WHETHER_IT_ENDS = 1.0
"""Seconds: a run that ends does not wait for a turn any more."""

T = TypeVar("T")

logger = logging.getLogger(__name__)


class TurnTakingDownloader(Downloader):
    """Scrapy's own, with handlers that wait for the host's turn. It has no other way to the network."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._in_turn = _HandlersInTurn(self, crawler)
        self.handlers = self._in_turn  # type: ignore[assignment] # it asks them for nothing but a download

    def close(self) -> None:
        """Close the downloader; all its requests have ended."""
        super().close()
        self._in_turn.close()


class _HandlersInTurn:
    """The download handlers of a crawl, behind the hosts' turns.

    A turn is one request, from its start to the last byte of its answer. The next begins after the longest of the
    spider's delay (DOWNLOAD_DELAY, its budget, AutoThrottle) and what robots.txt asks for (up to CRAWL_DELAY_MAX
    seconds); or after the pause that the host asks for in its answer. A run waits for a pause of RETRY_AFTER_MAX
    seconds; a longer one is left to later runs, of this source or another, and the request is given up.

    The waiting is done here, in the request's slot of Scrapy's downloader and before its handler, so that it takes up
    nothing of DOWNLOAD_TIMEOUT. A request that waits holds no other host's turn: nobody waits for each other.
    """

    def __init__(self, downloader: Downloader, crawler: Crawler) -> None:
        self._downloader = downloader
        self._handlers = downloader.handlers
        self._crawler = crawler
        self._longest_wait = crawler.settings.getfloat("RETRY_AFTER_MAX")
        self._longest_delay = crawler.settings.getfloat("CRAWL_DELAY_MAX")
        self._stated: dict[str, float] = {}
        self._ours: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asking = asyncio.Lock()
        self._turns: HostTurns | None = None
        self._lost: str | None = None
        self._ending: asyncio.Task[None] | None = None
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    async def download_request_async(self, request: Request) -> Response:
        """Download, in the host's turn. Raises HostLeftAlone, NoTurn, and what the handler raises."""
        host = host_of(request.url)
        async with self._ours[host]:  # a lock of a session does not keep out the session itself
            turns = await self._take(host, request)
            pause = None
            try:
                response = await self._handlers.download_request_async(request)
                pause = self._asked_pause(host, request, response)
                return response
            finally:
                await self._ask(partial(turns.give_back, host, self._delay(host, request), pause))

    def close(self) -> None:
        """Give up the connection or files of the turns."""
        if self._turns is not None:
            self._turns.close()

    async def _take(self, host: str, request: Request) -> HostTurns:
        turns = self._turns or await self._opened()
        while wait := await self._ask(partial(turns.take, host, self._delay(host, request))):
            if wait.asked_for and wait.seconds > self._longest_wait:
                raise HostLeftAlone(
                    f"host {host} is to be left alone until {wait.until:%Y-%m-%d %H:%M} UTC, as it asked"
                    f" ({wait.asked_for})"
                )
            await self._sleep(wait)
        return turns

    async def _opened(self) -> HostTurns:
        async with self._asking:
            if self._turns is None:
                self._turns = await self._told(self._open)
            return self._turns

    def _open(self) -> HostTurns:
        """Turns in the run's database; without one, in files of SMS_HOME."""
        store = self._crawler.get_item_pipeline(StorePipeline)
        if store is not None and store.run is not None:
            return DatabaseTurns.open(store.run.engine.url)
        from sms_crawlers.network.host_turn_files import FileTurns  # not on systems without flock (Windows)

        return FileTurns(get_settings().sms_home / "hosts")

    async def _sleep(self, wait: Wait) -> None:
        """Wait; raises NoTurn if the run ends meanwhile."""
        wakes = monotonic() + wait.seconds
        while (left := wakes - monotonic()) > 0:
            await asyncio.sleep(min(left, _LOOK_WHETHER_IT_ENDS))
            slot = self._crawler.engine._slot  # Scrapy tells nowhere else that a spider is being closed
            if slot is None or slot.closing is not None:
                raise NoTurn("the run ended with requests left to make")

    async def _ask(self, ask: Callable[[], T]) -> T:
        async with self._asking:
            return await self._told(ask)

    async def _told(self, ask: Callable[[], T]) -> T:
        """What the turns tell, off the reactor's thread. Raises NoTurn, and ends the run, if their database is gone."""
        if self._lost is not None:  # a connection made anew would not have the locks
            raise NoTurn(self._lost)
        try:
            return await asyncio.to_thread(ask)
        except DatabaseProblem as problem:
            self._lost = str(problem)
            run_stats.note_failure(self._crawler.stats, "stopped", self._lost)
            # Not awaited: the engine waits for the requests under way, of which this is one.
            self._ending = asyncio.create_task(self._crawler.engine.close_spider_async(reason=DATABASE_LOST))
            raise NoTurn(self._lost) from problem

    def _delay(self, host: str, request: Request) -> float:
        """Seconds to the next request, as the spider and robots.txt have it."""
        slot = self._downloader.slots[request.meta[Downloader.DOWNLOAD_SLOT]]
        return max(slot.delay, self._stated.get(host, 0.0))

    def _asked_pause(self, host: str, request: Request, response: Response) -> Pause | None:
        """The pause that an answer asks for, as far as it is believed."""
        now = datetime.now(UTC)
        seconds = asked_pause(response, now)
        if not seconds:
            return None
        believed = min(seconds, MAX_PAUSE_SECONDS)
        if believed > self._longest_wait:
            request.meta["dont_retry"] = True
        logger.info(
            "host %s asks for a pause of %.0f s (HTTP %d)%s",
            host,
            seconds,
            response.status,
            f"; it is given {believed:.0f} s" if believed < seconds else "",
        )
        return Pause(believed, f"HTTP {response.status} at {now:%Y-%m-%d %H:%M} UTC, for {seconds:.0f} s")

    async def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Keep to the delay that a host's robots.txt asks for, from the very first page on."""
        host = host_of(request.url)
        stated = stated_delay(robotparser, self._crawler.settings["ROBOTSTXT_USER_AGENT"])
        if not stated:
            return
        self._stated[host] = min(stated, self._longest_delay)
        kept = f"; {self._longest_delay:g} s are kept" if stated > self._longest_delay else ""
        logger.info("robots.txt of host %s asks for %g s between requests%s", host, stated, kept)
        if self._turns is not None:
            await self._ask(partial(self._turns.postpone, host, self._stated[host]))
