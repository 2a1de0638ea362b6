"""Calendars kept with Aldryn Events, an application of Django CMS."""

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
    age_phrase,
    doors_and_show,
    find_clock,
    lines_of,
    price_phrase,
    read_day,
    status_phrase,
    text_of,
)
from sms_crawlers.reading.answers import as_html
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import SourceSpider

MAX_PAGES = 30


class AldrynEventsSpider(SourceSpider):
    """A calendar of Aldryn Events (https://github.com/divio/aldryn-events) with the "add to calendar" of addevent.com.

    How to know it: `article.aldryn-events-article` under headings with days.

    Set, besides what every spider sets: `start_urls`, the list. Its pages are linked by number (`ul.Pagination`).

    The last part of an event's address is its id. Day and hours come from `.addeventatc`: `span.start` and `span.end`,
    "05/23/2026 15:00" in the form that `span.date_format` names. Fall-back, where an event lacks it: the heading above
    ("Saturday, 23 May 2026") and the printed hour ("3 p.m.", "noon"). The row's own room counts. An event may be
    listed twice; what is over stands at the end of the list for a day or two, marked `events-outdated`.
    """

    platform = "Aldryn Events"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By an article of the list."""
        if not as_html(page).css("article.aldryn-events-article"):
            return None
        return Recognition("article.aldryn-events-article", {"start_urls": [page.url]})

    def parse(self, response: Response, page: int = 1) -> Iterator[Any]:
        """Read the articles of a page, then ask for the next one."""
        here = as_html(response)
        articles = here.css("article.aldryn-events-article")
        if not articles and not here.css(".aldryn-events-list"):
            raise UnreadablePage("no list of Aldryn Events in the page")
        seen: set[str] = set()

        def read(article: Selector) -> RawEventItem | RecordSkip:
            item = self.event(here, article)
            if isinstance(item, RawEventItem):
                if item.source_event_id in seen:
                    return RecordSkip(reason="listed twice")
                seen.add(item.source_event_id)
            return item

        yield from self.read_each(articles, read, here)
        current = here.css(".aldryn-events-pagination li.active")
        following = absolute(here, current.xpath("following-sibling::li[.//a][1]//a/@href").get())
        if following and page < MAX_PAGES:
            yield scrapy.Request(following, callback=self.parse, cb_kwargs={"page": page + 1})
        elif following:
            listing_incomplete(self, f"more than {MAX_PAGES} pages")

    def event(self, response: TextResponse, article: Selector) -> RawEventItem | RecordSkip:
        """One article as an item."""
        link = next(iter(article.css(".EventItem-body h3 a")), None)
        title = text_of(link) or _text(article, ".addeventatc .title")
        if title is None:
            raise UnreadableField("title", "the article has no title")
        url = absolute(response, link.attrib.get("href")) if link is not None else None
        identity = (url or "").rstrip("/").rpartition("/")[2]
        if url is None or not identity:
            raise UnreadableField("source_event_id", "the article has no link to the event's page")
        day, start, end = self._when(article)
        if day < self.today and "events-outdated" in article.attrib.get("class", "").split():
            return RecordSkip(reason="past day")
        body = next(iter(article.css(".EventItem-description")), None)
        text = "\n".join(lines_of(body)) if body is not None else ""
        return self.item(
            response,
            source_event_id=found[0] if (found := re.search(r"[a-z]+_\d+$", identity)) else identity,
            source_url=url,
            title=title,
            event_day=day.isoformat(),
            start_time=start,
            doors_time=doors_and_show(text).doors,
            end_time=end,
            date_text=_text(article, ".EventItem-DateTime"),
            venue_name=_text(article, ".addeventatc .location"),
            description=body.get() if body is not None and text else None,
            price_text=price_phrase(text),
            age_text=age_phrase(text),
            status_text=status_phrase(title),
            image_url=absolute(response, article.css(".EventItem-image img::attr(src)").get()),
            payload=article.get(),
        )

    def _when(self, article: Selector) -> tuple[date, str | None, str | None]:
        """Day, hour and end by the machine's fields, or else as printed."""
        stamp = _text(article, ".addeventatc .start")
        if stamp is None:
            heading = article.xpath("preceding-sibling::h2[1]")
            day = read_day(text_of(heading[0]) or "" if heading else "", near=self.today)
            return day, find_clock(_text(article, ".EventItem-DateTime") or ""), None
        zone = _text(article, ".addeventatc .timezone")
        if zone not in (None, self.timezone):
            raise UnreadableField("start_time", f"hours are told in {zone!r}, not in {self.timezone}")
        end = _text(article, ".addeventatc .end") or ""
        day_first = (_text(article, ".addeventatc .date_format") or "").startswith("DD")
        day = read_day(stamp, near=self.today, order="dmy" if day_first else "mdy")
        return day, find_clock(stamp), find_clock(end)


def _text(selector: Selector, css: str) -> str | None:
    return text_of(next(iter(selector.css(css)), None))
