"""Events as JamBase describes them: schema.org's names with JamBase's own beside them. Pure functions of one record."""

from __future__ import annotations

from typing import Any

from sms_crawlers.items import ListedArtist
from sms_crawlers.reading import find_clock
from sms_crawlers.reading.json_records import inner, number_at, records_at, text_at, zone_at
from sms_crawlers.reading.moments import end_fields, find_moment, read_moment
from sms_crawlers.reading.money import price_range
from sms_crawlers.reading.prose import printed

PRIMARY = "ticketingLinkPrimary"


def schedule_of(event: Any) -> dict[str, str | None]:
    """Day, hours, zone and status. Moments are local; one without an hour, or at midnight, tells the day alone."""
    start = read_moment(text_at(event, "startDate"))
    status = text_at(event, "eventStatus")
    old_day, _ = find_moment(text_at(event, "previousStartDate"))
    was = f" (was {old_day})" if old_day and old_day != start[0] else ""
    return {
        "event_day": start[0],
        "start_time": start[1],
        "doors_time": find_clock(text_at(event, "doorTime") or ""),
        "timezone": zone_at(event, "location", "address", "x-timezone"),
        "status_text": f"{status}{was}" if status and status != "scheduled" else None,
        **end_fields(start, find_moment(text_at(event, "endDate"))),
    }


def artists_of(event: Any) -> list[ListedArtist]:
    """The performers by their rank; those without one come last, in their order."""
    ranked = [(number_at(p, "x-performanceRank"), p) for p in records_at(event, "performer")]
    ranked.sort(key=lambda entry: float("inf") if entry[0] is None else entry[0])
    artists = []
    for _, performer in ranked:
        name = printed(text_at(performer, "name"))
        if name is not None:
            artists.append(
                ListedArtist(
                    name=name,
                    role="headliner" if inner(performer, "x-isHeadliner") is True else "support",
                    source_artist_id=text_at(performer, "identifier"),
                    url=text_at(performer, "url"),
                    image_url=text_at(performer, "image"),
                    genres=_texts(performer, "genre"),
                    musicbrainz_id=_known_by(performer, "musicbrainz"),
                    spotify_id=_known_by(performer, "spotify"),
                )
            )
    return artists


def offer_of(event: Any) -> Any:
    """The first offer of the primary seller, one with a price before one without; the others are resale."""
    primary = [offer for offer in records_at(event, "offers") if text_at(offer, "category") == PRIMARY]
    priced = [offer for offer in primary if _prices(offer) != (None, None)]
    return next(iter(priced or primary), None)


def price_of(event: Any) -> dict[str, Any]:
    """The fields of the price, which the source gives as numbers in texts."""
    if inner(event, "isAccessibleForFree") is True:
        return price_range(0, 0, None)
    offer = offer_of(event)
    return price_range(*_prices(offer), text_at(offer, "priceSpecification", "priceCurrency"))


def place_of(event: Any) -> dict[str, Any]:
    """The fields of the room."""
    room = inner(event, "location")
    address = inner(room, "address")
    lines = [printed(text_at(address, name)) for name in ("streetAddress", "x-streetAddress2")]
    return {
        "venue_name": printed(text_at(room, "name")),
        "venue_address": ", ".join(line for line in lines if line) or None,
        "venue_city": printed(text_at(address, "addressLocality")),
        "venue_region": _named(address, "addressRegion", "alternateName"),
        "venue_postal_code": text_at(address, "postalCode"),
        "venue_country": _named(address, "addressCountry", "identifier"),
        "latitude": number_at(room, "geo", "latitude"),
        "longitude": number_at(room, "geo", "longitude"),
        "source_venue_id": text_at(room, "identifier"),
        "venue_url": text_at(room, "url"),
    }


def genres_of(event: Any) -> list[str]:
    """The type of the event, where it is no concert, and the headliners' genres."""
    kind = text_at(event, "@type")
    leading = [p for p in records_at(event, "performer") if inner(p, "x-isHeadliner") is True]
    genres = [genre for performer in leading for genre in _texts(performer, "genre")]
    return list(dict.fromkeys([*([kind] if kind and kind != "Concert" else []), *genres]))


def _named(address: Any, name: str, code: str) -> str | None:
    """A state or country by its code, else by its name; other answers have a text in its place."""
    return text_at(address, name, code) or text_at(address, name, "name") or text_at(address, name)


def _prices(offer: Any) -> tuple[float | None, float | None]:
    low, high, single = (number_at(offer, "priceSpecification", name) for name in ("minPrice", "maxPrice", "price"))
    return (single if low is None else low), (single if high is None else high)


def _texts(record: Any, name: str) -> list[str]:
    """The texts under a name: one, or a list of texts or of objects with an identifier."""
    value = inner(record, name)
    entries = value if isinstance(value, list) else [value]
    found = (entry if isinstance(entry, str) else text_at(entry, "identifier") for entry in entries)
    return [text for text in found if text]


def _known_by(performer: Any, service: str) -> str | None:
    """The one id that another service knows a performer by; None for none and for several."""
    known = [entry for entry in records_at(performer, "x-externalIdentifiers") if text_at(entry, "source") == service]
    ids = [own for entry in known for own in _texts(entry, "identifier")]
    return ids[0] if len(ids) == 1 else None
