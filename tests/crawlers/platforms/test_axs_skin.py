"""The AXS skin's pages: the end of the rows, and what is no such page."""

from __future__ import annotations

import orjson
import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.axs_skin import MAX_PAGES, AXSSkinSpider
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.venues.neumos import NeumosSpider
from tests.crawlers.saved_answers import items, read, spider_on

PAGE = "https://www.neumos.com/events"
ROW = """<div class="eventItem entry"><h3 class="title"><a href="/events/detail/{slug}">Tin Heron</a></h3>
<div class="date" aria-label="{date}"></div><div class="time">Doors: 7:00 PM</div></div>"""


def row(slug: str = "tin-heron-tickets-77", date: str = "Dec  5 2026") -> str:
    return ROW.format(slug=slug, date=date)


def rest(offset: int) -> str:
    return f"https://www.neumos.com/events/events_ajax/{offset}?category=0&per_page=12"


def asked(outcomes: list[object]) -> list[str]:
    return [outcome.url for outcome in outcomes if isinstance(outcome, Request)]


def test_rows_are_asked_for_until_an_answer_has_none() -> None:
    spider = spider_on(NeumosSpider, "2026-11-20")
    button = '<button id="loadMoreEvents" data-offset="9" data-increment="9" data-venue="4"></button>'
    first = asked(read(spider, PAGE, f'<div class="eventList">{row()}</div>{button}'))
    assert first == [
        "https://www.neumos.com/events/events_ajax/9?category=0&venue=4&team=0&per_page=9&came_from_page=event-list-page"
    ]
    assert asked(read(spider, first[0], orjson.dumps(row()))) == [first[0].replace("ajax/9", "ajax/18")]
    assert asked(read(spider, rest(24), '"  \\n"')) == []


def test_a_short_page_without_a_button_is_the_whole_list() -> None:
    spider = spider_on(NeumosSpider, "2026-11-20")
    assert asked(read(spider, PAGE, row())) == []
    assert asked(read(spider, PAGE, "".join(row(f"x-{n}") for n in range(12)))) != []


def test_a_list_without_end_counts_as_incomplete() -> None:
    spider = spider_on(NeumosSpider, "2026-11-20")
    assert asked(read(spider, rest(12 * MAX_PAGES), orjson.dumps(row()))) == []
    assert spider.crawler.stats is not None
    assert spider.crawler.stats.get_value(INCOMPLETE)


def test_a_row_without_a_number_is_known_by_day_and_title() -> None:
    [item] = items(read(spider_on(NeumosSpider, "2026-11-20"), PAGE, row("tin-heron")))
    assert item.source_event_id == "2026-12-05-tin-heron"
    assert item.source_url == "https://www.neumos.com/events/detail/tin-heron"


@pytest.mark.parametrize(
    ("url", "body"),
    [(PAGE, "<h1>Welcome</h1>"), (rest(12), "<html></html>"), (rest(12), '{"rows": []}'), (PAGE, "[]")],
)
def test_another_answer_is_unreadable(url: str, body: str) -> None:
    with pytest.raises(UnreadablePage):
        read(spider_on(NeumosSpider, "2026-11-20"), url, body)


def test_is_recognised_by_its_rows() -> None:
    found = AXSSkinSpider.recognise(HtmlResponse(PAGE, body=row(), encoding="utf-8"))
    assert found is not None
    assert found.settings == {"start_urls": [PAGE]}
    assert AXSSkinSpider.recognise(TextResponse(PAGE, body=b'{"eventItem": 1}')) is None
