"""Webflow lists: a redesign, hidden buttons, and cards that cannot be read."""

from __future__ import annotations

import re

import pytest

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.spiders.venues.skylark import SkylarkSpider
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


def test_a_card_of_a_weekly_night_is_skipped() -> None:
    assert skips(outcomes_of(page(card(), card(link="/recurring-events/open-mic")))) == ["weekly night"]


def test_an_empty_list_of_upcoming_events_is_not_filled_from_the_past() -> None:
    empty = '<div class="w-dyn-list"><div class="w-dyn-empty"><div>No items found.</div></div></div>'
    assert outcomes_of(empty + page(card())) == []


@pytest.mark.parametrize("body", ["<h1>Coming soon</h1>", page('<a href="/menu/soup">Soup</a>')])
def test_a_page_without_the_list_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadablePage, match="/global-events/"):
        outcomes_of(body)
