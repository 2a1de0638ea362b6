"""Aldryn Events: the machine's fields, what stands in for them, and pages that are no list."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.aldryn_events import AldrynEventsSpider
from sms_crawlers.spiders.venues.kexp import KexpSpider
from tests.crawlers.saved_answers import errors, items, read, spider_on

URL = "https://www.kexp.org/events/kexp-events/?category=in-studio"


def article(machine: str = "", link: str = "/events/kexp-events/songs-kexp_7/", printed: str = "") -> str:
    return (
        '<div class="aldryn-events-list"><h2>Saturday, 21 November 2026</h2><article class="aldryn-events-article">'
        f'<div class="EventItem-DateTime">{printed}</div>'
        f'<div class="EventItem-body"><h3><a href="{link}">Songs</a></h3></div>'
        f'<a class="addeventatc">{machine}</a></article></div>'
    )


@pytest.mark.parametrize(
    ("machine", "printed", "told"),
    [
        ('<span class="start"> 11/21/2026 15:00 </span>', "", ("2026-11-21", "15:00", None)),
        (
            '<span class="start">11/12/2026 20:00</span><span class="end">11/12/2026 20:30</span>'
            '<span class="date_format">DD/MM/YYYY</span>',
            "",
            ("2026-12-11", "20:00", "20:30"),
        ),
        ('<span class="start">12/01/2026</span>', "", ("2026-12-01", None, None)),
        ("", "<h3>Nov 21st</h3><h5>noon</h5>", ("2026-11-21", "12:00", None)),
        ("", "<h3>Nov 21st</h3><h5>9:30 a.m.</h5>", ("2026-11-21", "09:30", None)),
        ("", "", ("2026-11-21", None, None)),
    ],
)
def test_day_and_hours(machine: str, printed: str, told: tuple[str | None, ...]) -> None:
    [item] = items(read(spider_on(KexpSpider, "2026-11-20"), URL, article(machine, printed=printed)))
    assert (item.event_day, item.start_time, item.end_time) == told


@pytest.mark.parametrize(
    ("markup", "field"),
    [
        (article('<span class="start">soon</span>'), "event_day"),
        (article('<span class="start">11/21/2026 15:00</span><span class="timezone">Europe/Oslo</span>'), "start_time"),
        (article(link="#"), "source_event_id"),
        ('<article class="aldryn-events-article"><h3>No body</h3></article>', "title"),
    ],
)
def test_an_article_that_cannot_be_read_is_an_error(markup: str, field: str) -> None:
    [error] = errors(read(spider_on(KexpSpider, "2026-11-20"), URL, markup))
    assert error.field == field


def test_a_page_without_a_list_is_no_empty_calendar() -> None:
    assert read(spider_on(KexpSpider, "2026-11-20"), URL, '<div class="aldryn-events-list"></div>') == []
    with pytest.raises(UnreadablePage):
        read(spider_on(KexpSpider, "2026-11-20"), URL, "<h1>Page not found</h1>")


@pytest.mark.parametrize(("markup", "is_known"), [(article(), True), ("<article>A post</article>", False)])
def test_recognises_its_pages_only(markup: str, is_known: bool) -> None:
    seen = AldrynEventsSpider.recognise(HtmlResponse(URL, body=markup.encode(), encoding="utf-8"))
    assert (seen is not None and seen.settings == {"start_urls": [URL]}) is is_known
