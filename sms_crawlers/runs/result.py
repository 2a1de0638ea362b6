"""Running spiders from a command: how each ended, and the exit code that says so."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, field
from typing import Any

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from sms_crawlers.errors import CannotStart
from sms_crawlers.pipelines import DATABASE_UNAVAILABLE
from sms_crawlers.runs import run_stats
from sms_crawlers.source_facts import store_all_sources
from sms_database.errors import DatabaseProblem

logger = logging.getLogger(__name__)

_START_UP_REPORTS = ("scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy-playwright")

FAILED = 1
NO_DATABASE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a spider's run ended."""

    source: str
    verdict: str
    """ok, suspect, failed; skipped where the spider lacks a key, a browser or something to ask for, or is
    under way in another process."""
    message: str
    counts: dict[str, int] = field(default_factory=dict)
    """See `run_stats.COUNTS`."""
    seconds: float = 0.0
    finish_reason: str | None = None
    """Scrapy's, or one of ours; None where the run did not begin."""

    @property
    def exit_code(self) -> int:
        """0 for ok and suspect, 2 where the database could not be opened, else 1."""
        if self.finish_reason == DATABASE_UNAVAILABLE:
            return NO_DATABASE
        return 0 if self.verdict in ("ok", "suspect") else FAILED


def ending_of(crawler: Crawler, problem: BaseException | None) -> Ending:
    """How a crawl ended; `problem` is what it raised. What only a mistake explains is logged with its traceback."""
    name = crawler.spidercls.name
    if isinstance(problem, CannotStart) and problem.is_skip:
        return Ending(source=name, verdict="skipped", message=str(problem))
    if problem is not None:
        if not isinstance(problem, CannotStart):
            logger.error("%s could not be started", name, exc_info=problem)
        return Ending(source=name, verdict="failed", message=str(problem) or type(problem).__name__)
    stats: dict[str, Any] = crawler.stats.get_stats()
    return Ending(
        source=name,
        verdict=stats.get(run_stats.VERDICT, "failed"),
        message=stats.get(run_stats.MESSAGE, "stopped before it could be judged"),
        counts=stats.get(run_stats.COUNTS, {}),
        seconds=stats.get("elapsed_time_seconds", 0.0),
        finish_reason=stats.get("finish_reason"),
    )


def without_start_up_report() -> None:
    """Leave Scrapy's list of settings and components out of the log: for those who did not ask for a level (`-L`)."""
    for name in _START_UP_REPORTS:
        logging.getLogger(name).setLevel(logging.WARNING)


def sources_stored(settings: BaseSettings) -> bool:
    """Is the database there and up to date, with the facts of every source in it, or not wanted?

    If not, one line on stderr says what to do.
    """
    if not settings.getbool("STORE"):
        return True
    try:
        store_all_sources(settings)
    except DatabaseProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return False
    return True
