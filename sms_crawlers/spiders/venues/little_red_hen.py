"""Little Red Hen: a hand-made month table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    find_clock,
    lines_of,
    price_phrase,
    read_month,
    slug,
    status_phrase,
    text_of,
)
from sms_crawlers.reading.answers import as_text
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.spider import Outcome, SourceSpider

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BAND_NIGHTS = ("Thursday", "Friday", "Saturday")
TO_BE_ANNOUNCED = re.compile(r"\bT\.?B\.?[AD]\b|to be announced", re.IGNORECASE)
CLOSED = re.compile(r"\bclosed\b|private (?:party|event)", re.IGNORECASE)
WEEKLY = re.compile(r"karaoke|line danc|open mic|bluegrass jam", re.IGNORECASE)
ONLY_HOURS = re.compile(r"[\d:.\sapm–—-]*\d\s*[ap]\.?m\.?", re.IGNORECASE)
GOES_ON = re.compile(r"(?:[&+,]|\band|\bwith|w/|\bfeat\.?)$", re.IGNORECASE)
CONTINUES = re.compile(r"(?:[&+]|and\b|with\b|w/|feat\b)", re.IGNORECASE)


class LittleRedHenSpider(SourceSpider):
    """Two pages of hand-made HTML, this month and the next, each a table with a column a weekday.

    "Entertainment Calendar | July 2026" above the table gives month and year. A cell's lines are the day's number,
    the band and the cover. Bands play on Thursday, Friday and Saturday; the other nights are the same every week, and
    cells of these three that are empty, closed or to be announced hold no show. No hours are printed, so none are
    given. The link "next month" is followed once; where it is missing the listing counts as incomplete.

    The page has no ids: the id is the day and the band, "2026-07-02-the-invented-wranglers".
    """

    name = "little_red_hen"
    title = "Little Red Hen"
    homepage = "http://www.littleredhen.com"
    kind = "venue"
    city = "seattle"
    venue = "little_red_hen"
    start_urls = ["http://www.littleredhen.com/pages/cal.html"]
    complete_listing = True
    listing_days = 28
    """On the last of January the next page ends with February."""
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."

    def parse(self, response: Response, follow: bool = True) -> Iterator[Outcome | scrapy.Request]:
        """Read a month's page, and with `follow` ask for the next one."""
        page = as_text(response)
        year, month = self.month_of(page)
        yield from self.read_each(table_cells(page), lambda cell: self.event(cell, year, month, page), page)
        if follow:
            yield from self.next_page(page)

    def month_of(self, response: TextResponse) -> tuple[int, int]:
        """Year and month of the page's heading. Raises UnreadablePage."""
        lines = lines_of(response.css("body")[0]) if response.css("body") else []
        for line in (*(line for line in lines if "calendar" in line.lower()), *lines):
            if month := read_month(line):
                return month
        raise UnreadablePage("no line of the page names a month and a year")

    def next_page(self, response: TextResponse) -> Iterator[scrapy.Request]:
        """The request for next month's page."""
        for link in response.css("a[href]"):
            url = absolute(response, link.attrib["href"])
            if url and "next month" in (text_of(link) or "").lower():
                yield scrapy.Request(url, callback=self.parse, cb_kwargs={"follow": False})
                return
        listing_incomplete(self, "the page links to no next month")

    def event(self, cell: dict[str, Any], year: int, month: int, response: TextResponse) -> RawEventItem | RecordSkip:
        """A cell as an item. Raises UnreadableField where it is neither a band's night nor known to be none."""
        number, *lines = cell["lines"]
        said = " / ".join(lines)
        if cell["weekday"] not in BAND_NIGHTS or WEEKLY.search(said):
            return RecordSkip(reason="weekly night")
        if CLOSED.search(said):
            return RecordSkip(reason="closed")
        if TO_BE_ANNOUNCED.search(said):
            return RecordSkip(reason="to be announced")
        if len(lines) < 2:
            raise UnreadableField("title", f"{said!r} stands alone where a band and its cover are expected")
        day = day_of_cell(number, cell["weekday"], year, month)
        acts = [line for line in lines if not (price_phrase(line) or ONLY_HOURS.fullmatch(line))]
        if not acts:
            raise UnreadableField("title", f"no band in {said!r}")
        title = joined(acts)
        return self.item(
            response,
            source_event_id=f"{day}-{slug(title)}",
            title=title,
            event_day=day.isoformat(),
            start_time=next((find_clock(line) for line in lines if ONLY_HOURS.fullmatch(line)), None),
            date_text=f"{cell['weekday']} {number}",
            price_text=price_phrase("\n".join(lines)),
            status_text=status_phrase(title),
            payload=cell,
        )


def table_cells(response: TextResponse) -> list[dict[str, Any]]:
    """The cells of the calendar with more in them than a number: {weekday, lines, markup}. Raises UnreadablePage.

    The calendar is the table that has a row of weekdays, whatever tables it lies in; a cell that spans columns counts
    for as many.
    """
    for row in response.css("tr"):
        names = [(text_of(cell) or "").capitalize() for cell in row.xpath("./td|./th")]
        if sorted(names) == sorted(WEEKDAYS):
            return [cell for week in row.xpath("following-sibling::tr") for cell in _cells_of(week, names)]
    raise UnreadablePage("no table with a row of weekdays in the page")


def _cells_of(week: Selector, names: list[str]) -> Iterator[dict[str, Any]]:
    column = 0
    for cell in week.xpath("./td|./th"):
        lines = lines_of(cell)
        if lines and (opening := re.fullmatch(r"(\d{1,2})\b[.:]?\s*(.*)", lines[0])):
            lines[:1] = [part for part in opening.groups() if part]
        if len(lines) > 1 and column < len(names):
            yield {"weekday": names[column], "lines": lines, "markup": cell.get()}
        span = cell.attrib.get("colspan", "1")
        column += int(span) if span.isdigit() else 1


def day_of_cell(number: str, weekday: str, year: int, month: int) -> date:
    """The day that a cell's number means; it must fall on the weekday of its column. Raises UnreadableField."""
    try:
        day = date(year, month, int(number))
    except (ValueError, OverflowError) as problem:
        raise UnreadableField("event_day", f"{number[:20]!r} is no day of {year}-{month:02}") from problem
    if WEEKDAYS[day.weekday()] != weekday:
        raise UnreadableField("event_day", f"{day} is a {WEEKDAYS[day.weekday()]} but stands under {weekday}")
    return day


def joined(lines: list[str]) -> str:
    """The lines of a cell as one title: with a blank where a name runs on, else with " / " between acts."""
    title = lines[0]
    for line in lines[1:]:
        title += (" " if GOES_ON.search(title) or CONTINUES.match(line) else " / ") + line
    return title
