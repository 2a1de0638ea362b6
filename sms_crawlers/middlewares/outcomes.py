"""What came of each record and of each request: errors and skips leave the stream of items, and are accounted for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, cast

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from sms_crawlers.error_messages import cause_of, describe_exception
from sms_crawlers.errors import CrawlStopped, NoTurn, UnreadablePage
from sms_crawlers.items import ArtistLookupItem, RawEventItem, RecordError, RecordSkip
from sms_crawlers.pipelines import StorePipeline
from sms_crawlers.runs import run_stats
from sms_crawlers.runs.callback_limit import CallbackLimit
from sms_crawlers.spider import SourceSpider
from sms_database.raw_store import QuarantineEntry
from sms_text.redaction import without_secrets

outcome_read = object()
"""Signal: a spider yielded a RawEventItem, ArtistLookupItem, RecordError or RecordSkip (`outcome`), in that order."""


class OutcomesMiddleware:
    """Takes RecordError and RecordSkip out of what spiders yield, and answers for what nobody else does.

    An error goes to quarantine, a skip is counted under its reason. A page that a callback found unreadable, and a
    request that failed and has no errback of its own, fail the run with their cause.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stands_still = bool(crawler.settings.get("REPLAY") or crawler.settings.get("NOW"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OutcomesMiddleware:
        outcomes = cls(crawler)
        crawler.signals.connect(outcomes.request_scheduled, signal=signals.request_scheduled)
        return outcomes

    def request_scheduled(self, request: Request) -> None:
        """Answer for a request that nobody else answers for; what an errback yields passes no spider middleware."""
        request.errback = request.errback or self._note_failed_request

    def process_spider_input(self, response: Response) -> None:
        """Stamp the answer with its instant (the spider's `now` where that stands still), and limit its callback."""
        spider = cast(SourceSpider, self._crawler.spider)
        response.meta["fetched_at"] = spider.now if self._stands_still else datetime.now(UTC)
        request = cast(Request, response.request)
        request.callback = self._limit().callback(request.callback or spider._parse)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Pass on what `start` yields, less errors and skips."""
        try:
            async for outcome in self._limit().each(start):
                if self._passes(outcome):
                    yield outcome
        except CrawlStopped as stopped:
            run_stats.note_failure(self._crawler.stats, "stopped", f"the start of the spider {stopped.line}")
            raise

    async def process_spider_output(
        self,
        response: Response,  # noqa: ARG002 - the signature is Scrapy's
        result: AsyncIterator[Any],
    ) -> AsyncIterator[Any]:
        """Pass on what a callback yields, less errors and skips."""
        async for outcome in result:
            if self._passes(outcome):
                yield outcome

    def process_spider_exception(self, response: Response, exception: Exception) -> list[Any] | None:
        """Note an unreadable page, or that the run reached a limit, which Scrapy then ends.

        Anything else is a mistake in the spider, and left to Scrapy's log.
        """
        url = without_secrets(response.url)
        if isinstance(exception, CrawlStopped):
            run_stats.note_failure(self._crawler.stats, "stopped", f"the reading of {url} {exception.line}")
        if not isinstance(exception, UnreadablePage):
            return None
        run_stats.note_failure(self._crawler.stats, "layout_changed", f"{exception.reason}, at {url}")
        return []

    def _limit(self) -> CallbackLimit:
        settings = self._crawler.settings
        return CallbackLimit(settings.getfloat("PAGE_SECONDS_MAX"), settings.getint("MEMORY_MB_MAX"))

    def _passes(self, outcome: Any) -> bool:
        if isinstance(outcome, Request):
            return True
        if isinstance(outcome, RawEventItem) and outcome.source_url:
            outcome.source_url = without_secrets(outcome.source_url)
        self._crawler.signals.send_catch_log(outcome_read, outcome=outcome)
        if isinstance(outcome, RecordError):
            self._quarantine(outcome)
        elif isinstance(outcome, RecordSkip):
            self._crawler.stats.inc_value(run_stats.SKIPPED)
            self._crawler.stats.inc_value(f"{run_stats.SKIPPED}/{outcome.reason}")
            if outcome.source_event_id is not None:
                self._store.gone.append(outcome.source_event_id)
        return isinstance(outcome, RawEventItem | ArtistLookupItem)

    def _quarantine(self, error: RecordError) -> None:
        spider = cast(SourceSpider, self._crawler.spider)
        entry = QuarantineEntry(
            source=spider.name,
            origin=without_secrets(error.url) if error.url else None,
            field=error.field,
            reasons=[error.reason],
            item=error.record,
        )
        self._store.quarantine(entry)

    @property
    def _store(self) -> StorePipeline:
        store = self._crawler.get_item_pipeline(StorePipeline)
        assert store is not None, "sms_crawlers.pipelines.StorePipeline must be among ITEM_PIPELINES"
        return store

    def _note_failed_request(self, failure: Failure) -> None:
        assert failure.value is not None
        if isinstance(failure.value, NoTurn):
            return  # why the run ended is told already
        request = cast(Request, cast(Any, failure).request)
        line = describe_exception(failure.value, request)
        run_stats.note_failure(self._crawler.stats, cause_of(failure.value), line)
