"""Houses' own calendars by the TicketWeb plug-in for WordPress: as a month's grid, and as a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import ListedArtist, RawEventItem
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    age_phrase,
    background_image,
    doors_and_show,
    find_clock,
    first,
    read_day,
    slug,
    status_phrase,
    text_of,
)
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.javascript_literals import literal_after
from sms_crawlers.reading.json_records import required_text, text_at
from sms_crawlers.reading.printed_nights import on_each_night, read_nights
from sms_crawlers.reading.prose import printed, printed_title
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

EVENTS = "all_events"
MAX_PAGES = 30
NEXT_PAGE = "a.next.page-numbers::attr(href), a.next[href*='twpage=']::attr(href)"


class TicketWebCalendarSpider(SourceSpider):
    """The plug-in's month view: a script that assigns the events to `all_events`, and a hidden dialog for each.

    How to know it: `var all_events = [` and `#tw-event-dialog-<id>`.

    Set, besides what every spider sets: `start_urls`.

    The script has literals of JavaScript, not JSON: id, day with its year, title, hours of doors and show with their
    labels. The dialog of the same id has the acts, the event's page, the ticket button, and prices where a house shows
    them. What a dialog lacks, or a dialog that is missing, is unknown. A button of the class `tw_soldout` is sold
    out whatever it prints. Of a night without acts the plug-in repeats the title as the one
    act; that is left out.
    """

    platform = "TicketWeb plug-in, calendar"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """The script and its dialogs."""
        if not as_html(page).css("[id^='tw-event-dialog-']") or script_of(as_html(page)) is None:
            return None
        return Recognition(f"a script with {EVENTS} and dialogs #tw-event-dialog-…", {"start_urls": [page.url]})

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the script's events with their dialogs."""
        page = as_html(response)
        script = script_of(page)
        if script is None:
            raise UnreadablePage(f"no script with {EVENTS} in the page")
        dialogs = {dialog.attrib["id"]: dialog for dialog in page.css("[id^='tw-event-dialog-']")}
        records = literal_after(script, EVENTS)
        yield from self.read_each(records, lambda record: self.event(page, record, dialogs), page)

    def event(self, response: TextResponse, record: Any, dialogs: dict[str, Selector]) -> RawEventItem:
        """One event of the script as an item."""
        number = required_text(record, "id", field="source_event_id")
        title = printed_title(text_at(record, "title"))
        begins = required_text(record, "start", field="event_day")
        dialog = dialogs.get(f"tw-event-dialog-{number}", Selector("<html></html>"))
        hours = doors_and_show(f"{text_at(record, 'doors') or ''}\n{text_at(record, 'displayTime') or ''}")
        tickets = first(dialog, ".tw-buy-tix-btn")
        return self.item(
            response,
            source_event_id=number,
            source_url=absolute(response, dialog.css(".tw-name a::attr(href)").get()),
            title=title,
            event_day=read_day(begins.partition("T")[0], near=self.today).isoformat(),
            start_time=hours.show or find_clock(text_at(record, "displayTime") or ""),
            doors_time=hours.doors or find_clock(text_of(first(dialog, ".tw-event-door-time")) or ""),
            end_time=hours.end,
            artists=listed_acts(dialog, title),
            description=printed_block(dialog, ".tw-description"),
            price_text=text_of(first(dialog, ".tw-price")),
            age_text=text_of(first(dialog, ".tw-age-restriction")),
            status_text=status_of(tickets) or status_phrase(title),
            image_url=absolute(response, Selector(text_at(record, "imageUrl") or "<p>").css("img::attr(src)").get())
            or absolute(response, dialog.css("img::attr(src)").get()),
            ticket_url=absolute(response, tickets.attrib.get("href")) if tickets is not None else None,
            payload={"event": record, "dialog": dialog.get() if dialog.attrib.get("id") else None},
        )


