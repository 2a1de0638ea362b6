"""Events as Bandsintown's REST API describes them. Pure functions of one record."""

from __future__ import annotations

import re
from typing import Any

from sms_crawlers.items import ListedArtist
from sms_crawlers.reading.json_records import inner, number_at, records_at, text_at
from sms_crawlers.reading.moments import end_fields, find_moment, read_moment
from sms_crawlers.reading.money import price_range
from sms_crawlers.reading.prose import entry_times, printed, read_prose

_SPOTIFY = re.compile(r"open\.spotify\.com/artist/([A-Za-z0-9]{22})\b")


def schedule_of(event: Any) -> dict[str, str | None]:
    """Day and hours, local to the room. A rule of display without "time" says that the hour means nothing."""
    day, hour = read_moment(text_at(event, "starts_at") or text_at(event, "datetime"))
    shown = text_at(event, "datetime_display_rule")
    hour = hour if shown is None or "time" in shown else None
    times = entry_times(hour, None, read_prose(text_at(event, "description")).times)
    end = find_moment(text_at(event, "ends_at") or text_at(event, "festival_end_date"))
    hours = {"start_time": times.show, "doors_time": times.doors, "end_time": times.end}
    return {"event_day": day, **hours, **end_fields((day, times.show), end)}


def artist_of(events: list[Any]) -> Any:
    """The asked artist, who is described in the first event alone."""
    return next((inner(event, "artist") for event in events if inner(event, "artist") is not None), None)


def line_up(event: Any, artist: Any) -> list[ListedArtist]:
    """The acts as listed, the asked artist first: no billing order. Only of the asked one are ids known."""
    names = [printed(text_at({"name": name}, "name")) for name in records_at(event, "lineup")]
    return [_listed(name, artist) for name in dict.fromkeys(names) if name]


def price_of(event: Any) -> dict[str, Any]:
    """Free, where the source says so; else what the description tells."""
    told = read_prose(text_at(event, "description")).price_text
    return price_range(0, 0, None) if inner(event, "free") is True else {"price_text": told}


def place_of(event: Any) -> dict[str, Any]:
    """The fields of the room; an empty text is none."""
    venue = inner(event, "venue")
    return {
        "venue_name": printed(text_at(venue, "name")),
        "venue_address": printed(text_at(venue, "street_address")),
        "venue_city": printed(text_at(venue, "city")),
        "venue_region": text_at(venue, "region"),
        "venue_postal_code": text_at(venue, "postal_code"),
        "venue_country": text_at(venue, "country"),
        "latitude": number_at(venue, "latitude"),
        "longitude": number_at(venue, "longitude"),
    }


def without_query(url: str | None) -> str | None:
    """An address without its query, which holds the application's id and the mark of the campaign."""
    return re.split(r"[?#]", url)[0] if url else None


def _listed(name: str, artist: Any) -> ListedArtist:
    if name != printed(text_at(artist, "name")):
        return ListedArtist(name=name)
    links = (_SPOTIFY.search(text_at(link, "url") or "") for link in records_at(artist, "links"))
    return ListedArtist(
        name=name,
        source_artist_id=text_at(artist, "id"),
        url=without_query(text_at(artist, "url")),
        image_url=text_at(artist, "image_url"),
        musicbrainz_id=text_at(artist, "mbid"),
        spotify_id=next((found[1] for found in links if found), None),
    )
