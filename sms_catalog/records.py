"""What other programs read of the catalog: the records of `export`, whose names and order are a contract.

Pure functions from the rows of `sms_catalog.events`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sms_database.event_fields import HOUR_COLUMNS
from sms_database.exchange import exchange_form
from sms_text.local_hours import hour_words
from sms_text.text import safe_url

NOT_BUILT = "not built yet"


def event_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """An event: times local as HH:MM, `starts_at` a UTC instant, the bill in order, `sources` oldest first.

    The venue's `city` and `region` are those of its address, else those of the scene it belongs to.
    """
    return {
        "id": str(row["id"]),
        "title": row["title"],
        "kind": row["kind"],
        "status": row["status"],
        "event_day": row["event_day"].isoformat(),
        "start_time": local_time(row["starts_at"], row["timezone"]),
        "doors_time": local_time(row["doors_at"], row["timezone"]),
        "end_time": local_time(row["ends_at"], row["timezone"]),
        "timezone": row["timezone"],
        "starts_at": utc(row["starts_at"]),
        "venue": _venue_of_event(row),
        "artists": row["artists"] or [],
        "price_min": _number(row["price_min"]),
        "price_max": _number(row["price_max"]),
        "currency": row["currency"],
        "is_free": row["is_free"],
        "min_age": row["min_age"],
        "event_url": row["event_url"],
        "ticket_url": row["ticket_url"],
        "image_url": row["image_url"],
        "description": row["description"],
        "sources": [source | {"source_url": safe_url(source["source_url"])} for source in row["sources"] or []],
    }


def full_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """An event with the few values that its export leaves out; an hour that the clock shows twice has its offset."""
    hours = {
        name: hour_words(row[column], row["timezone"]) if row[column] and row["timezone"] else None
        for name, column in HOUR_COLUMNS.items()
    }
    end_day = row["end_day"].isoformat() if row["end_day"] else None
    return event_record(row) | hours | {"end_day": end_day, "presenter": row["presenter"], "tour": row["tour"]}


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
    return exchange_form(row["data"], utc(row["fetched_at"]) or "")


def local_time(instant: datetime | None, timezone: str | None) -> str | None:
    """HH:MM where the event is."""
    if instant is None or timezone is None:
        return None
    return instant.astimezone(ZoneInfo(timezone)).strftime("%H:%M")


def utc(instant: datetime | None) -> str | None:
    """ISO, with Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None


def _venue_of_event(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row["venue_id"] is None:
        return None
    return {
        "id": str(row["venue_id"]),
        "name": row["venue_name"],
        "address": row["address"],
        "city": row["town"],
        "region": row["region"],
        "postal_code": row["postal_code"],
        "latitude": row["latitude"],
        "longitude": row["longitude"],
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _id(value: Any) -> str | None:
    return None if value is None else str(value)
