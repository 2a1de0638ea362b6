"""`scrapy scout URL`: what can be read of a page that nobody has described, and with `--write NAME` a source of it."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from sms_crawlers.scouting.place import Place
from sms_crawlers.scouting.project_files import CannotWrite, ProjectFiles
from sms_crawlers.scouting.report import Report
from sms_crawlers.scouting.scout import scout, write_source
from sms_crawlers.scouting.trial import Scouting
from sms_crawlers.spider import SourceSpider
from sms_database.cli import NO, WRONG, warn
from sms_database.venues import city_facts

NAMELESS = "scouted"
"""The source's name while it has none."""


class Command(ScrapyCommand):
    """Exit code 0 if events were read, 1 if none, 2 if the source cannot be written."""

    requires_project = True

    def syntax(self) -> str:
        """Arguments, for the usage line."""
        return "[options] URL"

    def short_desc(self) -> str:
        """What the list of commands says."""
        return "Say what can be read of a page, and write a new source of it"

    def long_desc(self) -> str:
        """What `scrapy scout -h` says."""
        return (
            "Fetch a page and, if need be, what one would click next; say which platforms are recognised, try their "
            "readers and show the events. --write NAME makes the venue's entry, the spider, its recording and its "
            "items.json. Exit code 1 if no event is read, 2 if the source cannot be written. -s REPLAY=DIR answers "
            "from recordings."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What to write, and what the page does not tell of the room."""
        super().add_options(parser)
        parser.add_argument("--write", metavar="NAME", help="write the source under this name, as in blue_moon")
        parser.add_argument("--city", metavar="CITY", default="seattle", help="its scene in cities.toml (seattle)")
        parser.add_argument("--title", help="the room's name, if the page tells another")
        parser.add_argument("--address", help="its street address")
        parser.add_argument("--town", help="the town of the address")
        parser.add_argument("--postal-code", help="its postal code")
        parser.add_argument("--lat", type=float, metavar="DEGREES", help="degrees north")
        parser.add_argument("--lon", type=float, metavar="DEGREES", help="degrees east, so west of Greenwich below 0")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take the options over into the settings: nothing is stored, and only what goes wrong is logged."""
        super().process_options(args, opts)
        assert self.settings is not None
        self._ask_catalog = self.settings.getbool("STORE")
        self.settings.set("STORE", False, priority="cmdline")
        if not opts.loglevel:
            self.settings.set("LOG_LEVEL", "CRITICAL", priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scout the page."""
        if len(args) != 1:
            raise UsageError("name one page: scrapy scout URL")
        url = args[0] if "://" in args[0] else f"https://{args[0]}"
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise UsageError(f"{args[0]} is no address of a page", print_help=False)
        if opts.city not in city_facts():
            raise UsageError(f"--city {opts.city}: cities.toml has {', '.join(sorted(city_facts()))}", print_help=False)
        assert self.crawler_process is not None
        taken = self.crawler_process.spider_loader.list()
        try:
            files = ProjectFiles.of_new_source(opts.write, taken) if opts.write else None
            with tempfile.TemporaryDirectory(prefix="scout-") as work:
                self.exitcode = self._scout(url, opts, files, Path(work))
        except CannotWrite as problem:
            warn(str(problem))
            self.exitcode = WRONG

    def _scout(self, url: str, opts: argparse.Namespace, files: ProjectFiles | None, work: Path) -> int:
        process = cast(AsyncCrawlerProcess, self.crawler_process)
        scouting = Scouting(
            process=process,
            name=opts.write or NAMELESS,
            url=url,
            city=city_facts()[opts.city],
            settings={"HTTPCACHE_ENABLED": True, "HTTPCACHE_DIR": str(work / "cache")},
        )
        task = asyncio.get_event_loop().create_task(self._work(scouting, opts, files, work))
        process.start(stop_after_crawl=False)
        return task.result() if task.done() else NO

    async def _work(self, scouting: Scouting, opts: argparse.Namespace, files: ProjectFiles | None, work: Path) -> int:
        from twisted.internet import reactor  # Scrapy installs the reactor only when it starts
        from twisted.internet.error import ReactorNotRunning

        report = Report()
        stated = Place(
            name=opts.title,
            address=opts.address,
            town=opts.town,
            postal_code=opts.postal_code,
            latitude=opts.lat,
            longitude=opts.lon,
        )
        assert self.settings is not None
        try:
            for name in self._spiders_of(scouting.url):
                report.say(f"the spider {name} reads this site already")
            scouted = await scout(scouting, stated, report, ask_catalog=self._ask_catalog)
            if scouted.best is None:
                report.say(
                    "no event can be read here. Is there another page with the calendar? If scripts fill the page in, "
                    "look in the browser's network view for the JSON that they ask for."
                )
                return NO
            if files is not None:
                real = not self.settings.get("REPLAY")
                written = await write_source(scouting, scouted, files, work, real=real)
                report.written(files, written, scouted.place, real=real)
            return 0
        finally:
            with suppress(ReactorNotRunning):
                cast(Any, reactor).stop()

    def _spiders_of(self, url: str) -> list[str]:
        """The spiders to whose homepage an address belongs."""
        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        spiders = [cast(type[SourceSpider], loader.load(name)) for name in loader.list()]
        return sorted(spider.name for spider in spiders if _place(url).startswith(_place(spider.homepage)))


def _place(url: str) -> str:
    """Host and path of an address, as one that belongs to another begins with."""
    parts = urlsplit(url)
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}/"
