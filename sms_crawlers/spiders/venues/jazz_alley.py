"""Dimitriou's Jazz Alley, Belltown: the house's own JSP pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    age_phrase,
    find_clock,
    fold,
    lines_of,
    read_clock,
    read_day,
    text_of,
)
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.day_spans import read_span
from sms_crawlers.spider import Outcome, SourceSpider

FULL = re.compile(r"\s*[-–—]\s*(FULL|SOLD\s*OUT|CANCELL?ED)\s*$", re.IGNORECASE)
DOORS = re.compile(r"\bdoors?\b(?P<told>.*?)(?:\.\s+[A-Z]|$)", re.IGNORECASE | re.DOTALL)
HOUR_AND_DAYS = re.compile(
    r"(?P<hour>\d{1,2}(?::\d\d)?\s*[ap]\.?m\b\.?)(?P<days>.*?)(?=\d{1,2}(?::\d\d)?\s*[ap]\.?m|$)", re.I
)
DAYS = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:\s*(?:-|–|—|to|through)\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*)?", re.I
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class JazzAlleySpider(SourceSpider):
    """The calendar lists engagements, `.news-box` "Thu, Nov 19 - Sun, Nov 22, 2026"; a crawl follows each to its page,
    `artist.jsp?shownum=8901`, whose form names the single performances: `option` "Fri, Nov 20, 2026 9:30 PM". Each is
    one item. An engagement without performances is one item with a last day, and so is each when the calendar alone is
    read, as `scrapy read` does.

    A heading's first line is the act; a list of names below it is the band, and left to the description. Price and
    handling fee stand in `.price-box`, ages at the foot of the page. Doors are told in prose by weekday ("6:00pm
    Thursday and 5:30pm Friday - Sunday") and are those of a night's first set. The id is the performance's number; a
    performance that is full has none ("… 7:30 PM - FULL") and is known by engagement, day and hour.

    The HTML is invalid. Addresses of data centres are answered with 503: there the run fails.
    """

    name = "jazz_alley"
    title = "Dimitriou's Jazz Alley"
    homepage = "https://www.jazzalley.com"
    kind = "venue"
    city = "seattle"
    venue = "jazz_alley"
    start_urls = ["https://www.jazzalley.com/www-home/calendar.jsp"]
    complete_listing = True
    trust = 80
    terms = "Public pages of the venue; no terms of use known, robots.txt obeyed."

    async def start(self) -> AsyncIterator[Any]:
        """Request the calendar, to follow its engagements."""
        for url in self.start_urls:
            yield scrapy.Request(url, callback=self.follow, dont_filter=True)

    def callback_for(self, url: str) -> Callable[..., Any]:
        """The reader of an engagement's page, or of the calendar alone."""
        return self.parse_engagement if urlsplit(url).path.endswith("/artist.jsp") else self.parse

    def follow(self, response: Response) -> Iterator[Outcome | scrapy.Request]:
        """Ask for the page of each engagement in the calendar."""
        for outcome in self.parse(response):
            if isinstance(outcome, RawEventItem):
                yield scrapy.Request(outcome.source_url or "", callback=self.parse_engagement)
            else:
                yield outcome

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the calendar's engagements. Raises UnreadablePage for a page without one."""
        page = as_html(response)
        boxes = page.css("#content .news-box")
        if not boxes:
            raise UnreadablePage("no .news-box in the page's content")
        yield from self.read_each(boxes, lambda box: self.engagement(page, box), page)

    def parse_engagement(self, response: Response) -> Iterator[Outcome]:
        """Read the performances of an engagement's page. Raises UnreadablePage for a page without a heading."""
        page = as_html(response)
        title, band = heading(next(iter(page.css("#content h1, .section h1")), None))
        if title is None:
            raise UnreadablePage("no heading with an act in the page")
        shared = {"title": title, "description": described(band, page.css(".blurb-box")), **self.shared(page)}
        options = [option for option in page.css("select[name=perfnum] option") if find_clock(text_of(option) or "")]
        if options:
            met: set[str] = set()
            yield from self.read_each(options, lambda option: self.performance(page, option, shared, met), page)
        else:
            dates = page.css(".section .text-box h3")
            yield from self.read_each(dates[:1], lambda line: self.run(page, page.url, text_of(line), shared), page)

    def engagement(self, response: TextResponse, box: Selector) -> RawEventItem:
        """An engagement of the calendar as an item."""
        url = absolute(response, box.css("a[href*='shownum=']::attr(href)").get())
        title, band = heading(next(iter(box.css("h2")), None))
        if url is None or title is None:
            raise UnreadableField("source_url" if url is None else "title", "the engagement has none")
        image = absolute(response, box.css("img::attr(src)").get())
        values = {"title": title, "description": described(band, box.css(".text-box p")), "image_url": image}
        return self.run(response, url, text_of(next(iter(box.css(".date")), None)), values | {"payload": box.get()})

    def run(self, response: TextResponse, url: str, printed: str | None, values: dict[str, Any]) -> RawEventItem:
        """The nights of an engagement as one item."""
        first, last = read_span(printed or "", near=self.today)
        return self.item(
            response,
            source_event_id=show_number(url),
            source_url=url,
            event_day=first.isoformat(),
            end_day=last.isoformat() if last else None,
            date_text=printed,
            **values,
        )

    def performance(
        self, response: TextResponse, option: Selector, shared: dict[str, Any], met: set[str]
    ) -> RawEventItem | RecordSkip:
        """A performance of an engagement as an item; `met` are the days that had a set before it."""
        text = text_of(option) or ""
        full = FULL.search(text)
        printed = FULL.sub("", text)
        day = read_day(printed, near=self.today)
        start = read_clock(re.sub(r"^.*\b(\d{4})\b\s*", "", printed))
        is_first = day.isoformat() not in met
        met.add(day.isoformat())
        number = option.attrib.get("value", "0")
        return self.item(
            response,
            source_event_id=number if number.strip("0") else f"{show_number(response.url)}@{day}T{start}",
            event_day=day.isoformat(),
            start_time=start,
            doors_time=doors_on(day.weekday(), shared["description"] or "") if is_first else None,
            date_text=text,
            status_text=full[1] if full else None,
            payload={"performance": option.get(), "engagement": shared},
            **shared,
        )

    def shared(self, page: TextResponse) -> dict[str, Any]:
        """What the performances of an engagement have in common."""
        price, fee = (text_of(next(iter(page.css(f".price-box {css}")), None)) for css in (".price", ".title"))
        foot = " ".join(filter(None, map(text_of, page.css(".links-box"))))
        return {
            "price_text": f"{price} ({fee})" if price and fee else price,
            "age_text": age_phrase(foot),
            "image_url": absolute(page, page.css(".img-block img::attr(src)").get()),
        }


def show_number(url: str) -> str:
    """The engagement's number in its address. Raises UnreadableField."""
    numbers = parse_qs(urlsplit(url).query).get("shownum")
    if not numbers:
        raise UnreadableField("source_event_id", f"no shownum in {url!r:.80}")
    return numbers[0]


def heading(element: Selector | None) -> tuple[str | None, str | None]:
    """Act and band of a heading: the lines from the first one with a comma, but for the very first, are the band's."""
    lines = lines_of(element) if element is not None else []
    end = next((number for number, line in enumerate(lines) if number and "," in line), len(lines))
    return fold(" ".join(lines[:end])), fold(" ".join(lines[end:]))


def described(band: str | None, parts: Any) -> str | None:
    """The band and the text of some elements, one below the other."""
    return "\n".join(filter(None, (band, *map(text_of, parts)))) or None


def doors_on(weekday: int, text: str) -> str | None:
    """The hour of the doors that a text tells for a weekday, or for all: "6pm Thursday and 5:30pm Friday - Sunday"."""
    told = DOORS.search(text)
    for part in HOUR_AND_DAYS.finditer(told["told"] if told else ""):
        spans = [(WEEKDAYS.index(a.lower()), WEEKDAYS.index((b or a).lower())) for a, b in DAYS.findall(part["days"])]
        if not spans or any((weekday - first) % 7 <= (last - first) % 7 for first, last in spans):
            return find_clock(part["hour"])
    return None
