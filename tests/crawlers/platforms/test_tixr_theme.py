"""The Tixr theme's array of events: where it is, and what its descriptions tell of hours."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.tixr_theme import TixrThemeSpider
from sms_crawlers.spiders.venues.nectar_lounge import NectarLoungeSpider
from tests.crawlers.saved_answers import items, read, spider_on

PAGE = "https://nectarlounge.com/events/calendar/"


def record(**values: Any) -> dict[str, Any]:
    return {
        "@type": "Event",
        "name": "Tin Heron",
        "url": "https://www.tixr.com/groups/nectarlounge/events/tin-heron-77",
        "startDate": "2026-12-06T04:00:00+00:00",
        "location": {"name": "Hidden Hall"},
    } | values


def script(*records: Any) -> str:
    return f'<script type="application/ld+json">{orjson.dumps(records).decode()}</script>'


@pytest.mark.parametrize(
    ("description", "doors", "show"),
    [
        ("", None, "20:00"),
        ("8pm, 21+", None, "20:00"),
        ("8pm doors", "20:00", "20:00"),
        ("8pm doors / 8:45pm show", "20:00", "20:45"),
        ("6:30 PM VIP doors&lt;br /&gt;8pm doors&lt;br /&gt;9pm show", "20:00", "21:00"),
        ("8pm doors&lt;br /&gt;8:30-9:15pm Hare&lt;br /&gt;8pm doors&lt;br /&gt;8:30pm show", "20:00", "20:30"),
        ("7pm doors / 8pm show", "19:00", "20:00"),
    ],
)
def test_the_advertised_hour_is_what_the_description_says(description: str, doors: str | None, show: str) -> None:
    page = script(record(description=description))
    [item] = items(read(spider_on(NectarLoungeSpider, "2026-11-20"), PAGE, page))
    assert (item.event_day, item.doors_time, item.start_time) == ("2026-12-05", doors, show)
    assert item.source_venue_id == "hidden_hall"


def test_a_show_that_is_moved_keeps_its_number() -> None:
    earlier, later = record(), record(name="*Rescheduled* Tin Heron", startDate="2027-01-08T04:00:00+00:00")
    spider = spider_on(NectarLoungeSpider, "2026-11-20")
    first, second = (items(read(spider, PAGE, script(one)))[0] for one in (earlier, later))
    assert first.source_event_id == second.source_event_id == "77"
    assert (second.event_day, second.status_text) == ("2027-01-07", "Rescheduled")


def test_the_array_is_found_among_other_scripts_or_alone() -> None:
    other = '<script type="application/ld+json">{"@type": "Organization"}</script>'
    spider = spider_on(NectarLoungeSpider, "2026-11-20")
    assert len(items(read(spider, PAGE, other + script(record())))) == 1
    assert len(items(read(spider, PAGE, orjson.dumps([record()])))) == 1
    assert read(spider, PAGE, script()) == []
    with pytest.raises(UnreadablePage):
        read(spider, PAGE, other)
    with pytest.raises(UnreadablePage):
        read(spider, PAGE, '<script type="application/ld+json">[{"@type": "Event", </script>')


def test_is_recognised_by_its_blocks() -> None:
    block = '<div class="sg-events__event"><a href="https://www.tixr.com/groups/x/events/y-1">Y</a></div>'
    assert TixrThemeSpider.recognise(HtmlResponse(PAGE, body=block, encoding="utf-8")) is not None
    assert TixrThemeSpider.recognise(HtmlResponse(PAGE, body=b'<a href="https://www.tixr.com/">Tixr</a>')) is None
