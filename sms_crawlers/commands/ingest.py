"""`scrapy ingest [NAME...]`: many spiders in one process, a line for each, and a table at the end."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from sms_crawlers.platforms.area import AreaSpider
from sms_crawlers.progress import Progress, show_summary, summary_row
from sms_crawlers.running import FAILED, NO_DATABASE, Ending, database_answers, ending_of, without_start_up_report
from sms_crawlers.spider import SourceSpider
from sms_database.settings import get_settings

AT_ONCE = 4
"""Spiders under way. Each talks to its own host once a second, so this is for memory and connections, not manners."""


class Command(ScrapyCommand):
    """Runs all spiders, or those named; exit code 1 if any run failed, 2 if the database cannot be used."""

    requires_project = True

    def syntax(self) -> str:
        """Arguments, for the usage line."""
        return "[options] [NAME ...]"

    def short_desc(self) -> str:
        """What the list of commands says."""
        return "Run all spiders, or those named, in one process"

    def long_desc(self) -> str:
        """What `scrapy ingest -h` says."""
        return (
            "Run all spiders, or those named, and print how each ended. Exit code 1 if a run failed, 2 if the database "
            "cannot be used; a spider without its key, its browser or anything to ask for is skipped. A source that "
            "takes an agreement or is in doubt is crawled if it is named, or replayed. On a terminal the log goes to a "
            "file."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Which spiders, from where, and how much is said."""
        super().add_options(parser)
        parser.add_argument("--city", metavar="CITY", help="only the sources of this city")
        parser.add_argument("--replay", metavar="DIR", help="answer from the recordings in DIR, without a network")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")
        parser.add_argument("--quiet", action="store_true", help="print only what failed")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take the options over into the settings."""
        super().process_options(args, opts)
        assert self.settings is not None
        if opts.replay:
            self.settings.set("REPLAY", opts.replay, priority="cmdline")
        if opts.quiet and not opts.loglevel:
            self.settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
        self._live = sys.stderr.isatty() and not (opts.quiet or opts.json)
        if self._live and not (opts.loglevel or opts.logfile or opts.nolog):
            log = get_settings().sms_home / "logs" / "ingest.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            self.settings.set("LOG_FILE", str(log), priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spiders."""
        assert self.settings is not None
        spiders = self._spiders(args, opts.city, bool(opts.replay))
        if opts.replay and not Path(opts.replay).is_dir():
            raise UsageError(f"--replay: there is no directory {opts.replay}", print_help=False)
        if not database_answers(self.settings):
            self.exitcode = NO_DATABASE
            return
        if not opts.loglevel:
            without_start_up_report(opts)
            logging.getLogger("scrapy").setLevel(logging.WARNING)  # its comings and goings, of so many spiders
        endings = self._run_all(spiders, opts.city)
        if opts.json:
            sys.stdout.write(json.dumps([summary_row(ending) for ending in endings], indent=2) + "\n")
        elif not opts.quiet:
            show_summary(endings)
        if any(ending.verdict == "failed" for ending in endings) or len(endings) < len(spiders):
            self.exitcode = FAILED

    def _spiders(self, names: list[str], city: str | None, replay: bool) -> list[type[SourceSpider]]:
        """The spiders to run, by name. Raises UsageError for a name or city that no spider has."""
        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        unknown = sorted(set(names) - set(loader.list()))
        if unknown:
            raise UsageError(f"no spider {', '.join(unknown)}; `scrapy list` shows them", print_help=False)
        spiders = [cast(type[SourceSpider], loader.load(name)) for name in sorted(set(names) or loader.list())]
        wanted = [spider for spider in spiders if city is None or spider.city == city or issubclass(spider, AreaSpider)]
        if not (names or replay):
            wanted = [spider for spider in wanted if spider.by_name_only is None]
        if not wanted:
            raise UsageError(f"no spider of the city {city}" if city else "no spider", print_help=False)
        return wanted

    def _run_all(self, spiders: list[type[SourceSpider]], city: str | None) -> list[Ending]:
        process = cast(AsyncCrawlerProcess, self.crawler_process)
        with Progress([spider.name for spider in spiders], live=self._live) as progress:
            work = asyncio.get_event_loop().create_task(_run_each(process, spiders, city, progress))
            process.start(stop_after_crawl=False)
        return work.result() if work.done() else []


async def _run_each(
    process: AsyncCrawlerProcess, spiders: list[type[SourceSpider]], city: str | None, progress: Progress
) -> list[Ending]:
    """Run the spiders, AT_ONCE of them at a time, then stop the reactor. None is begun after a signal to stop."""
    from twisted.internet import reactor  # Scrapy installs the reactor only when it starts
    from twisted.internet.error import ReactorNotRunning

    endings: list[Ending] = []
    waiting = list(reversed(spiders))

    async def run_in_turn() -> None:
        while waiting and not any(ending.finish_reason == "shutdown" for ending in endings):
            crawler = process.create_crawler(waiting.pop())
            progress.begin(crawler)
            area = {"city": city} if city and issubclass(crawler.spidercls, AreaSpider) else {}
            (problem,) = await asyncio.gather(process.crawl(crawler, **area), return_exceptions=True)
            endings.append(ending_of(crawler, problem))
            progress.end(endings[-1])

    try:
        await asyncio.gather(*(run_in_turn() for _ in range(AT_ONCE)))
    finally:
        with suppress(ReactorNotRunning):
            cast(Any, reactor).stop()
    return sorted(endings, key=lambda ending: ending.source)