class TicketWebListSpider(SourceSpider):
    """The plug-in's list view: cards `.flexmedia--artistevents`.

    How to know it: those cards, with `span.artisteventsname` in them.

    Set, besides what every spider sets: `start_urls`.

    A card prints "Nov 20 @ 08:00 PM", at some houses with the weekday: no year, and an hour without a label. The
    number in the ticket's address is the id. A long list has further pages, `?twpage=N`, which are followed.
    """

    platform = "TicketWeb plug-in, list"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """Its cards."""
        if not as_html(page).css(".flexmedia--artistevents .artisteventsname"):
            return None
        return Recognition(".flexmedia--artistevents cards", {"start_urls": [page.url]})

    def parse(self, response: Response, number: int = 1) -> Iterator[Outcome | scrapy.Request]:
        """Read the cards of a page, and ask for the next one."""
        page = as_html(response)
        cards = page.css(".flexmedia--artistevents")
        if not cards and not page.css(".flexdisplay--artistevents"):
            raise UnreadablePage("nothing found where '.flexmedia--artistevents' should be")
        yield from self.read_each(cards, lambda card: self.event(page, card), page)
        following = absolute(page, page.css(NEXT_PAGE).get())
        if following and number >= MAX_PAGES:
            listing_incomplete(self, f"more than {MAX_PAGES} pages")
        elif following:
            yield scrapy.Request(following, callback=self.parse, cb_kwargs={"number": number + 1})

    def event(self, response: TextResponse, card: Selector) -> list[RawEventItem]:
        """One card as an item."""
        title = text_of(first(card, ".artisteventsname"))
        if title is None:
            raise UnreadableField("title", "the card prints no name")
        when = text_of(first(card, ".artisteventstime"))
        if when is None:
            raise UnreadableField("event_day", "the card prints no time")
        nights = read_nights(when, near=self.today)
        hours = doors_and_show(when)
        button = first(card, ".eventsbutton a")
        page = absolute(response, card.css(".eventinfo a::attr(href), a.background-wrapper::attr(href)").get())
        tickets = absolute(response, button.attrib.get("href")) if button is not None else None
        limit = text_of(first(card, ".artistseventsagelimit"))
        item = self.item(
            response,
            source_event_id=ticketweb_number(tickets) or ticketweb_number(page) or f"{nights[0][0]}-{slug(title)}",
            source_url=page,
            title=title,
            start_time=hours.show or (None if hours.doors else find_clock(when)),
            doors_time=hours.doors,
            date_text=when,
            price_text=text_of(first(card, ".artistseventsprice")),
            age_text=age_phrase(limit or "") or limit,
            status_text=status_phrase(text_of(first(card, ".eventsbutton")) or "") or status_phrase(title),
            image_url=absolute(response, background_image(card.css(".background-wrapper::attr(style)").get())),
            ticket_url=tickets or (page if page and "ticketweb.com" in page else None),
            payload=card.get(),
        )
        return on_each_night(item, nights)


def script_of(page: TextResponse) -> str | None:
    """The script that assigns the events."""
    scripts = page.xpath("//script[not(@src)]/text()").getall()
    return next((script for script in scripts if re.search(rf"\b{EVENTS}\s*=\s*\[", script)), None)


def listed_acts(dialog: Selector, title: str) -> list[ListedArtist]:
    """The acts of a dialog's line-up, headliner first; none if it only repeats how the title begins."""
    names = [name for span in dialog.css(".tw-attractions span") if (name := printed(text_of(span)))]
    if len(names) == 1 and title.casefold().startswith(names[0].casefold()):
        return []
    return [{"name": name} for name in names]


def printed_block(part: Selector, css: str) -> str | None:
    """The markup of the first element that `css` finds, if it prints anything."""
    block = first(part, css)
    return block.get() if block is not None and text_of(block) else None


def status_of(button: Selector | None) -> str | None:
    """What a ticket button says of the show."""
    if button is None:
        return None
    sold_out = "Sold Out" if "tw_soldout" in button.attrib.get("class", "").split() else None
    return status_phrase(text_of(button) or "") or sold_out


def ticketweb_number(url: str | None) -> str | None:
    """The number of an event at ticketweb.com."""
    found = re.search(r"ticketweb\.[a-z.]+/event/[^/?#]+/(\d+)", url or "")
    return found[1] if found else None
