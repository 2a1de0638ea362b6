"""Calendars on websites made with Bandzoogle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    age_phrase,
    doors_and_show,
    lines_of,
    read_clock,
    read_day,
    status_phrase,
    text_of,
)
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.places import is_at, read_place
from sms_crawlers.reading.printed_nights import read_one_run
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import SourceSpider

MAX_PAGES = 200


class BandzoogleSpider(SourceSpider):
    """A calendar of the website builder Bandzoogle (https://bandzoogle.com).

    How to know it: `.event-detail[data-occurrence-id]` in a `section.calendar_feature`, pictures on zoogletools.com.

    Set, besides what every spider sets: `start_urls`, the page with the list of events. Three rows stand in it; the
    following ones are asked for as turbo-stream, whose `template` holds the same markup, and the link `rel="next"`
    leads from page to page. Of two calendars in a page the list is read, not the grid of the month.

    The id is that of the occurrence. A day of the current year is printed without the year. The row's own room counts;
    one at the house's number and street is the house. Hours in the notes tell doors; the hour beside the day is the
    show's. The payload is the row without its dialog for sharing.
    """

    platform = "Bandzoogle"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By a row of the list."""
        if not as_html(page).css(".calendar_feature .event-detail[data-occurrence-id]"):
            return None
        return Recognition(".event-detail with data-occurrence-id in a calendar_feature", {"start_urls": [page.url]})

    def parse(self, response: Response, page: int = 1) -> Iterator[Any]:
        """Read the rows of a page, then ask for the next one."""
        here = as_html(response)
        rows = here.css(".event-detail[data-occurrence-id]")
        if not rows and not here.css(".calendar-wrap"):
            raise UnreadablePage("no list of a Bandzoogle calendar in the page")
        yield from self.read_each(rows, lambda row: self.event(here, row), here)
        following = absolute(here, here.css('.upcoming nav.pagination a[rel="next"]::attr(href)').get())
        if following and page < MAX_PAGES:
            yield scrapy.Request(following, callback=self.parse, cb_kwargs={"page": page + 1})
        elif following:
            listing_incomplete(self, f"more than {MAX_PAGES} pages")

    def event(self, response: TextResponse, row: Selector) -> RawEventItem:
        """One row as an item."""
        occurrence = row.attrib.get("data-occurrence-id")
        if not occurrence:
            raise UnreadableField("source_event_id", "the row has an empty data-occurrence-id")
        title = _text(row, ".event-title")
        if title is None:
            raise UnreadableField("title", "the row has no title")
        day, start, last_day, end = self._when(row)
        notes = next(iter(row.css(".event-notes")), None)
        told = "\n".join(lines_of(notes)) if notes is not None else ""
        place = read_place(_text(row, ".event-location"))
        return self.item(
            response,
            source_event_id=occurrence,
            source_url=absolute(response, row.css(".event-title a::attr(href)").get()),
            title=title,
            event_day=day.isoformat(),
            start_time=start,
            doors_time=doors_and_show(told).doors,
            end_time=end,
            end_day=last_day.isoformat() if last_day and last_day > day else None,
            date_text=_text(row, ".date-long") or _text(row, ".date-short"),
            description=notes.get() if notes is not None else None,
            price_text=_text(row, ".price"),
            age_text=age_phrase(title) or age_phrase(told),
            status_text=status_phrase(title) or status_phrase(_text(row, ".add-to-cart") or ""),
            image_url=absolute(response, row.css(".event-image a::attr(href), .event-image img::attr(src)").get()),
            ticket_url=absolute(response, row.css(".buying-options a.tickets::attr(href)").get()),
            payload=re.sub(r"<dialog\b.*?</dialog>", "", row.get(), flags=re.DOTALL),
            **({} if is_at(place, self.facts) else place.fields()),
        )

    def _when(self, row: Selector) -> tuple[date, str | None, date | None, str | None]:
        """Day and hour of the start and of the end, the latter None where they are not printed."""
        printed = next(
            (found for css in (".date-long", ".date-short") for found in row.css(css) if text_of(found)), None
        )
        if printed is None:
            raise UnreadableField("event_day", "the row has no date")
        day, last_of_run = read_one_run(_text(printed, "time.from .date, .date") or "", near=self.today)
        last = _text(printed, "time.to .date")
        return (
            day,
            _hour(_text(printed, "time.from .time, .event-when > .time"), "start_time"),
            read_day(last, near=day) if last else last_of_run,
            _hour(_text(printed, "time.to .time"), "end_time"),
        )


def _text(selector: Selector, css: str) -> str | None:
    return text_of(next(iter(selector.css(css)), None))


def _hour(printed: str | None, field: str) -> str | None:
    return read_clock(printed, field=field) if printed else None
