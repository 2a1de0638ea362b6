"""`scrapy record NAME DIR`: crawl, and keep the pages and what was read in them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.spiders import Spider

from sms_crawlers.commands.crawl import Command as Crawl
from sms_crawlers.middlewares.outcomes import outcome_read
from sms_crawlers.recordings.items import ITEMS, write_outcomes
from sms_crawlers.spider import Outcome


class Command(Crawl):
    """Makes a recording, with items.json beside it to be read through; nothing is stored."""

    def syntax(self) -> str:
        """Arguments, for the usage line."""
        return "[options] NAME DIR"

    def short_desc(self) -> str:
        """What the list of commands says."""
        return "Crawl a spider and keep its pages as a recording"

    def long_desc(self) -> str:
        """What `scrapy record -h` says."""
        return f"Crawl a spider, and write its pages, meta.json and {ITEMS} into DIR. Nothing is stored."

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Make the recording. Exit code 1 if the run failed."""
        if len(args) != 2:
            raise UsageError("name a spider and a directory")
        name, directory = args[0], Path(args[1])
        assert self.settings is not None
        self.settings.setdict({"RECORD": str(directory), "STORE": False}, priority="cmdline")
        self._outcomes: list[Outcome] = []
        result = self.crawl_one(name, opts)
        if result is not None:
            self.exitcode = result.exit_code
        if directory.is_dir():
            write_outcomes(directory, self._outcomes)

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        crawler = super()._create_crawler(spidercls)
        crawler.signals.connect(self._keep, signal=outcome_read)
        return crawler

    def _keep(self, outcome: Any) -> None:
        self._outcomes.append(outcome)
