"""Webflow lists: a redesign, hidden buttons, and cards that cannot be read."""

from __future__ import annotations

import re

import pytest
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.webflow import WebflowListSpider
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.venues.el_corazon import ElCorazonSpider
from sms_crawlers.spiders.venues.skylark import SkylarkSpider
from sms_crawlers.spiders.venues.the_crocodile import TheCrocodileSpider
from tests.crawlers.saved_answers import RECORDINGS, errors, items, read, skips, spider_on

URL = "https://www.skylarkcafe.com/calendar"
TICKETS = '<div class="tickets-div"><a href="https://tickets.test/1" class="button w-button">Get Tickets</a></div>'


def page(*cards: str) -> str:
    rows = "".join(f'<div role="listitem" class="w-dyn-item">{card}</div>' for card in cards)
    return f'<div class="w-dyn-list"><div role="list" class="w-dyn-items">{rows}</div></div>'


def card(
    title: str = "The Band",
    date: str = "December 4, 2026 8:00 PM",
    text: str = "",
    link: str = "/global-events/the-band",
    more: str = "",
) -> str:
    return (
        f'<div class="text-block-12">{title}</div><div class="date">{date}</div>'
        f'<div class="rich-text-block-10 w-richtext"><p>{text}</p></div><a href="{link}">Learn More</a>{more}'
    )


def outcomes_of(body: str) -> list[object]:
    return read(spider_on(SkylarkSpider, "2026-11-20"), URL, body)


def item_of(**parts: str) -> RawEventItem:
    (item,) = items(outcomes_of(page(card(**parts))))
    return item


def test_a_redesign_that_renames_the_classes_loses_nothing() -> None:
    body = (RECORDINGS / "skylark" / "calendar.html").read_text("utf-8")
    classes = re.compile(
        r"collection-item-3|text-block-12|(?<=class=\")date(?=\")|link-block-4|rich-text-block-10|artist-image"
    )
    before = items(outcomes_of(body))
    after = items(outcomes_of(classes.sub("renamed", body)))
    fields = (
        "source_event_id",
        "title",
        "event_day",
        "start_time",
        "doors_time",
        "price_text",
        "image_url",
        "ticket_url",
    )
    assert [[getattr(i, f) for f in fields] for i in after] == [[getattr(i, f) for f in fields] for i in before]


@pytest.mark.parametrize(
    ("buttons", "url"),
    [
        (TICKETS, "https://tickets.test/1"),
        (TICKETS.replace("tickets-div", "tickets-div w-condition-invisible"), None),
        (TICKETS.replace("button w-button", "button w-condition-invisible w-button"), None),
        (TICKETS.replace("https://tickets.test/1", "#"), None),
        (TICKETS.replace("https://tickets.test/1", "javascript:buy()"), None),
        ("", None),
    ],
)
def test_a_hidden_button_is_no_ticket_link(buttons: str, url: str | None) -> None:
    assert item_of(more=buttons).ticket_url == url


def test_the_text_wins_over_the_hour_beside_the_date() -> None:
    item = item_of(date="December 4, 2026 7:00 PM", text="Doors 7 / show 8")
    assert (item.doors_time, item.start_time) == ("19:00", "20:00")
    assert item_of(date="December 4, 2026").start_time is None


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (card(date="December 32, 2026"), "event_day"),
        (card(date="Friday, December 5, 2026"), "event_day"),
        (card(date="TBA"), "event_day"),
        ('<div class="date">December 4, 2026</div><a href="/global-events/x"></a>', "title"),
        (card(link="/about"), "source_event_id"),
    ],
)
def test_a_card_that_cannot_be_read_leaves_the_others(broken: str, field: str) -> None:
    outcomes = outcomes_of(page(broken, card()))
    assert [item.title for item in items(outcomes)] == ["The Band"]
    (error,) = errors(outcomes)
    assert error.field == field
    assert error.record.startswith("<div")


@pytest.mark.trust(3)
def test_a_list_with_further_pages_is_incomplete() -> None:
    spider = spider_on(SkylarkSpider, "2026-11-20")
    further = '<div class="w-pagination-wrapper"><a href="?a_page=2" class="w-pagination-next">Next</a></div>'
    read(spider, URL, page(card()).removesuffix("</div>") + further + "</div>")
    assert spider.crawler.stats.get_value(INCOMPLETE) == "the list has further pages, and the first is read"


def test_a_card_of_a_weekly_night_is_skipped() -> None:
    assert skips(outcomes_of(page(card(), card(link="/recurring-events/open-mic")))) == ["weekly night"]


