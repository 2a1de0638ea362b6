"""What Squarespace tells of an event, in its two forms: object of the JSON, article of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from parsel import Selector
from scrapy.http import TextResponse

from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    clock_face,
    find_clock,
    fold,
    instant_to_local,
    text_of,
    time_between,
)
from sms_crawlers.reading.json_records import inner, number_at, text_at
from sms_crawlers.reading.places import read_place
from sms_crawlers.reading.printed_nights import read_one_run
from sms_crawlers.reading.prose import printed, printed_title

FULL_DAY = timedelta(days=1)
_UNSET = (40.72, -74.0)
"""Squarespace's coordinates of a place that nobody has set, in New York."""
_TICKETS = re.compile(r"ticket|rsvp|reserv|register|\bbuy\b", re.IGNORECASE)


@dataclass(kw_only=True)
class Span:
    """Local day and hours of an event; of one over a day or more, the last day too."""

    day: date
    start: str | None = None
    end_day: date | None = None
    end: str | None = None

    def __post_init__(self) -> None:
        """Leave out hours of whole days, ends that are no later than the start, last days of a single night.

        An end without a day of its own may be after midnight.
        """
        begins, ends = (hour and clock_face(hour) for hour in (self.start, self.end))
        if begins in (None, "00:00") and ends in (None, "00:00", "23:59"):
            if begins and ends == "00:00" and self.end_day:
                self.end_day -= FULL_DAY
            self.start = self.end = None
            self.end_day = self.end_day if self.end_day and self.end_day > self.day else None
        elif self.start is None or self.end is None:
            self.end_day = self.end = None
        elif self.end_day is None:
            self.end = self.end if self.end != self.start else None
        else:
            length = time_between(self.day, self.start, self.end_day, self.end)
            self.end_day = self.end_day if length >= FULL_DAY else None
            self.end = self.end if length > timedelta(0) else None


@dataclass(kw_only=True)
class Listed:
    """What both forms have in common, before the prose is read."""

    address: str | None
    """The event's own page as it is linked."""
    title: str
    span: Span
    markup: str
    place: dict[str, Any] = field(default_factory=dict)
    """Fields of the place; empty where none is named."""
    image_url: str | None
    ticket_url: str | None = None
    record: Any

    @property
    def slug(self) -> str:
        """The last part of the address. Raises UnreadableField where there is none."""
        last = urlsplit(self.address or "").path.rstrip("/").rpartition("/")[2]
        if not last:
            raise UnreadableField("source_event_id", "the event has no address")
        return last


def of_json(event: Any, page: TextResponse, zone: str) -> Listed:
    """Read an event of the JSON; its instants are told in the site's zone."""
    image = absolute(page, text_at(event, "assetUrl"))
    return Listed(
        address=text_at(event, "fullUrl") or text_at(event, "urlId"),
        title=printed_title(text_at(event, "title")),
        span=_instants(event, zone),
        markup="\n".join(filter(None, (text_at(event, "excerpt"), text_at(event, "body")))),
        place=_stated_place(inner(event, "location")),
        image_url=None if image is None or image.endswith("/") else image,
        ticket_url=absolute(page, text_at(event, "sourceUrl")),
        record=event,
    )


def of_article(article: Selector, page: TextResponse, near: date) -> Listed:
    """Read an event of the page's list."""
    image = next(iter(article.css(".eventlist-column-thumbnail img, img.eventlist-thumbnail")), None)
    source = None if image is None else image.attrib.get("data-src") or image.attrib.get("src")
    return Listed(
        address=article.css("a.eventlist-title-link::attr(href)").get(),
        title=printed_title(text_of(next(iter(article.css(".eventlist-title-link, .eventlist-title")), None))),
        span=_printed_span(article, near),
        markup="\n".join(article.css(".eventlist-excerpt, .eventlist-description").getall()),
        place=_printed_place(article),
        image_url=absolute(page, source),
        record=article.get(),
    )


def ticket_link(prose: Selector, page: TextResponse) -> str | None:
    """The first link in an event's text that speaks of tickets."""
    links = (link for link in prose.css("a[href]") if _TICKETS.search(text_of(link) or ""))
    return next((url for link in links if (url := absolute(page, link.attrib["href"]))), None)


def _instants(event: Any, zone: str) -> Span:
    starts = _local(event, "startDate", zone)
    if starts is None:
        raise UnreadableField("event_day", f"no startDate: {str(inner(event, 'startDate'))[:80]}")
    ends = _local(event, "endDate", zone) or (None, None)
    return Span(day=starts[0], start=starts[1], end_day=ends[0], end=ends[1])


def _local(event: Any, name: str, zone: str) -> tuple[date, str] | None:
    """Local day and hour of an instant in milliseconds since 1970."""
    milliseconds = number_at(event, name)
    if milliseconds is None:
        return None
    try:
        return instant_to_local(datetime.fromtimestamp(milliseconds / 1000, UTC), zone)
    except (ValueError, OverflowError, OSError) as problem:
        raise UnreadableField("event_day", f"{name} {milliseconds} is out of the calendar") from problem


def _printed_span(article: Selector, near: date) -> Span:
    """The days and hours that an article prints: either with start and end, or an hour behind each of two days.

    Hours are there twice, in both clocks; the classes of the second ones are not reliable.
    """
    dates = article.css("time.event-date")
    stated = (element.attrib.get("datetime") or text_of(element) or "" for element in dates)
    days = [day for text in stated for day in read_one_run(text, near=near) if day]
    if not days:
        raise UnreadableField("event_day", "no time.event-date in the article")
    starts = _clocks(article, "time[class*='event-time'][class*='-start']")
    ends = _clocks(article, "time[class*='event-time'][class*='-end']")
    alone = _clocks(article, "time[class*='event-time']:not([class*='-start']):not([class*='-end'])")
    if len(days) > 1 and len(alone) > 1:
        ends = ends or alone[-1:]
    return Span(
        day=days[0],
        start=next(iter(starts or alone), None),
        end_day=days[-1] if len(days) > 1 else None,
        end=next(iter(ends), None),
    )


def _clocks(article: Selector, css: str) -> list[str]:
    return [clock for element in article.css(css) if (clock := find_clock(text_of(element) or ""))]


def _stated_place(location: Any) -> dict[str, Any]:
    """The place of the JSON, if it has a name."""
    name = printed(text_at(location, "addressTitle"))
    if name is None:
        return {}
    lines = [printed(text_at(location, key)) for key in ("addressLine1", "addressLine2", "addressCountry")]
    point = number_at(location, "mapLat"), number_at(location, "mapLng")
    return (
        read_place(", ".join(filter(None, lines))).fields()
        | {"venue_name": name, "venue_address": lines[0]}
        | _point(*point)
    )


def _point(latitude: float | None, longitude: float | None) -> dict[str, float]:
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return {}
    if (latitude, longitude) == (0, 0) or (round(latitude, 2), round(longitude, 2)) == _UNSET:
        return {}
    return {"latitude": latitude, "longitude": longitude}


def _printed_place(article: Selector) -> dict[str, Any]:
    """The place that an article names, with the address that its link to a map asks for."""
    line = article.css(".eventlist-meta-address")
    name = fold(" ".join(line.xpath(".//text()[not(ancestor::a)]").getall()))
    if name is None:
        return {}
    query = parse_qs(_query(line.css("a::attr(href)").get("")))
    return {"venue_name": name, "venue_address": fold(next(iter(query.get("q", [])), None))}


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""
