"""Spiders that go wherever a page leads them (SPIDER_MODULES=tests.crawlers.leading_spiders)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import orjson
from scrapy.http import Request, Response, TextResponse

from sms_crawlers.spider import Outcome, SourceSpider
from tests.crawlers.example_spiders import ExampleHall


class LedHall(ExampleHall):
    """Follows each of {"links": [URL]} too, as a spider does that forgets to look where they lead."""

    name = "led_hall"
    title = "Led Hall"

    def parse_listing(self, response: Response) -> Iterator[Outcome | Request]:
        yield from super().parse_listing(response)
        for link in orjson.loads(response.body).get("links", ()):
            yield Request(link, callback=self.parse_listing, dont_filter=True)


class TrustingHall(LedHall):
    """States every host there is, so that nothing but the look at the address is left."""

    name = "trusting_hall"
    title = "Trusting Hall"

    def may_ask(self, url: str) -> bool:  # noqa: ARG002
        return True


class StartingHall(TrustingHall):
    """Starts with the URLs that it is given, separated by blanks."""

    name = "starting_hall"
    title = "Starting Hall"

    def __init__(self, *args: Any, base: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start_urls = base.split()


class KeyHall(TrustingHall):
    """Sends its key in headers of many names, and a form where its URL says so."""

    name = "key_hall"
    title = "Key Hall"

    async def start(self) -> AsyncIterator[Any]:
        names = ("X-Api-Key", "apikey", "Authorization", "Proxy-Authorization", "Cookie", "Client-Id", "X-Any-Other")
        headers = dict.fromkeys(names, "s3cr3t-key") | {"Accept": "application/json"}
        url = f"{self.base}/shows.json?apikey=s3cr3t-key"
        yield Request(url, callback=self.parse_listing, headers=headers)
        if self.base.endswith("/posted"):
            yield Request(url, callback=self.parse_listing, method="POST", body="secret=s3cr3t-key")


class BrowsedHall(SourceSpider):
    """Its page is run in the browser; its show is the page's title."""

    name = "browsed_hall"
    title = "Browsed Hall"
    homepage = "http://browsed-hall.test"
    kind = "venue"
    city = "seattle"
    venue = None

    def __init__(self, *args: Any, base: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start_urls = [f"{base}/page"]

    async def start(self) -> AsyncIterator[Any]:
        for url in self.start_urls:
            yield Request(url, callback=self.parse, meta={"playwright": True})

    def parse(self, response: TextResponse) -> Iterator[Outcome]:
        title = response.css("title::text").get()
        yield self.item(response, source_event_id="a", title=title, event_day="2026-12-01")
