"""City guides of DoStuff Media: Do206, Do512, Do312 and others."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import BadArgument, UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    background_image,
    find_clock,
    fold,
    price_phrase,
    slug,
    status_phrase,
    text_of,
)
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.schema_event import read_moment
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

MAX_PAGES = 20
"""Pages of one day; a busy day of a big city has three."""


class DoStuffSpider(SourceSpider):
    """A guide of DoStuff Media (https://dostuffmedia.com): `-a days=14` pages, one a day, `/events/2026/11/20`.

    How to know it: cards `.ds-listing.event-card` with `data-permalink`, schema.org microdata in them, and pictures on
    dostuffmedia.com.

    Set, besides what every spider sets: `site`, the address without a slash at its end. A day of many events has
    further pages (`a.ds-next-page`). The id is the number of the card's vote button, else its address.

    The category is the site's and proves nothing: bingo is "concerts-live-music". The hour is the show's unless
    "(doors)" stands behind it. A ticket link is often one of an affiliate, and left as it is. The line above the title
    ("KEXP presents") is the description.
    """

    platform = "DoStuff Media"

    site: ClassVar[str]
    listing_days = 14

    def __init__(self, *args: Any, days: str | int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = self.listing_days or 14
        if days is not None:
            self.take_recorded({"days": str(days)})

    @property
    def arguments(self) -> Mapping[str, str]:
        """How many days are asked for."""
        return {"days": str(self.days)}

    def take_recorded(self, arguments: Mapping[str, str]) -> None:
        """Take the number of days. Raises BadArgument."""
        days = arguments.get("days", str(self.days))
        if not re.fullmatch(r"[1-9]\d?", days):
            raise BadArgument(f"-a days={days}: a number of days, from 1 to 99")
        self.days = int(days)

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """A page with a card that has an address on the site."""
        if page.selector.type != "html" or not page.css(".ds-listing.event-card[data-permalink]"):
            return None
        parts = urlsplit(page.url)
        return Recognition("cards .ds-listing.event-card in the page", {"site": f"{parts.scheme}://{parts.netloc}"})

    async def start(self) -> AsyncIterator[Any]:
        """Request the page of each day."""
        if self.days < (self.listing_days or 0):
            listing_incomplete(self, f"{self.days} days asked for")
        for ahead in range(self.days):
            day = self.today + timedelta(days=ahead)
            yield scrapy.Request(f"{self.site}/events/{day:%Y/%m/%d}", callback=self.parse, dont_filter=True)

    def parse(self, response: Response, number: int = 1) -> Iterator[Outcome | scrapy.Request]:
        """Read a page of a day's cards, and ask for the next one. Raises UnreadablePage for another page."""
        page = as_html(response)
        cards = page.css(".ds-listing.event-card")
        if not cards and not page.css(".ds-events-list, .ds-listings, .ds-events-group"):
            raise UnreadablePage("neither a card nor a list of events in the page")
        yield from self.read_each(cards, lambda card: self.event(page, card), page)
        following = absolute(page, page.css("a.ds-next-page::attr(href)").get())
        if following and number < MAX_PAGES:
            yield scrapy.Request(following, callback=self.parse, cb_kwargs={"number": number + 1})
        elif following:
            listing_incomplete(self, f"more than {MAX_PAGES} pages of one day")

    def event(self, response: TextResponse, card: Selector) -> RawEventItem:
        """One card as an item."""
        title = text_of(next(iter(card.css(".ds-listing-event-title-text")), None))
        url = absolute(response, card.attrib.get("data-permalink"))
        if title is None or url is None:
            raise UnreadableField("title" if title is None else "source_url", "the card has none")
        stated = _stated(card, "startDate")
        if stated is None:
            raise UnreadableField("event_day", "the card states no startDate")
        day, hour = read_moment(stated, zone=self.timezone, near=self.today)
        said = text_of(next(iter(card.css(".ds-event-time")), None)) or ""
        is_doors = "door" in said.casefold()
        hour = hour if find_clock(said) else None
        banners = " / ".join(filter(None, map(text_of, card.css(".ds-listing-banners li"))))
        return self.item(
            response,
            source_event_id=card.css(".ds-btn-ical::attr(data-ds-id)").get() or slug(urlsplit(url).path),
            source_url=url,
            title=title,
            event_day=day.isoformat(),
            start_time=None if is_doors else hour,
            doors_time=hour if is_doors else None,
            description=text_of(next(iter(card.css(".ds-byline")), None)),
            price_text=price_phrase(banners),
            status_text=status_phrase(banners) or status_phrase(title),
            genres=re.findall(r"ds-event-category-(\S+)", card.attrib.get("class", "")),
            image_url=absolute(response, background_image(card.css(".ds-cover-image::attr(style)").get())),
            ticket_url=absolute(response, card.css("a.ds-buy-tix::attr(href)").get()),
            payload=card.get(),
            **self._place(response, card),
        )

    def _place(self, response: TextResponse, card: Selector) -> dict[str, Any]:
        """The place as the card states it."""
        path = card.css(".ds-venue-name a[href^='/venues/']::attr(href)").get()
        place: dict[str, Any] = {
            "venue_name": text_of(next(iter(card.css(".ds-venue-name [itemprop=name]")), None)),
            "venue_address": _stated(card, "streetAddress"),
            "venue_city": _stated(card, "addressLocality"),
            "venue_region": _stated(card, "addressRegion"),
            "venue_postal_code": _stated(card, "postalCode"),
            "venue_url": absolute(response, path),
            "source_venue_id": path.removeprefix("/venues/").strip("/") if path else None,
        }
        point = [_stated(card, name) for name in ("latitude", "longitude")]
        if all(text and re.fullmatch(r"-?\d{1,3}(\.\d{1,20})?", text) for text in point):
            place |= dict(zip(("latitude", "longitude"), (float(text or 0) for text in point), strict=True))
        return place


def _stated(card: Selector, name: str) -> str | None:
    """What the card's microdata states under a name."""
    return fold(card.css(f"meta[itemprop={name}]::attr(content)").get())
