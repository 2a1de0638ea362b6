"""WP Event Manager: feed, listing and event page, what stands in for what, and feeds that are attacks."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from scrapy.exceptions import IgnoreRequest, ResponseDataLossError
from scrapy.http import JsonResponse, Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from sms_crawlers.errors import BlockedPage, UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading.rss import feed_records
from sms_crawlers.runs.listing import CUT, INCOMPLETE
from sms_crawlers.spiders.venues.the_royal_room import TheRoyalRoomSpider
from tests.crawlers.saved_answers import errors, items, read, skips, spider_on

SITE = "https://theroyalroomseattle.com"
FEED = f"{SITE}/?feed=event_feed"
LISTING = f"{SITE}/em-ajax/get_listings/"
EVENT = f"{SITE}/event/the-band/"


def spider() -> TheRoyalRoomSpider:
    return spider_on(TheRoyalRoomSpider, "2026-11-20")


def entry(text: str = "", *, title: str = "The Band", post: str = "?p=7", more: str = "", start: str = "") -> str:
    return (
        f"<item><title>{title}</title><link>{EVENT}</link><guid>{SITE}/{post}</guid>"
        f"<c:encoded><![CDATA[{text}]]></c:encoded>{more}"
        f"<e:start_date>{start or '2026-12-04 19:30:00'}</e:start_date></item>"
    )


def feed(*entries: str) -> str:
    return f'<rss xmlns:c="c" xmlns:e="e"><channel>{"".join(entries)}</channel></rss>'


def item_of(text: str = "", **parts: str) -> RawEventItem:
    (item,) = items(read(spider(), FEED, feed(entry(text, **parts))))
    return item


def row(post: str, printed: str = "Friday, December 4, 2026 @ 07:30 PM", title: str = "The Band") -> str:
    return (
        f'<div class="event_listing post-{post}"><a href="{EVENT}" class="wpem-event-action-url">'
        f'<h3 class="wpem-heading-text">{title}</h3><span class="wpem-event-date-time-text">{printed}</span></a></div>'
    )


def listing(*rows: str, pages: int | str = 1) -> bytes:
    return orjson.dumps({"found_events": True, "html": "".join(rows), "max_num_pages": pages})


def hours(item: RawEventItem) -> tuple[str | None, str | None, str | None]:
    return item.doors_time, item.start_time, item.end_time


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("<p>Doors: 6:30pm | Show: 7:30pm</p>", "2026-12-04 19:30:00", ("18:30", "19:30", None)),
        ("<p>Doors: 6:30pm | Show: 7:30pm</p>", "2026-12-04 18:30:00", ("18:30", "19:30", None)),
        ("<p>Doors: 6:30pm | Show: 7:30pm</p>", "2026-12-04 01:13:16", ("18:30", "19:30", None)),
        ("<p>Doors: 9:00pm Show: Soon After</p>", "2026-12-04 21:00:00", ("21:00", "21:00", None)),
        ("", "2026-12-04 19:30:00", (None, "19:30", None)),
        ("", "2026-12-04 01:13:16", (None, None, None)),
        ("", "2026-12-04 00:00:00", (None, None, None)),
        ("<p>Show: 5pm-6pm</p><p>Show: 8pm-9pm</p>", "2026-12-04 20:00:00", (None, "20:00", "21:00")),
        ("<p>Show: 5pm-6pm</p><p>Show: 8pm-9pm</p>", "2026-12-04 00:00:00", (None, "17:00", "18:00")),
    ],
)
def test_the_text_wins_over_the_date_field(text: str, start: str, expected: tuple[str | None, ...]) -> None:
    assert hours(item_of(text, start=start)) == expected


def test_an_hour_in_the_title_is_taken_where_no_other_is_told() -> None:
    item = item_of(title="The Band &#8211; 5 PM Early show", start="2026-12-04 00:00:00")
    assert (item.title, item.start_time) == ("The Band – 5 PM Early show", "17:00")


def test_an_end_is_taken_only_where_it_lies_after_the_start() -> None:
    def of(end: str) -> tuple[str | None, str | None]:
        item = item_of(more=f"<e:end_date>{end}</e:end_date>")
        return item.end_time, item.end_day

    assert of("2026-12-04 22:00:00") == ("22:00", None)
    assert of("2026-12-05 01:00:00") == ("01:00", None)
    assert of("2026-12-06 22:00:00") == ("22:00", "2026-12-06")
    assert of("2026-12-04 19:30:00") == (None, None)
    assert of("2026-12-01 19:30:00") == (None, None)


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (entry(start="soon"), "event_day"),
        (entry(start="2026-02-31 19:30:00"), "event_day"),
        (entry(title=" "), "title"),
        (entry(post="event"), "source_event_id"),
    ],
)
def test_an_entry_that_cannot_be_read_leaves_the_others(broken: str, field: str) -> None:
    outcomes = read(spider(), FEED, feed(broken, entry(title="The Others")))
    assert [item.title for item in items(outcomes)] == ["The Others"]
    (error,) = errors(outcomes)
    assert error.field == field
    assert error.record["link"] == EVENT


def test_the_listing_gives_what_the_feed_leaves_out() -> None:
    spider_ = spider()
    *_, request = read(spider_, FEED, feed(entry()))
    outcomes = answered(request, listing(row("7"), row("8", title="The Others"), pages="2"))
    assert skips(outcomes) == ["in the feed"]
    assert [(i.source_event_id, i.title, i.start_time) for i in items(outcomes)] == [("8", "The Others", "19:30")]
    next_page = outcomes[-1]
    assert b"page=2" in next_page.body
    assert answered(next_page, listing(pages=2)) == []


@pytest.mark.parametrize(
    ("problem", "is_cut"),
    [
        (HttpError(Response(LISTING, status=404)), False),
        (IgnoreRequest("Forbidden by robots.txt"), False),
        (BlockedPage("HTTP 403: refused", "refused"), False),
        (BlockedPage("HTTP 503: the server is in trouble", "unreachable"), True),
        (ResponseDataLossError("cut"), True),
        (ConnectionError("lost"), True),
    ],
    ids=["not there", "forbidden", "refused", "in trouble", "cut", "lost"],
)
@pytest.mark.trust(6)
def test_a_listing_that_does_not_come_leaves_the_feed_but_incomplete(problem: Exception, is_cut: bool) -> None:
    spider_ = spider()
    *_, request = read(spider_, FEED, feed(entry()))
    failure = Failure(problem)  # type: ignore[no-untyped-call]  # Twisted has no type for it
    failure.request = request  # type: ignore[attr-defined]  # as Scrapy does
    assert request.errback(failure) is None
    assert spider_.crawler.stats.get_value(INCOMPLETE).startswith("the feed was read, the rest was not: ")
    assert (spider_.crawler.stats.get_value(CUT) is not None) is is_cut


@pytest.mark.trust(3)
def test_a_page_of_the_listing_without_a_row_before_the_last_is_cut() -> None:
    spider_ = spider()
    *_, request = read(spider_, FEED, feed(entry()))
    assert answered(request, listing(pages=2)) == []
    assert spider_.crawler.stats.get_value(CUT) == f"{LISTING} tells 2 pages, and page 1 has no row"


def test_the_listing_stands_in_for_a_feed_that_is_refused_or_none() -> None:
    spider_ = spider()
    failure = Failure(ConnectionError("refused"))  # type: ignore[no-untyped-call]  # Twisted has no type for it
    (refused,) = spider_.feed_refused(failure)
    (none,) = read(spider_, FEED, "<!DOCTYPE html><html><body>Down for maintenance</body></html>")
    for request in (refused, none):
        assert request.url == LISTING
        assert request.errback is None, "where nothing is left, the run fails"
        assert [item.source_event_id for item in items(answered(request, listing(row("7"))))] == ["7"]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Friday, December 4, 2026 @ 05:00 PM - 06:15 PM", ("2026-12-04", "17:00", "18:15", None)),
        ("Friday, December 4, 2026 @ 12:00 AM", ("2026-12-04", None, None, None)),
        (
            "Friday, December 4, 2026 @ 08:00 PM - Saturday, December 5, 2026 @ 11:00 PM",
            ("2026-12-04", "20:00", "23:00", "2026-12-05"),
        ),
    ],
)
def test_day_and_hours_of_a_row(printed: str, expected: tuple[str | None, ...]) -> None:
    (item,) = items(read(spider(), LISTING, listing(row("7", printed))))
    assert (item.event_day, item.start_time, item.end_time, item.end_day) == expected


@pytest.mark.parametrize(
    ("broken", "field"),
    [(row("x"), "source_event_id"), (row("9", "soon"), "event_day"), (row("9", title=""), "title")],
)
def test_a_row_that_cannot_be_read_leaves_the_others(broken: str, field: str) -> None:
    outcomes = read(spider(), LISTING, listing(broken, row("7")))
    assert [item.source_event_id for item in items(outcomes)] == ["7"]
    assert [error.field for error in errors(outcomes)] == [field]


@pytest.mark.parametrize("body", ["<html>", "[]", '{"html": 1, "max_num_pages": 1}', '{"html": ""}', "[" * 10_000])
def test_an_answer_that_is_no_listing_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadablePage):
        read(spider(), LISTING, body)


def test_an_events_page_gives_its_ticket_link() -> None:
    record = {
        "@context": "http://schema.org/",
        "@type": "Event",
        "description": "<p>Doors: 6:30pm | Show: 7:30pm</p><p>Tickets: $20</p>",
        "name": "Jazz &#038; Folk",
        "image": f"{SITE}/a.jpg",
        "startDate": "2026-12-04 19:30:00",
        "endDate": "",
        "eventStatus": "EventPostponed",
    }
    body = (
        f'<link rel="shortlink" href="{SITE}/?p=7" /><script type="application/ld+json">not json</script>'
        f'<script type="application/ld+json">{orjson.dumps(record).decode()}</script>'
        '<div class="wpem-register-event-form"><a href="https://tickets.test/7">Tickets</a></div>'
    )
    (item,) = items(read(spider(), EVENT, body))
    assert (item.source_event_id, item.title, item.source_url) == ("7", "Jazz & Folk", EVENT)
    assert hours(item) == ("18:30", "19:30", None)
    assert (item.ticket_url, item.image_url) == ("https://tickets.test/7", f"{SITE}/a.jpg")
    assert (item.price_text, item.status_text) == ("$20", "Postponed")


def test_a_page_without_its_event_is_unreadable() -> None:
    with pytest.raises(UnreadablePage, match="no JSON-LD events"):
        read(spider(), EVENT, "<h1>Not found</h1>")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not XML"),
        (b"<html><body>Hi</body></html>", "root is 'html'"),
        (b"<rss><channel><item>", "not XML"),
        (b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>', "document type"),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>', "document type"),
        (b'<!DOCTYPE r SYSTEM "http://169.254.169.254/">\n<rss/>', "document type"),
    ],
)
def test_a_body_that_is_no_plain_feed_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePage, match=reason):
        feed_records(body)


def test_a_feed_with_control_characters_and_blanks_before_it_is_read() -> None:
    body = b'\n\n<?xml version="1.0"?><rss><channel><item><title>A\x00\x0b &#8217;</title></item></channel></rss>'
    assert feed_records(body) == [{"title": "A ’"}]


def answered(request: Request, body: bytes) -> list[Any]:
    """What the request's callback yields for a body."""
    assert request.callback is not None
    return list(request.callback(JsonResponse(request.url, body=body, request=request), **request.cb_kwargs))
