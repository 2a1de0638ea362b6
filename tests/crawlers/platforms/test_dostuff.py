"""DoStuff Media's guides: how many days are asked for, further pages, and pages of something else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import scrapy
from scrapy.http import HtmlResponse, Request
from scrapy.utils.test import get_crawler

from sms_crawlers.errors import BadArgument, UnreadablePage
from sms_crawlers.platforms.dostuff import MAX_PAGES, DoStuffSpider
from sms_crawlers.recordings.recording import noon
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.listings.do206 import Do206Spider
from tests.crawlers.saved_answers import RECORDINGS, read, spider_on

URL = "https://do206.com/events/2026/11/20"
NEXT = '<div class="ds-events-list"></div><a class="ds-next-page" href="/events/2026/11/20?page=2">Next</a>'


def spider_with(**arguments: Any) -> Do206Spider:
    spider = Do206Spider.from_crawler(get_crawler(Do206Spider, {"OFFLINE": True}), **arguments)
    assert isinstance(spider, Do206Spider)
    spider.now = noon(spider.now.date().replace(year=2026, month=11, day=29), spider.timezone)
    return spider


def asked(spider: Do206Spider) -> list[str]:
    async def requests() -> list[str]:
        return [request.url async for request in spider.start()]

    return asyncio.run(requests())


def test_each_of_fourteen_days_is_asked_for() -> None:
    urls = asked(spider_with())
    assert (len(urls), urls[0], urls[-1]) == (
        14,
        "https://do206.com/events/2026/11/29",
        "https://do206.com/events/2026/12/12",
    )


def test_fewer_days_are_no_complete_listing() -> None:
    spider = spider_with(days="3")
    assert len(asked(spider)) == 3
    assert spider.crawler.stats.get_value(INCOMPLETE) == "3 days asked for"


@pytest.mark.parametrize("days", ["0", "-1", "100", "many", ""])
def test_a_number_of_days_that_cannot_be_asked_for_is_refused(days: str) -> None:
    with pytest.raises(BadArgument, match="from 1 to 99"):
        spider_with(days=days)


def test_pages_of_a_day_come_to_an_end() -> None:
    spider = spider_on(Do206Spider, "2026-11-20")
    (request,) = read(spider, URL, NEXT)
    assert isinstance(request, scrapy.Request)
    assert request.url == f"{URL}?page=2"
    last = HtmlResponse(URL, body=NEXT.encode(), encoding="utf-8", request=Request(URL))
    assert list(spider.parse(last, number=MAX_PAGES)) == []
    assert spider.crawler.stats.get_value(INCOMPLETE) == f"more than {MAX_PAGES} pages of one day"


def test_a_page_without_a_list_is_unreadable() -> None:
    with pytest.raises(UnreadablePage, match="neither a card nor a list"):
        read(spider_on(Do206Spider, "2026-11-20"), URL, "<html><p>Be right back</p></html>")


def test_a_guide_is_recognised() -> None:
    body = (RECORDINGS / "do206" / "2026-11-20.html").read_bytes()
    found = DoStuffSpider.recognise(HtmlResponse(URL, body=body, encoding="utf-8"))
    assert found is not None
    assert found.settings == {"site": "https://do206.com"}
    assert DoStuffSpider.recognise(HtmlResponse(URL, body=b"<p>A band plays.</p>", encoding="utf-8")) is None
