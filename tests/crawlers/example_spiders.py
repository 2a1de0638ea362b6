"""Spiders of no venue, for tests of what every spider stands on (SPIDER_MODULES=tests.crawlers.example_spiders)."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import orjson
import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Request, Response, TextResponse

from sms_crawlers import settings
from sms_crawlers.errors import MissingKey, UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.reading import UnreadableField
from sms_crawlers.spider import Outcome, SourceSpider


class ExampleHall(SourceSpider):
    """Reads {"shows": [{"id", "title", "day"}], "next": PATH} at `-a base=URL`, else at EXAMPLE_BASE."""

    name = "example_hall"
    title = "Example Hall"
    homepage = "http://example-hall.test"
    kind = "venue"
    city = "seattle"
    venue = None
    complete_listing = True

    def __init__(self, *args: Any, base: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.base = base or os.environ.get("EXAMPLE_BASE", self.homepage)
        self.start_urls = [f"{self.base}/shows.json"]

    def callback_for(self, url: str) -> Callable[..., Any]:  # noqa: ARG002
        return self.parse_listing

    def parse_listing(self, response: Response) -> Iterator[Outcome | Request]:
        try:
            listing = orjson.loads(response.body)
        except orjson.JSONDecodeError as problem:
            raise UnreadablePage(f"no JSON: {problem}") from problem
        if "shows" not in listing:
            raise UnreadablePage("no shows in the answer")
        yield from self.read_each(listing["shows"], lambda show: self._read(show, response), response)
        if listing.get("next"):
            yield response.follow(listing["next"], callback=self.parse_listing)

    def _read(self, show: dict[str, Any], response: Response) -> Outcome:
        if show.get("private"):
            return RecordSkip(reason="private party")
        if show.get("withdrawn"):
            return RecordSkip(reason="withdrawn", source_event_id=show["id"])
        if "title" not in show:
            raise UnreadableField("title", "none")
        return self.item(
            response,
            source_event_id=show["id"],
            title=show["title"],
            event_day=show.get("day"),
            venue_name="Example Hall",
            payload=show,
        )


class QuietHall(ExampleHall):
    name = "quiet_hall"
    title = "Quiet Hall"
    may_be_empty = True


class BrokenHall(ExampleHall):
    """Has a mistake in it."""

    name = "broken_hall"
    title = "Broken Hall"

    def parse_listing(self, response: Response) -> Iterator[Outcome | Request]:
        yield from super().parse_listing(response)
        raise ZeroDivisionError("a mistake")


class KeyedHall(ExampleHall):
    name = "keyed_hall"
    title = "Keyed Hall"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> KeyedHall:  # noqa: ARG003
        raise MissingKey("EXAMPLE_API_KEY", "https://example.test/keys")


class BrowserHall(ExampleHall):
    name = "browser_hall"
    title = "Browser Hall"
    needs_browser = True


class TokenHall(ExampleHall):
    """Reads a token from its page, then asks with it."""

    name = "token_hall"
    title = "Token Hall"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start_urls = [f"{self.base}/page"]

    def callback_for(self, url: str) -> Callable[..., Any]:
        return self.parse_page if url.endswith("/page") else self.parse_listing

    def parse_page(self, response: TextResponse) -> Iterator[Request]:
        token = response.text.partition("token=")[2].partition('"')[0]
        yield scrapy.FormRequest(
            f"{self.base}/shows.json?access_token={token}", formdata={"page": "1"}, callback=self.parse_listing
        )


class WeeklyHall(ExampleHall):
    """Asks nobody: its nights are known."""

    name = "weekly_hall"
    title = "Weekly Hall"
    kind = "generator"

    async def start(self) -> AsyncIterator[Any]:
        yield RawEventItem(
            source=self.name,
            source_event_id="jam",
            fetched_at=self.now,
            title="Open jam",
            event_day=self.today.isoformat(),
        )


class PagedHall(ExampleHall):
    """Reads pages of HTML: each `li` of one is a show, each `a` leads to a further page."""

    name = "paged_hall"
    title = "Paged Hall"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start_urls = [f"{self.base}/"]

    def callback_for(self, url: str) -> Callable[..., Any]:  # noqa: ARG002
        return self.parse_page

    def parse_page(self, response: TextResponse) -> Iterator[Outcome | Request]:
        for row in response.css("li"):
            identity, title = f"{response.url}#{row.attrib['id']}", row.css("::text").get("no title")
            yield self.item(response, source_event_id=identity, title=title, event_day="2026-12-01")
        for link in response.css("a"):
            yield response.follow(link, callback=self.parse_page)


class HandTypedHall(PagedHall):
    name = "hand_typed_hall"
    title = "Hand-typed Hall"
    closes_its_pages = False


class PublicHall(ExampleHall):
    name = "public_hall"
    title = "Public Hall"
    custom_settings = {  # noqa: RUF012 - as Scrapy declares it
        "DOWNLOADER_MIDDLEWARES": settings.DOWNLOADER_MIDDLEWARES | {f"{__name__}.PretendPublicMiddleware": 650}
    }


class PretendPublicMiddleware:
    """Makes answers look as if they came from a public host, which no test can ask."""

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002
        return response.replace(ip_address=ipaddress.ip_address("93.184.216.34"))
