"""Crawls in the process of the tests: a second each instead of three, and their stats and log at hand."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from sms_crawlers.items import RawEventItem
from sms_crawlers.runs.result import RunResult, result_of

_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
_DEADLINE = 60

# Before any test: some parts of Twisted, once imported, bring a reactor of their own along, on which no crawl runs.
install_reactor(_REACTOR)


@dataclass(frozen=True)
class Crawled:
    """A crawl that has ended."""

    result: RunResult
    items: list[RawEventItem]
    log: str
    stats: dict[str, Any]


class ReactorThread:
    """Twisted's reactor, which a process can run once, in a thread that goes on until the process ends."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        assert self._running.wait(_DEADLINE)

    def _run(self) -> None:
        from twisted.internet import reactor

        self._loop = cast(Any, reactor)._asyncioEventloop
        asyncio.set_event_loop(self._loop)
        cast(Any, reactor).callWhenRunning(self._running.set)
        cast(Any, reactor).run(installSignalHandlers=False)

    def crawl(
        self, runner: AsyncCrawlerRunner, spider: str, **arguments: Any
    ) -> tuple[RunResult, list[Any], dict[str, Any]]:
        """Run a spider to its end."""
        items: list[Any] = []

        def keep(item: Any) -> None:
            items.append(item)

        async def crawl() -> tuple[RunResult, list[Any], dict[str, Any]]:
            crawler = runner.create_crawler(spider)
            crawler.signals.connect(keep, signal=signals.item_scraped)
            (problem,) = await asyncio.gather(crawler.crawl_async(**arguments), return_exceptions=True)
            stats = {} if problem else crawler.stats.get_stats()
            return result_of(crawler, problem), items, stats

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(crawl(), self._loop).result(_DEADLINE)


class Crawls:
    """Crawls of the example spiders, without delays; without a database unless the setting STORE says otherwise."""

    def __init__(self, reactor: ReactorThread, caplog: pytest.LogCaptureFixture) -> None:
        self._reactor = reactor
        self._caplog = caplog
        caplog.set_level(logging.INFO)
        self.settings: dict[str, Any] = {
            "SPIDER_MODULES": ["tests.crawlers.example_spiders"],
            "DOWNLOAD_DELAY": 0,
            "AUTOTHROTTLE_ENABLED": False,
            "STORE": False,
        }

    def __call__(self, spider: str = "example_hall", *, base: str, **settings: Any) -> Crawled:
        """Crawl the site at `base`, which alone may be asked of this machine, unless the settings say otherwise."""
        stated = Settings()
        stated.setmodule("sms_crawlers.settings")
        allowed = {"PRIVATE_HOSTS_ALLOWED": [urlsplit(base).netloc]}
        stated.setdict(allowed | self.settings | settings, priority="cmdline")
        self._caplog.clear()
        result, items, stats = self._reactor.crawl(AsyncCrawlerRunner(stated), spider, base=base)
        return Crawled(result, items, self._caplog.text, stats)
