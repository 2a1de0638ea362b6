"""Modern Events Calendar: which pages are asked for, what is printed and what is only stated."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy.http import HtmlResponse, Request

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.mec import MAX_EVENTS, ModernEventsCalendarSpider
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.venues.rainier_arts_center import RainierArtsCenterSpider
from tests.crawlers.saved_answers import RECORDINGS, items, read, skips, spider_on

SITE = "https://rainierartscenter.org"
STATED = {"@type": "Event", "name": "Far Drums", "startDate": "2026-12-04T12:30:00-08:00", "endDate": ""}


def rainier() -> RainierArtsCenterSpider:
    return spider_on(RainierArtsCenterSpider, "2026-11-20")


def page(boxes: str = "", stated: Any = STATED) -> str:
    return (
        f'<article class="mec-single-event"><h1 class="mec-single-title">Far Drums</h1>{boxes}</article>'
        f'<script type="application/ld+json">{json.dumps(stated)}</script>'
    )


def item_of(boxes: str = "", stated: Any = STATED) -> RawEventItem:
    (item,) = items(read(rainier(), f"{SITE}/events/far-drums/", page(boxes, stated)))
    return item


def date_box(day: str) -> str:
    return f'<div class="mec-single-event-date"><abbr class="mec-events-abbr">{day}</abbr></div>'


def time_box(hours: str) -> str:
    return f'<div class="mec-single-event-time"><abbr class="mec-events-abbr">{hours}</abbr></div>'


@pytest.mark.parametrize(
    ("boxes", "start", "end"),
    [
        (date_box("Dec 04 2026") + time_box("8:30 pm - 10:00 pm"), "20:30", "22:00"),
        (date_box("Dec 04 2026") + time_box("8:30 pm"), "20:30", None),
        (date_box("Dec 04 2026") + time_box("8:30 pm - 8:30 pm"), "20:30", None),
        (date_box("Dec 04 2026") + time_box("All Day"), None, None),
        (date_box("Dec 04 2026"), None, None),
        ("", "12:30", None),
    ],
)
def test_printed_hours_win_over_stated_ones(boxes: str, start: str | None, end: str | None) -> None:
    item = item_of(boxes)
    assert (item.event_day, item.start_time, item.end_time) == ("2026-12-04", start, end)


def test_a_room_of_the_house_is_the_house_and_another_place_is_not() -> None:
    box = '<div class="mec-single-event-location"><h6>{}</h6><span class="mec-address">{}</span></div>'
    assert item_of(box.format("Auditorium", "")).venue_name == "Rainier Arts Center"
    there = item_of(box.format("Old Armory", "12 Harbor Way"))
    assert (there.venue_name, there.venue_address, there.latitude) == ("Old Armory", "12 Harbor Way", None)


def test_an_event_is_read_by_its_boxes_alone_where_nothing_is_stated() -> None:
    assert item_of(date_box("Dec 04 2026"), stated={}).event_day == "2026-12-04"
    assert skips(read(rainier(), f"{SITE}/events/x/", page(date_box("Nov 19 2026")))) == ["past day"]


def requests_of(url: str, body: str) -> tuple[list[Request], str | None]:
    spider = rainier()
    outcomes = read(spider, url, body)
    return [o for o in outcomes if isinstance(o, Request)], spider.crawler.stats.get_value(INCOMPLETE)


def rows(count: int) -> str:
    return "".join(f'<h4 class="mec-event-title"><a href="/events/e{n % count}/">E</a></h4>' for n in range(count + 1))


@pytest.mark.parametrize(
    ("body", "asked", "incomplete"),
    [
        (rows(2), ["/events/e0/", "/events/e1/"], False),
        (rows(2) + '<div class="mec-load-more-button">More</div>', ["/events/e0/", "/events/e1/"], True),
        ('<div class="mec-wrap"></div>', [ModernEventsCalendarSpider.POSTS], True),
        (rows(MAX_EVENTS + 1), [f"/events/e{n}/" for n in range(MAX_EVENTS)], True),
    ],
)
def test_the_events_of_a_calendar_are_asked_for(body: str, asked: list[str], incomplete: bool) -> None:
    requests, why = requests_of(f"{SITE}/events/", body)
    assert [request.url for request in requests] == [SITE + path for path in asked]
    assert bool(why) is incomplete


def test_posts_of_wordpress_lead_to_the_events() -> None:
    posts = json.dumps([{"id": 1, "link": f"{SITE}/events/far-drums/"}, {"id": 2}, None])
    requests, _ = requests_of(SITE + ModernEventsCalendarSpider.POSTS, posts)
    assert [request.url for request in requests] == [f"{SITE}/events/far-drums/"]


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (f"{SITE}/events/", "<h1>Coming soon</h1>"),
        (f"{SITE}/events/far-drums/", "<h1>Not found</h1>"),
        (SITE + ModernEventsCalendarSpider.POSTS, '{"code": "rest_forbidden"}'),
    ],
)
def test_a_page_of_another_kind_is_unreadable(url: str, body: str) -> None:
    with pytest.raises(UnreadablePage):
        read(rainier(), url, body)


def test_the_plug_in_is_recognised() -> None:
    body = (RECORDINGS / "rainier_arts_center" / "events.html").read_bytes()
    found = ModernEventsCalendarSpider.recognise(HtmlResponse("https://room.test/calendar/", body=body))
    assert found is not None
    assert found.settings == {"start_urls": ["https://room.test/calendar/"]}
    elsewhere = HtmlResponse("https://room.test/", body=body.replace(b"/events/", b"/shows/"))
    found = ModernEventsCalendarSpider.recognise(elsewhere)
    assert found is not None
    assert found.settings["event_path"] == "/shows/"
