"""The AEG promoter's site that lists several rooms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import scrapy
from parsel import Selector
from scrapy.http import TextResponse

from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.axs_skin import AXSSkinSpider, axs_number, hours, room_name
from sms_crawlers.reading import UnreadableField, absolute, first, slug, status_phrase, text_of
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.printed_nights import on_each_night, read_nights
from sms_crawlers.reading.support_line import support_acts
from sms_crawlers.scouting.recognition import Recognition


class ShowboxSkinSpider(AXSSkinSpider):
    """The calendar of an AEG promoter, also built by Carbonhouse, with cards instead of the usual rows.

    How to know it: cards `.entry` with `data-state`, an icon before date and hour, ticket links to axs.com.

    Set, besides what every spider sets: `start_urls`, and `rooms`. The page lists whatever the promoter does, in
    partners' rooms and other states too: each card's own room counts, with the state of `data-state`.

    A card prints the hour of the show, and no other unless it is labelled so; no price, no age. Of the lines in its
    title the h3 is the headliner, the h4 the support; the h5 are presenter and tour. The AXS number that ends the
    event page's address is the id. Where the page has a button for more, the rest is asked for as on other such sites.
    """

    platform = "AEG promoter's site"

    row_css: ClassVar[str] = ".entry"
    list_css: ClassVar[str] = ".entry, .event_list"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """Cards with the state that they are in."""
        if not as_html(page).css(".entry[data-state] .title h3"):
            return None
        return Recognition(".entry cards with data-state", {"start_urls": [page.url]})

    def first_rest(self, page: TextResponse) -> Iterator[scrapy.Request]:
        """The request for further cards, if the page has a button for more."""
        if page.css("#loadMoreEvents"):
            yield from super().first_rest(page)

    def event(self, response: TextResponse, row: Selector) -> list[RawEventItem]:
        """One card as an item for each of its nights."""
        link = first(row, ".title h3 a")
        title = text_of(link)
        if link is None or title is None:
            raise UnreadableField("title", "the card prints no headliner")
        printed, room = text_of(first(row, ".date")), room_name(text_of(first(row, ".venue")))
        if printed is None:
            raise UnreadableField("event_day", "the card prints no date")
        if room is None:
            raise UnreadableField("venue_name", "the card names no room")
        nights = read_nights(printed, near=self.today)
        lines = [text_of(line) for line in row.css(".title h5, .title h4")]
        page, tickets = absolute(response, link.attrib.get("href")), first(row, "a.btn-tickets, .buttons a")
        item = self.item(
            response,
            source_event_id=axs_number(page) or f"{nights[0][0]}-{slug(title)}",
            source_url=page,
            title=title,
            date_text=printed,
            venue_name=room,
            venue_region=row.attrib.get("data-state"),
            artists=support_acts(text_of(first(row, ".title h4"))),
            description="\n".join(line for line in lines if line) or None,
            status_text=status_phrase(text_of(tickets) or "") or status_phrase(title),
            image_url=absolute(response, row.css(".thumb img::attr(src)").get()),
            ticket_url=absolute(response, tickets.attrib.get("href")) if tickets is not None else None,
            payload=row.get(),
            **hours(text_of(first(row, ".time"))),
        )
        return on_each_night(item, nights)
