"""Calendars kept with the WordPress plug-in Events Manager."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import (
    Line,
    UnreadableField,
    absolute,
    age_phrase,
    blocks_of,
    doors_and_show,
    find_clocks,
    find_days,
    price_phrase,
    status_phrase,
    without_days,
)
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.places import is_at, read_place
from sms_crawlers.reading.printed_nights import on_each_night, read_nights
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import SourceSpider

MAX_PAGES = 50
_VENUE = re.compile(r"(?:venue|where|location)\s*:\s*", re.IGNORECASE)
_TICKETS = re.compile(r"(?:buy\s+)?tickets\b[^:]*:", re.IGNORECASE)
_NO_TEXT = re.compile(r"-*\s*read more\s*-*", re.IGNORECASE)


class EventsManagerSpider(SourceSpider):
    """A WordPress site with the plug-in Events Manager (https://wp-events-plugin.com).

    How to know it: `.em-events-list`, styles and scripts under `/plugins/events-manager/`.

    Set, besides what every spider sets: `start_urls`, the list. Its pages are linked by `a.next`.

    The form of a row is written by the site, so a row is read by its lines. The first link with a text leads to the
    event's page, and is its title; the last part of the address is the id. The line with a day tells day and hours
    ("Jul 29, 2026 (Wed), 7:30 pm - 10:00 pm"), "Venue:" the place, "Buy tickets online:" the link, unless that is a
    word or a site's front page, where this event is not sold. The rest is the description.
    """

    platform = "Events Manager"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By the list."""
        if not as_html(page).css(".em-events-list"):
            return None
        return Recognition("a list with the class em-events-list", {"start_urls": [page.url]})

    def parse(self, response: Response, page: int = 1) -> Iterator[Any]:
        """Read the rows of the list, then ask for the next page."""
        here = as_html(response)
        lists = here.css(".em-events-list")
        if not lists:
            raise UnreadablePage("no .em-events-list in the page")
        rows = [row for row in lists[0].xpath("./*") if row.css("a")]
        rows = [row for row in rows if "em-pagination" not in row.get()[:200]]
        yield from self.read_each(rows, lambda row: self.event(here, row), here)
        following = absolute(here, here.css(".em-pagination a.next::attr(href)").get())
        if following and page < MAX_PAGES:
            yield scrapy.Request(following, callback=self.parse, cb_kwargs={"page": page + 1})
        elif following:
            listing_incomplete(self, f"more than {MAX_PAGES} pages")

    def event(self, response: TextResponse, row: Selector) -> list[RawEventItem]:
        """One row as an item."""
        lines = [line for block in blocks_of(row) for line in block.lines]
        headline = next((line for line in lines if line.href), None)
        if headline is None:
            raise UnreadableField("title", "the row has no link with a text")
        url = absolute(response, headline.href)
        identity = urlsplit(url or "").path.rstrip("/").rpartition("/")[2]
        if not identity:
            raise UnreadableField("source_event_id", f"{headline.href!r} is no event's page")
        rest = [line for line in lines if line is not headline]
        when = next((line for line in rest if find_days(line.text, near=self.today)), None)
        if when is None:
            raise UnreadableField("event_day", "no line of the row prints a day")
        nights = read_nights(when.text, near=self.today)
        clocks = find_clocks(without_days(when.text))
        venue = next((line for line in rest if _VENUE.match(line.text)), None)
        tickets = next((line for line in rest if _TICKETS.match(line.text)), None)
        about = [line.text for line in rest if line not in (when, venue, tickets) and not _NO_TEXT.fullmatch(line.text)]
        text = "\n".join(about)
        hours = doors_and_show(text)
        place = read_place(_VENUE.sub("", venue.text, count=1) if venue else None)
        item = self.item(
            response,
            source_event_id=identity,
            source_url=url,
            title=headline.text,
            start_time=clocks[0] if clocks else hours.show,
            doors_time=hours.doors,
            end_time=clocks[1] if len(clocks) > 1 else hours.end,
            date_text=when.text,
            description=text or None,
            price_text=price_phrase(text),
            age_text=age_phrase(text),
            status_text=status_phrase(headline.text),
            image_url=absolute(response, row.css("img::attr(src)").get()),
            ticket_url=_ticket_page(tickets),
            payload=row.get(),
            **({} if is_at(place, self.facts) else place.fields()),
        )
        return on_each_night(item, nights)


def _ticket_page(line: Line | None) -> str | None:
    """The address in a line about tickets, which the site may fill with words, or with a site's front page."""
    found = re.match(r"https?://[^/\s]+/\S+$", (line.href or "").strip()) if line else None
    return found.group() if found else None
