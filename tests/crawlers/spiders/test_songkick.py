"""Songkick: areas, refusals, towns, and a page that a person saved."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from scrapy.http import Request

from sms_crawlers.errors import BadArgument, UnreadablePage
from sms_crawlers.spiders.apis.songkick import CALENDAR, SongkickSpider
from sms_crawlers.spiders.apis.songkick_records import place_of
from tests.crawlers.saved_answers import RECORDINGS, items, read, spider_on

URL = CALENDAR.format(2846) + "?per_page=50&page=1&apikey=x"


def page(number: int, total: int, *events: dict[str, Any]) -> bytes:
    results = {"event": events} if events else {}
    told = {"status": "ok", "page": number, "perPage": 50, "totalEntries": total, "results": results}
    return orjson.dumps({"resultsPage": told})


def following(spider: SongkickSpider, body: bytes) -> list[str]:
    return [outcome.url for outcome in read(spider, URL, body) if isinstance(outcome, Request)]


def test_pages_are_followed_to_the_last_and_no_further() -> None:
    spider = spider_on(SongkickSpider, "2026-11-20")
    assert following(spider, page(1, 51)) == [CALENDAR.format(2846) + "?per_page=50&page=2&apikey=no-key-in-a-replay"]
    assert following(spider, page(2, 100)) == following(spider, page(1, 0)) == []


def test_any_metro_area_can_be_named() -> None:
    assert SongkickSpider().metro_area == 2846
    assert SongkickSpider(metro_area="17835").metro_area == 17835
    with pytest.raises(BadArgument, match="-a metro_area=seattle: the number"):
        SongkickSpider(metro_area="seattle")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"resultsPage":{"status":"error","error":{"message":"Invalid or missing apikey"}}}', "Invalid or missing"),
        ('{"resultsPage":{"status":"ok"}}', "no page of results"),
        ("[]", "no page of results"),
    ],
)
def test_a_refusal_is_called_one(body: str, told: str) -> None:
    with pytest.raises(UnreadablePage, match=told):
        read(spider_on(SongkickSpider, "2026-11-20"), URL, body)


@pytest.mark.parametrize(
    ("city", "told"),
    [
        ("Perth, WA, Australia", ("Perth", "WA", "Australia")),
        ("London, UK", ("London", None, "UK")),
        ("Seattle", ("Seattle", None, None)),
        (None, (None, None, None)),
    ],
)
def test_towns(city: str | None, told: tuple[str | None, ...]) -> None:
    place = place_of({"location": {"city": city}})
    assert (place["venue_city"], place["venue_region"], place["venue_country"]) == told


def test_an_event_elsewhere_has_no_zone() -> None:
    here, there = (
        {"id": n, "displayName": "Tin Heron", "start": {"date": "2026-12-01"}, "venue": {"metroArea": {"id": area}}}
        for n, area in ((1, 2846), (2, 27396))
    )
    found = items(read(spider_on(SongkickSpider, "2026-11-20"), URL, page(1, 2, here, there)))
    assert [item.timezone for item in found] == ["America/Los_Angeles", None]


def test_a_saved_page_of_the_site_is_read_and_nothing_further_asked() -> None:
    body = (RECORDINGS / "songkick" / "metro-page.html").read_bytes()
    outcomes = read(spider_on(SongkickSpider, "2026-11-20"), "https://www.songkick.com/metro-areas/2846?page=1", body)
    first, second = items(outcomes)
    assert len(outcomes) == 2
    assert (first.source_event_id, first.event_day, first.start_time) == ("502", "2026-11-20", "20:00")
    assert first.source_url == "https://www.songkick.com/concerts/502-gutter-swan-at-chop-suey"
    assert [artist["name"] for artist in first.artists] == ["Gutter Swan", "Bad Almanac"]
    assert (second.start_time, second.status_text, second.venue_address) == (None, "Cancelled", "1325 E Madison St")
