"""Houses' own sites in AXS's skin by Carbonhouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    doors_and_show,
    find_clock,
    first,
    fold,
    slug,
    status_phrase,
    text_of,
)
from sms_crawlers.reading.answers import as_html, as_text
from sms_crawlers.reading.json_records import load_json
from sms_crawlers.reading.printed_nights import on_each_night, read_nights
from sms_crawlers.reading.support_line import support_acts
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

MORE = "/events/events_ajax/"
PER_PAGE = 12
MAX_PAGES = 50


class AXSSkinSpider(SourceSpider):
    """A site that Carbonhouse (https://www.carbonhouse.com) built for a house that sells through AXS.

    How to know it: rows `.eventItem`, the button `#loadMoreEvents`, ticket links to axs.com.

    Set, besides what every spider sets: `start_urls`, the page of all events. It has the first rows; the others come
    from /events/events_ajax/<offset>, each answer one JSON string that holds HTML, until one has no row.

    A row prints the hour of the doors, and no other unless it is labelled so. The year stands in the `aria-label` of
    the date alone. The support is in the line below the title, or in the line of the tour, which then begins with
    "with". A row that names its room is there. The AXS number at the end of the address is the id; a festival in two
    rooms has one number for both. Age is printed twice, prices never. `data-canceled` marks what is cancelled.
    """

    platform = "AXS skin"

    row_css: ClassVar[str] = ".eventItem"
    list_css: ClassVar[str] = ".eventItem, .eventList"
    """What the page of a house without any event still has."""

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """Rows with a date that only its label prints whole."""
        if not as_html(page).css(".eventItem .date[aria-label]"):
            return None
        return Recognition(".eventItem rows with a labelled date", {"start_urls": [page.url]})

    def parse(self, response: Response) -> Iterator[Outcome | scrapy.Request]:
        """Read the page of all events, and ask for the rows that it leaves out."""
        page = as_html(response)
        if not page.css(self.list_css):
            raise UnreadablePage(f"nothing found where {self.list_css!r} should be")
        yield from self.read_each(page.css(self.row_css), lambda row: self.event(page, row), page)
        yield from self.first_rest(page)

    def first_rest(self, page: TextResponse) -> Iterator[scrapy.Request]:
        """The request for the rows after those of the page, as its button would make it."""
        button = page.css("#loadMoreEvents")
        if not button and len(page.css(self.row_css)) < PER_PAGE:
            return
        stated = button[0].attrib if button else {}
        query = {
            "category": stated.get("data-category", "0"),
            "venue": stated.get("data-venue", "0"),
            "team": stated.get("data-team", "0"),
            "per_page": stated.get("data-increment", str(PER_PAGE)),
            "came_from_page": stated.get("data-camefrom", "event-list-page"),
        }
        offset = stated.get("data-offset", str(PER_PAGE))
        yield scrapy.Request(page.urljoin(f"{MORE}{offset}?{urlencode(query)}"), callback=self.parse_rest)

    def callback_for(self, url: str) -> Any:
        """The method that reads an answer from this URL."""
        return self.parse_rest if MORE in urlsplit(url).path else self.parse

    def parse_rest(self, response: Response) -> Iterator[Outcome | scrapy.Request]:
        """Read an answer with further rows, and ask for those after it."""
        answer = as_text(response)
        markup = load_json(answer.body, "a JSON string of rows")
        if not isinstance(markup, str):
            raise UnreadablePage("the answer is no JSON string")
        rows = Selector(markup).css(self.row_css) if markup.strip() else []
        yield from self.read_each(rows, lambda row: self.event(answer, row), answer)
        if rows:
            yield from self.next_rest(answer.url)

    def next_rest(self, url: str) -> Iterator[scrapy.Request]:
        """The request for the rows after those of an answer."""
        parts = urlsplit(url)
        offset, size = (number_in(text) for text in (parts.path, parse_qs(parts.query).get("per_page", [""])[-1]))
        size = size or PER_PAGE
        if offset >= MAX_PAGES * size:
            listing_incomplete(self, f"more than {MAX_PAGES} pages")
            return
        following = parts._replace(path=f"{MORE}{offset + size}").geturl()
        yield scrapy.Request(following, callback=self.parse_rest)

    def event(self, response: TextResponse, row: Selector) -> list[RawEventItem]:
        """One row as an item."""
        link = next(iter(row.css(".title a")), None)
        title = text_of(link)
        if link is None or title is None:
            raise UnreadableField("title", "the row prints no title")
        printed = fold(row.css(".date::attr(aria-label)").get()) or text_of(first(row, ".date"))
        if printed is None:
            raise UnreadableField("event_day", "the row prints no date")
        nights = read_nights(printed, near=self.today)
        tour, presenter = text_of(first(row, ".promotion-text.tour")), text_of(first(row, ".promotion-text:not(.tour)"))
        support = text_of(first(row, ".tagline"))
        page, tickets = absolute(response, link.attrib.get("href")), first(row, "a.tickets")
        item = self.item(
            response,
            source_event_id=axs_number(page) or f"{nights[0][0]}-{slug(title)}",
            source_url=page,
            title=title,
            date_text=printed,
            venue_name=room_name(text_of(first(row, ".venue"))),
            artists=support_acts(support) + (support_acts(tour) if (tour or "").lower().startswith("with ") else []),
            description="\n".join(line for line in (presenter, support, tour) if line) or None,
            age_text=text_of(first(row, ".age")),
            status_text=cancellation(tickets) or status_phrase(text_of(tickets) or "") or status_phrase(title),
            image_url=absolute(response, row.css(".thumb img::attr(src)").get()),
            ticket_url=absolute(response, tickets.attrib.get("href")) if tickets is not None else None,
            payload=row.get(),
            **hours(text_of(first(row, ".time"))),
        )
        return on_each_night(item, nights)


def hours(printed: str | None) -> dict[str, str | None]:
    """What "Doors: 7:00 PM" or "Show 8:00 PM" tells; an hour without a label is the show's."""
    told = doors_and_show(printed or "")
    start = told.show or (None if told.doors else find_clock(printed or ""))
    return {"doors_time": told.doors, "start_time": start, "end_time": told.end}


def room_name(printed: str | None) -> str | None:
    """A room as the row names it, less the "@" or "at" before it."""
    return re.sub(r"^(?:@|at\b)\s*", "", printed, flags=re.IGNORECASE) or None if printed else None


def axs_number(url: str | None) -> str | None:
    """The number at the end of an event page's address."""
    found = re.search(r"[/-](\d+)/?$", urlsplit(url).path) if url else None
    return found[1] if found else None


def cancellation(tickets: Selector | None) -> str | None:
    """What the ticket button prints if it is marked as cancelled."""
    if tickets is None or tickets.attrib.get("data-canceled", "").lower() not in ("true", "1"):
        return None
    return status_phrase(text_of(tickets) or "") or "Canceled"


def number_in(text: str) -> int:
    """The number at the end of a text; 0 for none."""
    found = re.search(r"(\d{1,6})/?$", text)
    return int(found[1]) if found else 0
