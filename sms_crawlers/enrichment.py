"""Enrichment: the pipeline of spiders that ask services about the artists of the catalog."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import cast

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from sms_crawlers.artist_lookup import ArtistLookupSpider
from sms_crawlers.items import ArtistLookupItem, RawEventItem
from sms_crawlers.pipelines import DATABASE_LOST, StorePipeline
from sms_crawlers.runs import run_stats
from sms_crawlers.runs.store import CrawlRunStore
from sms_database.errors import DatabaseProblem

BATCH_LOOKUPS = 20
"""Answers in a transaction: at one request a second, what a crash may lose is what is asked again first."""


class LookupPipeline(StorePipeline):
    """Tells the spider whom to ask about, and stores what it was answered; raw events go their usual way."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._lookups: list[ArtistLookupItem] = []

    async def open_spider(self) -> None:
        """Open the run and choose the artists. Raises CloseSpider where the database cannot be used."""
        await super().open_spider()
        spider = cast(ArtistLookupSpider, self._crawler.spider)
        if spider.is_told_whom_to_ask:
            return
        if self.run is None:
            spider.logger.warning('nobody to ask about: without a database name artists, -a artists="A;B"')
            return
        try:
            spider.asked = await asyncio.to_thread(
                self.run.artists_to_ask,
                service=spider.service,
                link=spider.asked_link,
                by=spider.asks_by,
                fresh_after=spider.now - spider.keeps_for,
                limit=spider.limit,
            )
        except DatabaseProblem as problem:
            run_stats.note_failure(self._crawler.stats, "stopped", str(problem))
            raise CloseSpider(DATABASE_LOST) from problem

    async def process_item(  # type: ignore[override] # what spiders of this kind yield besides raw events
        self, item: RawEventItem | ArtistLookupItem
    ) -> RawEventItem | ArtistLookupItem:
        """Put an answer, or a raw event, into the batch."""
        if isinstance(item, RawEventItem):
            return await super().process_item(item)
        self._crawler.stats.inc_value(run_stats.ITEMS_SEEN)
        if self.run is not None:
            self._lookups.append(item)
            if len(self._lookups) >= BATCH_LOOKUPS:
                await self._flush()
        return item

    def _take_batch(self, run: CrawlRunStore) -> list[Callable[[], None]]:
        """Raw events first: a look-up says that all it led to is stored."""
        lookups, self._lookups = self._lookups, []
        return super()._take_batch(run) + ([partial(run.write_lookups, lookups)] if lookups else [])
