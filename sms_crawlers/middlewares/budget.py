"""A source's budget of requests, over all its runs of a day or month."""

from __future__ import annotations

import asyncio
import logging
from typing import cast

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.http import Request

from sms_crawlers.budget import Budget
from sms_crawlers.errors import OverBudget
from sms_crawlers.middlewares.robots import asks_for_robots
from sms_crawlers.pipelines import DATABASE_LOST, StorePipeline
from sms_crawlers.runs import run_stats
from sms_crawlers.spider import SourceSpider
from sms_database.errors import DatabaseProblem

logger = logging.getLogger(__name__)


class BudgetMiddleware:
    """Refuses what a spider with a `budget` asks beyond it, and counts in the run's stats what is spent and left.

    Retries count. What earlier runs of the period spent is in their rows; without a database, and of a run whose
    process was killed, nothing is known. In a replay nothing is spent.
    """

    def __init__(self, crawler: Crawler, budget: Budget) -> None:
        self._crawler = crawler
        self._budget = budget
        self._spent = 0
        self._note()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BudgetMiddleware:
        budget = cast(SourceSpider, crawler.spider).budget
        if budget is None or crawler.settings.get("REPLAY"):
            raise NotConfigured
        middleware = cls(crawler, budget)
        crawler.signals.connect(middleware.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    async def spider_opened(self) -> None:
        """Take over what earlier runs spent. Raises CloseSpider where the database cannot tell it."""
        store = self._crawler.get_item_pipeline(StorePipeline)
        if store is None or store.run is None:
            return
        start = self._budget.period_start(cast(SourceSpider, self._crawler.spider).now)
        try:
            self._spent = await asyncio.to_thread(store.run.requests_since, start)
        except DatabaseProblem as problem:
            run_stats.note_failure(self._crawler.stats, "stopped", str(problem))
            raise CloseSpider(DATABASE_LOST) from problem
        self._note()

    def process_request(self, request: Request) -> None:
        """Count a request. Raises OverBudget where none is left."""
        if asks_for_robots(request):
            return
        if self._spent >= self._budget.requests:
            raise OverBudget(
                f"the budget of {self._budget.requests:,} requests a {self._budget.per} is spent:"
                f" the rest is left to a run of the next {self._budget.per}"
            )
        self._spent += 1
        self._note()

    def spider_closed(self) -> None:
        """Say in one line what is spent."""
        logger.info("%s of %s requests of this %s are spent", self._spent, self._budget.requests, self._budget.per)

    def _note(self) -> None:
        self._crawler.stats.set_value(run_stats.BUDGET_SPENT, self._spent)
        self._crawler.stats.set_value(run_stats.BUDGET_LEFT, max(0, self._budget.requests - self._spent))
