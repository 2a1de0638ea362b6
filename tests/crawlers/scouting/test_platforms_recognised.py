"""Pages from which the older platforms are recognised, and pages that none of them claims."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from scrapy.http import HtmlResponse, JsonResponse, TextResponse, XmlResponse

from sms_crawlers.platforms.humanitix import HumanitixSpider
from sms_crawlers.platforms.icalendar import ICalendarSpider
from sms_crawlers.platforms.json_ld import JsonLdSpider
from sms_crawlers.platforms.mec import ModernEventsCalendarSpider
from sms_crawlers.platforms.squarespace import SquarespaceSpider
from sms_crawlers.platforms.webflow import WebflowListSpider
from sms_crawlers.platforms.wix_calendar_widget import WixCalendarWidgetSpider
from sms_crawlers.platforms.wix_events import WixEventsSpider
from sms_crawlers.platforms.wp_event_manager import WPEventManagerSpider
from sms_crawlers.spider import SourceSpider
from tests.crawlers.saved_answers import RECORDINGS

URL = "https://room.test/calendar"
GOOGLE = "https://calendar.google.com/calendar"
FEED = f"{GOOGLE}/ical/abc%40group.calendar.google.com/public/basic.ics"
ENCODED = b64encode(b"abc@group.calendar.google.com").decode().rstrip("=")
CLASSES: tuple[type[SourceSpider], ...] = (
    HumanitixSpider,
    ICalendarSpider,
    JsonLdSpider,
    ModernEventsCalendarSpider,
    SquarespaceSpider,
    WPEventManagerSpider,
    WebflowListSpider,
    WixCalendarWidgetSpider,
    WixEventsSpider,
)


def html(body: str | bytes) -> HtmlResponse:
    return HtmlResponse(URL, body=body if isinstance(body, bytes) else body.encode(), encoding="utf-8")


def settings_of(cls: type[SourceSpider], page: TextResponse) -> Any:
    found = cls.recognise(page)
    return found and dict(found.settings)


@pytest.mark.parametrize(
    ("cls", "file", "settings"),
    [
        (WixEventsSpider, "sea_monster_lounge/buy-tickets-in-advance.html", {"start_urls": [URL]}),
        (WixCalendarWidgetSpider, "blue_moon_widget/calendar.html", {"calendar_page": URL}),
        (WebflowListSpider, "skylark/calendar.html", {"start_urls": [URL], "event_path": "/global-events/"}),
        (SquarespaceSpider, "the_cove/all-events.html", {"start_urls": [URL]}),
    ],
)
def test_a_recorded_page_is_recognised_by_its_own_platform_alone(
    cls: type[SourceSpider], file: str, settings: dict[str, Any]
) -> None:
    page = html((RECORDINGS / file).read_bytes())
    found = {other: told for other in CLASSES if (told := settings_of(other, page))}
    assert found.keys() == {cls}
    assert found[cls].items() >= settings.items()


@pytest.mark.parametrize(
    ("body", "feeds"),
    [
        (f'<iframe src="{GOOGLE}/embed?height=600&amp;src=abc%40group.calendar.google.com&amp;ctz=x">', [FEED]),
        (f'<iframe src="{GOOGLE}/embed?src={ENCODED}&ctz=x">', [FEED]),
        (f'<a href="{GOOGLE}/u/0?cid={ENCODED}">Subscribe</a>', [FEED]),
        (f'<a href="{FEED}">Subscribe</a>', [FEED]),
        ('<link rel="alternate" type="text/calendar" href="/all.ics">', ["https://room.test/all.ics"]),
        ('<a href="webcal://room.test/all.ics">Subscribe</a>', ["https://room.test/all.ics"]),
        ('<link rel="alternate" type="text/calendar" href="/events/?ical=1">', None),
        ('<a href="/event/1.ics">Add to calendar</a>', None),
        (f'<iframe src="{GOOGLE}/embed?src=en.usa%23holiday%40group.v.calendar.google.com">', None),
    ],
)
def test_a_page_that_shows_or_offers_a_calendar(body: str, feeds: list[str] | None) -> None:
    assert settings_of(ICalendarSpider, html(body)) == (feeds and {"start_urls": feeds, "event_page": URL})


def test_a_calendar_itself() -> None:
    page = TextResponse(URL, body=b"\xef\xbb\xbfBEGIN:VCALENDAR\r\n", encoding="utf-8")
    assert settings_of(ICalendarSpider, page) == {"start_urls": [URL]}


@pytest.mark.parametrize(
    ("body", "site"),
    [
        ('<script>var a = {"url":"https:\\/\\/room.test\\/blog\\/em-ajax\\/get_listings\\/"}</script>', "blog"),
        ('<div class="wpem-main wpem-event-listings"></div>', ""),
        ('<div class="swpem"></div>', None),
    ],
)
def test_wp_event_manager_tells_where_its_wordpress_is(body: str, site: str | None) -> None:
    wanted = None if site is None else {"site": f"https://room.test/{site}".rstrip("/")}
    assert settings_of(WPEventManagerSpider, html(body)) == wanted


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_pages_of_any_kind_are_asked_without_accident(cls: type[SourceSpider]) -> None:
    for page in (
        html(""),
        html("<h1>Welcome</h1>"),
        html("<a href='http://[x'>odd</a><a href>none</a>"),
        TextResponse(URL, body=b"plain"),
        JsonResponse(URL, body=b'{"events": []}'),
        XmlResponse(URL, body=b"<rss><channel/></rss>"),
    ):
        assert cls.recognise(page) is None
