"""What other programs read of the catalog: the records of `export`, whose names and order are a contract.

Pure functions from what the other modules of this package read. Each gives one JSON object.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sms_catalog.events import CatalogEvent, EventVenue
from sms_database.event_fields import HOUR_COLUMNS
from sms_database.exchange import exchange_form
from sms_text.local_hours import hour_words
from sms_text.urls import safe_url

NOT_BUILT = "not built yet"


def event_record(event: CatalogEvent) -> dict[str, Any]:
    """An event: times local as HH:MM, `starts_at` a UTC instant, the bill in order, `sources` oldest first.

    The venue's `city` and `region` are those of its address, else those of the scene it belongs to.
    """
    return {
        "id": str(event.id),
        "title": event.title,
        "kind": event.kind,
        "status": event.status,
        "event_day": event.event_day.isoformat(),
        "start_time": local_time(event.starts_at, event.timezone),
        "doors_time": local_time(event.doors_at, event.timezone),
        "end_time": local_time(event.ends_at, event.timezone),
        "timezone": event.timezone,
        "starts_at": utc(event.starts_at),
        "venue": _venue_of_event(event.venue),
        "artists": event.artists,
        "price_min": _number(event.price_min),
        "price_max": _number(event.price_max),
        "currency": event.currency,
        "is_free": event.is_free,
        "min_age": event.min_age,
        "event_url": event.event_url,
        "ticket_url": event.ticket_url,
        "image_url": event.image_url,
        "description": event.description,
        "sources": [source | {"source_url": safe_url(source["source_url"])} for source in event.sources],
    }


def export_record(event: CatalogEvent) -> dict[str, Any]:
    """An event as it is exported: `event_record`, and behind it all else that the catalog has of it."""
    return event_record(event) | {
        "end_day": event.end_day.isoformat() if event.end_day else None,
        "night": event.night.isoformat(),
        "city": event.city,
        "slug": event.slug,
        "genres": list(event.genres),
        "presenter": event.presenter,
        "tour": event.tour,
        "first_seen": utc(event.first_seen),
        "changed_at": utc(event.revised_at),
    }


def full_record(event: CatalogEvent) -> dict[str, Any]:
    """An event with the few values that its export leaves out; an hour that the clock shows twice has its offset."""
    hours = {name: _hour(getattr(event, column), event.timezone) for name, column in HOUR_COLUMNS.items()}
    end_day = event.end_day.isoformat() if event.end_day else None
    further = {"end_day": end_day, "genres": event.genres, "presenter": event.presenter, "tour": event.tour}
    return event_record(event) | hours | further


def link_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """What became of a raw row; one that is part of no event says why. Hidden events are named too."""
    link = {
        "source": row["source"],
        "source_event_id": row["source_event_id"],
        "event_id": _id(row["event_id"]),
        "venue_id": _id(row["venue_id"]),
        "artists": [[act["name"], act["id"]] for act in row["bill"] or []],
    }
    return link if row["event_id"] else link | {"reason": row["skip_reason"] or NOT_BUILT}


def venue_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """A venue; `scene` is the calendar it is on, `city` the town of its address, `key` that of venues.toml."""
    return {
        "id": str(row["id"]),
        "key": row["key"],
        "name": row["name"],
        "aliases": row["aliases"],
        "scene": row["scene"],
        "address": row["address"],
        "city": row["town"],
        "region": row["region"],
        "postal_code": row["postal_code"],
        "country": row["country"],
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "timezone": row["timezone"],
        "neighborhood": row["neighborhood"],
        "capacity": row["capacity"],
        "website": row["website"],
        "parent_id": _id(row["parent_id"]),
    }


def artist_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """An artist, with the ids and pages that rows give of it: `links` of `{kind, value}`."""
    return {"id": str(row["id"]), "name": row["name"], "aliases": row["aliases"], "links": row["links"] or []}


def raw_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """A raw row as the item that was loaded: `load` reads it again."""
    item = {**row["data"], "source_url": row["source_url"], "payload": row["payload"]}
    return exchange_form(item, utc(row["fetched_at"]) or "")


def local_time(instant: datetime | None, timezone: str | None) -> str | None:
    """HH:MM where the event is."""
    if instant is None or timezone is None:
        return None
    return instant.astimezone(ZoneInfo(timezone)).strftime("%H:%M")


def utc(instant: datetime | None) -> str | None:
    """ISO, with Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None


def _hour(instant: datetime | None, timezone: str | None) -> str | None:
    return None if instant is None or timezone is None else hour_words(instant, timezone)


def _venue_of_event(venue: EventVenue | None) -> dict[str, Any] | None:
    if venue is None:
        return None
    return {
        "id": str(venue.id),
        "name": venue.name,
        "address": venue.address,
        "city": venue.town,
        "region": venue.region,
        "postal_code": venue.postal_code,
        "latitude": venue.latitude,
        "longitude": venue.longitude,
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _id(value: Any) -> str | None:
    return None if value is None else str(value)
