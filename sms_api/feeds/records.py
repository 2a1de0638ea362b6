"""Events as JSON, NDJSON, GeoJSON, JSON Feed and CSV. Pure functions."""

from __future__ import annotations

from typing import Any

import orjson

from sms_api.feeds.event_words import headline, in_full
from sms_api.feeds.feed import Feed
from sms_catalog.csv_rows import csv_lines
from sms_catalog.events import CatalogEvent
from sms_catalog.records import export_record, full_record, utc
from sms_text.urls import safe_url

_JSON_FEED = "https://jsonfeed.org/version/1.1"


def json(feed: Feed) -> bytes:
    """{"title", "links": {"page", "self", "next"}, "events": […]}, the events as `linked_record` has them."""
    links = {"page": feed.page, "self": feed.address, "next": feed.next_address}
    return orjson.dumps({"title": feed.title, "links": links, "events": [_linked(feed, e) for e in feed.events]})


def ndjson(feed: Feed) -> bytes:
    """The events of `json`, one a line."""
    return b"".join(orjson.dumps(_linked(feed, event), option=orjson.OPT_APPEND_NEWLINE) for event in feed.events)


def geojson(feed: Feed) -> bytes:
    """A FeatureCollection (RFC 7946); an event whose place is not known has no geometry."""
    features = [
        {"type": "Feature", "id": str(event.id), "geometry": _point(event), "properties": _linked(feed, event)}
        for event in feed.events
    ]
    links = {"page": feed.page, "self": feed.address, "next": feed.next_address}
    return orjson.dumps({"type": "FeatureCollection", "title": feed.title, "links": links, "features": features})


def csv(feed: Feed) -> bytes:
    """The columns of `carpenter export --format csv`; no cell is one that a spreadsheet would run."""
    return "".join(csv_lines("events", map(export_record, feed.events))).encode()


def json_feed(feed: Feed) -> bytes:
    """A JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/."""
    told = {
        "version": _JSON_FEED,
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": "en",
        "items": [_item(feed, event) for event in feed.events],
    }
    if feed.next_address is not None:
        told["next_url"] = feed.next_address
    return orjson.dumps(told)


def linked_record(event: CatalogEvent, page: str) -> dict[str, Any]:
    """The record of an event with the address of its page, and of that page as a calendar."""
    return full_record(event) | {"links": {"page": page, "ics": f"{page}.ics"}}


def _linked(feed: Feed, event: CatalogEvent) -> dict[str, Any]:
    return linked_record(event, feed.page_of(event))


def _point(event: CatalogEvent) -> dict[str, Any] | None:
    venue = event.venue
    if venue is None or venue.latitude is None or venue.longitude is None:
        return None
    return {"type": "Point", "coordinates": [venue.longitude, venue.latitude]}


def _item(feed: Feed, event: CatalogEvent) -> dict[str, Any]:
    page = feed.page_of(event)
    optional = {"external_url": safe_url(event.event_url), "image": safe_url(event.image_url)}
    return {
        "id": str(event.id),
        "url": page,
        "title": headline(event),
        "content_text": in_full(event),
        "date_modified": utc(feed.modified_at(event)),
        "tags": list(dict.fromkeys([event.kind, *(event.genres or ())])),
    } | {name: url for name, url in optional.items() if url is not None}
