"""SpotHopper's calendars: which night a repeating event stands for, and pages that are none."""

from __future__ import annotations

import orjson
import pytest
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.spothopper import SpotHopperSpider
from sms_crawlers.spiders.venues.a_stir import AStirSpider
from sms_crawlers.spiders.venues.baba_yaga import BabaYagaSpider
from tests.crawlers.saved_answers import errors, items, read, skips, spider_on

URL = "https://astirseattle.com/calendar"
FEED = "https://www.spothopperapp.com/api/spots/275781/events"
TODAY = "2026-11-20"  # a Friday


def card(kind: str, first: str, text: str = "", end: str = "", times: str = "08:00 PM - 12:00 AM") -> str:
    return (
        f'<div class="event-calendar-card " id="1" data-event-recurrence-type="{kind}" data-event-end-date="{end}"'
        f' data-event-start-date="{first}T00:00:00.000+00:00" data-event-start-time="20:00"><h2>Songs</h2>'
        f'<div class="event-info-text">{text}</div><p class="event-time">{times}</p></div>'
    )


@pytest.mark.parametrize(
    ("kind", "first", "text", "next_night"),
    [
        ("Does not Repeat", "2026-11-20", "<p>Every Friday</p>", "2026-11-20"),
        ("Every", "2026-09-02", "<p>Every Wednesday</p>", "2026-11-25"),
        ("Every", "2026-09-02", "", "2026-11-25"),
        ("Every", "2026-09-04", "<p>Every Friday</p>", "2026-11-20"),
        ("Every", "2026-09-02", "<p>Every Monday, Wednesday and Thursday</p>", "2026-11-23"),
        ("Every", "2026-12-02", "<p>Every Wednesday</p>", "2026-12-02"),
        ("Every other", "2026-11-11", "<p>Every other Wednesday</p>", "2026-11-25"),
        ("Every", "2026-11-18", "<p>Every other Wednesday</p>", "2026-12-02"),
        ("Every", "2026-09-02", "<p>Every day</p>", "2026-11-20"),
        ("Monthly on x", "2026-02-10", "<p>Monthly on every second Tuesday</p>", "2026-12-08"),
        ("Monthly on x", "2026-03-31", "<p>Monthly on every last Tuesday</p>", "2026-11-24"),
        ("Monthly on x", "2026-12-03", "<p>Often</p>", "2026-12-03"),
    ],
)
def test_a_repeating_event_stands_for_its_next_night(kind: str, first: str, text: str, next_night: str) -> None:
    [item] = items(read(spider_on(AStirSpider, TODAY), URL, card(kind, first, text)))
    assert item.event_day == next_night
    assert item.source_event_id == ("1" if kind == "Does not Repeat" else f"1@{next_night}")


def test_a_series_that_ends_before_its_next_night_is_left_out() -> None:
    over = card("Every", "2026-09-02", "<p>Every Wednesday</p>", end="2026-11-24T00:00:00.000+00:00")
    assert skips(read(spider_on(AStirSpider, TODAY), URL, over)) == ["series without a night ahead"]


def test_a_way_of_repeating_that_nothing_tells_is_not_guessed() -> None:
    [error] = errors(read(spider_on(AStirSpider, TODAY), URL, card("Monthly on x", "2026-03-31", "<p>Often</p>")))
    assert error.field == "event_day"


@pytest.mark.parametrize(
    ("times", "hours"),
    [("11:00 AM - 02:00 AM", ("11:00", "02:00")), ("09:00 PM", ("21:00", None)), ("", ("20:00", None))],
)
def test_hours(times: str, hours: tuple[str, str | None]) -> None:
    [item] = items(read(spider_on(AStirSpider, TODAY), URL, card("Does not Repeat", "2026-12-01", times=times)))
    assert (item.start_time, item.end_time) == hours


def test_a_month_without_events_is_an_empty_calendar_and_another_page_is_none() -> None:
    assert read(spider_on(AStirSpider, TODAY), URL, '<div id="pinboardAgendaContainer"></div>') == []
    with pytest.raises(UnreadablePage):
        read(spider_on(AStirSpider, TODAY), URL, "<h1>Menu</h1>")


@pytest.mark.parametrize("body", ["[]", '{"error": "not found"}', '{"events": {}}', "<html></html>"])
def test_a_spots_answer_without_a_list_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadablePage):
        read(spider_on(BabaYagaSpider, TODAY), FEED, body)


def test_an_end_in_the_list_is_reckoned_from_the_minutes() -> None:
    event = {"id": 1, "name": "Songs", "event_date": "2026-12-01T00:00:00.000+00:00", "start_time": "22:30"}
    body = orjson.dumps({"events": [event | {"duration_minutes": 150}, event | {"duration_minutes": 3000}]})
    found = items(read(spider_on(BabaYagaSpider, TODAY), FEED, body))
    assert [(item.start_time, item.end_time) for item in found] == [("22:30", "01:00"), ("22:30", None)]


@pytest.mark.parametrize(
    ("markup", "start_url"),
    [
        (card("Every", "2026-09-02"), URL),
        ('<div class="events-holder"><section id="7"><h2>Songs</h2></section></div>', URL),
        (
            '<img src="//static.spotapps.co/a.png"><a href="https://www.spothopperapp.com/api/spots/99/contacts">',
            "https://www.spothopperapp.com/api/spots/99/events",
        ),
        ('<div class="events-holder"><p>Soon</p></div>', None),
    ],
)
def test_recognises_its_pages_only(markup: str, start_url: str | None) -> None:
    seen = SpotHopperSpider.recognise(HtmlResponse(URL, body=markup.encode(), encoding="utf-8"))
    assert (seen.settings["start_urls"] if seen else None) == ([start_url] if start_url else None)
