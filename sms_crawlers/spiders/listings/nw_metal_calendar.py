"""NW Metal Calendar: a page of the blog No Clean Singing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import UnreadableField, find_days, lines_of, slug, status_phrase
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.day_spans import read_span
from sms_crawlers.spider import Outcome, SourceSpider

PARAGRAPHS = "//p[not(ancestor::*[contains(@class, 'commentlist') or starts-with(@id, 'comment')])]"
BEGINS_WITH_A_DAY = re.compile(
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s*\d", re.IGNORECASE
)
SHOW = re.compile(
    r"(?P<days>[A-Za-z]+\.?\s*\d[^@:]*?)\s+(?:at|@)\s+(?P<room>[^:(]+?)\s*(?:\((?P<town>[^():]+)\))?\s*[:;]\s*(?P<bill>.+)"
)
YEAR = re.compile(r"\W*(20\d\d)\W*")
UPDATED = re.compile(r"last updated(?: on)?\s+(.+?)\.?$", re.IGNORECASE)


class NwMetalCalendarSpider(SourceSpider):
    """One paragraph a show: "NOV 21 at El Corazon: Band, Band, Band", with the town in brackets where it is not
    Seattle: "NOV 22 at Dante's (Portland): …". Rows keep their town, which tells their scene.

    Days have no year. The line "Last updated on 11/18/26." tells from when they count, and a paragraph with nothing but
    a year begins that year. "JUN 15-16" is one item with a last day. Typing errors are left as they are. Readers'
    comments below have the same form and are not read. There are no hours, prices, links and ids: the id is the day,
    the room and the first band.
    """

    name = "nw_metal_calendar"
    title = "NW Metal Calendar"
    homepage = "https://www.nocleansinging.com/nw-metal-calendar/"
    kind = "feed"
    city = None
    venue = None
    start_urls = ["https://www.nocleansinging.com/nw-metal-calendar/"]
    complete_listing = True
    trust = 40
    terms = "Public page of the blog; no terms of use known, robots.txt obeyed."

    @property
    def timezone(self) -> str:
        """That of the region."""
        return "America/Los_Angeles"

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the paragraphs that begin with a day. Raises UnreadablePage for a page without one."""
        page = as_html(response)
        lines = [line for paragraph in page.xpath(PARAGRAPHS) for line in lines_of(paragraph)]
        shows: list[dict[str, Any]] = []
        near, year = self.today, None
        for line in lines:
            if BEGINS_WITH_A_DAY.match(line):
                shows.append({"line": line, "near": near.isoformat(), "year": year})
            elif heading := YEAR.fullmatch(line):
                year = int(heading[1])
            elif updated := UPDATED.search(line):
                near = self.updated(updated[1])
        if not shows:
            raise UnreadablePage("no paragraph of the page begins with a day")
        yield from self.read_each(shows, lambda show: self.event(page, show), page)

    def updated(self, printed: str) -> date:
        """The day that the page says it is of; today where it says none."""
        try:
            return next(iter(find_days(printed, near=self.today)), self.today)
        except UnreadableField:
            return self.today

    def event(self, response: TextResponse, show: dict[str, Any]) -> RawEventItem:
        """One paragraph as an item."""
        told = SHOW.fullmatch(show["line"])
        if told is None:
            raise UnreadableField("title", f"{show['line']!r:.80} is not day, room and bill")
        first, last = read_span(told["days"], near=date.fromisoformat(show["near"]), year=show["year"])
        bill, room = told["bill"].strip(), told["room"]
        return self.item(
            response,
            source_event_id=f"{first}-{slug(room)}-{slug(bill.split(',')[0])}",
            title=bill,
            event_day=first.isoformat(),
            end_day=last.isoformat() if last else None,
            date_text=told["days"],
            venue_name=room,
            venue_city=told["town"] or "Seattle",
            status_text=status_phrase(bill),
            payload=show["line"],
        )
