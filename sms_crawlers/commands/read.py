"""`scrapy read NAME FILE --url URL`: what a spider reads in a saved page. No network, no database."""

from __future__ import annotations

import argparse
import asyncio
import inspect
import mimetypes
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any, cast

from scrapy.commands import ScrapyCommand
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.asyncgen import as_async_generator
from scrapy.utils.misc import load_object

from sms_crawlers.errors import CannotStart, UnreadablePage
from sms_crawlers.items import ArtistLookupItem, RawEventItem, RecordError, RecordSkip
from sms_crawlers.middlewares.challenge import blocked_reason
from sms_crawlers.network.whole_bodies import missing_end
from sms_crawlers.recordings.recording import noon
from sms_crawlers.runs.listing import CUT
from sms_crawlers.spider import SourceSpider
from sms_database.json_text import dumps, storable
from sms_database.raw_check import ItemRejected, check_item, item_json
from sms_text.printable import printable
from sms_text.redaction import without_secrets

_TYPES = {
    ".ics": "text/calendar",
    ".json": "application/json",
    ".jsonl": "application/json",
    ".rss": "application/rss+xml",
}
_BEGINNINGS = {
    b"{": "application/json",
    b"[": "application/json",
    b"BEGIN:VCALENDAR": "text/calendar",
    b"<?xml": "application/xml",
    b"<rss": "application/rss+xml",
}


class Command(ScrapyCommand):
    """Reads one body with the callback that the spider has for its URL, and prints the items as JSON lines."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Arguments, for the usage line."""
        return "NAME FILE --url URL [--at YYYY-MM-DD]"

    def short_desc(self) -> str:
        """What the list of commands says."""
        return "Print what a spider reads in a saved page"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The URL and the day."""
        super().add_options(parser)
        parser.add_argument("--url", required=True, help="the URL of which FILE is the answer")
        parser.add_argument("--at", metavar="YYYY-MM-DD", help="the day taken as today (default: today)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the file. Exit code 1 if the page as a whole cannot be read."""
        if len(args) != 2:
            raise UsageError("name a spider and a file")
        name, file = args[0], Path(args[1])
        try:
            body = file.read_bytes()
        except OSError as problem:
            raise UsageError(printable(f"{file}: {problem.strerror}"), print_help=False) from None
        try:
            spider = self._spider(name, opts.at)
        except CannotStart as problem:
            raise UsageError(str(problem), print_help=False) from None
        try:
            asyncio.run(_read(spider, response_of(file.name, body, opts.url)))
        except UnreadablePage as problem:
            _say("unreadable page", problem.reason)
            self.exitcode = 1

    def _spider(self, name: str, at: str | None) -> SourceSpider:
        assert self.settings is not None
        self.settings.set("OFFLINE", True, priority="cmdline")
        try:
            crawler = Crawler(get_spider_loader(self.settings).load(name), self.settings)
        except KeyError as unknown:
            raise UsageError(f"{unknown.args[0]}; `scrapy list` shows the spiders", print_help=False) from None
        crawler.stats = load_object(self.settings["STATS_CLASS"])(crawler)
        spider = cast(SourceSpider, crawler.spidercls.from_crawler(crawler))
        if at is not None:
            try:
                spider.now = noon(date.fromisoformat(at), spider.timezone)
            except ValueError:
                raise UsageError(f"--at is a day, YYYY-MM-DD, not {at!r}", print_help=False) from None
        return spider


def response_of(file_name: str, body: bytes, url: str) -> Response:
    """The answer that the URL would have given, of the type that the file's name or beginning tells."""
    headers = {b"Content-Type": content_type(file_name, body).encode()}
    kind = responsetypes.from_args(headers=headers, url=url, body=body)
    return kind(url, headers=headers, body=body, request=Request(url))


def content_type(file_name: str, body: bytes) -> str:
    """The media type of a saved body; HTML where nothing tells another."""
    by_name = _TYPES.get(Path(file_name).suffix.lower()) or mimetypes.guess_type(file_name)[0]
    if by_name and by_name != "text/plain":
        return by_name
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((kind for beginning, kind in _BEGINNINGS.items() if start.startswith(beginning)), "text/html")


async def _read(spider: SourceSpider, response: Response) -> None:
    blocked = blocked_reason(response.status, response.headers, response.body)
    if blocked is not None:
        raise UnreadablePage(blocked.reason)
    lacks = missing_end(response.body, closes_its_pages=spider.closes_its_pages)
    if lacks is not None:
        _say("incomplete", f"{without_secrets(response.url)} is cut short: {lacks}")
    output = spider.callback_for(response.url)(response)
    if inspect.iscoroutine(output):
        output = await output
    outcomes = output if isinstance(output, AsyncIterator) else as_async_generator(output or ())
    async for outcome in outcomes:
        _tell(outcome)
    cut = spider.crawler.stats.get_value(CUT)
    if cut is not None:
        _say("incomplete", cut)


def _tell(outcome: Any) -> None:
    if isinstance(outcome, RawEventItem):
        try:
            check_item(outcome)
        except ItemRejected as rejected:
            _say("error", str(rejected))
            return
        sys.stdout.write(dumps(storable(item_json(outcome))) + "\n")
    elif isinstance(outcome, ArtistLookupItem):
        sys.stdout.write(dumps(storable(item_json(outcome))) + "\n")
    elif isinstance(outcome, RecordError):
        _say("error", f"{outcome.field}: {outcome.reason}")
    elif isinstance(outcome, RecordSkip):
        _say("skip", outcome.reason)
    elif isinstance(outcome, Request):
        _say("would request", f"{outcome.method} {without_secrets(outcome.url)}")


def _say(what: str, text: str) -> None:
    sys.stderr.write(printable(f"{what}: {' '.join(text.split())}") + "\n")
