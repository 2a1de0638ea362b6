"""`scrapy crawl NAME`: Scrapy's own, with an exit code that cron and CI can go by."""

from __future__ import annotations

import argparse
import asyncio
from typing import cast

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from sms_crawlers.runs.result import RunResult, result_of, sources_stored, without_start_up_report
from sms_database.cli import WRONG, warn


class Command(ScrapyCrawl):
    """Exit code 0 for a run judged ok or suspect, 1 for one that failed or could not start, 2 without a database."""

    def long_desc(self) -> str:
        """What `scrapy crawl -h` says."""
        return (
            "Run a spider, store what it finds and judge the run. Exit code 1 if the run failed, 2 if the database "
            "cannot be used. -s STORE=0 needs no database; -s REPLAY=DIR answers from recordings."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider named."""
        if len(args) != 1:
            raise UsageError("name one spider; `scrapy list` shows them, `scrapy ingest` runs several")
        result = self.crawl_one(args[0], opts)
        self.exitcode = result.exit_code if result else WRONG

    def crawl_one(self, name: str, opts: argparse.Namespace) -> RunResult | None:
        """Run a spider to its end. None if the database cannot be used, which is said."""
        assert self.settings is not None
        assert self.crawler_process is not None
        if not opts.loglevel:
            without_start_up_report()
        try:
            crawler = self._create_crawler(name)
        except KeyError as unknown:
            raise UsageError(f"{unknown.args[0]}; `scrapy list` shows the spiders", print_help=False) from None
        if not sources_stored(self.settings):
            return None
        task = cast("asyncio.Task[None]", self.crawler_process.crawl(crawler, **opts.spargs))
        self.crawler_process.start()
        result = result_of(crawler, task.exception() if task.done() and not task.cancelled() else None)
        if result.finish_reason is None and result.message:
            warn(f"{result.source}: {result.message}")
        return result
