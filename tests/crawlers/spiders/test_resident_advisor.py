"""Resident Advisor: what is asked for, pages, times that are local, errors with HTTP 200."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from sms_crawlers.errors import BadArgument, NothingToAsk, UnreadablePage
from sms_crawlers.spiders.apis.resident_advisor import MAX_PAGES, ResidentAdvisorSpider
from tests.crawlers.saved_answers import items, read, spider_on

URL = "https://ra.co/graphql"


def answer(total: int = 1, **values: Any) -> bytes:
    event = {"id": "77", "title": "Tin Heron", "date": "2026-12-05T00:00:00.000"} | values
    return orjson.dumps({"data": {"eventListings": {"data": [{"event": event}], "totalResults": total}}})


def test_without_an_area_it_says_where_the_number_stands() -> None:
    with pytest.raises(NothingToAsk, match="-a area_id=NUMBER"):
        ResidentAdvisorSpider.from_crawler(get_crawler(ResidentAdvisorSpider))
    with pytest.raises(BadArgument, match="a number"):
        ResidentAdvisorSpider.from_crawler(get_crawler(ResidentAdvisorSpider), area_id="seattle")


def test_asks_for_sixty_days_of_the_area() -> None:
    spider = ResidentAdvisorSpider.from_crawler(
        get_crawler(ResidentAdvisorSpider, {"NOW": "2026-11-21T05:00:00Z"}), area_id="218"
    )
    assert isinstance(spider, ResidentAdvisorSpider)
    assert orjson.loads(spider.page_request(2).body)["variables"] == {
        "filters": {
            "areas": {"eq": 218},
            "listingDate": {"gte": "2026-11-20T00:00:00.000Z", "lte": "2027-01-19T23:59:59.999Z"},
        },
        "pageSize": 100,
        "page": 2,
    }


@pytest.mark.parametrize(("page", "total", "following"), [(1, 100, []), (1, 101, [2]), (2, 201, [3]), (2, 200, [])])
def test_pages_follow_until_all_are_seen(page: int, total: int, following: list[int]) -> None:
    spider = spider_on(ResidentAdvisorSpider, "2026-11-20")
    outcomes = spider.parse(HtmlResponse(URL, body=answer(total), request=Request(URL)), page=page)
    assert [orjson.loads(o.body)["variables"]["page"] for o in outcomes if isinstance(o, Request)] == following
    last = spider.parse(HtmlResponse(URL, body=answer(10**6), request=Request(URL)), page=MAX_PAGES)
    assert not any(isinstance(outcome, Request) for outcome in last)


@pytest.mark.parametrize(
    ("values", "day", "start", "end"),
    [
        (
            {"startTime": "2026-12-05T21:00:00.000", "endTime": "2026-12-06T02:00:00"},
            "2026-12-05",
            "21:00",
            "02:00",
        ),
        ({"startTime": "2026-12-06T00:30:00.000"}, "2026-12-06", "00:30", None),
        ({"startTime": "2026-12-05T21:00:00Z", "endTime": "2026-12-05T20:00:00Z"}, "2026-12-05", "21:00", None),
        ({}, "2026-12-05", None, None),
    ],
)
def test_times_are_local(values: dict[str, Any], day: str, start: str | None, end: str | None) -> None:
    [item] = items(read(spider_on(ResidentAdvisorSpider, "2026-11-20"), URL, answer(**values)))
    assert (item.event_day, item.start_time, item.end_time) == (day, start, end)


@pytest.mark.parametrize(
    ("cost", "least", "most"),
    [("0-10", 0.0, 10.0), ("$15", 15.0, 15.0), ("Free before 10pm", None, None), (None, None, None)],
)
def test_cost_is_words_and_perhaps_numbers(cost: str | None, least: float | None, most: float | None) -> None:
    [item] = items(read(spider_on(ResidentAdvisorSpider, "2026-11-20"), URL, answer(cost=cost)))
    assert (item.price_text, item.price_min, item.price_max) == (cost, least, most)


def test_an_error_with_http_200_is_unreadable() -> None:
    body = '{"errors": [{"message": "Not authorised"}], "data": {"eventListings": null}}'
    with pytest.raises(UnreadablePage, match="Not authorised"):
        read(spider_on(ResidentAdvisorSpider, "2026-11-20"), URL, body)
