"""`scrapy ingest [NAME...]`: many spiders, each in a process of its own, a line for each, and a table at the end."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import cast

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.log import install_scrapy_root_handler

from sms_crawlers.area import AreaSpider
from sms_crawlers.runs.progress import Progress, show_summary, summary_row
from sms_crawlers.runs.result import sources_stored
from sms_crawlers.runs.supervisor import Supervisor
from sms_crawlers.spider import SourceSpider
from sms_database.cli import NO, WRONG, say_json
from sms_database.run_outcomes import RUN_OUTCOMES, Severity
from sms_database.settings import get_settings

CONCURRENCY = 4
"""Processes under way. Each mostly waits for its own host, a second between requests, so this is for memory (five
processes with theirs of 120 MB share so much that they take 240 MB) and for connections. Where nobody waits, in a
replay, two cores are busy with four."""


class Command(ScrapyCommand):
    """Runs all spiders, or those named; exit code 1 if any run failed, 2 if the database cannot be used."""

    requires_project = True
    requires_crawler_process = False  # which would have a reactor; each source's process makes its own

    def syntax(self) -> str:
        """Arguments, for the usage line."""
        return "[options] [NAME ...]"

    def short_desc(self) -> str:
        """What the list of commands says."""
        return "Run all spiders, or those named, each in a process of its own"

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
        if not sources_stored(self.settings):
            self.exitcode = WRONG
            return
        install_scrapy_root_handler(self.settings)
        with Progress([spider.name for spider in spiders], live=self._live) as progress:
            supervisor = Supervisor(self.settings, concurrency=CONCURRENCY, quiet=not opts.loglevel, progress=progress)
            results = supervisor.crawl({spider: arguments_of(spider, opts.city) for spider in spiders})
        if opts.json:
            say_json([summary_row(result) for result in results])
        elif not opts.quiet:
            show_summary(results)
        has_failed = any(RUN_OUTCOMES[result.verdict].severity is Severity.FAIL for result in results)
        if has_failed or len(results) < len(spiders):
            self.exitcode = NO

    def _spiders(self, names: list[str], city: str | None, replay: bool) -> list[type[SourceSpider]]:
        """The spiders to run, by name. Raises UsageError for a name or city that no spider has."""
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
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


def arguments_of(spider: type[SourceSpider], city: str | None) -> dict[str, str]:
    """The arguments with which a spider is started where the sources of a city, or of all, are crawled."""
    return {"city": city} if city and issubclass(spider, AreaSpider) else {}
