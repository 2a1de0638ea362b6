"""19hz: electronic music around Seattle, one big table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    doors_and_show,
    find_days,
    fold,
    read_day,
    slug,
    status_phrase,
    text_of,
)
from sms_crawlers.reading.answers import as_html
from sms_crawlers.spider import Outcome, SourceSpider

PLACE = re.compile(r"(?:^|\s)@\s*(?P<room>.*?)\s*(?:\((?P<town>[^(),]+)(?:,\s*(?P<region>[A-Z]{2}))?\s*\)?)?\s*$")
AGE = re.compile(r"(?:1[4-9]|2[01])\s?\+|all[ -]ages|a/?a", re.IGNORECASE)
SELLER = re.compile(
    r"ticket|axs\.com|dice\.fm|tixr\.com|eventbrite\.|etix\.com|humanitix\.com|posh\.vip|shotgun\.live|tixtree|ra\.co/",
    re.IGNORECASE,
)


class NineteenHzSpider(SourceSpider):
    """One table of seven columns: day and hours, title with link "@ Room (Town, ST)", genres, price and age, promoter,
    further links, and a date to sort by.

    "Fri: Nov 20 <br>(9pm-2am)" has no year; the last cell, "2026/11/20", has, and both must agree. Price and age share
    a cell: "$15-20 | 21+". The second cell is never closed. The link is the event's page wherever that is; it is the
    ticket link too if it leads to a seller. The whole region is listed, so a row's town tells its scene.

    There are no ids: the id is day, title and room.
    """

    name = "nineteen_hz"
    title = "19hz Seattle"
    homepage = "https://19hz.info"
    kind = "feed"
    city = None
    venue = None
    start_urls = ["https://19hz.info/eventlisting_Seattle.php"]
    complete_listing = True
    trust = 40
    terms = "Public page of volunteers; no terms of use known, robots.txt obeyed."

    @property
    def timezone(self) -> str:
        """That of the region."""
        return "America/Los_Angeles"

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the rows. Raises UnreadablePage for a page without one."""
        page = as_html(response)
        rows = page.xpath("//tr[td][count(td) >= 5]")
        if not rows:
            raise UnreadablePage("no table row of five cells or more in the page")
        yield from self.read_each(rows, lambda row: self.event(page, row), page)

    def event(self, response: TextResponse, row: Selector) -> RawEventItem:
        """One row as an item."""
        cells = row.xpath("./td")
        printed, said, genres, cost = (text_of(cell) or "" for cell in cells[:4])
        first, last = self.days(printed, text_of(cells[-1]) or "")
        link = next(iter(cells[1].css("a[href]")), None)
        linked = text_of(link)
        rest = said.removeprefix(linked) if linked else said
        place = PLACE.search(rest)
        title = linked or fold(rest[: place.start()] if place else rest)
        if title is None:
            raise UnreadableField("title", "the second cell prints none")
        room = fold(place["room"]) if place else None
        parts = [part.strip() for part in cost.split("|") if part.strip()]
        hours = doors_and_show(f"Show {''.join(re.findall(r'[(]([^()]*)', printed)[:1])}")
        url = absolute(response, link.attrib["href"]) if link is not None else None
        return self.item(
            response,
            source_event_id="-".join(filter(None, (first.isoformat(), slug(title), slug(room or "")))),
            source_url=url,
            title=title,
            event_day=first.isoformat(),
            end_day=last.isoformat() if last > first else None,
            start_time=hours.show,
            end_time=hours.end,
            date_text=printed,
            venue_name=room,
            venue_city=fold(place["town"]) if place else None,
            venue_region=place["region"] if place else None,
            genres=[genre.strip() for genre in genres.split(",") if genre.strip()],
            price_text=" | ".join(part for part in parts if not AGE.fullmatch(part)) or None,
            age_text=next((part for part in parts if AGE.fullmatch(part)), None),
            status_text=status_phrase(title),
            ticket_url=url if url and SELLER.search(url) else None,
            payload=row.get(),
        )

    def days(self, printed: str, sortable: str) -> tuple[date, date]:
        """First and last day of a row: those printed, in the year that the date to sort by has."""
        stated = read_day(sortable.replace("/", "-"), near=self.today)
        days = find_days(re.sub(r"[(].*", "", printed).replace(":", " "), near=stated)
        if not days or days[0] != stated:
            raise UnreadableField("event_day", f"{printed!r:.80} and {sortable!r:.20} are not one day")
        return days[0], days[-1]
