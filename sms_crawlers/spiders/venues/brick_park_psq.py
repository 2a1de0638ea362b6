"""Brick Park PSQ, Pioneer Square: a page of Squarespace, typed by hand."""

from __future__ import annotations

from collections.abc import Iterator

from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    age_phrase,
    doors_and_show,
    find_clock,
    fold,
    lines_of,
    price_phrase,
    read_day,
    slug,
    status_phrase,
    without_days,
)
from sms_crawlers.reading.answers import as_text
from sms_crawlers.spider import Outcome, SourceSpider


class BrickParkPsqSpider(SourceSpider):
    """Blocks of text between the headings "Upcoming Events" and "Past Events", one a show.

    In a block `h3` has the day without a year ("Fri June 12") and below it the name, `h4` the presenter, and a link
    leads to the tickets, at Tixr as a rule. The weekday proves the year; a show that is over may stay
    among the upcoming ones for weeks. There are no hours, and no ids: the id is the day and the name.
    """

    name = "brick_park_psq"
    title = "Brick Park PSQ"
    homepage = "https://www.brickparkpsq.com"
    kind = "venue"
    city = "seattle"
    venue = "brick_park_psq"
    platform = "hand-typed blocks of Squarespace"
    start_urls = ["https://www.brickparkpsq.com/"]
    complete_listing = True
    may_be_empty = True
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the blocks of the upcoming events. Raises UnreadablePage for a page without that heading."""
        page = as_text(response)
        sections: dict[str, list[Selector]] = {}
        heading = ""
        for block in page.css(".sqs-html-content"):
            heading = (fold(" ".join(block.css("h1, h2").xpath("string()").getall())) or heading).casefold()
            sections.setdefault(heading, []).extend([block] if block.css("h3") else [])
        upcoming = [name for name in sections if "upcoming events" in name]
        if not upcoming:
            raise UnreadablePage('no heading "Upcoming Events" in the page')
        shows = [block for name in upcoming for block in sections[name]]
        yield from self.read_each(shows, lambda block: self.event(block, page), page)

    def event(self, block: Selector, response: TextResponse) -> RawEventItem | RecordSkip:
        """One block as an item."""
        heading = [line for part in block.css("h3") for line in lines_of(part)]
        day = read_day(" ".join(heading), near=self.today)
        if day < self.today:
            return RecordSkip(reason="past day")
        title = fold(" ".join(filter(None, map(without_days, heading))))
        if title is None:
            raise UnreadableField("title", f"no name besides the day in {heading}")
        text = "\n".join(lines_of(block))
        hours = doors_and_show(text)
        return self.item(
            response,
            source_event_id=f"{day}-{slug(title)}",
            title=title,
            event_day=day.isoformat(),
            start_time=hours.show or (None if hours.doors else find_clock(text)),
            doors_time=hours.doors,
            date_text=heading[0],
            description=text,
            price_text=price_phrase(text),
            age_text=age_phrase(text),
            status_text=status_phrase(title),
            ticket_url=next(
                (url for link in block.css("a") if (url := absolute(response, link.attrib.get("href")))), None
            ),
            payload=block.get(),
        )
