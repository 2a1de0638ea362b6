"""The promoter's cards: recognised, and not taken for the houses' rows."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.axs_skin import AXSSkinSpider
from sms_crawlers.platforms.showbox_skin import ShowboxSkinSpider
from sms_crawlers.spiders.venues.showbox_presents import ShowboxPresentsSpider
from tests.crawlers.saved_answers import items, read, spider_on

PAGE = "https://www.showboxpresents.com/events/all"
CARD = """<div class="entry" data-state="WA"><div class="title"><h5 class="accentColor">Showbox Presents</h5>
<h3><a href="/events/detail/7">TIN HERON</a></h3></div><span class="date">Sat, Dec 5, 2026</span>
<span class="time">8:00 PM</span><span class="venue">@ Showbox at the Market</span></div>"""


def test_a_room_by_another_of_its_names_has_its_facts() -> None:
    [item] = items(read(spider_on(ShowboxPresentsSpider, "2026-11-20"), PAGE, CARD))
    assert (item.venue_name, item.source_venue_id) == ("Showbox at the Market", "the_showbox")
    assert (item.source_event_id, item.start_time) == ("7", "20:00")


def test_more_is_asked_for_only_where_there_is_a_button() -> None:
    spider = spider_on(ShowboxPresentsSpider, "2026-11-20")
    assert not any(isinstance(outcome, Request) for outcome in read(spider, PAGE, CARD * 20))
    assert any(
        isinstance(outcome, Request) for outcome in read(spider, PAGE, CARD + '<button id="loadMoreEvents"></button>')
    )


def test_another_page_is_unreadable() -> None:
    with pytest.raises(UnreadablePage):
        read(spider_on(ShowboxPresentsSpider, "2026-11-20"), PAGE, "<h1>Welcome</h1>")


def test_is_recognised_by_its_cards() -> None:
    page = HtmlResponse(PAGE, body=CARD, encoding="utf-8")
    assert ShowboxSkinSpider.recognise(page) is not None
    assert AXSSkinSpider.recognise(page) is None
    assert ShowboxSkinSpider.recognise(HtmlResponse(PAGE, body=b'<div class="entry">a post</div>')) is None
