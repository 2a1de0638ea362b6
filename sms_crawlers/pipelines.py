"""What every item passes: told apart from its doubles, checked, and stored in batches."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem

from sms_crawlers.items import RawEventItem
from sms_crawlers.runs import run_stats
from sms_crawlers.runs.profile import Profile
from sms_crawlers.runs.store import CrawlRunStore
from sms_crawlers.spider import SourceSpider
from sms_database.errors import DatabaseProblem
from sms_database.raw_check import CheckedItem, ItemRejected, check_item, item_json
from sms_database.raw_store import QuarantineEntry
from sms_text.redaction import without_secrets

BATCH_ROWS = 500
"""Rows in a transaction. Larger ones bring nothing (measured), smaller ones cost."""

FLUSH_SECONDS = 3.0
"""How long a row waits at most: what a crash may lose of a slow crawl."""

DATABASE_UNAVAILABLE = "database_unavailable"
DATABASE_LOST = "database_lost"

logger = logging.getLogger(__name__)


class DuplicatePipeline:
    """An id met again in one crawl: on the same day it is the same event, of which the later version counts; on
    another day it is another event, whose id gets the day as a suffix: `id@2026-08-30`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        # One small entry for each id of a crawl, however many there are; further days are rare.
        self._first_met: dict[str, tuple[str | None, datetime]] = {}
        self._met_on: dict[tuple[str, str | None], datetime] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DuplicatePipeline:
        return cls(crawler)

    def process_item(self, item: RawEventItem) -> RawEventItem:
        """Give an item met again its own id, or make it the later version of what was met."""
        own_id = str(item.source_event_id)
        first = self._first_met.get(own_id)
        if first is None:
            self._first_met[own_id] = item.event_day and sys.intern(item.event_day), item.fetched_at
            return item
        if item.event_day == first[0]:
            item = self._later(item, first[1])
            self._first_met[own_id] = first[0], item.fetched_at
            return item
        suffixed = replace(item, source_event_id=f"{own_id}@{item.event_day or 'undated'}")
        met = self._met_on.get((own_id, item.event_day))
        if met is None:
            self._crawler.stats.inc_value("duplicates/other_day")
        else:
            suffixed = self._later(suffixed, met)
        self._met_on[own_id, item.event_day] = suffixed.fetched_at
        return suffixed

    def _later(self, item: RawEventItem, met_at: datetime) -> RawEventItem:
        """The item as the later version: two of one answer have one instant, and what was met later is the newer."""
        self._crawler.stats.inc_value("duplicates/same_day")
        return replace(item, fetched_at=max(item.fetched_at, met_at + timedelta(microseconds=1)))


class StorePipeline:
    """Checks items and writes them in batches, off the reactor's thread: after BATCH_ROWS or FLUSH_SECONDS, whichever
    comes first, and at the end. What fails the check goes to quarantine with its reasons.

    If the database goes away the crawl ends with the reason `database_lost`; what was written stays. With the setting
    STORE = False nothing is written, and the rest goes on as usual.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._seen: set[str] = set()
        self._rows: dict[str, CheckedItem] = {}
        self._quarantined: list[QuarantineEntry] = []
        self._writing = asyncio.Lock()
        self._timer: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self.profile = Profile()
        self.gone: list[str] = []
        """Ids of which the source says that they are listed no more."""
        self.run: CrawlRunStore | None = None
        """The run's row and rows; None where nothing is stored, or where the database could not be opened."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        return cls(crawler)

    async def open_spider(self) -> None:
        """Open the run. Raises CloseSpider where the database cannot be opened, and CannotStart as the store does."""
        if not self._crawler.settings.getbool("STORE"):
            return
        try:
            self.run = await asyncio.to_thread(CrawlRunStore.open, cast(SourceSpider, self._crawler.spider))
        except DatabaseProblem as problem:
            run_stats.note_failure(self._crawler.stats, "stopped", str(problem))
            raise CloseSpider(DATABASE_UNAVAILABLE) from problem
        self._timer = asyncio.create_task(self._flush_in_time())

    async def process_item(self, item: RawEventItem) -> RawEventItem:
        """Check an item and put it into the batch. Raises DropItem for one that is quarantined."""
        try:
            checked = check_item(item)
        except ItemRejected as rejected:
            self.quarantine(_entry(item, rejected))
            raise DropItem(str(rejected)) from rejected
        if checked.source_event_id not in self._seen:
            self._seen.add(checked.source_event_id)
            self.profile.add(checked.data)
            self._crawler.stats.inc_value(run_stats.ITEMS_SEEN)
        if self.run is not None:
            # The later version of an id takes the earlier one's place; dropping that first keeps the order of arrival.
            self._rows.pop(checked.source_event_id, None)
            self._rows[checked.source_event_id] = checked
            if len(self._rows) >= BATCH_ROWS:
                await self._flush()
        return item

    def quarantine(self, entry: QuarantineEntry) -> None:
        """Put a record that could not be read, or an item that failed the check, into the batch."""
        self._crawler.stats.inc_value(run_stats.QUARANTINED)
        logger.debug("quarantined: %s: %s", entry.field, "; ".join(entry.reasons))
        if self.run is not None:
            self._quarantined.append(entry)

    async def close_spider(self) -> None:
        """Write the rest."""
        if self._timer is not None:
            async with self._writing:  # never in the middle of a batch: its thread would go on alone
                self._timer.cancel()
        await self._flush()

    async def _flush_in_time(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self._flush()

    async def _flush(self) -> None:
        async with self._writing:
            if self.run is None:
                return
            try:
                for write in self._take_batch(self.run):
                    await asyncio.to_thread(write)
            except DatabaseProblem as problem:
                run_stats.note_failure(self._crawler.stats, "stopped", str(problem))
                # Not awaited: the engine waits for the items under way, of which this is one.
                self._closing = asyncio.create_task(self._crawler.engine.close_spider_async(reason=DATABASE_LOST))

    def _take_batch(self, run: CrawlRunStore) -> list[Callable[[], None]]:
        """What writes the batch, a transaction each; a new batch begins."""
        rows, entries = list(self._rows.values()), self._quarantined
        self._rows, self._quarantined = {}, []
        return [partial(run.write, rows, entries)] if rows or entries else []


def _entry(item: RawEventItem, rejected: ItemRejected) -> QuarantineEntry:
    shown: Callable[[RawEventItem], Any] = item_json
    try:
        content = shown(item)
    except (AttributeError, TypeError, ValueError, OverflowError, RecursionError) as problem:
        content = {"unreadable_item": str(problem)}
    return QuarantineEntry(
        source=item.source,
        origin=without_secrets(item.source_url) if isinstance(item.source_url, str) else None,
        field=rejected.field,
        reasons=rejected.reasons,
        item=content,
    )
