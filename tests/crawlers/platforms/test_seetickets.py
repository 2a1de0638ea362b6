"""The See Tickets plug-in's cards."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.seetickets import SeeTicketsSpider
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.venues.airport_tavern import AirportTavernSpider
from tests.crawlers.saved_answers import items, read, spider_on

PAGE = "https://airporttavern.com/calendar/"
CARD = """<div class="seetickets-list-event-container"><p class="event-title">
<a href="https://wl.eventim.us/event/tin-heron/697643?afflky=x">Tin Heron</a></p><p class="event-date">Sat Dec 5</p>
<img class="seetickets-list-view-event-image" src="data:," data-src="https://images.example.net/1.jpg">{more}</div>"""


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ("", None),
        ('<a class="seetickets-buy-btn" href="/x">Sold Out</a>', "Sold Out"),
        ('<a class="button-soldout" href="/x">More Info</a>', "Sold Out"),
        ('<a class="seetickets-buy-btn" href="/x">Cancelled</a>', "Cancelled"),
        ('<a class="seetickets-buy-btn" href="/x">Buy Tickets</a>', None),
    ],
)
def test_what_the_buttons_say(more: str, status: str | None) -> None:
    [item] = items(read(spider_on(AirportTavernSpider, "2026-11-20"), PAGE, CARD.format(more=more)))
    assert item.status_text == status
    assert (item.source_event_id, item.event_day, item.start_time) == ("697643", "2026-12-05", None)
    assert item.image_url == "https://images.example.net/1.jpg"


def test_a_page_with_only_the_first_part_is_incomplete() -> None:
    spider = spider_on(AirportTavernSpider, "2026-11-20")
    read(spider, PAGE, CARD.format(more="") + '<li data-see-ajax-page="1"></li><li data-see-ajax-page="2"></li>')
    assert spider.crawler.stats is not None
    assert spider.crawler.stats.get_value(INCOMPLETE)


def test_another_page_is_unreadable() -> None:
    spider = spider_on(AirportTavernSpider, "2026-11-20")
    assert read(spider, PAGE, '<div class="seetickets-list-events"></div>') == []
    with pytest.raises(UnreadablePage):
        read(spider, PAGE, "<h1>Welcome</h1>")


def test_is_recognised_by_its_cards() -> None:
    assert SeeTicketsSpider.recognise(HtmlResponse(PAGE, body=CARD, encoding="utf-8")) is not None
    assert SeeTicketsSpider.recognise(HtmlResponse(PAGE, body=b"<h1>Welcome</h1>")) is None
