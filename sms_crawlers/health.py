"""How a run went: the facts, the verdict, and the record of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from time import monotonic
from typing import Any, cast

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from sms_crawlers import run_stats
from sms_crawlers.pipelines import StorePipeline
from sms_crawlers.platforms.listing import INCOMPLETE
from sms_crawlers.redaction import without_secrets
from sms_crawlers.spider import SourceSpider
from sms_crawlers.storage import Closing, CrawlRunStore
from sms_database.errors import DatabaseProblem

RECENT_RUNS = 10
LEAST_RUNS = 3
"""Fewer earlier runs say nothing about how much a source usually lists."""

LOW_SHARE = 0.4
"""Of the recent median: 60 % fewer items are more than a quiet month."""

FEW_QUARANTINED = 2
QUARANTINED_SHARE = 0.05
"""A misprint or two happen in hand-written pages; more than that, and more than this share, is a changed layout."""

_TOLD = {"seen": run_stats.ITEMS_SEEN, "quarantined": run_stats.QUARANTINED, "skipped": run_stats.SKIPPED}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """All that a verdict goes by."""

    finish_reason: str
    """Scrapy's: "finished", "shutdown", or one of ours."""
    failures: Sequence[tuple[str, str]] = ()
    """Why the run has failed (requests, pages, mistakes in the spider, the database): each with its cause."""
    items: int = 0
    quarantined: int = 0
    skipped: int = 0
    may_be_empty: bool = False
    recent_items: Sequence[int] = ()
    """Of the source's latest runs that were judged ok."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """ok, suspect or failed; why, as one of `sms_database.models.raw.CAUSES`; and the same in one line."""

    verdict: str
    message: str
    cause: str | None = None


def judge(facts: RunFacts) -> Verdict:
    """Judge a run. What is not ok must do no harm: nothing is marked unlisted by it."""
    if facts.failures:
        more = len(facts.failures) - 1
        cause, line = facts.failures[0]
        return Verdict("failed", line + (f" (and {more} more)" if more else ""), cause)
    if facts.finish_reason != "finished":
        return Verdict("failed", f"ended before its time: {facts.finish_reason}")
    read = facts.items + facts.quarantined
    if not read and not facts.may_be_empty:
        skipped = f" ({facts.skipped} records were skipped)" if facts.skipped else ""
        return Verdict("failed", f"nothing was read, and this source is never empty{skipped}")
    doubts = [doubt for doubt in (_layout_doubt(facts), _number_doubt(facts)) if doubt]
    if doubts:
        return Verdict("suspect", "; ".join(doubts))
    return Verdict("ok", "")


def _layout_doubt(facts: RunFacts) -> str | None:
    """More than a few records could not be read: more than two and 5 %, or any where hardly an item was."""
    read = facts.items + facts.quarantined
    many = facts.quarantined > max(FEW_QUARANTINED, QUARANTINED_SHARE * read)
    if many or (facts.quarantined and facts.items <= FEW_QUARANTINED):
        return f"{facts.quarantined} of {read} records could not be read: has the layout changed?"
    return None


def _number_doubt(facts: RunFacts) -> str | None:
    recent = facts.recent_items[:RECENT_RUNS]
    usual = median(recent) if len(recent) >= LEAST_RUNS else 0
    if usual and facts.items <= LOW_SHARE * usual:
        return f"{facts.items} items, where the median of the last {len(recent)} good runs is {usual:g}"
    return None


class RunRecord:
    """Judges each run at its end, writes the verdict into its row, and says it in one line of the log."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._began = monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunRecord:
        record = cls(crawler)
        crawler.signals.connect(record.spider_error, signal=signals.spider_error)
        crawler.signals.connect(record.spider_closed, signal=signals.spider_closed)
        return record

    def spider_error(self, failure: Failure, response: Response | None) -> None:
        """Note a mistake in a spider; Scrapy has logged its traceback."""
        where = f" at {without_secrets(response.url)}" if isinstance(response, Response) else ""
        name = type(failure.value).__name__
        run_stats.note_failure(self._crawler.stats, "mistake", f"the spider met {name}: {failure.value}{where}")

    async def spider_closed(self, reason: str) -> None:
        """Judge the run and record it."""
        if self._crawler.stats.get_value(run_stats.NOT_BEGUN):
            return
        store = self._crawler.get_item_pipeline(StorePipeline)
        run = store.run if store else None
        verdict = await self._judged(run, reason)
        if run is not None:
            try:
                await asyncio.to_thread(run.close, self._closing(reason, verdict))
            except DatabaseProblem as problem:
                run_stats.note_failure(self._crawler.stats, "stopped", str(problem))
                verdict = await self._judged(None, reason)
        self._tell(run, verdict)

    async def _judged(self, run: CrawlRunStore | None, reason: str) -> Verdict:
        stats = self._crawler.stats
        recent: tuple[int, ...] = ()
        if run is not None and not run.broken and self._spider.is_steady:
            try:
                recent = await asyncio.to_thread(run.recent_seen, RECENT_RUNS)
            except DatabaseProblem as problem:
                run_stats.note_failure(stats, "stopped", str(problem))
        return judge(
            RunFacts(
                finish_reason=reason,
                failures=stats.get_value(run_stats.FAILURES, ()),
                items=stats.get_value(run_stats.ITEMS_SEEN, 0),
                quarantined=stats.get_value(run_stats.QUARANTINED, 0),
                skipped=stats.get_value(run_stats.SKIPPED, 0),
                may_be_empty=self._spider.may_be_empty,
                recent_items=recent,
            )
        )

    def _closing(self, reason: str, verdict: Verdict) -> Closing:
        stats = self._crawler.stats
        listed_in_full = (
            verdict.verdict == "ok"
            and self._spider.complete_listing
            and not stats.get_value(INCOMPLETE)
            # A record that could not be read may be the very one that seems to be missing.
            and not stats.get_value(run_stats.QUARANTINED)
        )
        return Closing(
            reason=reason,
            verdict=verdict.verdict,
            message=verdict.message,
            seen=stats.get_value(run_stats.ITEMS_SEEN, 0),
            quarantined=stats.get_value(run_stats.QUARANTINED, 0),
            skipped=stats.get_value(run_stats.SKIPPED, 0),
            requests=requests_of(stats.get_stats()),
            errors=stats.get_value(f"{run_stats.FAILURES}/count", 0),
            elapsed=timedelta(seconds=monotonic() - self._began),
            stats=stats.get_stats(),
            listing_from=self._spider.today if listed_in_full else None,
            listing_days=self._spider.listing_days,
        )

    def _tell(self, run: CrawlRunStore | None, verdict: Verdict) -> None:
        stats = self._crawler.stats
        stats.set_value(run_stats.VERDICT, verdict.verdict)
        stats.set_value(run_stats.MESSAGE, verdict.message)
        counts = {name: stats.get_value(key, 0) for name, key in _TOLD.items()}
        if run is not None:
            stored = {name: getattr(run.counts, name) for name in ("new", "changed", "unchanged")}
            counts |= stored | {"unlisted": run.unlisted}
        stats.set_value(run_stats.COUNTS, counts)
        levels = {"ok": logging.INFO, "suspect": logging.WARNING, "failed": logging.ERROR}
        told = ", ".join(f"{count} {name}" for name, count in counts.items())
        line = f"{self._spider.name}: {verdict.verdict}: {told}"
        logger.log(levels[verdict.verdict], "%s", f"{line}: {verdict.message}" if verdict.message else line)

    @property
    def _spider(self) -> SourceSpider:
        return cast(SourceSpider, self._crawler.spider)


def requests_of(stats: Mapping[str, Any]) -> int:
    """How many requests a run made, or had answered by recordings."""
    asked: int = stats.get("downloader/request_count", 0) + stats.get(run_stats.REPLAYED, 0)
    return asked
