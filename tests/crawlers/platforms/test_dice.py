"""DICE: what its answers tell of hours, bill and end; its pages without the data; who is asked with a key."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.dice import API, MAX_PAGES
from sms_crawlers.platforms.dice_venue_page import PAGE_HOLDS, DiceVenuePageSpider
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.apis.dice import DiceSpider
from sms_crawlers.spiders.venues.black_lodge import BlackLodgeSpider
from sms_crawlers.spiders.venues.vera_project import VeraProjectSpider
from tests.crawlers.saved_answers import items, read, spider_on

DAY = "2026-11-20"
PAGE = BlackLodgeSpider.start_urls[0]


def row(details: str, time: str = "") -> dict[str, str]:
    return {"details": details, "time": time}


def partner(**changes: Any) -> dict[str, Any]:
    return {
        "id": "67a0000000000000000000ff",
        "name": "Tin Heron, Paper Ladders",
        "date": "2026-11-28T04:00:00Z",
        "timezone": "America/Los_Angeles",
        "venue": "The Black Lodge",
    } | changes


def answer(*records: Any, following: str | None = None) -> bytes:
    return orjson.dumps({"data": list(records), "links": {"next": following}})


def read_one(**changes: Any) -> RawEventItem:
    [item] = items(read(spider_on(DiceSpider, DAY), API, answer(partner(**changes))))
    return item


@pytest.mark.parametrize(
    ("lineup", "doors", "start"),
    [
        ([row("Doors open", "7:30 PM"), row("Paper Ladders", "8:00 PM")], "19:30", "20:00"),
        ([row("Doors open", "8:00 PM")], "20:00", None),
        ([row("Doors open", "8:00 PM"), row("Paper Ladders")], "20:00", None),
        ([row("Doors open", "8:00 PM"), row("Paper Ladders", "8:00 PM")], "20:00", "20:00"),
        ([row("Doors open", "7:00 PM")], "19:00", "20:00"),
        ([row("Doors open", "soon")], None, "20:00"),
        ([], None, "20:00"),
    ],
)
def test_hour_is_the_doors_where_only_those_are_timed(lineup: list[Any], doors: str | None, start: str | None) -> None:
    item = read_one(lineup=lineup)
    assert (item.doors_time, item.start_time) == (doors, start)


@pytest.mark.parametrize(
    ("running_order", "listed", "bill"),
    [
        (["C", "B", "A"], [], ["A", "B", "C"]),
        (["C", "B", "A"], ["A", "B"], ["A", "B", "C"]),
        (["A", "B", "C"], ["A", "B"], ["A", "B", "C"]),
        (["C", "B", "A"], ["B"], ["A", "B", "C"]),
        (["C", "b ", "A"], ["B", "C", "A"], ["A", "B", "C"]),
        (["B", "A"], ["A", "Stranger"], ["A", "B", "Stranger"]),
        ([], ["A", "B"], ["A", "B"]),
        (["B", "A", "Curfew", "Event ends"], [], ["A", "B"]),
    ],
)
def test_bill_is_headliner_first(running_order: list[str], listed: list[str], bill: list[str]) -> None:
    item = read_one(lineup=[row("Doors open", "7 PM"), *map(row, running_order)], artists=listed)
    assert [artist["name"] for artist in item.artists] == bill


@pytest.mark.parametrize(
    ("end", "hour", "day"),
    [
        ("2026-11-28T07:00:00Z", "23:00", None),
        ("2026-11-29T07:00:00Z", "23:00", None),
        ("2026-12-19T07:00:00Z", "23:00", "2026-12-18"),
        ("2026-11-28T04:00:00Z", None, None),
        ("2026-11-28T09:30:00+00:00", "01:30", None),
        ("late", None, None),
        (None, None, None),
    ],
)
def test_end_a_day_late_is_that_of_one_night(end: str | None, hour: str | None, day: str | None) -> None:
    item = read_one(date_end=end, is_multi_days_event=True)
    assert (item.end_time, item.end_day) == (hour, day)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "off-sale", "flags": ["qr-code", "going_ahead"]}, None),
        ({"status": "on-sale", "sold_out": True, "flags": ["rescheduled"]}, "rescheduled, sold out"),
        ({"status": "cancelled", "flags": ["cancelled"]}, "cancelled"),
        ({"flags": 7}, None),
    ],
)
def test_status(changes: dict[str, Any], status: str | None) -> None:
    assert read_one(**changes).status_text == status


@pytest.mark.parametrize(
    ("following", "page", "goes_on"),
    [
        (f"{API}?page[number]=2", 1, True),
        (f"{API}?page[number]=2", MAX_PAGES, False),
        ("https://events-api.dice.fm.example.org/v1/events?page[number]=2", 1, False),
        (None, 1, None),
    ],
)
def test_key_goes_to_the_api_alone(following: str | None, page: int, goes_on: bool | None) -> None:
    spider = spider_on(DiceSpider, DAY)
    response = HtmlResponse(API, body=answer(following=following), encoding="utf-8", request=Request(API))
    requests = [outcome for outcome in spider.parse_partner(response, page=page) if isinstance(outcome, Request)]
    assert [request.url.startswith(API) for request in requests] == [True] * (goes_on is True)
    assert (spider.crawler.stats.get_value(INCOMPLETE) is not None) == (goes_on is False)


def test_venues_spider_reads_the_partner_form_and_asks_for_no_more() -> None:
    spider = spider_on(VeraProjectSpider, DAY)
    outcomes = read(spider, f"{API}?filter[venues][]=x", answer(partner(), following=f"{API}?page[number]=2"))
    assert [item.title for item in items(outcomes)] == ["Tin Heron, Paper Ladders"]
    assert len(outcomes) == 1
    assert spider.crawler.stats.get_value(INCOMPLETE)


@pytest.mark.parametrize("body", [b"[]", b'{"message": "Forbidden"}', b'{"data": {}}', b"<html>", b""])
def test_answer_that_is_no_listing(body: bytes) -> None:
    with pytest.raises(UnreadablePage):
        read(spider_on(DiceSpider, DAY), API, body)


def site(**changes: Any) -> dict[str, Any]:
    return {
        "id": "67a0000000000000000000fe",
        "name": "Tin Heron",
        "perm_name": "tin-heron",
        "dates": {"event_start_date": "2026-11-27T20:00:00-08:00", "timezone": "America/Los_Angeles"},
    } | changes


def venue_page(data: Any, *, linked: Any = None) -> str:
    script = f'<script id="__NEXT_DATA__" type="application/json">{orjson.dumps(data).decode()}</script>'
    ld_json = f'<script type="application/ld+json">{orjson.dumps(linked).decode()}</script>' if linked else ""
    return f"<html><body>{ld_json}{script if data is not None else ''}</body></html>"


@pytest.mark.parametrize(
    "data",
    [
        {"props": {"pageProps": {"events": [site()]}}},
        {"props": {"pageProps": {"venue": {"lists": [{"events": []}, {"events": [site()]}]}}}},
        {"props": [{"deep": {"deeper": [{"events": [site(), site(id="67a0", name="Tin Heron", dates=None)]}]}}]},
    ],
)
def test_list_of_events_is_found_wherever_it_stands(data: Any) -> None:
    assert [item.title for item in items(read(spider_on(BlackLodgeSpider, DAY), PAGE, venue_page(data)))] == [
        "Tin Heron"
    ]


@pytest.mark.parametrize(
    ("opening", "doors", "start"),
    [
        ("2026-11-27T19:00:00-08:00", "19:00", "20:00"),
        ("2026-11-28T04:00:00+00:00", "20:00", None),
        ("at dusk", None, "20:00"),
        (None, None, "20:00"),
    ],
)
def test_doors_of_the_page(opening: str | None, doors: str | None, start: str | None) -> None:
    record = site(venues=[{"name": "The Black Lodge", "doors_open_date": opening}])
    [item] = items(read(spider_on(BlackLodgeSpider, DAY), PAGE, venue_page({"events": [record]})))
    assert (item.doors_time, item.start_time) == (doors, start)


def test_room_without_events_is_no_failure() -> None:
    assert read(spider_on(BlackLodgeSpider, DAY), PAGE, venue_page({"props": {"profile": {"events": []}}})) == []


@pytest.mark.parametrize("listed", [PAGE_HOLDS - 1, PAGE_HOLDS])
def test_page_that_is_full_may_leave_out_later_events(listed: int) -> None:
    spider = spider_on(BlackLodgeSpider, DAY)
    read(spider, PAGE, venue_page({"events": [site(id=f"67a{number}") for number in range(listed)]}))
    assert (spider.crawler.stats.get_value(INCOMPLETE) is not None) == (listed == PAGE_HOLDS)


@pytest.mark.parametrize("data", [None, {"props": {"pageProps": {"profile": {}}}}, {"events": "soon"}])
def test_schema_org_events_stand_in_for_the_page_data(data: Any) -> None:
    spider = spider_on(BlackLodgeSpider, DAY)
    event = {
        "@type": "MusicEvent",
        "name": "Tin Heron",
        "startDate": "2026-11-28T04:00:00Z",
        "url": "https://dice.fm/event/tin-heron",
    }
    [item] = items(read(spider, PAGE, venue_page(data, linked={"@type": "Place", "event": [event]})))
    assert (item.event_day, item.start_time, item.source_url) == ("2026-11-27", "20:00", event["url"])
    assert spider.crawler.stats.get_value(INCOMPLETE)


@pytest.mark.parametrize("body", [venue_page({"props": {}}), "<html><body>We are moving</body></html>", ""])
def test_page_without_either(body: str) -> None:
    with pytest.raises(UnreadablePage):
        read(spider_on(BlackLodgeSpider, DAY), PAGE, body)


@pytest.mark.parametrize(
    ("url", "body", "recognised"),
    [
        (f"{PAGE}?lng=en", "<html></html>", PAGE),
        (
            "https://tavern.example.org/shows",
            "<div id='dice-event-list-widget'></div><a href='https://dice.fm/venue/the-tavern-ab1c?x=1'>Tickets</a>",
            "https://dice.fm/venue/the-tavern-ab1c",
        ),
        ("https://tavern.example.org/shows", "<a href='https://dice.fm/venue/the-tavern-ab1c'>Tickets</a>", None),
        ("https://tavern.example.org/shows", "<div id='dice-event-list-widget'></div>", None),
        ("https://dice.fm/event/tin-heron", "<html></html>", None),
        ("https://tavern.example.org/shows", '{"a": 1}', None),
    ],
)
def test_recognise(url: str, body: str, recognised: str | None) -> None:
    found = DiceVenuePageSpider.recognise(HtmlResponse(url, body=body.encode(), encoding="utf-8"))
    assert (found and found.settings["start_urls"]) == (recognised and [recognised])
