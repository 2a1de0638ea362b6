"""Exports of The Events Calendar and Trumba: page after page, what ends them, and pages by which they are known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.the_events_calendar import FULL_PAGE, MAX_PAGES, TheEventsCalendarSpider
from sms_crawlers.platforms.trumba import TrumbaSpider
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.venues.clock_out_lounge import ClockOutLoungeSpider
from tests.crawlers.saved_answers import items, spider_on

URL = "https://clockoutlounge.com/?post_type=tribe_events&ical=1&eventDisplay=list"


def export(uids: Iterable[str], *more: str) -> TextResponse:
    entry = "BEGIN:VEVENT\nUID:{}\nDTSTART;TZID=America/Los_Angeles:20261201T200000\nSUMMARY:Show\n{}END:VEVENT\n"
    lines = "".join(f"{line}\n" for line in more)
    body = "BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(entry.format(uid, lines) for uid in uids) + "END:VCALENDAR\n"
    return TextResponse(URL, body=body.encode(), encoding="utf-8", request=Request(URL))


def uids(first: int, number: int = FULL_PAGE) -> list[str]:
    return [f"{first + n}-1-2@room.example" for n in range(number)]


def crawl(first: TextResponse, *following: TextResponse | None) -> tuple[list[Any], list[str], str | None]:
    """Items, the pages asked for, and why the listing is incomplete; an answer None is an error of the server."""
    spider = spider_on(ClockOutLoungeSpider, "2026-11-20")
    found, asked = list(spider.parse(first)), []
    for answer in following:
        request = next(result for result in found if isinstance(result, Request))
        found.remove(request)
        asked.append(request.url)
        assert request.callback
        assert request.errback
        if answer is None:
            failure = Failure(HttpError(Response(request.url, status=404)))  # type: ignore[no-untyped-call]
            failure.request = request  # type: ignore[attr-defined]  # as Scrapy does
            request.errback(failure)
        else:
            found += request.callback(answer, **request.cb_kwargs)
    asked += [result.url for result in found if isinstance(result, Request)]
    return items(found), asked, spider.crawler.stats.get_value(INCOMPLETE)


def test_a_full_page_is_followed_by_the_next_one_until_a_page_is_not_full() -> None:
    found, asked, why = crawl(export(uids(100)), export(uids(200)), export(uids(300, 3)))
    assert len(found) == 63
    assert asked == [f"{URL}&paged=2", f"{URL}&paged=3"]
    assert why is None


def test_a_page_that_is_not_full_is_the_last() -> None:
    assert crawl(export(uids(100, FULL_PAGE - 1)))[1:] == ([], None)


@pytest.mark.parametrize(
    "second",
    [None, export(uids(100)), HtmlResponse(URL, body=b"<html>Events</html>", encoding="utf-8")],
    ids=["refused", "the first again", "HTML"],
)
def test_a_full_page_without_a_next_one_makes_the_listing_incomplete(second: TextResponse | None) -> None:
    found, asked, why = crawl(export(uids(100)), second)
    assert len(found) == FULL_PAGE
    assert len(asked) == 1
    assert why


def test_an_export_has_an_end() -> None:
    spider = spider_on(ClockOutLoungeSpider, "2026-11-20")
    found = list(spider.parse(export(uids(100)), page=MAX_PAGES, first_uid="other"))
    assert not [result for result in found if isinstance(result, Request)]
    assert spider.crawler.stats.get_value(INCOMPLETE)


def test_html_instead_of_a_calendar_is_no_empty_calendar() -> None:
    with pytest.raises(UnreadablePage):
        crawl(HtmlResponse(URL, body=b"<!doctype html><title>Events</title>", encoding="utf-8"))


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("ATTACH;FMTTYPE=image/png:https://room.example/a.png", "https://room.example/a.png"),
        ("ATTACH;FMTTYPE=application/pdf:https://room.example/a.pdf", None),
        ("ATTACH;FMTTYPE=image/png:CID:jsmith.part3", None),
        ("ATTACH;ENCODING=BASE64;VALUE=BINARY:VGhl", None),
    ],
)
def test_a_picture_is_an_address_of_one(line: str, url: str | None) -> None:
    [item] = crawl(export(uids(1, 1), line))[0]
    assert item.image_url == url


@pytest.mark.parametrize(
    ("line", "room"),
    [
        ("LOCATION:The Clock-Out Lounge", ("The Clock-Out Lounge", "4864 Beacon Ave S")),
        ("LOCATION:4864 Beacon Ave S\\, Seattle\\, WA", ("Clock-Out Lounge", "4864 Beacon Ave S")),
        ("LOCATION:Grange\\, 77 Grange Rd\\, Carnation\\, WA", ("Grange", "77 Grange Rd")),
        ("LOCATION:", ("Clock-Out Lounge", "4864 Beacon Ave S")),
    ],
)
def test_a_row_keeps_its_own_room(line: str, room: tuple[str, str]) -> None:
    [item] = crawl(export(uids(1, 1), line))[0]
    assert (item.venue_name, item.venue_address) == room


CALENDAR = "https://room.example/events/list/"
TRUMBA_CALL = '<script src="//www.trumba.com/scripts/spuds.js"></script><script>spud({ webName: "%s" });</script>'


@pytest.mark.parametrize(
    ("cls", "markup", "start_url"),
    [
        (
            TheEventsCalendarSpider,
            '<div class="tribe-events-calendar-list"></div>',
            "https://room.example/?post_type=tribe_events&ical=1&eventDisplay=list",
        ),
        (TheEventsCalendarSpider, '<a href="/cal?ical=1">iCal</a>', None),
        (TheEventsCalendarSpider, '<div class="wpem-event-listings"></div>', None),
        (TrumbaSpider, TRUMBA_CALL % "town_hall", "https://www.trumba.com/calendars/town_hall.ics"),
        (
            TrumbaSpider,
            '<a href="https://www.trumba.com/calendars/sea_music.ics">iCal</a>',
            "https://www.trumba.com/calendars/sea_music.ics",
        ),
        (TrumbaSpider, '<script>x = { webName: "other" }</script>', None),
    ],
)
def test_recognises_its_pages_only(cls: type[TrumbaSpider], markup: str, start_url: str | None) -> None:
    seen = cls.recognise(HtmlResponse(CALENDAR, body=markup.encode(), encoding="utf-8"))
    assert (seen.settings["start_urls"] if seen else None) == ([start_url] if start_url else None)
