"""Humanitix: kinds of ticket, places of other houses, and hosts' pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.humanitix import HumanitixSpider
from sms_crawlers.spiders.venues.fremont_abbey import FremontAbbeySpider
from tests.crawlers.saved_answers import errors, items, read, spider_on

HOST = "https://events.humanitix.com/host/abbey-arts-presents"
EVENT = {
    "@type": "Event",
    "name": "Ingrid &amp; Theo",
    "startDate": "2026-12-04T20:00:25-0800",
    "url": "https://events.humanitix.com/ingrid",
}


def outcomes_of(*events: Any) -> list[Any]:
    answer = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": event} for event in events]}
    body = f'<script type="application/ld+json">{json.dumps(answer)}</script>'
    return read(spider_on(FremontAbbeySpider, "2026-11-20"), HOST, body)


def item_of(**fields: Any) -> RawEventItem:
    (item,) = items(outcomes_of(EVENT | fields))
    return item


def offer(name: str | None, price: Any, currency: str = "USD") -> dict[str, Any]:
    return {"@type": "Offer", "name": name, "price": price, "priceCurrency": currency}


@pytest.mark.parametrize(
    ("offers", "price"),
    [
        ([offer("Day of Show ", 26), offer("Advance", 20.99)], "Day of Show: $26; Advance: $20.99"),
        ([offer("Donate to Support the Arts", 0), offer("Sliding Scale", 0)], "Sliding Scale: $0"),
        ([offer("Suggested Donation", 10)], "Suggested Donation: $10"),
        ([offer("Seats: see https://other.test", 0)], None),
        ([offer("Advance", 20, "CAD")], "Advance: CAD 20"),
        ([offer(None, 5), offer("Odd", "free"), offer("Less", -1), {"@type": "AggregateOffer"}, "x"], None),
        ([offer(f"Kind {n}", n) for n in range(1, 9)], "; ".join(f"Kind {n}: ${n}" for n in range(1, 7))),
        ([], None),
    ],
)
def test_the_price_is_told_by_kinds_of_ticket(offers: list[Any], price: str | None) -> None:
    assert item_of(offers=offers).price_text == price


def test_an_event_in_another_house_keeps_its_place() -> None:
    item = item_of(location={"name": "Ballard Meeting Hall", "address": {"streetAddress": "77 Jones Lane"}})
    assert (item.venue_name, item.venue_address, item.latitude) == ("Ballard Meeting Hall", "77 Jones Lane", None)
    assert item_of().venue_name == "Fremont Abbey Arts Center"


def test_an_event_is_known_by_its_slug_and_none_without_one() -> None:
    assert item_of().source_event_id == "ingrid"
    assert item_of().title == "Ingrid & Theo"
    assert [error.field for error in errors(outcomes_of(EVENT | {"url": None}))] == ["source_event_id"]


@pytest.mark.parametrize(
    ("url", "body", "start"),
    [
        (f"{HOST}?page=2", "", HOST),
        ("https://room.test/", f'<a href="{HOST}/">Tickets</a>', HOST),
        ("https://room.test/", '<a href="https://events.humanitix.com/ingrid">Tickets</a>', None),
        ("https://room.test/", "", None),
    ],
)
def test_a_hosts_page_is_recognised_and_found_by_links(url: str, body: str, start: str | None) -> None:
    found = HumanitixSpider.recognise(HtmlResponse(url, body=body.encode()))
    assert (found and found.settings) == (start and {"start_urls": [start]})
