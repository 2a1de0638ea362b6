"""Meany Center for the Performing Arts, University District: season list and month views."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.reading import UnreadableField, absolute, clock_face, read_day, text_of
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.schema_event import read_moment
from sms_crawlers.spider import Outcome, SourceSpider


class MeanyCenterSpider(SourceSpider):
    """A Drupal site. The season lists productions, `.views-field-nothing` with a day or a first and a last one, no year
    and no hour; the year stands in the address, `/tickets/2026-11/production/…`. The view of a month
    (`/tickets/events/calendar?date=2026-11`) has each performance with its instant, under the same address.

    A crawl reads the season, then the months that it has productions in: one item a performance, with the production's
    picture and text. A production that no month shows is one item with its days, and so is each when the season alone
    is read, as `scrapy read` does. Dance and circus stand in the same list and are not told apart. The id is the last
    part of the address and the day, with the hour if it is not the day's first.
    """

    name = "meany_center"
    title = "Meany Center for the Performing Arts"
    homepage = "https://meanycenter.org"
    kind = "venue"
    city = "seattle"
    venue = "meany_center"
    start_urls = ["https://meanycenter.org/tickets/season"]
    complete_listing = True
    may_be_empty = True
    trust = 80
    terms = "Public pages of the venue; no terms of use known, robots.txt obeyed."

    async def start(self) -> AsyncIterator[Any]:
        """Request the season, to follow its months."""
        for url in self.start_urls:
            yield scrapy.Request(url, callback=self.follow, dont_filter=True)

    def callback_for(self, url: str) -> Callable[..., Any]:
        """The reader of a month's view, or of the season alone."""
        return self.parse_month if urlsplit(url).path.endswith("/calendar") else self.parse

    def follow(self, response: Response) -> Iterator[Outcome | scrapy.Request]:
        """Ask for the months that the season has productions in, each with those that begin in it."""
        months: dict[str, dict[str, dict[str, Any]]] = {}
        for outcome in self.parse(response):
            if not isinstance(outcome, RawEventItem):
                yield outcome
                continue
            last = outcome.end_day or outcome.event_day or ""
            if last < self.today.isoformat():
                yield RecordSkip(reason="past day")
                continue
            kept = (
                "source_event_id",
                "title",
                "event_day",
                "end_day",
                "date_text",
                "description",
                "image_url",
                "payload",
            )
            production = {name: getattr(outcome, name) for name in kept}
            months.setdefault((outcome.event_day or "")[:7], {})[outcome.source_url or ""] = production
            months.setdefault(last[:7], {})
        for month, productions in sorted(months.items()):
            url = response.urljoin(f"/tickets/events/calendar?date={month}")
            yield scrapy.Request(url, callback=self.parse_month, cb_kwargs={"productions": productions})

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the season's productions. Raises UnreadablePage for a page of another form."""
        page = as_html(response)
        rows = [row for row in page.css(".views-field-nothing") if row.css(".listing-title")]
        if not rows and not page.css(".view-empty"):
            raise UnreadablePage("no production in the page")
        yield from self.read_each(rows, lambda row: self.production(page, row), page)

    def production(self, response: TextResponse, row: Selector) -> RawEventItem:
        """A production of the season as an item."""
        url = absolute(response, row.css(".listing-title a::attr(href)").get())
        title = text_of(next(iter(row.css(".listing-title")), None))
        stated = re.search(r"/(20\d\d)-(\d\d)/", url or "")
        if url is None or title is None or stated is None:
            raise UnreadableField("title" if title is None else "event_day", "no title, or no month in the address")
        printed = [" ".join(filter(None, map(text_of, part.css(".month, .date")))) for part in row.css(".start, .end")]
        if not printed:
            raise UnreadableField("event_day", f"no day of {title!r:.80}")
        first = read_day(printed[0], near=self.today, year=int(stated[1]))
        last = read_day(printed[-1], near=self.today, year=first.year)
        if last < first:
            last = read_day(printed[-1], near=self.today, year=first.year + 1)
        return self.item(
            response,
            source_event_id=f"{production_name(url)}@{first}",
            source_url=url,
            title=title,
            event_day=first.isoformat(),
            end_day=last.isoformat() if last > first else None,
            date_text=" - ".join(printed),
            description=text_of(next(iter(row.css(".field--name-field-event-description")), None)),
            image_url=absolute(response, row.css("img::attr(src)").get()),
            payload=row.get(),
        )

    def parse_month(
        self, response: Response, productions: dict[str, dict[str, Any]] | None = None
    ) -> Iterator[Outcome]:
        """Read the performances of a month; of `productions`, by their address, those that it does not show as well."""
        page = as_html(response)
        if not page.css("td[data-date]"):
            raise UnreadablePage("no day in the month's view")
        met: set[str] = set()
        shown = page.css("td[data-date] .view-item")
        known = productions or {}
        yield from self.read_each(shown, lambda entry: self.performance(page, entry, known, met), page)
        urls = {absolute(page, href) for href in shown.css("a::attr(href)").getall()}
        for url, production in known.items():
            if url not in urls:
                yield self.item(page, source_url=url, **production)

    def performance(
        self, response: TextResponse, entry: Selector, productions: dict[str, dict[str, Any]], met: set[str]
    ) -> RawEventItem:
        """A performance in a month's view as an item; `met` are the ids of those before it."""
        url = absolute(response, entry.css("a::attr(href)").get())
        title = text_of(next(iter(entry.css("a")), None))
        stated = entry.css("span[content]::attr(content)").get()
        if url is None or title is None or stated is None:
            missing = "source_url" if url is None else "title" if title is None else "event_day"
            raise UnreadableField(missing, "the entry has none")
        day, hour = read_moment(stated, zone=self.timezone, near=self.today)
        number = f"{production_name(url)}@{day}"
        number = f"{number}T{hour and clock_face(hour)}" if number in met else number
        met.add(number)
        production = productions.get(url, {})
        return self.item(
            response,
            source_event_id=number,
            source_url=url,
            title=title,
            event_day=day.isoformat(),
            start_time=hour,
            description=production.get("description"),
            image_url=production.get("image_url"),
            payload={"performance": entry.get(), "production": production.get("payload")},
        )


def production_name(url: str) -> str:
    """The last part of a production's address."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]
