"""Running spiders from a command: how each ended, and the exit code that says so."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from sms_crawlers.errors import CannotStart
from sms_crawlers.pipelines import DATABASE_UNAVAILABLE
from sms_crawlers.runs import run_stats
from sms_crawlers.source_facts import store_all_sources
from sms_database.cli import WRONG, warn_of
from sms_database.errors import DatabaseProblem
from sms_database.run_outcomes import RUN_OUTCOMES

logger = logging.getLogger(__name__)

_START_UP_REPORTS = ("scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy-playwright")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a spider's run ended."""

    source: str
    verdict: str
    """One of RUN_OUTCOMES."""
    message: str
    counts: dict[str, int] = field(default_factory=dict)
    """See `run_stats.COUNTS`."""
    seconds: float = 0.0
    finish_reason: str | None = None
    """Scrapy's, or one of ours; None where the run did not begin."""

    @property
    def exit_code(self) -> int:
        """That of the verdict, or WRONG where the database could not be opened."""
        if self.finish_reason == DATABASE_UNAVAILABLE:
            return WRONG
        return RUN_OUTCOMES[self.verdict].exit_code


def result_of(crawler: Crawler, problem: BaseException | None) -> RunResult:
    """How a crawl ended; `problem` is what it raised. What only a mistake explains is logged with its traceback."""
    name = crawler.spidercls.name
    if isinstance(problem, CannotStart) and problem.is_skip:
        return RunResult(source=name, verdict="skipped", message=str(problem))
    if problem is not None:
        if not isinstance(problem, CannotStart):
            logger.error("%s could not be started", name, exc_info=problem)
        return RunResult(source=name, verdict="failed", message=str(problem) or type(problem).__name__)
    stats: dict[str, Any] = crawler.stats.get_stats()
    return RunResult(
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
        warn_of(problem)
        return False
    return True
