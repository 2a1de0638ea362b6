"""One source's crawl in a process of its own, seen from inside: it runs, tells its parent how it gets on, and ends."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from sms_crawlers.pipelines import StorePipeline
from sms_crawlers.runs import run_stats
from sms_crawlers.runs.limits import let_the_system_limit_memory
from sms_crawlers.runs.result import RunResult, result_of, without_start_up_report
from sms_crawlers.spider import SourceSpider

STOP = "stop"
"""What a parent says to let the crawl end in good order."""

CLOSING_SECONDS = 300
"""How long a crawl may take to end after RUN_SECONDS_MAX: what it has asked for may come half a minute apart."""

_ORPHAN_SECONDS = 30
"""How long a crawl may take to end when its parent is gone."""

_SIGN_OF_LIFE_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a process is to crawl."""

    spider: type[SourceSpider]
    arguments: Mapping[str, str]
    """The spider's."""
    settings: Settings
    """As `for_worker` makes them."""
    log_level: str
    quiet: bool
    """Is Scrapy's own report left out of the log?"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a crawl has come."""

    answers: int = 0
    items: int = 0
    run_id: int | None = None
    """That of its row; None where there is none, or not yet."""


Message = Standing | RunResult | Mapping[str, Any]
"""What a process tells its parent; a mapping is a line of the log, as `logging.makeLogRecord` takes it."""


def for_worker(settings: Settings) -> Settings:
    """A project's settings for its workers: no log of their own, and no looking for a spider that is there."""
    own = settings.copy()
    own.setdict({"LOG_ENABLED": False, "LOG_FILE": None, "SPIDER_MODULES": []}, priority="cmdline")
    return own


def crawl_source(task: Task, channel: Connection) -> None:
    """Crawl a source, and tell the parent at the other end of `channel` its standings, its log, and how it ended.

    The crawl ends in good order when the parent says STOP, or is gone. The system ends the process (SIGALRM) when it
    has given no sign of life for SILENT_SECONDS_MAX, or has not ended CLOSING_SECONDS after RUN_SECONDS_MAX.
    """
    # Ctrl-C goes to all processes of a terminal: what is to be done is the parent's to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # A parent that draws on the terminal has others in their place.
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    let_the_system_limit_memory(task.settings)
    _SourceCrawl(task, _Parent(channel)).run()


class _Parent:
    """The parent, to whom any thread may speak."""

    def __init__(self, channel: Connection) -> None:
        self._channel = channel
        self._speaking = threading.Lock()

    def fileno(self) -> int:
        return self._channel.fileno()

    def tell(self, message: Message) -> None:
        """Send a message. If the parent is gone nobody is told, and the reading end notices that."""
        with self._speaking, suppress(BrokenPipeError, ConnectionResetError):
            self._channel.send(message)

    def is_gone(self) -> bool:
        """Is the parent gone? Else it has said STOP, which is all that it ever says. Waits until either is so."""
        try:
            self._channel.recv()
        except (EOFError, ConnectionResetError):
            return True
        return False


class _ParentsLog(logging.Handler):
    """Hands lines to the parent, which alone writes: those of several processes cannot come to lie in one another."""

    def __init__(self, parent: _Parent, level: int | str) -> None:
        super().__init__(level)
        self._parent = parent

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record, with its traceback as text and without the objects that Scrapy hangs on it."""
        try:
            plain = {name: value for name, value in vars(record).items() if isinstance(value, str | int | float)}
            self._parent.tell(plain | {"msg": self.format(record), "args": None, "exc_text": None})
        except Exception:  # noqa: BLE001 - as each of logging's own handlers does
            self.handleError(record)


class _SourceCrawl:
    def __init__(self, task: Task, parent: _Parent) -> None:
        self._parent = parent
        self._task = task
        self._process = AsyncCrawlerProcess(task.settings)
        logging.root.addHandler(_ParentsLog(parent, task.log_level))
        if task.quiet:
            without_start_up_report()
            logging.getLogger("scrapy").setLevel(logging.WARNING)  # its comings and goings, of so many spiders
        self._loop = asyncio.get_event_loop()
        self._crawler = self._process.create_crawler(task.spider)
        self._silent_seconds = self._crawler.settings.getfloat("SILENT_SECONDS_MAX")
        self._last_second = monotonic() + self._crawler.settings.getfloat("RUN_SECONDS_MAX") + CLOSING_SECONDS
        self._told = Standing()
        self._crawl: asyncio.Task[None] | None = None
        self._stopping: asyncio.Task[None] | None = None

    def run(self) -> None:
        self._give_sign_of_life()
        # Which run it is the parent must know before a callback can go wrong.
        self._crawler.signals.connect(self._tell_standing, signal=signals.spider_opened)
        self._loop.add_reader(self._parent.fileno(), self._hear)
        self._crawl = crawl = self._process.crawl(self._crawler, **self._task.arguments)
        self._process.start(install_signal_handlers=False)
        problem = crawl.exception() if crawl.done() and not crawl.cancelled() else None
        self._parent.tell(result_of(self._crawler, problem))

    def _hear(self) -> None:
        self._loop.remove_reader(self._parent.fileno())
        if self._parent.is_gone():
            self._last_second = min(self._last_second, monotonic() + _ORPHAN_SECONDS)
        self._stopping = self._loop.create_task(self._stop())

    async def _stop(self) -> None:
        """End the crawl in good order, which Scrapy can from when its engine runs on."""
        while not _is_running(self._crawler) and not (self._crawl and self._crawl.done()):
            await asyncio.sleep(_SIGN_OF_LIFE_SECONDS)
        await self._process.stop()

    def _tell_standing(self) -> None:
        standing = standing_of(self._crawler)
        if standing != self._told:
            self._told = standing
            self._parent.tell(standing)

    def _give_sign_of_life(self) -> None:
        left = min(self._silent_seconds, self._last_second - monotonic())
        signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))
        self._tell_standing()
        self._loop.call_later(_SIGN_OF_LIFE_SECONDS, self._give_sign_of_life)


def standing_of(crawler: Crawler) -> Standing:
    """How far a crawl has come, from its beginning on."""
    try:
        stats = crawler.stats.get_stats()
        store = crawler.get_item_pipeline(StorePipeline)
    except RuntimeError:  # Scrapy's word for a crawl that is only about to begin
        return Standing()
    return Standing(
        stats.get("response_received_count", 0),
        stats.get(run_stats.ITEMS_SEEN, 0),
        store.run.run_id if store is not None and store.run is not None else None,
    )


def _is_running(crawler: Crawler) -> bool:
    try:
        return bool(crawler.engine.running)
    except RuntimeError:
        return False
