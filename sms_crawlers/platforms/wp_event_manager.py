"""Calendars kept with the WordPress plug-in WP Event Manager."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

import orjson
import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.platforms.wp_event_records import Listing, of_feed, of_page, of_row
from sms_crawlers.reading import (
    ShowTimes,
    UnreadableField,
    age_phrase,
    donation_phrase,
    doors_and_show,
    lines_of,
    price_phrase,
    show_times,
    status_phrase,
)
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json
from sms_crawlers.reading.rss import feed_records
from sms_crawlers.runs.listing import listing_cut, rest_failed
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider
from sms_text.redaction import without_secrets


class WPEventManagerSpider(SourceSpider):
    """A WordPress site whose calendar is the plug-in WP Event Manager (https://wp-eventmanager.com).

    How to know it: classes that begin with `wpem-`, the address `/em-ajax/get_listings/` in the page's scripts.

    Set, besides what every spider sets: `site`, the address of the WordPress without a slash at its end.

    Preferred way: the RSS feed `?feed=event_feed`, one request for whole texts with doors, price and age. It may stop
    at some number of posts, so the public listing (`/em-ajax/get_listings/`, paged by `max_num_pages`) is asked
    afterwards, and what the feed leaves out is taken from there, with day and hour only. Fall-back where the feed is
    refused: the listing alone. Event pages (`/event/<slug>/`) can be read too; a crawl does not ask for them, as one
    request an event would buy the ticket link only.

    The id is that of the post. The text wins over the plug-in's date field for doors and show, since that field holds
    one or the other; where it holds the moment of saving (seconds that are not 0) or midnight, it has no hour.
    """

    platform = "WP Event Manager"

    site: ClassVar[str]

    FEED: ClassVar[str] = "/?feed=event_feed"
    LISTING: ClassVar[str] = "/em-ajax/get_listings/"
    LISTING_FORM: ClassVar[dict[str, str]] = {
        "per_page": "30",
        "orderby": "event_start_date",
        "order": "ASC",
        "show_pagination": "false",
    }

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By the address of the listing in the page's scripts, or by its classes."""
        if page.selector.type != "html":
            return None
        listing = re.search(r"(https?:(?:\\?/){2}[^\s\"'<>]+?)\\?/em-ajax\\?/", page.text)
        if listing is None and not page.css("[class^='wpem-'], [class*=' wpem-']"):
            return None
        why = "the address of /em-ajax/ in a script" if listing else "classes wpem-"
        site = listing[1].replace("\\/", "/") if listing else urljoin(page.url, "/").rstrip("/")
        return Recognition(why, {"site": site})

    async def start(self) -> AsyncIterator[Any]:
        """Request the feed; the listing follows it, or stands in for it."""
        yield scrapy.Request(
            self.site + self.FEED, callback=self.parse_feed, errback=self.feed_refused, dont_filter=True
        )

    def callback_for(self, url: str) -> Callable[..., Any]:
        """The reader of the feed, of the listing, or of an event's page."""
        parts = urlsplit(url)
        if parts.path.startswith("/em-ajax/"):
            return self.parse_listing
        return self.parse_event if parts.path.startswith("/event/") else self.parse_feed

    def feed_refused(self, failure: Failure) -> Iterator[scrapy.Request]:
        """Ask the listing instead of a feed that did not answer."""
        yield self.listing_instead(failure.getErrorMessage())

    def listing_refused(self, failure: Failure) -> None:
        """Be content with the feed; what it leaves out is not gone."""
        rest_failed(self, "the feed was read", failure)

    def listing_instead(self, why: str) -> scrapy.Request:
        """The request for the listing without a feed before it."""
        self.logger.warning("%s: the feed gives nothing (%s); reading the listing instead", self.name, why)
        return self.listing_request(page=1, known=None)

    def listing_request(self, *, page: int, known: list[str] | None) -> scrapy.Request:
        """The request for one page of the listing; `known` are the ids that the feed gave, None without a feed."""
        return scrapy.FormRequest(
            self.site + self.LISTING,
            formdata=self.LISTING_FORM | {"page": str(page)},
            callback=self.parse_listing,
            errback=None if known is None else self.listing_refused,
            cb_kwargs={"page": page, "known": known},
            dont_filter=True,
        )

    def parse_feed(self, response: Response) -> Iterator[Outcome | scrapy.Request]:
        """Read the RSS feed, then ask the listing for what it leaves out, or for all if this is no feed."""
        known: list[str] = []
        try:
            records = feed_records(response.body)
        except UnreadablePage as problem:
            yield self.listing_instead(problem.reason)
            return
        page = as_text(response)
        for outcome in self.read_each(records, lambda record: self.event(of_feed(record, page), page), page):
            if isinstance(outcome, RawEventItem):
                known.append(outcome.source_event_id)
            yield outcome
        yield self.listing_request(page=1, known=known)

    def parse_listing(
        self, response: Response, page: int = 1, known: list[str] | None = None
    ) -> Iterator[Outcome | scrapy.Request]:
        """Read a page of the listing: JSON whose `html` holds the rows."""
        here = as_text(response)
        answer = load_json(here.body, "the listing")
        html = inner(answer, "html")
        pages = str(inner(answer, "max_num_pages"))
        if not isinstance(html, str) or not pages.isdigit():
            raise UnreadablePage("the listing's answer has no html or no max_num_pages")
        rows = Selector(text=html or "<p>").css(".event_listing")

        def read(row: Selector) -> RawEventItem | RecordSkip:
            listing = of_row(row, here, self.today)
            if known and listing.post_id in known:
                return RecordSkip(reason="in the feed")
            return self.event(listing, here)

        yield from self.read_each(rows, read, here)
        if rows and page < int(pages):
            yield self.listing_request(page=page + 1, known=known)
        elif page < int(pages):
            listing_cut(self, f"{without_secrets(here.url)} tells {pages} pages, and page {page} has no row")

    def parse_event(self, response: Response) -> Iterator[Outcome]:
        """Read an event's own page by its JSON-LD."""
        page = as_text(response)
        scripts = page.css('script[type="application/ld+json"]::text').getall()
        events = [found for script in scripts if (found := _json_ld_event(script))]
        if len(events) != 1:
            raise UnreadablePage(f"{len(events) or 'no'} JSON-LD events in the page")
        yield from self.read_each(events, lambda record: self.event(of_page(record, page), page), page)

    def event(self, listing: Listing, response: Response) -> RawEventItem:
        """The item of a listing: what its prose tells, and the plug-in's own fields for the rest."""
        if not listing.title:
            raise UnreadableField("title", "the record has no title")
        text = "\n".join(lines_of(Selector(text=listing.html))) if listing.html.strip() else ""
        hours = _performance(show_times(text), listing.start)
        return self.item(
            response,
            source_event_id=listing.post_id,
            source_url=listing.url,
            title=listing.title,
            event_day=listing.day.isoformat(),
            start_time=hours.show or listing.start or doors_and_show(listing.title).show,
            doors_time=hours.doors,
            end_time=hours.end or listing.end,
            end_day=listing.end_day.isoformat() if listing.end_day else None,
            description=listing.html.strip() or None,
            price_text=price_phrase(text) or listing.price or donation_phrase(text),
            age_text=age_phrase(text),
            status_text=status_phrase(listing.title) or listing.status,
            image_url=listing.image_url,
            ticket_url=listing.ticket_url,
            payload=listing.record,
        )


def _performance(told: list[ShowTimes], start: str | None) -> ShowTimes:
    """Of the performances that a text tells, the one that begins or opens its doors at `start`; else the first."""
    same = [hours for hours in told if start and start in (hours.show, hours.doors)]
    return next(iter(same or told), ShowTimes())


def _json_ld_event(script: str) -> dict[str, Any] | None:
    try:
        record = orjson.loads(script)
    except orjson.JSONDecodeError:
        return None
    return record if isinstance(record, dict) and record.get("@type") == "Event" else None
