"""Events Manager's lists: rows in the form of the site and of the plug-in, ticket links, pages."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.events_manager import EventsManagerSpider
from sms_crawlers.spiders.listings.seattle_folklore_society import SeattleFolkloreSocietySpider
from tests.crawlers.saved_answers import errors, items, read, spider_on

URL = "https://www.seafolklore.org/events/"
WHEN = "Dec 05, 2026 (Sat), 7:30 pm - 10:00 pm"


def page(*rows: str, more: str = "") -> str:
    return f'<div class="em-events-list">{"".join(rows)}{more}</div>'


def row(when: str = WHEN, more: str = "", link: str = "/events/songs/") -> str:
    return f'<div><span><a href="{link}">Songs</a></span><br>{when}<br>{more}</div>'


def items_of(body: str) -> list[object]:
    return list(items(read(spider_on(SeattleFolkloreSocietySpider, "2026-11-20"), URL, body)))


@pytest.mark.parametrize(
    ("when", "told"),
    [
        (WHEN, ("2026-12-05", "19:30", "22:00", None)),
        ("Dec 05, 2026 (Sat), 7:30 pm", ("2026-12-05", "19:30", None, None)),
        ("Dec 05, 2026 (Sat), All Day", ("2026-12-05", None, None, None)),
        ("Dec 05, 2026 (Sat), 9:00 pm - 12:30 am", ("2026-12-05", "21:00", "00:30", None)),
        ("2026-12-05 - 2026-12-06 <br> 10:00 am", ("2026-12-05", None, None, "2026-12-06")),
    ],
)
def test_days_and_hours(when: str, told: tuple[str | None, ...]) -> None:
    [item] = items(read(spider_on(SeattleFolkloreSocietySpider, "2026-11-20"), URL, page(row(when))))
    assert (item.event_day, item.start_time, item.end_time, item.end_day) == told


@pytest.mark.parametrize(
    ("href", "ticket_url"),
    [
        ("https://tickets.example/e/7", "https://tickets.example/e/7"),
        ("https://tickets.example/", None),
        ("https://tickets.example", None),
        ("Tickets on sale July 19", None),
        ("/cart/7", None),
    ],
)
def test_a_ticket_link_is_the_page_of_an_event(href: str, ticket_url: str | None) -> None:
    body = page(row(more=f'Buy tickets online: <a href="{href}">{href}</a>'))
    [item] = items(read(spider_on(SeattleFolkloreSocietySpider, "2026-11-20"), URL, body))
    assert item.ticket_url == ticket_url


@pytest.mark.parametrize(
    ("markup", "field"),
    [
        (row("Soon"), "event_day"),
        (row("Feb 30, 2027, 7:30 pm"), "event_day"),
        (row(link="https://www.seafolklore.org/"), "source_event_id"),
        (f'<div><a href="/events/songs/"><img src="a.jpg"></a>{WHEN}</div>', "title"),
    ],
)
def test_a_row_that_cannot_be_read_is_an_error(markup: str, field: str) -> None:
    [error] = errors(read(spider_on(SeattleFolkloreSocietySpider, "2026-11-20"), URL, page(markup)))
    assert error.field == field


def test_the_next_page_is_asked_for() -> None:
    pager = '<span class="em-pagination"><a class="next page-numbers" href="?pno=2">&gt;</a></span>'
    found = read(spider_on(SeattleFolkloreSocietySpider, "2026-11-20"), URL, page(row(), more=pager))
    assert len(items(found)) == 1
    assert [result.url for result in found if isinstance(result, Request)] == [f"{URL}?pno=2"]
    assert not errors(found)


def test_a_page_without_a_list_is_no_empty_calendar() -> None:
    assert items_of(page("No events")) == []
    with pytest.raises(UnreadablePage):
        items_of("<h1>Events</h1>")


@pytest.mark.parametrize(("markup", "is_known"), [(page(row()), True), (row(), False)])
def test_recognises_its_pages_only(markup: str, is_known: bool) -> None:
    seen = EventsManagerSpider.recognise(HtmlResponse(URL, body=markup.encode(), encoding="utf-8"))
    assert (seen is not None and seen.settings == {"start_urls": [URL]}) is is_known
