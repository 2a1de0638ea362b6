"""What WP Event Manager publishes of an event, in its three forms: item of the feed, row of the listing, own page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any

from parsel import Selector
from scrapy.http import TextResponse

from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    background_image,
    find_clock,
    find_days,
    fold,
    one,
    text_of,
)
from sms_crawlers.reading.printed_nights import read_one_run


@dataclass(kw_only=True)
class Listing:
    """What the feed, the listing and an event's page have in common, before their prose is read."""

    post_id: str
    url: str | None
    title: str | None
    day: date
    start: str | None
    """`HH:MM` of the plug-in's own date field: the doors at times, the show at others."""
    end: str | None = None
    end_day: date | None = None
    html: str = ""
    price: str | None = None
    status: str | None = None
    image_url: str | None = None
    ticket_url: str | None = None
    record: Any = None


def of_feed(record: dict[str, str], response: TextResponse) -> Listing:
    """Read an item of the feed, by the local names of its elements."""
    start, end = _stamp(record.get("start_date")), _end_stamp(record.get("end_date"))
    html = record.get("encoded", "")
    listing = Listing(
        post_id=_post_id(record.get("guid", "")),
        url=absolute(response, record.get("link")),
        title=fold(unescape(record.get("title", ""))),
        day=start.date(),
        start=_hour(start),
        html=html,
        price=record.get("ticket_price") if record.get("ticket_price") == "Free" else None,
        image_url=absolute(response, Selector(text=html or "<p>").css("img::attr(src)").get()),
        record=record,
    )
    return _with_end(listing, start, end)


def of_row(row: Selector, response: TextResponse, near: date) -> Listing:
    """Read a row of the listing's markup."""
    post = re.search(r"\bpost-(\d+)\b", row.attrib.get("class", ""))
    if post is None:
        raise UnreadableField("source_event_id", "the row has no class post-<id>")
    printed = text_of(one(row, ".wpem-event-date-time-text", "event_day")) or ""
    begins, _, ends = printed.partition(" - ")
    day, last_of_run = read_one_run(begins, near=near)
    last_day = next(iter(find_days(ends, near=day)), last_of_run)
    return Listing(
        post_id=post[1],
        url=absolute(response, row.css("a.wpem-event-action-url::attr(href)").get()),
        title=text_of(next(iter(row.css(".wpem-heading-text")), None)),
        day=day,
        start=_not_midnight(find_clock(begins)),
        end=_not_midnight(find_clock(ends)),
        end_day=last_day if last_day and last_day > day else None,
        image_url=absolute(response, background_image(row.css(".wpem-event-banner-img::attr(style)").get())),
        record=row.get(),
    )


def of_page(record: dict[str, Any], response: TextResponse) -> Listing:
    """Read the JSON-LD event of an event's own page, with the ticket link from the page."""
    start, end = _stamp(record.get("startDate")), _end_stamp(record.get("endDate"))
    status = str(record.get("eventStatus") or "").rpartition("/")[2]
    image = record.get("image")
    listing = Listing(
        post_id=_post_id(response.css('link[rel="shortlink"]::attr(href)').get("")),
        url=response.url,
        title=fold(unescape(str(record.get("name") or ""))),
        day=start.date(),
        start=_hour(start),
        html=str(record.get("description") or ""),
        status=None if status in ("", "EventScheduled") else status.removeprefix("Event"),
        image_url=absolute(response, image) if isinstance(image, str) else None,
        ticket_url=absolute(response, response.css(".wpem-register-event-form a::attr(href)").get()),
        record=record,
    )
    return _with_end(listing, start, end)


def _stamp(text: object) -> datetime:
    """A local "YYYY-MM-DD HH:MM:SS"."""
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=None)
    except ValueError as problem:
        raise UnreadableField("event_day", f"{text!r} is no day and hour") from problem


def _end_stamp(text: object) -> datetime | None:
    return _stamp(text) if str(text or "").strip() else None


def _hour(stamp: datetime) -> str | None:
    return None if stamp.second else _not_midnight(f"{stamp:%H:%M}")


def _not_midnight(clock: str | None) -> str | None:
    """The plug-in writes midnight where no hour was given."""
    return None if clock == "00:00" else clock


def _with_end(listing: Listing, start: datetime, end: datetime | None) -> Listing:
    """Take over an end that lies after the start; the plug-in repeats the start where none was given."""
    if end is not None and end > start:
        listing.end = _hour(end)
        listing.end_day = end.date() if (end - start).days >= 1 else None
    return listing


def _post_id(address: str) -> str:
    found = re.search(r"[?&]p=(\d+)", address)
    if found is None:
        raise UnreadableField("source_event_id", f"{address!r} names no post")
    return found[1]
