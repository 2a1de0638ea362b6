"""Bandzoogle's calendars: years, ranges, the way to the next page, and pages that are no calendar."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.bandzoogle import MAX_PAGES, BandzoogleSpider
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.venues.triple_door import TripleDoorSpider
from tests.crawlers.saved_answers import errors, items, read, spider_on

URL = "https://thetripledoor.net/mainstage-calendar"
NEXT = "/mainstage-calendar/features/load/calendar_feature_906435.turbo_stream?calendar_page=2"
PAGER = f'<section class="upcoming"><nav class="pagination"><a rel="next" href="{NEXT}">2</a></nav></section>'


def row(when: str = '<time class="from"><span class="date">Friday, November 20</span></time>', more: str = "") -> str:
    return (
        '<div class="event-detail" data-event-id="1" data-occurrence-id="11"><h2 class="event-title">'
        f'<a href="/event/1/11">Songs</a></h2><span class="date-long">{when}</span>{more}</div>'
    )


def page(*rows: str, more: str = "") -> str:
    return f'<section class="calendar_feature"><div class="calendar-wrap">{"".join(rows)}{more}</div></section>'


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ('<time class="from"><span class="date">Friday, November 20</span></time>', ("2026-11-20", None, None, None)),
        (
            '<time class="from"><span class="date">Friday, January 8</span> @ <span class="time">7:30PM</span></time>',
            ("2027-01-08", "19:30", None, None),
        ),
        (
            '<time class="from"><span class="date">Friday, November 20</span> @ <span class="time">8:00PM</span></time>'
            '<time class="to"><span class="date">Sunday, November 22</span> @ <span class="time">1:00AM</span></time>',
            ("2026-11-20", "20:00", "2026-11-22", "01:00"),
        ),
    ],
)
def test_days_and_hours(when: str, told: tuple[str | None, ...]) -> None:
    [item] = items(read(spider_on(TripleDoorSpider, "2026-11-20"), URL, page(row(when))))
    assert (item.event_day, item.start_time, item.end_day, item.end_time) == told


@pytest.mark.parametrize(
    ("when", "field"),
    [
        ('<time class="from"><span class="date">Monday, November 20</span></time>', "event_day"),
        ('<time class="from"><span class="date">Soon</span></time>', "event_day"),
        ("", "event_day"),
        (
            '<b class="date">November 20</b><time class="from"><b class="time">late</b></time>',
            "start_time",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_an_error(when: str, field: str) -> None:
    [error] = errors(read(spider_on(TripleDoorSpider, "2026-11-20"), URL, page(row(when))))
    assert error.field == field


def test_the_next_page_is_asked_for_and_the_list_has_an_end() -> None:
    spider = spider_on(TripleDoorSpider, "2026-11-20")
    response = HtmlResponse(URL, body=page(row(), more=PAGER).encode(), encoding="utf-8", request=Request(URL))
    asked = [result.url for result in spider.parse(response) if isinstance(result, Request)]
    assert asked == [f"https://thetripledoor.net{NEXT}"]
    assert not [result for result in spider.parse(response, page=MAX_PAGES) if isinstance(result, Request)]
    assert spider.crawler.stats.get_value(INCOMPLETE)


def test_a_page_without_a_list_is_no_empty_calendar() -> None:
    assert read(spider_on(TripleDoorSpider, "2026-11-20"), URL, page()) == []
    with pytest.raises(UnreadablePage):
        read(spider_on(TripleDoorSpider, "2026-11-20"), URL, "<h1>Log in</h1>")


@pytest.mark.parametrize(("markup", "is_known"), [(page(row()), True), (row(), False), ("<p>", False)])
def test_recognises_its_pages_only(markup: str, is_known: bool) -> None:
    seen = BandzoogleSpider.recognise(HtmlResponse(URL, body=markup.encode(), encoding="utf-8"))
    assert (seen is not None and seen.settings == {"start_urls": [URL]}) is is_known
