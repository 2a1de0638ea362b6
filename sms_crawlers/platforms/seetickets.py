"""Houses' own calendars by the See Tickets (now Eventim) plug-in for WordPress."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import ListedArtist, RawEventItem
from sms_crawlers.reading import UnreadableField, absolute, find_clock, first, slug, status_phrase, text_of
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.printed_nights import on_each_night, read_nights
from sms_crawlers.reading.support_line import support_acts
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider


class SeeTicketsSpider(SourceSpider):
    """A calendar page with cards `.seetickets-list-event-container`.

    How to know it: those cards.

    Set, besides what every spider sets: `start_urls`.

    A card prints the weekday and the day without a year, the hours of doors and show, headliners and support apart
    from the title, genre, price, ages, and the room ("at …"). The number in the ticket's address is the id. Of a long
    list the page has only the first part; the rest comes by a script's request that is not made here, so such a
    listing counts as incomplete.
    """

    platform = "See Tickets plug-in"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """Its cards."""
        if not as_html(page).css(".seetickets-list-event-container"):
            return None
        return Recognition(".seetickets-list-event-container cards", {"start_urls": [page.url]})

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the cards of the page."""
        page = as_html(response)
        cards = page.css(".seetickets-list-event-container")
        if not cards and not page.css("[class*='seetickets-list-events']"):
            raise UnreadablePage("nothing found where '.seetickets-list-event-container' should be")
        if len(page.css("[data-see-ajax-page]")) > 1:
            listing_incomplete(self, "the page has only the first part of a long list")
        yield from self.read_each(cards, lambda card: self.event(page, card), page)

    def event(self, response: TextResponse, card: Selector) -> list[RawEventItem]:
        """One card as an item for each of its nights."""
        link = first(card, ".event-title a, .title a")
        title = text_of(link) or text_of(first(card, ".event-title, .title"))
        if title is None:
            raise UnreadableField("title", "the card prints no title")
        when = text_of(first(card, ".event-date, .date"))
        if when is None:
            raise UnreadableField("event_day", "the card prints no date")
        nights = read_nights(when, near=self.today)
        page = absolute(response, link.attrib.get("href")) if link is not None else None
        button = first(card, "a.seetickets-buy-btn")
        genre, room = text_of(first(card, ".genre")), text_of(first(card, ".venue"))
        item = self.item(
            response,
            source_event_id=seetickets_number(page) or f"{nights[0][0]}-{slug(title)}",
            source_url=page,
            title=title,
            start_time=find_clock(text_of(first(card, ".see-showtime")) or ""),
            doors_time=find_clock(text_of(first(card, ".see-doortime")) or ""),
            date_text=when,
            venue_name=re.sub(r"^at\s+", "", room, flags=re.IGNORECASE) if room else None,
            artists=line_up(text_of(first(card, ".headliners")), text_of(first(card, ".supporting-talent"))),
            price_text=text_of(first(card, ".price")),
            age_text=text_of(first(card, ".ages")),
            status_text=status_of(card) or status_phrase(title),
            genres=[genre] if genre else None,
            image_url=absolute(response, picture_of(card)),
            ticket_url=absolute(response, button.attrib.get("href")) if button is not None else page,
            payload=card.get(),
        )
        return on_each_night(item, nights)


def line_up(headliners: str | None, support: str | None) -> list[ListedArtist]:
    """The headliners as printed, and after them the acts of the support's line."""
    billed: list[ListedArtist] = [{"name": headliners}] if headliners else []
    return billed + support_acts(support)


def picture_of(card: Selector) -> str | None:
    """The address of the picture, which a lazy page keeps apart."""
    image = card.css(".seetickets-list-view-event-image")
    return image.css("::attr(data-src)").get() or image.css("::attr(src)").get()


def status_of(card: Selector) -> str | None:
    """What the card's buttons say of the show: some print "More Info" and have only a class for it."""
    told = " ".join(filter(None, (text_of(button) for button in card.css("a.seetickets-buy-btn, a.button-soldout"))))
    return status_phrase(told) or ("Sold Out" if card.css(".button-soldout") else None)


def seetickets_number(url: str | None) -> str | None:
    """The number of an event in the address where its tickets are sold."""
    found = re.search(r"/event/[^/?#]+/(\d+)", url or "")
    return found[1] if found else None
