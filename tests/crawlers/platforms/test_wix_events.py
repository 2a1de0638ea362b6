"""Wix Events: warm-up data of both editions, and data that is not what it was."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.wix_events import EVENTS_APP
from sms_crawlers.spiders.venues.sea_monster_lounge import SeaMonsterLoungeSpider
from tests.crawlers.saved_answers import differences, errors, items, read, spider_on

PAGE = SeaMonsterLoungeSpider.start_urls[0]
DAY = "2026-11-20"


def event(**changes: Any) -> dict[str, Any]:
    config = {
        "startDate": "2026-12-05T04:00:00.000Z",
        "endDate": "2026-12-05T06:00:00.000Z",
        "timeZoneId": "America/Los_Angeles",
    }
    return {
        "id": "11111111-0000-4000-8000-000000000001",
        "title": "Kelp Forest Organ Trio",
        "slug": "kelp-forest",
        "status": 0,
        "scheduling": {"config": config},
    } | changes


def scheduled(**changes: Any) -> dict[str, Any]:
    config: dict[str, Any] = event()["scheduling"]["config"] | changes
    return event(scheduling={"config": {name: value for name, value in config.items() if value is not ...}})


def page(*events: Any, widget: str = "widgetcomp-kxpbo2ev", has_more: bool = False) -> str:
    widgets = {"widgetcomp-other": {"settings": {}}, widget: {"events": {"events": list(events), "hasMore": has_more}}}
    return page_of({"appsWarmupData": {EVENTS_APP: widgets, "other-app": {"instance": "s3cr3t-session-token"}}})


def page_of(data: Any) -> str:
    text = orjson.dumps(data).decode().replace("/", "\\/")
    return f'<html><body><script type="application/json" id="wix-warmup-data">{text}</script></body></html>'


def outcomes_of(*events: Any) -> list[Any]:
    return read(spider_on(SeaMonsterLoungeSpider, DAY), PAGE, page(*events))


def read_one(record: dict[str, Any]) -> RawEventItem:
    [item] = items(outcomes_of(record))
    return item


def test_instants_become_local_day_and_hours() -> None:
    item = read_one(scheduled(endDate="2026-12-05T09:00:00.000Z"))
    assert (item.event_day, item.start_time, item.end_time, item.end_day) == ("2026-12-04", "20:00", "01:00", None)


def test_summer_has_another_offset() -> None:
    item = read_one(scheduled(startDate="2026-07-02T02:30:00.000Z", endDate="2026-07-02T04:00:00.000Z"))
    assert (item.event_day, item.start_time) == ("2026-07-01", "19:30")


@pytest.mark.parametrize(
    "changes",
    [
        {"endDate": "2026-12-05T04:00:00.000Z"},
        {"endDate": "2026-12-05T01:00:00.000Z"},
        {"endDateHidden": True},
        {"endDate": "late"},
        {"endDate": None},
    ],
)
def test_end_that_is_none(changes: dict[str, Any]) -> None:
    item = read_one(scheduled(**changes))
    assert (item.start_time, item.end_time, item.end_day) == ("20:00", None, None)


def test_event_over_several_days() -> None:
    item = read_one(scheduled(endDate="2026-12-07T06:00:00.000Z"))
    assert (item.event_day, item.end_day, item.end_time) == ("2026-12-04", "2026-12-06", "22:00")


def test_day_to_be_announced_is_told_in_the_pages_words() -> None:
    item = read_one(scheduled(startDate=..., scheduleTbd=True, scheduleTbdMessage="Dates coming soon"))
    assert (item.event_day, item.start_time, item.date_text) == (None, None, "Dates coming soon")


@pytest.mark.parametrize(
    ("registration", "text", "lowest", "highest"),
    [
        ({"ticketing": {}}, "Free", None, None),
        ({"ticketing": None}, "Free", None, None),
        ({"ticketing": {"lowestTicketPrice": {"amount": "15.00"}, "highestTicketPrice": {"amount": "25.00"}}},
         "$15.00 - $25.00", 15.0, 25.0),
        ({"ticketing": {"lowestTicketPrice": {"amount": "12.00"}, "highestTicketPrice": {"amount": "12.00"}}},
         "$12.00", 12.0, 12.0),
        ({"ticketing": {"lowestTicketPrice": {"amount": "9", "currency": "CAD"}}}, "CAD 9", 9.0, 9.0),
        ({"ticketing": {"lowestTicketPrice": {"amount": "8.00"}, "lowestTicketPriceFormatted": "US$8"}},
         "US$8", 8.0, 8.0),
        ({"ticketing": {"soldOut": True}}, None, None, None),
        ({"external": {"registration": "https://tickets.example.org/1"}}, None, None, None),
        ({"ticketing": "soon"}, None, None, None),
        ("open", None, None, None),
        (None, None, None, None),
    ],
)  # fmt: skip
def test_price(registration: Any, text: str | None, lowest: float | None, highest: float | None) -> None:
    item = read_one(event(registration=registration))
    assert (item.price_text, item.price_min, item.price_max) == (text, lowest, highest)


def test_no_word_of_registration_leaves_the_price_to_the_description() -> None:
    assert read_one(event()).price_text is None
    assert read_one(event(description="<p>Doors 7, music 8</p><p>$10, 21+</p>")).price_text == "$10"


def test_description_tells_doors_and_age() -> None:
    item = read_one(event(description="<p>Doors 7:30pm<br>All ages</p>"))
    assert (item.doors_time, item.start_time, item.age_text) == ("19:30", "20:00", "All ages")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"registration": {"ticketing": {"soldOut": True}}}, "Sold out"),
        ({"status": 3}, "Canceled"),
        ({"status": 3, "registration": {"ticketing": {"soldOut": True}}}, "Canceled"),
        ({"status": 0}, None),
        ({"status": 2}, None),
    ],
)
def test_status(changes: dict[str, Any], words: str | None) -> None:
    assert read_one(event(**changes)).status_text == words


def test_title_is_told_as_the_page_shows_it() -> None:
    assert read_one(event(title=" Marmalade &amp;  Friends ")).title == "Marmalade & Friends"


def test_nights_of_one_slug_are_told_apart_by_id() -> None:
    first, second = event(id="a"), event(id="b", scheduling=scheduled(startDate="2026-12-12T04:00:00Z")["scheduling"])
    found = items(outcomes_of(first, second))
    assert [(item.source_event_id, item.event_day) for item in found] == [("a", "2026-12-04"), ("b", "2026-12-11")]
    assert {item.source_url for item in found} == {"https://www.seamonsterlounge.com/event-info/kelp-forest"}


def test_tickets_sold_elsewhere() -> None:
    item = read_one(event(registration={"external": {"registration": "https://tickets.example.org/1"}}))
    assert item.ticket_url == "https://tickets.example.org/1"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "#", ""])
def test_link_that_is_none(link: str) -> None:
    item = read_one(event(registration={"external": {"registration": link}}, mainImage={"url": link}))
    assert item.ticket_url == "https://www.seamonsterlounge.com/event-info/kelp-forest"
    assert item.image_url is None


def test_own_room_has_the_venues_facts_and_another_room_only_what_the_event_tells() -> None:
    own = read_one(event(location={"name": "The Sea Monster", "address": "2202 N 45th St, Seattle, WA 98103, USA"}))
    assert (own.venue_name, own.venue_postal_code) == ("Sea Monster Lounge", "98103")
    place = {
        "name": "Wharfside Landing",
        "address": "88 Example Way, Seattle",
        "coordinates": {"lat": 47.65, "lng": "x"},
    }
    away = read_one(event(location=place))
    assert (away.venue_name, away.venue_address, away.latitude) == (
        "Wharfside Landing",
        "88 Example Way, Seattle",
        47.65,
    )
    assert (away.longitude, away.venue_postal_code, away.source_venue_id, away.venue_url) == (None, None, None, None)
    assert away.timezone == "America/Los_Angeles"


def test_payload_is_the_event_and_nothing_beside_it() -> None:
    record = event()
    item = read_one(record)
    assert item.payload == record
    assert "s3cr3t" not in repr(item)


def test_any_widget_that_has_events_is_read() -> None:
    body = page(event(), widget="widgetcomp-kx2nxyph")
    assert len(items(read(spider_on(SeaMonsterLoungeSpider, DAY), PAGE, body))) == 1


def test_page_that_has_more_events_is_no_complete_listing() -> None:
    spider = spider_on(SeaMonsterLoungeSpider, DAY)
    assert len(items(read(spider, PAGE, page(event(), has_more=True)))) == 1
    assert "has more" in spider.crawler.stats.get_value("listing/incomplete")


def test_whole_listing_is_not_called_incomplete() -> None:
    spider = spider_on(SeaMonsterLoungeSpider, DAY)
    read(spider, PAGE, page(event()))
    assert spider.crawler.stats.get_value("listing/incomplete") is None


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (event(id=None), "source_event_id"),
        (event(id={"uuid": 1}), "source_event_id"),
        (event(title=""), "title"),
        (event(title=["a"]), "title"),
        (event(title="&nbsp;"), "title"),
        (scheduled(startDate=None), "event_day"),
        (scheduled(startDate="2026-02-31T04:00:00Z"), "event_day"),
        (scheduled(startDate="2026-12-05T04:00:00"), "event_day"),
        (event(scheduling="soon"), "event_day"),
        ("an event", "source_event_id"),
        (None, "source_event_id"),
    ],
)
def test_broken_event_is_one_error_and_the_others_are_read(record: Any, field: str) -> None:
    outcomes = outcomes_of(record, event(id="good"))
    assert [error.field for error in errors(outcomes)] == [field]
    assert [item.source_event_id for item in items(outcomes)] == ["good"]


@pytest.mark.parametrize(
    "changes",
    [
        {"description": {"blocks": []}, "mainImage": "picture.jpg", "location": 7, "slug": None},
        {"registration": [], "status": "SCHEDULED", "scheduling": event()["scheduling"] | {"startTimeFormatted": 8}},
        {"description": 21, "mainImage": {"url": 3}, "location": {"name": "", "coordinates": None}, "slug": "a/b?c#d"},
    ],
)
def test_field_of_another_type_costs_only_itself(changes: dict[str, Any]) -> None:
    item = read_one(event(**changes))
    assert (item.title, item.event_day, item.start_time) == ("Kelp Forest Organ Trio", "2026-12-04", "20:00")
    assert item.source_url is not None
    assert item.source_url.startswith("https://www.seamonsterlounge.com/")


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>We are moving</body></html>",
        '<script id="wix-warmup-data"></script>',
        '<script id="wix-warmup-data">{"appsWarmupData": </script>',
        f'<script id="wix-warmup-data">{"[" * 10_000}{"]" * 10_000}</script>',
        page_of({"appsWarmupData": {}}),
        page_of({"appsWarmupData": {EVENTS_APP: []}}),
        page_of({"appsWarmupData": {EVENTS_APP: {"widget": {"events": {"events": None}}}}}),
        page_of([]),
        page(event()).replace("<body>", "<body><script id='wix-warmup-data'>{}</script>"),
        "",
    ],
)
def test_page_without_the_widgets_data(body: str) -> None:
    with pytest.raises(UnreadablePage):
        read(spider_on(SeaMonsterLoungeSpider, DAY), PAGE, body)


@settings(max_examples=100, deadline=None)
@given(
    path=st.sampled_from([(key,) for key in event()] + [("scheduling", "config"), ("registration",), ("location",)]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2),
        max_leaves=5,
    ),
)
def test_whatever_a_field_holds_the_event_ends_as_an_item_or_an_error(path: tuple[str, ...], value: Any) -> None:
    record = event()
    target = record
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    assert len(outcomes_of(record)) == 1


def test_closing_tag_in_a_text_does_not_end_the_data() -> None:
    item = read_one(event(description="</script><b>loud</b>"))
    assert html.escape(item.description or "") == "&lt;/script&gt;&lt;b&gt;loud&lt;/b&gt;"


@pytest.mark.parametrize(
    ("file", "day"),
    [
        ("sample-data.html", "2026-08-08"),
        ("sample-data-2026-07-01.html", "2026-07-01"),
        ("synthetic-buy-tickets.html", "2026-04-29"),
    ],
)
def test_shared_recording_is_read_without_loss(shared_recordings: Path, file: str, day: str) -> None:
    body = (shared_recordings / "sea_monster_lounge" / file).read_bytes()
    outcomes = read(spider_on(SeaMonsterLoungeSpider, day), PAGE, body)
    assert differences(items(outcomes), shared_recordings, "sea_monster_lounge", file) == []
    assert errors(outcomes) == []
