"""schema.org Events: scripts that are hardly JSON, the forms that values come in, ids, and microdata."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy.http import HtmlResponse, JsonResponse, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.json_ld import JsonLdSpider, json_ld_events
from sms_crawlers.reading.microdata import microdata_events
from sms_crawlers.runs.listing import INCOMPLETE
from tests.crawlers.saved_answers import errors, items, read, skips, spider_on

URL = "https://room.test/calendar"
EVENT = {"@type": "MusicEvent", "name": "Tin Heron", "startDate": "2026-12-04T20:00:00-0800", "url": "/shows/1"}
GEO = {"latitude": "47.5", "longitude": -122}


class RoomSpider(JsonLdSpider):
    """A room in Seattle."""

    name = "room"
    title = "Room"
    homepage = "https://room.test"
    kind = "venue"
    city = "seattle"
    venue = "skylark"


def page(*scripts: Any) -> str:
    texts = (script if isinstance(script, str) else json.dumps(script) for script in scripts)
    return "<html>" + "".join(f'<script type="application/ld+json">{text}</script>' for text in texts) + "</html>"


def outcomes_of(body: str) -> list[Any]:
    return read(spider_on(RoomSpider, "2026-11-20"), URL, body)


def item_of(**fields: Any) -> RawEventItem:
    (item,) = items(outcomes_of(page(EVENT | fields)))
    return item


def events_in(body: str) -> list[Any]:
    return [event.get("name") for event in json_ld_events(HtmlResponse(URL, body=body.encode(), encoding="utf-8"))]


TEXT = json.dumps(EVENT)


@pytest.mark.parametrize(
    "script",
    [
        [EVENT],
        {"@graph": [{"@type": "WebPage", "name": "Shows"}, EVENT]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": EVENT}]},
        {"@type": "MusicGroup", "name": "Tin Heron", "event": [EVENT]},
        EVENT | {"@type": ["Thing", "http://schema.org/Festival"]},
        EVENT | {"@type": "schema:TheaterEvent"},
        {"@type": "EventSeries", "name": "Series", "subEvent": [EVENT]},
        f"<!-- {TEXT} -->",
        f"//<![CDATA[\n{TEXT}\n//]]>",
        TEXT.replace("}", ",}"),
        TEXT.replace('"url"', '"description": "two\nlines\tand a tab", "url"'),
        TEXT.replace('"url"', '"description": "it\\\'s, odd", "url"'),
        f'{{"@type": "WebSite"}}\n{TEXT}',
        TEXT.replace('"', "&quot;"),
    ],
)
def test_an_event_is_found_wherever_and_however_it_stands(script: Any) -> None:
    assert events_in(page(script)) == ["Tin Heron"]


@pytest.mark.parametrize("kind", ["Organization", "BroadcastEvent", "EventVenue", "EventReservation", None, 7])
def test_what_is_no_event_is_none(kind: Any) -> None:
    assert events_in(page({"@type": kind, "name": "No Show", "startDate": "2026-12-04"})) == []


@pytest.mark.parametrize(
    ("start", "day", "hour"),
    [
        ("2026-12-04T20:00:00-0800", "2026-12-04", "20:00"),
        ("2026-12-05T04:00:00Z", "2026-12-04", "20:00"),
        ("2026-12-05T04:00:00.000+00:00", "2026-12-04", "20:00"),
        ("2026-12-04 20:00:00 -0800", "2026-12-04", "20:00"),
        ("2026-12-04 20:00", "2026-12-04", "20:00"),
        ("2026-12-04", "2026-12-04", None),
        ("2026-12-04T00:00:00-08:00", "2026-12-04", None),
        ("December 4, 2026 8:00 PM", "2026-12-04", "20:00"),
        ("2026-12-04T8:00 PM", "2026-12-04", "20:00"),
    ],
)
def test_a_start_is_read_in_all_its_forms(start: str, day: str, hour: str | None) -> None:
    item = item_of(startDate=start)
    assert (item.event_day, item.start_time) == (day, hour)


@pytest.mark.parametrize(
    ("end", "end_time", "end_day"),
    [
        ("2026-12-04T23:00:00-0800", "23:00", None),
        ("2026-12-05T02:00:00-0800", "02:00", None),
        ("2026-12-06T22:00:00-0800", "22:00", "2026-12-06"),
        ("2026-12-04T20:00:00-0800", None, None),
        ("2026-12-04T09:00:00-0800", None, None),
        ("2026-12-06", None, "2026-12-06"),
        ("late", None, None),
        (["odd"], None, None),
    ],
)
def test_an_end_is_after_the_start_or_none(end: Any, end_time: str | None, end_day: str | None) -> None:
    item = item_of(endDate=end)
    assert (item.end_time, item.end_day) == (end_time, end_day)


@pytest.mark.parametrize(
    ("offers", "price", "low", "high"),
    [
        ({"price": "20.00", "priceCurrency": "USD"}, "$20", 20.0, 20.0),
        ([{"price": 25, "priceCurrency": "USD"}, {"price": "$12.50"}], "$12.50 - $25", 12.5, 25.0),
        ({"lowPrice": 10, "highPrice": "30", "priceCurrency": "USD"}, "$10 - $30", 10.0, 30.0),
        ({"@type": "AggregateOffer", "offers": [{"price": 0, "priceCurrency": "USD"}]}, "Free", 0.0, 0.0),
        ({"price": "ask"}, None, None, None),
        ({"price": -1}, None, None, None),
        ("20", None, None, None),
    ],
)
def test_prices_are_told_where_the_offers_give_numbers(
    offers: Any, price: str | None, low: float | None, high: float | None
) -> None:
    item = item_of(offers=offers)
    assert (item.price_text, item.price_min, item.price_max) == (price, low, high)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"eventStatus": "https://schema.org/EventCancelled"}, "Cancelled"),
        ({"eventStatus": {"@id": "http://schema.org/EventPostponed"}}, "Postponed"),
        ({"eventStatus": ["EventRescheduled"]}, "Rescheduled"),
        ({"eventStatus": "https://schema.org/EventMovedOnline"}, "Moved Online"),
        ({"eventStatus": "https://schema.org/EventScheduled"}, None),
        ({"offers": [{"availability": "http://schema.org/SoldOut"}]}, "Sold Out"),
        ({"offers": [{"availability": "SoldOut"}, {"availability": "InStock"}]}, None),
    ],
)
def test_a_status_is_told_unless_all_is_well(fields: dict[str, Any], status: str | None) -> None:
    assert item_of(**fields).status_text == status


@pytest.mark.parametrize(
    ("performer", "names"),
    [
        ({"@type": "MusicGroup", "name": "Tin Heron"}, ["Tin Heron"]),
        ([{"name": "Tin Heron"}, "Paper Ladders", {"name": ""}, None], ["Tin Heron", "Paper Ladders"]),
        ("Organization", []),
        ("", []),
        ({"@type": "Person", "name": "Person"}, []),
    ],
)
def test_performers_are_named_unless_a_template_names_their_type(performer: Any, names: list[str]) -> None:
    assert [artist["name"] for artist in item_of(performer=performer).artists] == names


@pytest.mark.parametrize(
    ("location", "name", "address", "latitude"),
    [
        (
            {"name": "Salt Shed", "address": {"streetAddress": "1 Way"}, "geo": GEO},
            "Salt Shed",
            "1 Way",
            47.5,
        ),
        ([{"@type": "VirtualLocation"}, {"name": "Salt Shed", "address": "1 Way"}], "Salt Shed", "1 Way", None),
        ("Salt Shed", "Salt Shed", None, None),
        ({"name": "Salt Shed", "geo": {"latitude": 0, "longitude": 0}}, "Salt Shed", None, None),
        ("-", "Skylark Cafe & Club", "3803 Delridge Way SW", 47.5700038),
        ({"@type": "Place", "name": "Skylark", "address": ""}, "Skylark", "3803 Delridge Way SW", 47.5700038),
        (None, "Skylark Cafe & Club", "3803 Delridge Way SW", 47.5700038),
    ],
)
def test_a_place_that_is_named_wins_over_the_house(
    location: Any, name: str, address: str | None, latitude: float | None
) -> None:
    item = item_of(location=location)
    assert (item.venue_name, item.venue_address, item.latitude) == (name, address, latitude)


def test_keys_may_be_capitalised_and_objects_may_be_referred_to() -> None:
    graph = {
        "@graph": [
            {
                "@type": "Event",
                "Name": "Tin Heron",
                "StartDate": "2026-12-04",
                "DoorTime": "7 PM",
                "Location": {"@id": "#p"},
            },
            {"@type": "Place", "@id": "#p", "name": "Salt Shed"},
        ]
    }
    (item,) = items(outcomes_of(page(graph)))
    assert (item.title, item.event_day, item.doors_time, item.venue_name) == (
        "Tin Heron",
        "2026-12-04",
        "19:00",
        "Salt Shed",
    )


def test_ids_are_addresses_made_single_by_day_and_hour() -> None:
    early, late = (EVENT | {"startDate": f"2026-12-05T{hour}:00"} for hour in ("19:00", "21:30"))
    nameless = {"@type": "Event", "name": "The Quiet Motors", "startDate": "2026-12-06"}
    outcomes = outcomes_of(page([EVENT, EVENT, early, late, nameless, EVENT | {"url": "/shows/2?n=1&utm_source=x"}]))
    assert [item.source_event_id for item in items(outcomes)] == [
        "https://room.test/shows/1@2026-12-04",
        "https://room.test/shows/1@2026-12-05",
        "https://room.test/shows/1@2026-12-05T21:30",
        "2026-12-06-the-quiet-motors",
        "https://room.test/shows/2?n=1",
    ]
    assert skips(outcomes) == ["printed twice"]


def test_what_cannot_be_read_is_said_and_leaves_the_others() -> None:
    broken = TEXT[:-40]
    outcomes = outcomes_of(page(broken, EVENT, EVENT | {"name": None}, EVENT | {"startDate": "soon"}))
    assert [item.title for item in items(outcomes)] == ["Tin Heron"]
    assert [error.field for error in errors(outcomes)] == ["title", "title", "event_day"]
    assert skips(outcomes_of(page(EVENT | {"startDate": "2026-11-19"}))) == ["past day"]


def test_a_script_that_is_broken_behind_its_first_event_is_said() -> None:
    outcomes = outcomes_of(page(f"{TEXT}\n{TEXT[:-40]}"))
    assert [item.title for item in items(outcomes)] == ["Tin Heron"]
    assert [error.reason for error in errors(outcomes)] == ["a script of JSON-LD that is no JSON"]


@pytest.mark.trust(3)
@pytest.mark.parametrize(("told", "incomplete"), [(1, None), ("2", "a list of 2 items, of which the page holds 1")])
def test_a_list_that_tells_more_than_the_page_holds_is_incomplete(told: object, incomplete: str | None) -> None:
    spider = spider_on(RoomSpider, "2026-11-20")
    elements = [{"@type": "ListItem", "item": EVENT}]
    read(spider, URL, page({"@type": "ItemList", "numberOfItems": told, "itemListElement": elements}))
    assert spider.crawler.stats.get_value(INCOMPLETE) == incomplete


def test_an_empty_list_is_a_calendar_and_a_page_without_one_is_not() -> None:
    assert outcomes_of(page({"@type": "ItemList", "itemListElement": []})) == []
    with pytest.raises(UnreadablePage, match="no schema"):
        outcomes_of("<h1>Coming soon</h1>")


MICRODATA = """<div itemscope itemtype="https://schema.org/MusicEvent"><h2 itemprop="name">Tin Heron</h2>
<meta itemprop="startDate" content="2026-12-04T20:00-0800"><a itemprop="url" href="/shows/1">more</a>
<div itemprop="location" itemscope itemtype="http://schema.org/Place"><b itemprop="name">Salt Shed</b>
<span itemprop="address" itemscope itemtype="http://schema.org/PostalAddress">
<i itemprop="streetAddress">1 Way</i></span></div>
<p itemprop="performer">Tin Heron</p><p itemprop="performer">Paper Ladders</p></div>"""


def test_microdata_says_the_same() -> None:
    (item,) = items(outcomes_of(MICRODATA))
    assert (item.title, item.start_time, item.venue_name, item.venue_address) == (
        "Tin Heron",
        "20:00",
        "Salt Shed",
        "1 Way",
    )
    assert [artist["name"] for artist in item.artists] == ["Tin Heron", "Paper Ladders"]
    nested = f'<main itemscope itemtype="https://schema.org/ItemPage"><div itemprop="about">{MICRODATA}</div></main>'
    assert len(microdata_events(HtmlResponse(URL, body=nested.encode()))) == 1


def test_a_page_with_dated_events_is_recognised_and_others_are_not() -> None:
    found = JsonLdSpider.recognise(HtmlResponse(URL, body=page(EVENT, EVENT).encode()))
    assert found is not None
    assert found.settings == {"start_urls": [URL]}
    assert "2 schema.org events as JSON-LD" in found.why
    for response in (
        HtmlResponse(URL, body=page({"@type": "Event", "name": "No Day"}).encode()),
        HtmlResponse(URL, body=b""),
        JsonResponse(URL, body=TEXT.encode()),
        TextResponse(URL, body=b"BEGIN:VCALENDAR"),
    ):
        assert JsonLdSpider.recognise(response) is None
