"""Rooms whose listing is DICE's page of them, https://dice.fm/venue/<slug>."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.dice import DiceEventsSpider
from sms_crawlers.platforms.dice_records import find_events
from sms_crawlers.platforms.json_ld import JsonLdSpider
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import load_json
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome

PAGE_HOLDS = 30
"""A busy room's page ended with this many events, whatever came after them."""

_VENUE_PAGE = re.compile(r"https://dice\.fm/venue/[a-z0-9-]+")
_WIDGET = "script[src*='widgets.dice.fm'], #dice-event-list-widget"


class DiceVenuePageSpider(DiceEventsSpider, JsonLdSpider):
    """A room's page at DICE. DICE's robots.txt closes /api/ alone, so nothing but the page is asked for.

    How to know it: the address; a room's own site has DICE's widget (`#dice-event-list-widget`), which says nothing
    without somebody's key. The slug ends in four or five random letters: look it up, it cannot be guessed.

    Set, besides what every spider sets: `start_urls`, the page.

    Preferred way: the event objects in `script#__NEXT_DATA__`, wherever they stand in it. Fall-back: schema.org events
    in the page, which have no ids but their addresses, and fewer facts. Such a run counts as incomplete.
    """

    complete_listing = True

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By the address, or by the widget beside a link to the room's page."""
        url = page.url.partition("?")[0].rstrip("/")
        if _VENUE_PAGE.fullmatch(url):
            return Recognition("the address is that of a venue's page at DICE", {"start_urls": [url]})
        if page.selector.type != "html" or not page.css(_WIDGET):
            return None
        links = page.xpath("//a[contains(@href, 'dice.fm/venue/')]/@href").getall()
        linked = next((found.group() for link in links if (found := _VENUE_PAGE.match(link))), None)
        return Recognition(f"DICE's widget, and a link to {linked}", {"start_urls": [linked]}) if linked else None

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the page's events. Raises UnreadablePage for a page that tells of none in either way."""
        page = as_text(response)
        try:
            data = page.css("script#__NEXT_DATA__::text").get()
            records = find_events(load_json(data or "", "__NEXT_DATA__"))
        except (UnreadablePage, ValueError):
            records = None
        if records is None:
            listing_incomplete(self, "no events in __NEXT_DATA__; the page's schema.org data may leave some out")
            yield from super().parse(page)
            return
        if len(records) >= PAGE_HOLDS:
            listing_incomplete(self, f"the page holds {len(records)} events, and may leave out later ones")
        yield from self.read_each(records, lambda record: self.site_event(record, page), page)
