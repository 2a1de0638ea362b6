"""A show in the words of schema.org, for programs that read pages. Pure functions."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from sms_api.pages.addresses import artist_path, event_path, venue_path
from sms_catalog.events import CatalogEvent, EventVenue
from sms_text.urls import safe_url

_STATUSES: Mapping[str, str] = {
    "cancelled": "EventCancelled",
    "postponed": "EventPostponed",
    "rescheduled": "EventRescheduled",
}

_INERT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What could end the script element that the data stands in, or mean something else to a parser."""


def music_event(event: CatalogEvent, public_url: str, former_start: date | datetime | None) -> dict[str, Any]:
    """A MusicEvent; `former_start` is that of a moved show. What is unknown is left out."""
    offers = _offers(event)
    told: Mapping[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MusicEvent",
        "name": event.title,
        "url": public_url + event_path(event.id, event.event_day, event.title),
        "startDate": _moment(event.starts_at, event.timezone) or event.event_day.isoformat(),
        "doorTime": _moment(event.doors_at, event.timezone),
        "endDate": _moment(event.ends_at, event.timezone) or (event.end_day and event.end_day.isoformat()),
        "eventStatus": f"https://schema.org/{_STATUSES.get(event.status, 'EventScheduled')}",
        "previousStartDate": _former(former_start, event.timezone),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": _place(event.venue, public_url) if event.venue else None,
        "performer": [
            {
                "@type": "MusicGroup",
                "name": act["name"],
                "url": public_url + artist_path(uuid.UUID(act["id"]), act["name"]),
            }
            for act in event.artists
            if act["role"] != "host"
        ],
        "organizer": {"@type": "Organization", "name": event.presenter} if event.presenter else None,
        "offers": offers,
        "isAccessibleForFree": event.is_free,
        "typicalAgeRange": f"{event.min_age}-" if event.min_age is not None else None,
        "sameAs": safe_url(event.event_url),
    }
    return {name: value for name, value in told.items() if value not in (None, [], {})}


def data_block(data: Mapping[str, Any]) -> Markup:
    """JSON that may stand in a script element: nothing in it ends the element."""
    return Markup(json.dumps(data, ensure_ascii=False).translate(_INERT))  # made inert here


def _offers(event: CatalogEvent) -> dict[str, Any] | None:
    url = safe_url(event.ticket_url)
    if url is None and event.price_min is None and not event.is_free:
        return None
    low = 0.0 if event.is_free else None if event.price_min is None else float(event.price_min)
    high = None if event.price_max is None else float(event.price_max)
    is_range = low is not None and high is not None and low != high
    availability = "SoldOut" if event.status == "sold_out" else None
    told: Mapping[str, Any] = {
        "@type": "AggregateOffer" if is_range else "Offer",
        "url": url,
        **({"lowPrice": low, "highPrice": high} if is_range else {"price": low}),
        "priceCurrency": event.currency or ("USD" if event.is_free else None),
        "availability": availability and f"https://schema.org/{availability}",
    }
    return {name: value for name, value in told.items() if value is not None}


def _place(venue: EventVenue, public_url: str) -> dict[str, Any]:
    address: Mapping[str, Any] = {
        "@type": "PostalAddress",
        "streetAddress": venue.address,
        "addressLocality": venue.town,
        "addressRegion": venue.region,
        "postalCode": venue.postal_code,
    }
    place: dict[str, Any] = {
        "@type": "MusicVenue",
        "name": venue.name,
        "url": public_url + venue_path(venue.id, venue.name),
        "address": {name: value for name, value in address.items() if value},
    }
    if venue.latitude is not None and venue.longitude is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": venue.latitude, "longitude": venue.longitude}
    return place


def _moment(instant: datetime | None, timezone: str | None) -> str | None:
    if instant is None:
        return None
    return instant.astimezone(ZoneInfo(timezone or "UTC")).isoformat(timespec="minutes")


def _former(start: date | datetime | None, timezone: str | None) -> str | None:
    if start is None:
        return None
    return _moment(start, timezone) if isinstance(start, datetime) else start.isoformat()
