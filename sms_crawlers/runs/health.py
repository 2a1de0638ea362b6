"""The record of a run: its facts gathered at the end, judged, written into its row, and said in one line."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import Any, cast

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from sms_crawlers.pipelines import StorePipeline
from sms_crawlers.runs import run_stats
from sms_crawlers.runs.absence import Listing
from sms_crawlers.runs.listing import CUT, INCOMPLETE
from sms_crawlers.runs.profile import Oddity, oddities
from sms_crawlers.runs.store import Closing, CrawlRunStore
from sms_crawlers.runs.verdict import NOTHING_LISTED, Absence, RunFacts, Verdict, judge
from sms_crawlers.spider import SourceSpider
from sms_database.errors import DatabaseProblem
from sms_database.run_outcomes import RUN_OUTCOMES, Severity
from sms_text.printable import printable
from sms_text.redaction import without_secrets

_TOLD = {"seen": run_stats.ITEMS_SEEN, "quarantined": run_stats.QUARANTINED, "skipped": run_stats.SKIPPED}

_LEVELS = {Severity.OK: logging.INFO, Severity.WARN: logging.WARNING, Severity.FAIL: logging.ERROR}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _History:
    """A run held against what is stored of its source."""

    absence: Absence = NOTHING_LISTED
    oddities: tuple[Oddity, ...] = ()


class RunRecord:
    """Judges each run at its end, writes the verdict into its row, and says it in one line of the log."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._began = monotonic()
        self._is_open = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunRecord:
        record = cls(crawler)
        crawler.signals.connect(record.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(record.spider_error, signal=signals.spider_error)
        crawler.signals.connect(record.spider_closed, signal=signals.spider_closed)
        return record

    def spider_opened(self) -> None:
        """Note that there is a run to judge: it has not ended with CannotStart."""
        self._is_open = True

    def spider_error(self, failure: Failure, response: Response | None) -> None:
        """Note a mistake in a spider; Scrapy has logged its traceback."""
        where = f" at {without_secrets(response.url)}" if isinstance(response, Response) else ""
        name = type(failure.value).__name__
        run_stats.note_failure(self._crawler.stats, "mistake", f"the spider met {name}: {failure.value}{where}")

    async def spider_closed(self, reason: str) -> None:
        """Judge the run and record it."""
        if not self._is_open:
            return
        store = self._crawler.get_item_pipeline(StorePipeline)
        run = store.run if store else None
        history = await self._history(store) if store else _History()
        verdict = self._judged(history, reason)
        if store is not None and run is not None:
            try:
                await asyncio.to_thread(run.close, self._closing(store, history, reason, verdict))
            except DatabaseProblem as problem:
                run_stats.note_failure(self._crawler.stats, "stopped", str(problem))
                verdict = self._judged(_History(), reason)
        self._tell(run, history, verdict)

    async def _history(self, store: StorePipeline) -> _History:
        run = store.run
        if run is None or run.broken:
            return _History()
        try:
            listing = self._listing(run, store)
            absence, before = await asyncio.to_thread(run.history, listing, in_full=self._lists_all())
        except DatabaseProblem as problem:
            run_stats.note_failure(self._crawler.stats, "stopped", str(problem))
            return _History()
        odd = tuple(oddities(store.profile.as_json(), before)) if before else ()
        return _History(absence if self._spider.is_steady else NOTHING_LISTED, odd)

    def _judged(self, history: _History, reason: str) -> Verdict:
        stats = self._crawler.stats
        judged = judge(
            RunFacts(
                finish_reason=reason,
                failures=stats.get_value(run_stats.FAILURES, ()),
                items=stats.get_value(run_stats.ITEMS_SEEN, 0),
                quarantined=stats.get_value(run_stats.QUARANTINED, 0),
                skipped=stats.get_value(run_stats.SKIPPED, 0),
                may_be_empty=self._spider.may_be_empty,
                lists_all=self._lists_all(),
                cut=stats.get_value(CUT),
                in_part=stats.get_value(INCOMPLETE),
                absence=history.absence,
                oddities=history.oddities,
                accepted=self._crawler.settings.getbool("ACCEPT"),
            )
        )
        return replace(judged, message=printable(judged.message))  # zones and days are the source's own text

    def _lists_all(self) -> bool:
        return self._spider.complete_listing and not self._crawler.stats.get_value(INCOMPLETE)

    def _listing(self, run: CrawlRunStore, store: StorePipeline) -> Listing:
        return Listing(
            source=self._spider.name,
            run_id=run.run_id,
            started_at=run.started_at,
            first_day=self._spider.today,
            days=self._spider.listing_days,
            timezone=self._spider.timezone,
            gone=store.gone,
            quarantined=self._crawler.stats.get_value(run_stats.QUARANTINED, 0),
        )

    def _closing(self, store: StorePipeline, history: _History, reason: str, verdict: Verdict) -> Closing:
        assert store.run is not None
        stats = self._crawler.stats
        return Closing(
            reason=reason,
            verdict=verdict.verdict,
            cause=verdict.cause,
            message=verdict.message,
            seen=stats.get_value(run_stats.ITEMS_SEEN, 0),
            quarantined=stats.get_value(run_stats.QUARANTINED, 0),
            skipped=stats.get_value(run_stats.SKIPPED, 0),
            requests=requests_of(stats.get_stats()),
            errors=stats.get_value(f"{run_stats.FAILURES}/count", 0),
            elapsed=timedelta(seconds=monotonic() - self._began),
            stats=stats.get_stats(),
            profile=store.profile.as_json(),
            missed=history.absence.missed,
            listing=self._listing(store.run, store) if verdict.verdict == "ok" else None,
            in_full=self._lists_all(),
            at_once=self._crawler.settings.getbool("ACCEPT"),
        )

    def _tell(self, run: CrawlRunStore | None, history: _History, verdict: Verdict) -> None:
        stats = self._crawler.stats
        stats.set_value(run_stats.VERDICT, verdict.verdict)
        stats.set_value(run_stats.CAUSE, verdict.cause)
        stats.set_value(run_stats.MESSAGE, verdict.message)
        counts = {name: stats.get_value(key, 0) for name, key in _TOLD.items()}
        if run is not None:
            stored = {name: getattr(run.counts, name) for name in ("new", "changed", "unchanged")}
            counts |= stored | {"missed": history.absence.missed, "unlisted": run.unlisted}
        stats.set_value(run_stats.COUNTS, counts)
        level = _LEVELS[RUN_OUTCOMES[verdict.verdict].severity]
        if level == logging.INFO and verdict.cause == "layout_changed":
            level = logging.WARNING
        told = ", ".join(f"{count} {name}" for name, count in counts.items())
        line = f"{self._spider.name}: {verdict.verdict}: {told}"
        logger.log(level, "%s", f"{line}: {verdict.message}" if verdict.message else line)

    @property
    def _spider(self) -> SourceSpider:
        return cast(SourceSpider, self._crawler.spider)


def requests_of(stats: Mapping[str, Any]) -> int:
    """How many requests a run made, or had answered by recordings."""
    asked: int = stats.get("downloader/request_count", 0) + stats.get(run_stats.REPLAYED, 0)
    return asked