def test_an_empty_list_of_upcoming_events_is_not_filled_from_the_past() -> None:
    empty = '<div class="w-dyn-list"><div class="w-dyn-empty"><div>No items found.</div></div></div>'
    assert outcomes_of(empty + page(card())) == []


@pytest.mark.parametrize("body", ["<h1>Coming soon</h1>", page('<a href="/menu/soup">Soup</a>')])
def test_a_page_without_the_list_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadablePage, match="/global-events/"):
        outcomes_of(body)


CORAZON = """<div class="title">Iron Lattice</div><div class="calendar-headliners">{heads}</div>
<div class="calendar-supports">{supports}</div><div class="start-date">December 4, 2026</div>
<div class="end-date">{last}</div><div class="doors-cal">{doors}</div><div class="show-time-cal">{show}</div>
<div class="venue">{room}</div><a href="/shows/iron-lattice-4-dec"></a>"""


def corazon_item(**parts: str) -> RawEventItem:
    known = {"heads": "Iron Lattice", "supports": "", "last": "", "doors": "7:00 pm", "show": "8:00 pm", "room": ""}
    body = page(CORAZON.format(**(known | parts)))
    (item,) = items(read(spider_on(ElCorazonSpider, "2026-11-20"), "https://www.elcorazonseattle.com/calendar", body))
    return item


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        ({"supports": "Ashen Meridian, Crash Bouquet"}, ["Iron Lattice", "Ashen Meridian", "Crash Bouquet"]),
        ({"heads": "Lattice (loud, long), Vault"}, ["Lattice (loud, long)", "Vault"]),
        ({"supports": "Iron Lattice, "}, ["Iron Lattice"]),
        ({"heads": "This is some text inside of a div block."}, []),
    ],
)
def test_acts_of_the_fields_are_listed_in_billing_order(parts: dict[str, str], names: list[str]) -> None:
    assert [artist["name"] for artist in corazon_item(**parts).artists] == names


def test_a_card_tells_its_own_hours_days_and_room() -> None:
    item = corazon_item(last="December 6, 2026", room="Funhouse")
    assert (item.doors_time, item.start_time, item.end_day) == ("19:00", "20:00", "2026-12-06")
    assert (item.venue_name, item.venue_address) == ("Funhouse", "109 Eastlake Ave E")
    bare = corazon_item(last="December 4, 2026", doors="", show="This is some text inside of a div block.")
    assert (bare.doors_time, bare.start_time, bare.end_day, bare.venue_name) == (None, None, None, "El Corazón")


def test_a_list_counts_without_the_wrapper_that_webflow_puts_around_it() -> None:
    assert corazon_item().source_event_id == "iron-lattice-4-dec"
    body = page(CORAZON).replace('class="w-dyn-list"', "")
    assert (
        len(ElCorazonSpider.cards(spider_on(ElCorazonSpider, "2026-11-20"), HtmlResponse(URL, body=body.encode()))) == 1
    )


@pytest.mark.parametrize(
    ("label", "status"),
    [
        ('<img class="event-tag" src="https://x.test/Sold%20out.webp">', "Sold out"),
        ('<img class="event-tag w-condition-invisible" src="https://x.test/Sold%20out.webp">', None),
        ('<img class="event-tag" src="https://x.test/new.webp">', None),
    ],
)
def test_a_visible_label_is_the_status(label: str, status: str | None) -> None:
    body = page(
        '<a href="#" class="link-block-2 w-condition-invisible"><h3 class="uui-heading-xxsmall-2">Ollie</h3>'
        '<div class="cal-start-date">December 4, 2026</div></a><a href="/shows/ollie" class="link-block-2">'
        '<img class="image-40 w-condition-invisible" src="https://x.test/none.jpg"><img src="https://x.test/ollie.jpg">'
        f'<h3 class="uui-heading-xxsmall-2">Ollie</h3><div class="cal-start-date">Dec 4, 2026 8:00 PM</div></a>{label}'
    )
    (item,) = items(read(spider_on(TheCrocodileSpider, "2026-11-20"), "https://calendar.thecrocodile.com/", body))
    assert (item.start_time, item.status_text, item.ticket_url) == ("20:00", status, None)
    assert item.image_url == "https://x.test/ollie.jpg"


def test_a_list_with_days_is_recognised_by_its_links() -> None:
    listed = (RECORDINGS / "el_corazon" / "calendar.html").read_bytes()
    found = WebflowListSpider.recognise(HtmlResponse("https://room.test/calendar", body=listed))
    assert found is not None
    assert found.settings == {"start_urls": ["https://room.test/calendar"], "event_path": "/shows/"}
    menu = page('<a href="/menu/soup">Soup of May</a>').encode()
    assert WebflowListSpider.recognise(HtmlResponse("https://room.test/menu", body=menu)) is None
