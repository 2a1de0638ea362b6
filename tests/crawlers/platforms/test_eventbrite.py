"""Eventbrite: both forms of an event, its errors, paging, and what is asked for with the token."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.keys import NOT_NEEDED
from sms_crawlers.platforms.eventbrite import API
from sms_crawlers.platforms.eventbrite_organizer import MAX_PAGES, EventbriteOrganizerSpider
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spider import SourceSpider
from sms_crawlers.spiders.apis.eventbrite import BATCH, EventbriteSpider
from sms_crawlers.spiders.venues.monkey_loft import MonkeyLoftSpider
from sms_crawlers.spiders.venues.substation import SubstationSpider
from tests.crawlers.saved_answers import errors, items, read, skips, spider_on

DAY = "2026-11-20"
EVENTS = f"{API}organizers/18831550522/events/?status=live&page=1"
SEARCH = f"{API}destination/search/"
BATCHES = f"{API}destination/events/"
PAGE = "https://www.eventbrite.com/d/wa--seattle/music--performances/"


def v3(**changes: Any) -> dict[str, Any]:
    return {
        "id": "990000099",
        "name": {"text": "Tin Heron"},
        "url": "https://www.eventbrite.com/e/990000099",
        "start": {"local": "2026-11-27T20:00:00", "timezone": "America/Los_Angeles"},
        "status": "live",
    } | changes


def found(**changes: Any) -> dict[str, Any]:
    return {
        "id": "990000098",
        "name": "Tin Heron",
        "start_date": "2026-11-27",
        "start_time": "20:00",
        "primary_venue": None,
        "ticket_availability": {},
    } | changes


def answer(*records: Any, more: bool = False) -> bytes:
    return orjson.dumps({"events": list(records), "pagination": {"has_more_items": more}})


def results(*records: Any, pages: Any = 1) -> bytes:
    return orjson.dumps({"events": {"results": list(records), "pagination": {"page_count": pages}}})


def response_of(url: str, body: bytes) -> HtmlResponse:
    return HtmlResponse(url, body=body, encoding="utf-8", request=Request(url))


def requests_in(outcomes: Any) -> list[Request]:
    return [outcome for outcome in outcomes if isinstance(outcome, Request)]


def read_v3(**changes: Any) -> RawEventItem:
    [item] = items(read(spider_on(SubstationSpider, DAY), EVENTS, answer(v3(**changes))))
    return item


def read_found(**changes: Any) -> RawEventItem:
    [item] = items(read(spider_on(EventbriteSpider, DAY), SEARCH, results(found(**changes))))
    return item


@pytest.mark.parametrize(
    ("changes", "end", "end_day"),
    [
        ({"end": {"local": "2026-11-28T02:00:00"}}, "02:00", None),
        ({"end": {"local": "2026-11-28T02:00:00"}, "hide_end_date": True}, None, None),
        ({"end": {"local": "2026-11-27T20:00:00"}}, None, None),
        ({"end": {"local": "2026-11-29T23:00:00"}}, "23:00", "2026-11-29"),
        ({"end": {"local": "late"}}, None, None),
        ({"end": None}, None, None),
    ],
)
def test_end(changes: dict[str, Any], end: str | None, end_day: str | None) -> None:
    item = read_v3(**changes)
    assert (item.start_time, item.end_time, item.end_day) == ("20:00", end, end_day)


@pytest.mark.parametrize(
    ("end_date", "end_time", "hidden", "end", "end_day"),
    [
        ("2026-11-27", "23:00", False, "23:00", None),
        ("2026-11-28", "02:00", False, "02:00", None),
        ("2026-11-28", "22:00", False, "22:00", "2026-11-28"),
        ("2026-11-30", "02:00", False, "02:00", "2026-11-30"),
        ("2026-11-28", None, False, None, None),
        ("2026-11-30", "02:00", True, None, None),
        ("soon", 2, False, None, None),
    ],
)
def test_end_of_a_found_event(end_date: Any, end_time: Any, hidden: bool, end: str | None, end_day: str | None) -> None:
    item = read_found(end_date=end_date, end_time=end_time, hide_end_date=hidden)
    assert (item.end_time, item.end_day) == (end, end_day)


def kind(name: str, cents: int | None, **more: Any) -> dict[str, Any]:
    return {"name": name, "cost": {"value": cents, "currency": "USD"}} | more


@pytest.mark.parametrize(
    ("changes", "text", "low", "high"),
    [
        ({"ticket_classes": [kind("Advance", 1500), kind("Door", 2050)]}, "Advance: $15; Door: $20.50", 15.0, 20.5),
        ({"ticket_classes": [kind("Advance", 1500), kind("Crew", 0, hidden=True)]}, "Advance: $15", 15.0, 15.0),
        ({"ticket_classes": [kind("Donation", None)]}, None, None, None),
        ({"ticket_classes": "soon", "description": {"text": "$10 at the door"}}, "$10 at the door", None, None),
        ({"is_free": True}, "Free", 0.0, 0.0),
        ({"is_free": False}, None, None, None),
    ],
)
def test_price(changes: dict[str, Any], text: str | None, low: float | None, high: float | None) -> None:
    item = read_v3(**changes)
    assert (item.price_text, item.price_min, item.price_max) == (text, low, high)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, None),
        ({"status": "canceled"}, "canceled"),
        ({"name": {"text": "[SOLD OUT] Tin Heron"}}, "SOLD OUT"),
        ({"ticket_classes": [{"on_sale_status": "SOLD_OUT"}, {"on_sale_status": "SOLD_OUT"}]}, "sold out"),
        ({"ticket_classes": [{"on_sale_status": "SOLD_OUT"}, {"on_sale_status": "AVAILABLE"}]}, None),
    ],
)
def test_status(changes: dict[str, Any], status: str | None) -> None:
    assert read_v3(**changes).status_text == status


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"online_event": True}, "online event"),
        ({"is_series_parent": True}, "series as a whole"),
        ({"status": "draft"}, "draft"),
        ({"status": "completed"}, "past event"),
    ],
)
def test_what_is_no_event_in_a_room(changes: dict[str, Any], reason: str) -> None:
    assert skips(read(spider_on(SubstationSpider, DAY), EVENTS, answer(v3(**changes)))) == [reason]


def test_form_is_told_by_the_name() -> None:
    outcomes = read(spider_on(EventbriteSpider, DAY), EVENTS, answer(v3(), found(), v3(name="Bare"), 7, {"id": None}))
    assert [item.title for item in items(outcomes)] == ["Tin Heron", "Tin Heron", "Bare"]
    assert len(errors(outcomes)) == 2


@pytest.mark.parametrize("cls", [EventbriteSpider, SubstationSpider])
@pytest.mark.parametrize(
    "body",
    [
        b'{"status_code": 401, "error": "INVALID_AUTH", "error_description": "The OAuth token was invalid."}',
        b'{"pagination": {}}',
        b'{"events": {}}',
        b"<html>",
        b"[]",
    ],
)
def test_answer_that_is_no_listing(cls: type[SourceSpider], body: bytes) -> None:
    for url in (EVENTS, SEARCH):
        with pytest.raises(UnreadablePage):
            read(spider_on(cls, DAY), url, body)


@pytest.mark.parametrize(
    ("organizer", "page", "more", "asks_for", "incomplete"),
    [
        ("97916574461", 1, True, [2], False),
        ("97916574461", 2, False, [], False),
        ("97916574461", MAX_PAGES, True, [], True),
        (None, 1, True, [], True),
    ],
)
def test_pages_of_an_organizer(
    organizer: str | None, page: int, more: bool, asks_for: list[int], incomplete: bool
) -> None:
    spider = spider_on(MonkeyLoftSpider, DAY)
    body = answer(v3(), more=more)
    requests = requests_in(spider.parse_organizer(response_of(EVENTS, body), organizer=organizer, page=page))
    assert [request.url for request in requests] == [
        f"{API}organizers/{organizer}/events/?status=live&expand=venue,ticket_classes&page={number}"
        for number in asks_for
    ]
    assert (spider.crawler.stats.get_value(INCOMPLETE) is not None) == incomplete


def test_token_stands_in_the_header_alone() -> None:
    request = spider_on(EventbriteSpider, DAY).search_request(1)
    assert request.headers["Authorization"] == f"Bearer {NOT_NEEDED}".encode()
    assert NOT_NEEDED not in request.url + request.body.decode()


def test_radius_is_a_whole_number() -> None:
    spider = EventbriteSpider.from_crawler(spider_on(EventbriteSpider, DAY).crawler, radius_km="12.7")
    assert isinstance(spider, EventbriteSpider)
    assert orjson.loads(spider.search_request(1).body)["event_search"]["point_radius"]["radius"] == "13km"


@pytest.mark.parametrize(
    ("page", "pages", "records", "goes_on"),
    [(1, 3, [found()], True), (3, 3, [found()], False), (2, 9, [], False), (1, None, [found()], False)],
)
def test_pages_of_the_search(page: int, pages: Any, records: list[Any], goes_on: bool) -> None:
    spider = spider_on(EventbriteSpider, DAY)
    requests = requests_in(spider.parse_search(response_of(SEARCH, results(*records, pages=pages)), page=page))
    asked = [orjson.loads(request.body)["event_search"]["page"] for request in requests]
    assert asked == ([page + 1] if goes_on else [])


def test_rows_that_did_not_come_expanded_are_asked_for_in_batches() -> None:
    bare = [{"id": str(number), "name": "Tin Heron"} for number in range(BATCH + 1)]
    outcomes = read(spider_on(EventbriteSpider, DAY), SEARCH, results(found(), *bare))
    assert len(items(outcomes)) == 1
    first, second = requests_in(outcomes)
    assert first.url.startswith(f"{BATCHES}?event_ids={','.join(str(number) for number in range(BATCH))}&")
    assert second.url.startswith(f"{BATCHES}?event_ids={BATCH}&")


def test_details_are_bounded_and_nothing_is_lost() -> None:
    spider = spider_on(EventbriteSpider, DAY)
    spider._details_left = 1
    bare = [{name: value for name, value in found(id=i).items() if name != "ticket_availability"} for i in ("1", "2")]
    outcomes = read(spider, BATCHES, answer(*bare))
    assert [request.url for request in requests_in(outcomes)] == [f"{API}events/1/?expand=venue,ticket_classes"]
    assert [item.source_event_id for item in items(outcomes)] == ["2"]


@pytest.mark.parametrize(
    ("data", "titles"),
    [
        ({"search_data": {"events": {"results": [found()]}}}, ["Tin Heron"]),
        (
            {"buckets": [{"events": [found()]}, {"events": [found(name="Moth Parade")]}, 7]},
            ["Tin Heron", "Moth Parade"],
        ),
        ({"search_data": {"events": {"results": []}}}, []),
    ],
)
def test_page_of_the_site(data: Any, titles: list[str]) -> None:
    body = f"<script>window.__SERVER_DATA__ = {orjson.dumps(data).decode()};\nwindow.other = 1;</script>"
    assert [item.title for item in items(read(spider_on(EventbriteSpider, DAY), PAGE, body))] == titles


@pytest.mark.parametrize("data", ["{}", '{"search_data": 7}', '{"search_data": ', "[" * 100_000, ""])
def test_page_of_the_site_without_events(data: str) -> None:
    with pytest.raises(UnreadablePage):
        read(spider_on(EventbriteSpider, DAY), PAGE, f"<script>window.__SERVER_DATA__ = {data}")


@pytest.mark.parametrize(
    ("url", "body", "organizers"),
    [
        ("https://www.eventbrite.com/o/the-hall-18831550522?x=1", "", ("18831550522",)),
        ("https://www.eventbrite.com/o/18831550522", "", ("18831550522",)),
        (
            "https://hall.example.org/",
            "<a href='https://www.eventbrite.com/o/the-hall-18831550522'>1</a><a href='https://www.eventbrite.com/e/x-1'>2</a>",
            ("18831550522",),
        ),
        ("https://hall.example.org/", "<a href='https://www.eventbrite.com/e/x-18831550522'>2</a>", None),
        ("https://hall.example.org/", '{"a": 1}', None),
    ],
)
def test_recognise(url: str, body: str, organizers: tuple[str, ...] | None) -> None:
    recognition = EventbriteOrganizerSpider.recognise(HtmlResponse(url, body=body.encode(), encoding="utf-8"))
    assert (recognition and recognition.settings) == (organizers and {"organizers": organizers})
