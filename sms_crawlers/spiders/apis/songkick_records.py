"""Events as Songkick's API describes them. Pure functions of one record."""

from __future__ import annotations

from datetime import date
from typing import Any

from sms_crawlers.items import ListedArtist
from sms_crawlers.reading import find_clock, hour_by_instant
from sms_crawlers.reading.json_records import inner, number_at, records_at, text_at
from sms_crawlers.reading.moments import Moment, end_fields, find_moment, read_moment
from sms_crawlers.reading.prose import printed


def schedule_of(event: Any, zone: str) -> dict[str, str | None]:
    """Day and hours, local to the room, whose clock is that of `zone`, and the status where it is not "ok"."""
    start = _with_hour(event, "start", read_moment(text_at(event, "start", "date"))[0], zone)
    end = _with_hour(event, "end", find_moment(text_at(event, "end", "date"))[0], zone)
    status = text_at(event, "status")
    return {
        "event_day": start[0],
        "start_time": start[1],
        "status_text": None if status == "ok" else status,
        **end_fields(start, end),
    }


def bill_of(event: Any) -> list[ListedArtist]:
    """The performers by their `billingIndex`; those without one come last, in their order."""
    performances = [(number_at(p, "billingIndex"), p) for p in records_at(event, "performance")]
    performances.sort(key=lambda entry: float("inf") if entry[0] is None else entry[0])
    bill = []
    for _, performance in performances:
        artist = inner(performance, "artist")
        name = printed(text_at(performance, "displayName") or text_at(artist, "displayName"))
        if name is not None:
            ids = [text_at(entry, "mbid") for entry in records_at(artist, "identifier")]
            bill.append(
                ListedArtist(
                    name=name,
                    role=text_at(performance, "billing"),
                    source_artist_id=text_at(artist, "id"),
                    url=text_at(artist, "uri"),
                    musicbrainz_id=ids[0] if len(ids) == 1 else None,
                )
            )
    return bill


def place_of(event: Any) -> dict[str, Any]:
    """The room and its town. Of an unknown venue the town alone is known."""
    venue = inner(event, "venue")
    town = [printed(part) for part in (text_at(event, "location", "city") or "").split(",")]
    place = {
        "venue_city": town[0],
        "venue_region": town[1] if len(town) > 2 else text_at(venue, "metroArea", "state", "displayName"),
        "venue_country": town[-1] if len(town) > 1 else text_at(venue, "metroArea", "country", "displayName"),
    }
    if text_at(venue, "id") is None:
        return place
    return place | {
        "venue_name": printed(text_at(venue, "displayName")),
        "latitude": number_at(venue, "lat"),
        "longitude": number_at(venue, "lng"),
        "source_venue_id": text_at(venue, "id"),
        "venue_url": text_at(venue, "uri"),
    }


def _with_hour(event: Any, name: str, day: str | None, zone: str) -> Moment:
    hour = find_clock(text_at(event, name, "time") or "")
    if day is None or hour is None:
        return day, hour
    return day, hour_by_instant(date.fromisoformat(day), hour, text_at(event, name, "datetime"), zone)
