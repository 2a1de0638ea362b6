"""JamBase: refusals, the radius that some keys may not use, and the older answers."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from scrapy.http import Request, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.apis.jambase import EVENTS, KEY, JambaseSpider
from sms_crawlers.spiders.apis.jambase_records import artists_of, place_of, price_of, schedule_of
from tests.crawlers.saved_answers import items, read, spider_on

URL = f"{EVENTS}?geoLatitude=47.6&geoLongitude=-122.3&geoRadiusAmount=40&geoRadiusUnits=km&perPage=100&page=1"
EVENT = {"identifier": "jambase:1", "name": "Tin Heron at the Pier", "startDate": "2026-12-01T20:00:00"}


def page(number: int, pages: int, *events: dict[str, Any]) -> bytes:
    return orjson.dumps({"success": True, "pagination": {"page": number, "totalPages": pages}, "events": events})


def requests(outcomes: list[Any]) -> list[str]:
    return [outcome.url for outcome in outcomes if isinstance(outcome, Request)]


def test_a_key_that_may_use_no_radius_asks_without_one() -> None:
    spider = spider_on(JambaseSpider, "2026-11-20")
    refusal = orjson.dumps({"success": False, "errors": [{"message": "The geoRadiusAmount 40 is too high."}]})
    (again,) = spider.parse(TextResponse(URL, status=400, body=refusal, encoding="utf-8"))
    assert isinstance(again, Request)
    assert again.url == f"{EVENTS}?geoLatitude=47.6&geoLongitude=-122.3&perPage=100&page=1"
    with pytest.raises(UnreadablePage, match="JamBase's answer: The geoRadiusAmount 40 is too high"):
        list(spider.parse(TextResponse(again.url, status=400, body=refusal, encoding="utf-8")))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"success":false,"errors":[{"message":"Bad key"},{"code":"x"}]}', "Bad key"),
        ('{"success":true}', "no list of events"),
        ("null", "no list of events"),
    ],
)
def test_a_refusal_is_called_one(body: str, told: str) -> None:
    with pytest.raises(UnreadablePage, match=told):
        read(spider_on(JambaseSpider, "2026-11-20"), URL, body)


def test_pages_are_followed_to_the_last_and_no_further() -> None:
    spider = spider_on(JambaseSpider, "2026-11-20")
    assert requests(read(spider, URL, page(1, 2, EVENT))) == [URL.replace("page=1", "page=2")]
    assert requests(read(spider, URL, page(2, 2, EVENT))) == requests(read(spider, URL, page(0, 0))) == []
    assert requests(read(spider, URL, page(40, 90, EVENT))) == []
    assert "90 pages" in spider.crawler.stats.get_value(INCOMPLETE)


def test_the_key_goes_into_a_header() -> None:
    spider = spider_on(JambaseSpider, "2026-11-20")
    spider.key_values = {KEY: "s3cret"}
    (following,) = (o for o in read(spider, URL, page(1, 2)) if isinstance(o, Request))
    assert following.headers["Authorization"] == b"Bearer s3cret"


def test_an_older_answer_is_read_too() -> None:
    url = "https://www.jambase.com/jb-api/v1/events?geoStateIso=US-WA&apikey=s3cret"
    (item,) = items(read(spider_on(JambaseSpider, "2026-11-20"), url, page(1, 1, EVENT)))
    assert (item.event_day, item.start_time, item.source_url) == (
        "2026-12-01",
        "20:00",
        "https://www.jambase.com/jb-api/v1/events?geoStateIso=US-WA&apikey=<apikey>",
    )


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"startDate": "2026-12-01T00:00:00"}, {"start_time": None}),
        ({"startDate": "2026-12-01", "doorTime": "2026-12-01T18:00:00"}, {"start_time": None, "doors_time": "18:00"}),
        (
            {"startDate": "2026-12-01T22:00:00", "endDate": "2026-12-02T01:30:00"},
            {"end_time": "01:30", "end_day": None},
        ),
        ({"startDate": "2026-12-01", "eventStatus": "postponed"}, {"status_text": "postponed"}),
    ],
)
def test_moments(event: dict[str, Any], told: dict[str, Any]) -> None:
    fields = schedule_of(event)
    assert {name: fields.get(name) for name in told} == told


def test_only_the_primary_seller_tells_the_price() -> None:
    resale = {"category": "ticketingLinkSecondary", "priceSpecification": {"price": "90.00", "priceCurrency": "USD"}}
    unpriced = {"category": "ticketingLinkPrimary", "priceSpecification": {"price": "", "minPrice": ""}}
    priced = {"category": "ticketingLinkPrimary", "priceSpecification": {"price": 20, "priceCurrency": "USD"}}
    assert price_of({"offers": [resale, unpriced]}) == {}
    assert price_of({"offers": [resale, unpriced, priced]})["price_text"] == "$20"


def test_a_region_may_be_an_object_a_text_or_empty() -> None:
    regions = [{"alternateName": "WA"}, {"name": "Washington"}, "WA", {}]
    told = [place_of({"location": {"address": {"addressRegion": region}}})["venue_region"] for region in regions]
    assert told == ["WA", "Washington", "WA", None]


def test_performers_without_a_rank_come_last() -> None:
    performers = [{"name": "C"}, {"name": "B", "x-performanceRank": 2}, {"name": "A", "x-performanceRank": 1}]
    assert [artist["name"] for artist in artists_of({"performer": performers})] == ["A", "B", "C"]
