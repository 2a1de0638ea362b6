"""Events12: what is on around Seattle, one hand-made page a month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import (
    ShowTimes,
    UnreadableField,
    absolute,
    age_phrase,
    doors_and_show,
    fold,
    price_phrase,
    read_month,
    slug,
    text_of,
)
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.day_spans import read_span
from sms_crawlers.reading.places import read_place
from sms_crawlers.spider import Outcome, SourceSpider

CATEGORIES = {
    "q0": "other",
    "q1": "auto, boat, RV show",
    "q2": "conference, expo",
    "q3": "dance",
    "q4": "festival, art fair",
    "q5": "film",
    "q6": "food, beverage",
    "q7": "music",
    "q8": "parade, lights",
    "q9": "party, bar events",
    "q10": "play, musical, show",
    "q11": "run/walk, bike, swim",
    "q12": "spectator sport",
}
"""The page's own names of the classes that its filter switches."""

SECOND_SET = re.compile(r"\s*&.*?(?P<half>[ap]\.?m\b\.?)?\s*$", re.IGNORECASE)
BESIDES_THE_TICKET = re.compile(r"parking|donat|coupon|extra|preview", re.IGNORECASE)
SOLD_OUT = re.compile(r"sold out|sales (?:closed|ended)|cancell?ed|postponed", re.IGNORECASE)


class Events12Spider(SourceSpider):
    """Two kinds of records, one item each; every paragraph is unclosed.

    An `article` has a title (`h3`), `p.date` "November 20, 2026 (7:30 p.m.)", a text with links, and a link to a map
    whose query is the place. The classes that begin with q are its categories, told as genres: most articles are of
    festivals, fairs and sports, and only those of class q7 are music. Tables (`table.concerts`, of this month and of
    later ones) have a date without a year, an act and a room's short name; all of them are music.

    The heading's month proves the year of the tables: nothing in them is of an earlier month. A run ("Dec. 26 - 31") is
    one item with a last day, since the page does not tell on which days of it there is a show; of two hours ("7 & 10
    p.m.") the first is told. The link is the event's page wherever that is; that of a concert is where its tickets are
    sold as well, by the room or by a seller. The id is the article's, of a row its day and act.
    """

    name = "events12"
    title = "Events12 Seattle"
    homepage = "https://www.events12.com"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://www.events12.com/seattle/"]
    trust = 40
    terms = "Public page; no terms of use known, robots.txt obeyed."

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the tables and the articles. Raises UnreadablePage for a page without a month or without either."""
        page = as_html(response)
        month = next(filter(None, (read_month(text_of(heading) or "") for heading in page.css("h1, h2"))), None)
        rows = page.css("table.concerts").xpath(".//tr[count(td) >= 3]")
        articles = page.xpath("//article[not(.//table[contains(@class, 'concerts')])]")
        if month is None or not (rows or articles):
            raise UnreadablePage("no heading with month and year, or neither concerts nor articles in the page")
        first = date(*month, 1)
        yield from self.read_each(rows, lambda row: self.concert(page, row, first), page)
        yield from self.read_each(articles, lambda article: self.article(page, article), page)

    def concert(self, response: TextResponse, row: Selector, month: date) -> RawEventItem:
        """A row of a table of concerts as an item."""
        printed, act, room = (text_of(cell) for cell in row.xpath("./td")[:3])
        if act is None:
            raise UnreadableField("title", "the row names no act")
        day, last = read_span(printed or "", near=month, year=month.year)
        if (last or day) < month:
            day, last = read_span(printed or "", near=month, year=month.year + 1)
        link = absolute(response, row.css("a::attr(href)").get())
        return self.item(
            response,
            source_event_id=f"{day}-{slug(act)}",
            source_url=link,
            title=act,
            event_day=day.isoformat(),
            end_day=last.isoformat() if last else None,
            date_text=printed,
            venue_name=room,
            genres=["music"],
            ticket_url=link,
            payload=row.get(),
        )

    def article(self, response: TextResponse, article: Selector) -> RawEventItem:
        """An article as an item."""
        title = fold(" ".join(article.xpath("(.//h3)[1]//text()[not(ancestor::*[@class='free'])]").getall()))
        if title is None:
            raise UnreadableField("title", "the article has no heading")
        printed = text_of(next(iter(article.css("p.date")), None)) or ""
        days, _, bracket = printed.partition("(")
        day, last = read_span(days, near=self.today)
        text = text_of(next(iter(article.css("p.event")), None)) or ""
        told = doors_and_show(text)
        hours = clock_hours(bracket.rstrip(") "))
        sold_out = SOLD_OUT.search(bracket)
        place = read_place(parse_qs(urlsplit(map_link(article)).query).get("query", [""])[0])
        return self.item(
            response,
            source_event_id=article.attrib.get("id") or f"{day}-{slug(title)}",
            source_url=absolute(response, article.css("p.event a::attr(href), ul a::attr(href)").get()),
            title=title,
            event_day=day.isoformat(),
            end_day=last.isoformat() if last else None,
            start_time=hours.show,
            doors_time=told.doors,
            end_time=hours.end,
            date_text=printed,
            description=text,
            price_text=text_of(next(iter(article.css("h3 .free")), None)) or ticket_price(text),
            age_text=age_phrase(text),
            status_text=sold_out.group() if sold_out else None,
            genres=[CATEGORIES[name] for name in article.attrib.get("class", "").split() if name in CATEGORIES],
            image_url=absolute(response, article.css("img::attr(src)").get()),
            ticket_url=absolute(response, article.css("a.b2::attr(href)").get()),
            payload=article.get(),
            **place.fields(),
        )


def clock_hours(text: str) -> ShowTimes:
    """The hours that stand behind a date: "7:30 to 9:30 p.m.", "noon"; of "9 & 11 a.m." the first."""
    second = SECOND_SET.search(text)
    if second and "&" in second.group():
        first = text[: second.start()]
        text = first if re.search(r"[ap]\.?m", first) else f"{first} {second['half'] or ''}"
    return doors_and_show(f"Show {text}")


def ticket_price(text: str) -> str | None:
    """The first price in a text that is that of a ticket, as printed: not of parking, nor free for children."""
    for statement in re.split(r"(?<=[a-z”]\.)\s+|,?\s+but\s+", text):
        price = None if BESIDES_THE_TICKET.search(statement) else price_phrase(statement)
        if price and "$" in price:
            return price
    return None


def map_link(article: Selector) -> str:
    """The address of the article's map; empty where it has none."""
    return article.css("a[href*='google.com/maps']::attr(href)").get("")
