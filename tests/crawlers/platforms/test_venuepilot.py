"""VenuePilot: errors with HTTP 200, paging, hours, bill and price of a record, accounts."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from sms_crawlers.errors import BadArgument, UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.venuepilot import ENDPOINT, MAX_PAGES, VenuePilotSpider
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.apis.venuepilot import VenuepilotSpider
from sms_crawlers.spiders.venues.conor_byrne import ConorByrneSpider
from tests.crawlers.saved_answers import items, read, spider_on

DAY = "2026-11-20"


def event(**changes: Any) -> dict[str, Any]:
    return {"id": 1, "name": "Tin Heron + Paper Ladders", "date": "2026-11-27", "startTime": "20:00:00"} | changes


def answer(*records: Any, pages: Any = 1) -> bytes:
    return orjson.dumps({"data": {"paginatedEvents": {"collection": list(records), "metadata": {"totalPages": pages}}}})


def read_one(**changes: Any) -> RawEventItem:
    [item] = items(read(spider_on(ConorByrneSpider, DAY), ENDPOINT, answer(event(**changes))))
    return item


@pytest.mark.parametrize(
    "body",
    [
        b'{"errors": [{"message": "Field \'support\' doesn\'t exist"}], "data": null}',
        b'{"errors": [{"message": "no"}], "data": {"paginatedEvents": {"collection": []}}}',
        b'{"data": {"paginatedEvents": null}}',
        b'{"data": {"paginatedEvents": {"collection": {}}}}',
        b"[]",
        b"<html>",
    ],
)
def test_answer_that_is_no_listing(body: bytes) -> None:
    with pytest.raises(UnreadablePage):
        read(spider_on(ConorByrneSpider, DAY), ENDPOINT, body)


@pytest.mark.parametrize(
    ("page", "pages", "records", "asks_for", "incomplete"),
    [
        (1, 1, [event()], [], False),
        (1, 3, [event()], [2], False),
        (3, 3, [event()], [], False),
        (2, 9, [], [], False),
        (1, None, [event()], [], False),
        (MAX_PAGES, MAX_PAGES + 1, [event()], [], True),
    ],
)
def test_pages(page: int, pages: Any, records: list[Any], asks_for: list[int], incomplete: bool) -> None:
    spider = spider_on(ConorByrneSpider, DAY)
    body = answer(*records, pages=pages)
    response = HtmlResponse(ENDPOINT, body=body, encoding="utf-8", request=Request(ENDPOINT))
    requests = [outcome for outcome in spider.parse(response, page=page) if isinstance(outcome, Request)]
    posted = [orjson.loads(request.body)["variables"] for request in requests]
    assert [variables["page"] for variables in posted] == asks_for
    assert all(variables["accountIds"] == [194] and variables["startDate"] == DAY for variables in posted)
    assert (spider.crawler.stats.get_value(INCOMPLETE) is not None) == incomplete


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        ({"doorTime": "19:00:00"}, ("19:00", "20:00", None)),
        ({"startTime": "00:00:00", "doorTime": "19:00:00"}, ("19:00", None, None)),
        ({"startTime": "00:30:00", "endTime": "00:00:00"}, (None, "00:30", "00:00")),
        ({"startTime": None, "description": "<p>Doors 7 / Show 8</p>"}, ("19:00", "20:00", None)),
        ({"startTime": "20:00:00", "description": "<p>Doors 7 / Show 9</p>"}, ("19:00", "20:00", None)),
        ({"startTime": 20, "doorTime": {}, "endTime": ["x"]}, (None, None, None)),
    ],
)
def test_hours(changes: dict[str, Any], hours: tuple[str | None, ...]) -> None:
    item = read_one(**changes)
    assert (item.doors_time, item.start_time, item.end_time) == hours


@pytest.mark.parametrize(
    ("announced", "inherited", "bill"),
    [
        (["Paper Ladders", "Tin Heron"], ["Marla Quist"], ["Paper Ladders", "Tin Heron"]),
        ([], ["Marla Quist", "PAPER LADDERS", "The Tin Heron", "Paper"], ["The Tin Heron", "PAPER LADDERS", "Paper"]),
        ([], ["Marla Quist", "Ladder", ""], []),
    ],
)
def test_inherited_artists_count_where_the_title_prints_them(
    announced: list[str], inherited: list[str], bill: list[str]
) -> None:
    artists = [{"name": name} for name in inherited]
    item = read_one(announceArtists=[{"name": name} for name in announced], artists=artists)
    assert [artist["name"] for artist in item.artists] == bill


@pytest.mark.parametrize(
    ("support", "acts"),
    [
        ("Marla Quist & Dial Tone Saints", ["Marla Quist", "Dial Tone Saints"]),
        ("Marla Quist, Ministry of Fog, 12 Rooms", ["Marla Quist", "Ministry of Fog", "12 Rooms"]),
        ("gothic doom, black metal ,metal", []),
        ("Genre - Tribute", []),
        ("DJ MARROW BIRTHDAY PARTY (darkwave)", []),
        ("EVERY MONDAY!", []),
        ("with Leo, Nora & Kay", []),
        ("Closed for a Private Event", []),
        ("", []),
        (None, []),
    ],
)
def test_support_is_taken_for_acts_where_it_is_written_as_names(support: str | None, acts: list[str]) -> None:
    item = read_one(support=support, artists=[{"name": "Tin Heron"}])
    assert [(artist["name"], artist.get("role")) for artist in item.artists] == [
        ("Tin Heron", None),
        *((name, "support") for name in acts),
    ]


@pytest.mark.parametrize(
    ("changes", "text", "low"),
    [
        ({"priceMin": 12, "priceMax": 15.5}, "$12 - $15.50", 12.0),
        ({"priceMin": 0, "priceMax": 15}, "$15", 15.0),
        ({"priceMin": 0, "priceMax": 0, "description": "$5 at the door"}, "$5 at the door", None),
        ({"priceMin": 9, "currency": "CAD"}, "CAD 9", 9.0),
        ({"status": "FREE", "priceMin": 0}, "Free", None),
        ({"status": "Tickets"}, None, None),
    ],
)
def test_price(changes: dict[str, Any], text: str | None, low: float | None) -> None:
    item = read_one(**changes)
    assert (item.price_text, item.price_min) == (text, low)


@pytest.mark.parametrize(
    ("changes", "page"),
    [
        ({"ticketsUrl": "https://t.example.org/1"}, "https://www.conorbyrnepub.com/#/events/1"),
        ({"id": None, "ticketsUrl": "https://t.example.org/1"}, "https://t.example.org/1"),
        ({"id": None, "ticketsUrl": "soon"}, "https://www.conorbyrnepub.com"),
    ],
)
def test_page_that_a_person_can_open(changes: dict[str, Any], page: str) -> None:
    assert read_one(**changes).source_url == page


def test_record_without_id_has_its_day_and_title() -> None:
    assert read_one(id=None).source_event_id == "2026-11-27-tin-heron-paper-ladders"


def test_accounts_as_argument() -> None:
    assert VenuepilotSpider(accounts="194,2906").accounts == (194, 2906)
    for wrong in ("", "conor", "1,,2", "1;2"):
        with pytest.raises(BadArgument):
            VenuepilotSpider(accounts=wrong)


@pytest.mark.parametrize(
    ("script", "accounts"),
    [
        ("window.venuepilotSettings = { general: { accountIds: [194], server: 'x' }, widgets: {} }", (194,)),
        ('window.venuepilotSettings = {\n "general": {\n "accountIds": [ 12, 345 ]}};', (12, 345)),
        ("window.venuepilotSettings = { general: { accountIds: [] } }", None),
        ("window.otherSettings = { general: { accountIds: [194] } }", None),
    ],
)
def test_recognise(script: str, accounts: tuple[int, ...] | None) -> None:
    page = HtmlResponse("https://tavern.example.org/shows#/", body=f"<script>{script}</script>".encode())
    found = VenuePilotSpider.recognise(page)
    assert (found and found.settings) == (
        accounts and {"accounts": accounts, "event_page": "https://tavern.example.org/shows#/events/"}
    )
