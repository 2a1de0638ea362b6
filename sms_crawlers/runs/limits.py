"""What a run may take: time by the clock on the wall, and memory."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from time import monotonic

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.asyncio import create_looping_call

from sms_crawlers.runs import run_stats

if sys.platform != "win32":
    import resource

_LOOK_SECONDS = 1.0
_MEGABYTE = 1_000_000
_SYSTEM_GRANTS = 1.25
"""Of MEMORY_MB_MAX: from there on an allocation fails. What comes near it slowly is ended in good order before."""


class RunLimits:
    """Ends a run as failed that is under way for RUN_SECONDS_MAX, or since whose begin the process has grown by more
    than MEMORY_MB_MAX.

    It looks once a second, so not while a callback does not come back: that is what PAGE_SECONDS_MAX is for.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._seconds = crawler.settings.getfloat("RUN_SECONDS_MAX")
        self._megabytes = crawler.settings.getint("MEMORY_MB_MAX")
        self._looking = create_looping_call(self._look)
        self._closing: asyncio.Task[None] | None = None
        self._began = 0.0
        self._at_first = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunLimits:
        limits = cls(crawler)
        crawler.signals.connect(limits.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(limits.spider_closed, signal=signals.spider_closed)
        return limits

    def spider_opened(self) -> None:
        """Begin to look."""
        self._began, self._at_first = monotonic(), used_megabytes()
        self._looking.start(_LOOK_SECONDS, now=False)

    def spider_closed(self) -> None:
        """Look no more."""
        if self._looking.running:
            self._looking.stop()

    def _look(self) -> None:
        if monotonic() - self._began >= self._seconds:
            self._end("run_too_long", f"took {self._seconds:,g} s, which is all that a run may take (RUN_SECONDS_MAX)")
        elif (grown := used_megabytes() - self._at_first) > self._megabytes:
            most = f"of the {self._megabytes:,} MB that a run may use (MEMORY_MB_MAX)"
            self._end("memory_exceeded", f"took {grown:,.0f} MB of memory {most}")

    def _end(self, reason: str, line: str) -> None:
        self._looking.stop()
        run_stats.note_failure(self._crawler.stats, "stopped", f"the crawl {line}")
        self._closing = asyncio.create_task(self._crawler.engine.close_spider_async(reason=reason))


def used_megabytes() -> float:
    """The memory that this process has now; on systems that do not tell, the most that it ever had; 0 on Windows."""
    if sys.platform == "linux":
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / _MEGABYTE
    if sys.platform == "win32":
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE


def let_the_system_limit_memory(settings: BaseSettings) -> None:
    """Let this process and its children have no more than a quarter above MEMORY_MB_MAX, for good.

    The system counts what was asked for to be written to (RLIMIT_DATA), not the reserved addresses that browsers and
    threads are generous with. On systems that do not count this way (macOS, Windows) nothing is limited.
    """
    if sys.platform == "linux":
        most = int(settings.getint("MEMORY_MB_MAX") * _SYSTEM_GRANTS) * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
