"""Squarespace: two ways to one list, pages of it, places, hours, and pages that are another thing."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from scrapy.http import HtmlResponse, Request, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.squarespace import MAX_PAGES, SquarespaceSpider
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.venues.kremwerk import KremwerkSpider
from tests.crawlers.saved_answers import RECORDINGS, items, read, skips, spider_on

PAGE = "https://www.kremwerk.com/upcoming"
JSON = f"{PAGE}?format=json"
START = 1_796_446_800_000
"""Friday, 4 December 2026, 21:00 in Seattle."""
HOUR = 3_600_000
EVENT = {"id": "1", "title": "Tin Heron", "fullUrl": "/upcoming/tin-heron", "startDate": START, "endDate": START + HOUR}


def kremwerk() -> KremwerkSpider:
    return spider_on(KremwerkSpider, "2026-11-20")


def outcomes_of(answer: Any) -> list[Any]:
    return read(kremwerk(), JSON, orjson.dumps(answer))


def item_of(zone: str | None = None, **fields: Any) -> RawEventItem:
    (item,) = items(outcomes_of({"website": {"timeZone": zone}, "upcoming": [EVENT | fields]}))
    return item


def requests(outcomes: list[Any]) -> list[Request]:
    return [outcome for outcome in outcomes if isinstance(outcome, Request)]


def test_both_ways_give_an_event_the_same_id() -> None:
    article = (
        '<div class="eventlist"><article class="eventlist-event"><h1 class="eventlist-title">'
        '<a class="eventlist-title-link" href="/upcoming/tin-heron">Tin Heron</a></h1>'
        '<time class="event-date" datetime="2026-12-04">Dec 4</time>'
        '<time class="event-time-12hr-start">9:00\u202fPM</time></article></div>'
    )
    (printed,) = items(read(kremwerk(), PAGE, article))
    told = item_of()
    assert (printed.source_event_id, printed.event_day, printed.start_time, printed.source_url) == (
        told.source_event_id,
        told.event_day,
        told.start_time,
        told.source_url,
    )


@pytest.mark.parametrize("body", [b"<html>", b'{"mainContent": "<p>Hello</p>"}', b"[]", b'{"upcoming": {}}'])
def test_an_answer_that_is_no_list_has_the_page_asked(body: bytes) -> None:
    (request,) = read(kremwerk(), JSON, body)
    assert (request.url, request.callback.__name__) == (PAGE, "parse")


def test_pages_are_followed_while_there_are_events_to_come() -> None:
    more = {"nextPage": True, "nextPageUrl": "/upcoming?offset=7"}
    past = EVENT | {"startDate": START - 900 * HOUR, "endDate": START - 899 * HOUR}
    (request,) = requests(outcomes_of({"items": [EVENT], "pagination": more}))
    assert request.url == f"{PAGE}?offset=7&format=json"
    outcomes = outcomes_of({"items": [past], "pagination": more})
    assert (skips(outcomes), requests(outcomes)) == (["past day"], [])
    assert requests(outcomes_of({"items": [EVENT], "pagination": more | {"nextPage": False}})) == []


def test_a_list_without_end_is_left_off_and_said_to_be_incomplete() -> None:
    spider = kremwerk()
    body = orjson.dumps({"items": [EVENT], "pagination": {"nextPage": True, "nextPageUrl": "/upcoming?offset=7"}})
    answer = HtmlResponse(JSON, body=body, request=Request(JSON))
    assert requests(list(spider.parse_json(answer, MAX_PAGES))) == []
    assert spider.crawler.stats.get_value(INCOMPLETE)
    with pytest.raises(UnreadablePage):
        list(spider.parse_json(HtmlResponse(JSON, body=b"<html>"), number=2))


@pytest.mark.parametrize(
    ("fields", "hours"),
    [
        ({}, ("2026-12-04", "21:00", "22:00", None)),
        ({"endDate": START + 5 * HOUR}, ("2026-12-04", "21:00", "02:00", None)),
        ({"endDate": START + 49 * HOUR}, ("2026-12-04", "21:00", "22:00", "2026-12-06")),
        ({"endDate": START}, ("2026-12-04", "21:00", None, None)),
        ({"endDate": None}, ("2026-12-04", "21:00", None, None)),
        ({"startDate": START + 3 * HOUR, "endDate": START + 27 * HOUR}, ("2026-12-05", None, None, None)),
        ({"startDate": START + 3 * HOUR, "endDate": START + 51 * HOUR}, ("2026-12-05", None, None, "2026-12-06")),
        ({"zone": "America/New_York"}, ("2026-12-05", "00:00", "01:00", None)),
        ({"zone": "Nowhere"}, ("2026-12-04", "21:00", "22:00", None)),
    ],
)
def test_instants_are_told_as_the_site_prints_them(fields: dict[str, Any], hours: tuple[str | None, ...]) -> None:
    item = item_of(**fields)
    assert (item.event_day, item.start_time, item.end_time, item.end_day) == hours


@pytest.mark.parametrize(
    ("location", "name", "address", "latitude"),
    [
        ({"addressTitle": "", "mapLat": 40.7207559, "mapLng": -74.0007613}, "Kremwerk", "1809 Minor Ave", 47.6168989),
        ({"addressTitle": "timbre room", "addressLine1": "Rear"}, "timbre room", "1809 Minor Ave", 47.6168989),
        ({"addressTitle": "Pier", "mapLat": 40.7207559, "mapLng": -74.0007613}, "Pier", None, None),
        ({"addressTitle": "Pier", "addressLine1": "2 Way", "mapLat": 47.5, "mapLng": -122.3}, "Pier", "2 Way", 47.5),
        ({"addressTitle": "Pier", "mapLat": 999, "mapLng": "x"}, "Pier", None, None),
        (None, "Kremwerk", "1809 Minor Ave", 47.6168989),
    ],
)
def test_a_place_that_is_named_wins(location: Any, name: str, address: str | None, latitude: float | None) -> None:
    item = item_of(location=location)
    assert (item.venue_name, item.venue_address, item.latitude) == (name, address, latitude)


def test_an_event_without_an_own_page_leads_to_the_list() -> None:
    assert item_of(fullUrl=None, urlId="tin-heron").source_url == PAGE


@pytest.mark.parametrize("body", ["<h1>Coming soon</h1>", '<div class="summary-item">Tin Heron</div>'])
def test_a_page_without_the_list_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadablePage, match="eventlist"):
        read(kremwerk(), PAGE, body)
    assert read(kremwerk(), PAGE, '<div class="eventlist"></div>') == []


def test_a_page_of_events_is_recognised() -> None:
    page = (RECORDINGS / "rabbit_box" / "events.html").read_bytes()
    found = SquarespaceSpider.recognise(HtmlResponse("https://room.test/events?view=list", body=page))
    assert found is not None
    assert found.settings == {"start_urls": ["https://room.test/events"]}
    for body in (b"<script>Static.SQUARESPACE_CONTEXT = {}</script>", b'<article class="eventlist-event">', b""):
        assert SquarespaceSpider.recognise(HtmlResponse(PAGE, body=body)) is None
    assert SquarespaceSpider.recognise(TextResponse(PAGE, body=b"SQUARESPACE_CONTEXT")) is None
