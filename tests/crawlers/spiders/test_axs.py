"""AXS's feeds: what is asked for, and the other two forms of an event."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
from scrapy.utils.test import get_crawler

from sms_crawlers.errors import BadArgument, NothingToAsk, UnreadablePage
from sms_crawlers.runs.result import result_of
from sms_crawlers.spiders.apis.axs import AxsSpider
from tests.crawlers.saved_answers import errors, items, read, spider_on

FEED = "https://aegwebprod.blob.core.windows.net/json/events/211/events.json"
VENUE_PAGE = "https://www.axs.com/venues/1/some-hall-tickets"


def test_without_feeds_it_says_where_a_number_stands_and_counts_as_skipped() -> None:
    crawler = get_crawler(AxsSpider)
    with pytest.raises(NothingToAsk, match=r"-a feeds=NUMBER.*data-file") as problem:
        AxsSpider.from_crawler(crawler)
    assert result_of(crawler, problem.value).verdict == "skipped"


def test_asks_for_the_feeds_that_are_named() -> None:
    spider = AxsSpider.from_crawler(get_crawler(AxsSpider), feeds="127, 211")

    async def asked() -> list[str]:
        return [request.url async for request in spider.start()]

    assert asyncio.run(asked()) == [FEED.replace("211", "127"), FEED]
    with pytest.raises(BadArgument, match="numbers"):
        AxsSpider.from_crawler(get_crawler(AxsSpider), feeds="terminal-west")


@pytest.mark.parametrize(
    ("low", "high", "text", "least", "most"),
    [
        ("$25.00", "$30.00", "$25.00 - $30.00", 25.0, 30.0),
        ("$25.00", "$25.00", "$25.00", 25.0, 25.0),
        ("$0", "$30.00", "$30.00", 30.0, 30.0),
        ("$0.00", "$0.00", None, None, None),
        ("", "", None, None, None),
    ],
)
def test_a_price_of_nothing_is_not_known(
    low: str, high: str, text: str | None, least: float | None, most: float | None
) -> None:
    [item] = items(read(spider(), FEED, feed(ticketPriceLow=low, ticketPriceHigh=high)))
    assert (item.price_text, item.price_min, item.price_max) == (text, least, most)


@pytest.mark.parametrize(
    ("values", "day", "hour", "words"),
    [
        ({"eventDateTime": "TBD"}, None, None, "TBD"),
        ({"eventDateTime": None}, None, None, None),
        ({"eventDateTime": "2026-12-05"}, "2026-12-05", None, None),
        ({}, "2026-12-05", "20:00", None),
    ],
)
def test_a_date_may_be_a_word(values: dict[str, Any], day: str | None, hour: str | None, words: str | None) -> None:
    [item] = items(read(spider(), FEED, feed(**values)))
    assert (item.event_day, item.start_time, item.date_text) == (day, hour, words)


def test_a_time_that_cannot_be_read_is_an_error() -> None:
    assert [error.field for error in errors(read(spider(), FEED, feed(eventDateTime="2026-31-12T20:00:00")))] == [
        "event_day"
    ]


def test_the_events_of_a_venues_page() -> None:
    record = {
        "id": 77,
        "title": "Tin Heron",
        "headlinersText": "Tin Heron",
        "supportingText": "with special guest Hare",
        "date": "2026-12-05T20:00:00",
        "hideEventTime": True,
        "venueTitle": "Some Hall",
        "relatedMedia": [{"width": 9, "fileName": "https://x.example/a.jpg"}],
    }
    data = {"props": {"pageProps": {"venueEventsData": {"eventItems": [record]}}}}
    page = f'<script id="__NEXT_DATA__" type="application/json">{orjson.dumps(data).decode()}</script>'
    for body in (page, orjson.dumps([record]).decode()):
        [item] = items(read(spider(), VENUE_PAGE, body))
        assert (item.event_day, item.start_time) == ("2026-12-05", None)
        assert item.artists == [{"name": "Hare", "role": "support"}]
        assert item.ticket_url == "https://www.axs.com/events/77"


@pytest.mark.parametrize(("url", "body"), [(FEED, "<html></html>"), (FEED, "[]"), (VENUE_PAGE, "<html></html>")])
def test_another_answer_is_unreadable(url: str, body: str) -> None:
    with pytest.raises(UnreadablePage):
        read(spider(), url, body)


def spider() -> AxsSpider:
    return spider_on(AxsSpider, "2026-11-20")


def feed(**values: Any) -> bytes:
    record = {"eventId": "77", "title": {"headlinersText": "Tin Heron"}, "eventDateTime": "2026-12-05T20:00:00"}
    return orjson.dumps({"events": [record | values]})
