"""Calendars kept with the WordPress plug-in Modern Events Calendar (MEC)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from typing import Any, ClassVar
from urllib.parse import parse_qs, urljoin, urlsplit

import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.platforms.json_ld import json_ld_events, read_json_ld_event
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    age_phrase,
    doors_and_show,
    find_clocks,
    price_phrase,
    status_phrase,
    text_of,
)
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import load_json, text_at
from sms_crawlers.reading.printed_nights import read_one_run
from sms_crawlers.reading.prose import entry_times, plain_lines, printed_title
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

MAX_EVENTS = 100


class ModernEventsCalendarSpider(SourceSpider):
    """A WordPress site with Modern Events Calendar (https://webnus.net/modern-events-calendar/).

    How to know it: classes that begin with `mec-`, styles and scripts below `/plugins/modern-events-calendar`.

    Set, besides what every spider sets: `start_urls`, the page with the calendar; `event_path` where the site's events
    are elsewhere than below `/events/`.

    The calendar's page links to the events of the next weeks; each event's own page is read, by its boxes: date, time,
    cost, place. Its JSON-LD stands in for a box that is missing, and tells numbers and status; its hours are wrong on
    sites whose zone MEC takes for UTC, so printed hours win. A calendar that scripts fill has no links in it; then
    the newest posts are asked of WordPress (`/wp-json/wp/v2/mec-events`), past ones among them. An address with
    `?occurrence=<day>` is one night of a series. The id is the last part of the address, for a night of a series with
    "@" and the day. A place without an address is a room within the house.
    """

    platform = "Modern Events Calendar"

    event_path: ClassVar[str] = "/events/"

    POSTS: ClassVar[str] = "/wp-json/wp/v2/mec-events?per_page=30&_fields=id,link"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By the plug-in's files or its classes."""
        if page.selector.type != "html":
            return None
        files = page.css('[href*="/plugins/modern-events-calendar"], [src*="/plugins/modern-events-calendar"]')
        rows = page.css(".mec-event-article, .mec-wrap, .mec-single-event")
        if not (files or rows):
            return None
        why = "files of /plugins/modern-events-calendar" if files else "classes mec-wrap or mec-event-article"
        links = [url for url in event_links(page) if url]
        paths = [path for url in links if (path := urlsplit(url).path.rstrip("/").rpartition("/")[0] + "/") != "/"]
        settings = {"start_urls": [page.url]}
        return Recognition(why, settings | ({"event_path": paths[0]} if paths and paths[0] != cls.event_path else {}))

    def callback_for(self, url: str) -> Callable[..., Any]:
        """The reader of WordPress's posts, of an event's page, or of the calendar."""
        path = urlsplit(url).path
        if path.startswith("/wp-json/"):
            return self.parse_posts
        return self.parse_event if path.startswith(self.event_path) and path != self.event_path else self.parse

    async def start(self) -> AsyncIterator[Any]:
        """Request the calendars, whatever their addresses look like."""
        for url in self.start_urls:
            yield scrapy.Request(url, self.parse, dont_filter=True)

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        """Ask for the events that the calendar links to. Raises UnreadablePage for a page without a calendar."""
        page = as_text(response)
        links = event_links(page)
        if links:
            if page.css(".mec-load-more-button:not(.mec-util-hidden)"):
                listing_incomplete(self, "the calendar has more behind a button")
            yield from self.event_requests(links)
        elif page.css(".mec-wrap, [class*='mec-']"):
            listing_incomplete(self, "the calendar is filled by scripts: its newest posts are read")
            yield scrapy.Request(urljoin(page.url, self.POSTS), self.parse_posts, dont_filter=True)
        else:
            raise UnreadablePage("no Modern Events Calendar (.mec-wrap) in the page")

    def parse_posts(self, response: Response) -> Iterator[scrapy.Request]:
        """Ask for the events of WordPress's list. Raises UnreadablePage for another answer."""
        posts = load_json(response.body, "the posts")
        if not isinstance(posts, list):
            raise UnreadablePage(f"the posts are no list: {str(posts)[:80]}")
        links = [absolute(as_text(response), text_at(post, "link")) for post in posts]
        yield from self.event_requests([link for link in links if link])

    def event_requests(self, links: list[str]) -> Iterator[scrapy.Request]:
        """A request for each event."""
        if len(links) > MAX_EVENTS:
            listing_incomplete(self, f"{len(links)} events, of which the first {MAX_EVENTS} are read")
        for link in links[:MAX_EVENTS]:
            yield scrapy.Request(link, self.parse_event)

    def parse_event(self, response: Response) -> Iterator[Outcome]:
        """Read an event's own page. Raises UnreadablePage for a page that is none."""
        page = as_text(response)
        if not page.css(".mec-single-title, .mec-single-event") and not json_ld_events(page):
            raise UnreadablePage("no event of Modern Events Calendar in the page")
        article = next(iter(page.css(".mec-single-event")), page.selector)
        yield from self.read_each([article], lambda one: self.event(one, page), page)

    def event(self, article: Selector, page: TextResponse) -> RawEventItem | RecordSkip:
        """The item of an event's page: what is printed, then what the JSON-LD says."""
        record = next(iter(json_ld_events(page)), None)
        stated = self._stated(record, page)
        printed_days = box(article, ".mec-single-event-date .mec-events-abbr, .mec-start-date-label")
        if printed_days:
            days = [day for day in read_one_run(printed_days, near=self.today) if day]
            hours = find_clocks(box(article, ".mec-single-event-time .mec-events-abbr") or "")
        else:
            days = [date.fromisoformat(stated[name]) for name in ("event_day", "end_day") if stated.get(name)]
            hours = [stated[name] for name in ("start_time", "end_time") if stated.get(name)]
        if not days:
            raise UnreadableField("event_day", f"no day in {printed_days!r}")
        if days[-1] < self.today:
            return RecordSkip(reason="past day")
        title = printed_title(box(article, ".mec-single-title") or stated.get("title"))
        description = article.css(".mec-single-event-description").get() or stated.get("description")
        told = plain_lines(description or "")
        end = hours[1] if len(hours) > 1 and hours[1] != hours[0] else None
        times = entry_times(next(iter(hours), None), end, doors_and_show(told))
        fields = {
            "event_day": days[0].isoformat(),
            "end_day": days[-1].isoformat() if days[-1] > days[0] else None,
            "start_time": times.show,
            "doors_time": times.doors,
            "end_time": times.end,
            "source_url": page.url,
            "title": title,
            "description": description,
            "price_text": box(article, ".mec-events-event-cost") or price_phrase(told) or stated.get("price_text"),
            "age_text": age_phrase(told) or age_phrase(title),
            "status_text": status_phrase(title) or stated.get("status_text"),
            "image_url": absolute(page, article.css(".mec-events-event-image img::attr(src)").get())
            or stated.get("image_url"),
            "ticket_url": ticket_link(article, page) or stated.get("ticket_url"),
        }
        payload = {"json_ld": record, "boxes": boxes_of(article)}
        return self.item(
            page,
            source_event_id=event_id(page.url),
            payload=payload,
            **(stated | self._place(article, stated) | fields),
        )

    def _stated(self, record: dict[str, Any] | None, page: TextResponse) -> dict[str, Any]:
        """What the JSON-LD says; nothing where it cannot be read, for the boxes say it too."""
        try:
            return read_json_ld_event(record, page, zone=self.timezone, near=self.today) if record else {}
        except UnreadableField:
            return {}

    def _place(self, article: Selector, stated: dict[str, Any]) -> dict[str, Any]:
        """The place, where it has an address or the spider has no house; else none, for it is a room of the house."""
        name = box(article, ".mec-single-event-location h6, .mec-single-event-location .author")
        address = box(article, ".mec-single-event-location .mec-address")
        if name is None:
            name, address = stated.get("venue_name"), stated.get("venue_address")
        if address or self.facts is None:
            return {"venue_name": name, "venue_address": address}
        return {field: None for field in stated if field.startswith("venue_") or field in ("latitude", "longitude")}


def event_links(page: TextResponse) -> list[str]:
    """The addresses of the events that a calendar lists, each once."""
    hrefs = page.css(".mec-event-title a::attr(href), a.mec-event-title::attr(href)").getall()
    stated = [url for event in json_ld_events(page) if (url := text_at(event, "url"))]
    urls = (absolute(page, href) for href in hrefs or stated)
    return list(dict.fromkeys(url for url in urls if url and url.rstrip("/") != page.url.rstrip("/")))


def event_id(url: str) -> str:
    """The id of an event by the address of its page."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    night = parse_qs(parts.query).get("occurrence")
    return f"{last}@{night[0]}" if night else last


def box(article: Selector, css: str) -> str | None:
    """The text of the first box with one: the page prints its boxes twice, for screens and for telephones."""
    return next((text for element in article.css(css) if (text := text_of(element))), None)


def boxes_of(article: Selector) -> dict[str, str]:
    """What each box of the event says, by its class."""
    boxes = article.css(".mec-event-meta > div[class], .mec-single-title")
    return {element.attrib["class"]: text for element in boxes if (text := text_of(element))}


def ticket_link(article: Selector, page: TextResponse) -> str | None:
    """Where the button of an event leads, if it leaves the page."""
    buttons = article.css(".mec-event-more-info a, a.mec-more-info-button, a.mec-booking-button")
    urls = (absolute(page, button.attrib.get("href")) for button in buttons)
    return next((url for url in urls if url and url.partition("#")[0] != page.url), None)
