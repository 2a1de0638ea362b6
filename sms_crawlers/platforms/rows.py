"""Calendars that are no product's: rows of markup, each with a day in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, NamedTuple
from urllib.parse import urlsplit

from parsel import Selector, SelectorList
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.reading import (
    ShowTimes,
    UnreadableField,
    absolute,
    age_phrase,
    doors_and_show,
    find_clock,
    first,
    fold,
    lines_of,
    price_phrase,
    slug,
    status_phrase,
    text_of,
    without_days,
)
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.day_order import day_order
from sms_crawlers.reading.days import Order
from sms_crawlers.reading.printed_nights import Nights, read_nights
from sms_crawlers.reading.showtimes import all_starts, first_hours, is_of_the_evening
from sms_crawlers.spider import Outcome, SourceSpider

_NO_NAME = re.compile(r"\b(?:doors?|shows?|music|starts?|at|noon|midnight|\d*\s?[ap]\.?m)\b", re.IGNORECASE)
"""Words that tell hours."""


class PageStyle(NamedTuple):
    """How a page prints days and hours."""

    order: Order
    """Which number of "4/12" is the day."""
    evening: bool
    """Is "8:30" an hour of the evening? Else nothing tells which half of the day it is of."""


class RowListSpider(SourceSpider):
    """A page that lists its nights one below the other, whoever wrote it.

    Set, besides what every spider sets: `start_urls`, and CSS selectors: `row_css` finds the rows of the page, the
    others the parts of a row. `scrapy scout` proposes them. The page tells no ids: the id is the day and the title.

    The printed day counts, with the year that its weekday proves; where it has none and the element has a `datetime`,
    that does. Hours, price and age are taken from the row's text. A day is before its month ("4/12") only where
    the page proves it, and an hour without am or pm is of the evening only where the page says so, or is a venue's.
    """

    platform = "rows of a page"

    row_css: ClassVar[str]
    date_css: ClassVar[str]
    title_css: ClassVar[str | None] = None
    """None: the first words of the row besides its date and price."""
    link_css: ClassVar[str | None] = None
    """The link to the event's own page."""
    price_css: ClassVar[str | None] = None
    """Where the price stands; None: somewhere in the row."""

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the rows. Raises UnreadablePage for a page without one."""
        page = as_text(response)
        rows = page.css(self.row_css)
        if not rows:
            raise UnreadablePage(f"nothing found where {self.row_css!r} should be")
        style = self.style_of(rows)
        yield from self.read_each(rows, lambda row: self.event(page, row, style), page)

    def style_of(self, rows: SelectorList[Selector]) -> PageStyle:
        """How the page prints days and hours, as far as its rows together prove it."""
        dates = (printed_date(first(row, self.date_css)) or "" for row in rows)
        texts = (text_of(row) or "" for row in rows)
        evening = is_of_the_evening(texts, is_venue=self.kind == "venue")
        return PageStyle(day_order(dates, near=self.today), evening)

    def event(self, response: TextResponse, row: Selector, style: PageStyle) -> list[RawEventItem | RecordSkip]:
        """One row as an item for each of its nights."""
        date_element = next(iter(row.css(self.date_css)), None)
        printed = printed_date(date_element)
        if printed is None:
            raise UnreadableField("event_day", f"nothing found where {self.date_css!r} should be")
        title = text_of(self._part(row, self.title_css)) if self.title_css else first_words(row, printed)
        if title is None:
            raise UnreadableField("title", f"nothing found where {self.title_css or 'the title'!r} should be")
        nights = read_nights(printed, near=self.today, order=style.order)
        hours = self._hours(row, printed, evening=style.evening)
        starts = list(dict.fromkeys(all_starts(printed, evening=style.evening)))
        if len(nights) > 1 and len(starts) == len(nights):
            each = [replace(hours, show=start, end=None) for start in starts]
        else:
            each = [hours] * len(nights)
        return [
            self._night(response, row, title, printed, night, told) for night, told in zip(nights, each, strict=True)
        ]

    def _hours(self, row: Selector, printed: str, *, evening: bool) -> ShowTimes:
        """The hours of a row: labelled ones, else the hour beside the day, else the first in the row."""
        text = "\n".join(lines_of(row))
        labelled = doors_and_show(text)
        if labelled.show:
            return labelled
        beside = first_hours(printed, evening=evening)
        if labelled.doors is None:
            return beside or first_hours(text, evening=evening)
        is_show = beside.show is not None and not doors_and_show(printed) and beside.show > labelled.doors
        return replace(labelled, show=beside.show, end=beside.end) if is_show else labelled

    def _night(
        self, response: TextResponse, row: Selector, title: str, printed: str, night: Nights, hours: ShowTimes
    ) -> RawEventItem | RecordSkip:
        day, last_day = night
        if (last_day or day) < self.today:
            return RecordSkip(reason="past day")
        text = "\n".join(lines_of(row))
        price = "\n".join(lines_of(part)) if (part := self._part(row, self.price_css)) else text
        link = self._part(row, self.link_css)
        return self.item(
            response,
            source_event_id=f"{day}-{slug(title)}",
            source_url=absolute(response, link.attrib.get("href")) if link is not None else None,
            title=title,
            event_day=day.isoformat(),
            end_day=last_day.isoformat() if last_day else None,
            start_time=hours.show,
            doors_time=hours.doors,
            end_time=hours.end,
            date_text=printed,
            price_text=price_phrase(price),
            age_text=age_phrase(text),
            status_text=status_phrase(title),
            image_url=absolute(response, row.css("img::attr(src)").get()),
            ticket_url=self._tickets(response, row),
            payload=row.get(),
        )

    def _part(self, row: Selector, css: str | None) -> Selector | None:
        return next(iter(row.css(css)), None) if css else None

    def _tickets(self, response: TextResponse, row: Selector) -> str | None:
        """The first link that leaves the site: to whoever sells the tickets."""
        urls = (absolute(response, href) for href in row.css("a::attr(href)").getall())
        return next((url for url in urls if url and urlsplit(url).netloc != urlsplit(response.url).netloc), None)


def first_words(row: Selector, date_text: str) -> str | None:
    """The first line of a row that says more than its date, an hour and a price, without these; None if none does."""
    for line in lines_of(row):
        rest = without_days(line.replace(date_text, " "))
        rest = rest.replace(price_phrase(rest) or "", "")
        if any(letter.isalpha() for letter in _NO_NAME.sub("", rest)):
            return fold(rest)
    return None


def is_hour_or_price(text: str) -> bool:
    """Does a text tell an hour, doors or a price?"""
    return bool(find_clock(text) or doors_and_show(text) or price_phrase(text))


def printed_date(element: Selector | None) -> str | None:
    """What an element prints for its date: its text, else the day of its `datetime` attribute."""
    if element is None:
        return None
    return text_of(element) or (element.attrib.get("datetime") or "").partition("T")[0] or None
