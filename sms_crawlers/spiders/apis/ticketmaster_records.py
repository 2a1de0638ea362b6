"""Events as Ticketmaster's Discovery API describes them, field by field. Pure functions of one record."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sms_crawlers.items import ListedArtist
from sms_crawlers.reading import UnreadableField, age_phrase, find_clock, hour_by_instant, instant_to_local
from sms_crawlers.reading.json_records import inner, number_at, records_at, text_at, zone_at
from sms_crawlers.reading.moments import end_fields
from sms_crawlers.reading.money import price_range
from sms_crawlers.reading.prose import printed

_STATES = frozenset({"cancelled", "canceled", "postponed", "rescheduled"})
"""Codes that say something of the night. onsale and offsale speak of the sale: what is off sale may well take place."""

_WIDEST = 2048
"""Pixels; what is wider is the original upload."""

_PARKING = re.compile(r"\bparking\b(?! lot)", re.IGNORECASE)
_UPGRADE = re.compile(
    r"\b(?:vip (?:upgrade|club|lounge|experience)s?|(?:seat|ticket) upgrade|upgrades? (?:&|and) extras|upgrade only"
    r"|upgrades?$|club access|lounge access|fast ?lane|early entry|special entry|meet (?:&|and|n) greet|suite rental"
    r"|premium suites?|lawn chair rental|voucher|not a (?:concert|show) ticket|ticket not included)\b",
    re.IGNORECASE,
)
_PACKAGE = re.compile(
    r"\b(?:(?:\d|one|two|three|four|five|multi|single)[- ](?:day|night|show) (?:pass|ticket|package|combo|bundle)"
    r"|(?:season|weekend|festival|full|all[- ]access|summer|lawn|vip) pass"
    r"|(?:vip|meal|picnic|hotel|ticket|travel) package|mega ?ticket|season ticket|ticket bundle)(?:es|s)?\b",
    re.IGNORECASE,
)
_UPSELL_TYPES = {"parking": "parking", "upsell": "upgrade"}
"""Names of a classification's type for what is sold beside a show."""

_MUSICBRAINZ = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SPOTIFY = re.compile(r"open\.spotify\.com/(?:intl-\w+/)?artist/([A-Za-z0-9]{22})\b")


def is_resale(event: Any) -> bool:
    """Is it a seat sold again? Such rows have ids and venue ids of their own, beside those of the first sale."""
    shop = _host(text_at(event, "url"))
    return (text_at(event, "id") or "").startswith("Z7r9") or shop.endswith("ticketsnow.com")


def sold_beside(event: Any) -> str | None:
    """package, parking or upgrade for a listing that is no ticket to one show; None for a show."""
    kind = _UPSELL_TYPES.get((text_at(_classification(event), "type", "name") or "").casefold())
    title = text_at(event, "name") or ""
    if kind == "parking" or _PARKING.search(title):
        return "parking"
    if kind is None and _PACKAGE.search(title):
        return "package"
    return kind or ("upgrade" if _UPGRADE.search(title) else None)


def genres_of(event: Any) -> list[str]:
    """The kind of a listing that is no show, then segment, genre and subgenre as named, "Undefined" left out."""
    beside = sold_beside(event)
    return [*([beside] if beside else []), *_classes(event)]


def schedule_of(event: Any, default_zone: str) -> dict[str, str | None]:
    """Day, hours, zone, status and the words for a day that was moved or is not known.

    Postponed without a new date: the old day, at which the show does not take place, and its status. A date to be
    announced or determined is none, also where a placeholder stands for it.
    """
    dates = inner(event, "dates")
    zone = _zone_of(event, default_zone)
    start, was = inner(dates, "start"), inner(dates, "initialStartDate")
    status = _status_of(dates)
    day, hour = _day_and_hour(start, zone)
    old_day, old_hour = _day_and_hour(was, zone)
    words = None
    if inner(start, "dateTBA") is True or inner(start, "dateTBD") is True:
        words = "date to be announced" if inner(start, "dateTBA") is True else "date to be determined"
        words, day, hour = f"{words} ({day})" if day else words, None, None
    if day is None and status == "postponed" and old_day is not None:
        words, day, hour = f"postponed from {old_day}", old_day, old_hour
    elif old_day is not None and old_day != day and status in ("postponed", "rescheduled"):
        status = f"{status} (was {old_day})"
    if day is None and words is None:
        raise UnreadableField("event_day", f"no day that can be read in dates.start: {str(start)[:80]}")
    return {
        "event_day": day,
        "start_time": hour,
        "doors_time": _doors(event, day, zone),
        "date_text": words,
        "timezone": zone,
        "status_text": status,
        **_end(dates, day, hour, zone),
    }


def price_of(event: Any) -> dict[str, Any]:
    """The fields of the price: of the standard range, which holds no resale."""
    ranges = records_at(event, "priceRanges")
    ranges = [entry for entry in ranges if text_at(entry, "type") == "standard"] or ranges
    if not ranges:
        return {}
    low, high = number_at(ranges[0], "min"), number_at(ranges[0], "max")
    return price_range(low, high, text_at(ranges[0], "currency"))


def age_of(event: Any) -> str | None:
    """The rule on age as printed; that an age is enforced does not say which."""
    rule = printed(text_at(event, "ageRestrictions", "ageRuleDescription"))
    if rule is not None:
        return rule
    notes = (age_phrase(text_at(event, field) or "") for field in ("info", "pleaseNote"))
    return next((note for note in notes if note), None)


def line_up(event: Any) -> list[ListedArtist]:
    """The attractions in their order, the headliner first, each with the ids that other services know it by."""
    met: dict[str, ListedArtist] = {}
    for attraction in records_at(event, "_embedded", "attractions"):
        name = printed(text_at(attraction, "name"))
        if name is not None:
            met.setdefault(name.casefold(), _artist(attraction, name))
    return list(met.values())


def venue_of(event: Any) -> dict[str, Any]:
    """The fields of the room, or of the place where there is none."""
    venue = next(iter(records_at(event, "_embedded", "venues")), None) or inner(event, "place")
    lines = [printed(text_at(venue, "address", line)) for line in ("line1", "line2")]
    latitude, longitude = number_at(venue, "location", "latitude"), number_at(venue, "location", "longitude")
    is_placed = bool(latitude or longitude)
    return {
        "venue_name": printed(text_at(venue, "name")),
        "venue_address": ", ".join(line for line in lines if line) or None,
        "venue_city": printed(text_at(venue, "city", "name")),
        "venue_region": text_at(venue, "state", "stateCode") or text_at(venue, "state", "name"),
        "venue_postal_code": text_at(venue, "postalCode"),
        "venue_country": text_at(venue, "country", "countryCode") or text_at(venue, "country", "name"),
        "latitude": latitude if is_placed else None,
        "longitude": longitude if is_placed else None,
        "source_venue_id": text_at(venue, "id"),
        "venue_url": text_at(venue, "url"),
    }


def image_of(record: Any) -> str | None:
    """The widest picture of 16:9 that is the record's own and no stand-in."""
    own = [i for i in records_at(record, "images") if inner(i, "fallback") is not True and text_at(i, "url")]
    fitting = [i for i in own if (number_at(i, "width") or 0) <= _WIDEST] or own
    best = max(fitting, key=lambda i: (text_at(i, "ratio") == "16_9", number_at(i, "width") or 0), default=None)
    return text_at(best, "url")


def _classes(record: Any) -> list[str]:
    names = [text_at(_classification(record), level, "name") for level in ("segment", "genre", "subGenre")]
    return list(dict.fromkeys(name for name in names if name and name != "Undefined"))


def _classification(record: Any) -> Any:
    all_of_them = records_at(record, "classifications")
    primary = [entry for entry in all_of_them if inner(entry, "primary") is True]
    return next(iter(primary or all_of_them), None)


def _zone_of(event: Any, default: str) -> str:
    """Resale rows and many others tell it at the venue only."""
    venue = next(iter(records_at(event, "_embedded", "venues")), None)
    return zone_at(event, "dates", "timezone") or zone_at(venue, "timezone") or default


def _status_of(dates: Any) -> str | None:
    code = (text_at(dates, "status", "code") or "").casefold()
    return code if code in _STATES else None


def _day_and_hour(start: Any, zone: str) -> tuple[str | None, str | None]:
    """ISO day and hour, local; the hour is None where it is to be announced or no specific one."""
    told, instant = text_at(start, "localDate"), text_at(start, "dateTime")
    try:
        day = date.fromisoformat(told) if told else None
    except ValueError as problem:
        raise UnreadableField("event_day", f"{told!r:.80} is no day") from problem
    hour = find_clock(text_at(start, "localTime") or "")
    if day is None or hour is None:
        its_day, its_hour = _local(instant, zone)
        day = day or its_day
        hour = hour or (its_hour if its_day == day else None)
    else:
        hour = hour_by_instant(day, hour, instant, zone)
    unknown = inner(start, "timeTBA") is True or inner(start, "noSpecificTime") is True
    return day.isoformat() if day else None, None if unknown else hour


def _local(instant: str | None, zone: str) -> tuple[date | None, str | None]:
    """Day and hour of an instant; both None for what is none."""
    try:
        return instant_to_local(instant or "", zone)
    except UnreadableField:
        return None, None


def _doors(event: Any, day: str | None, zone: str) -> str | None:
    """The hour of the doors, where it is of the show's day."""
    try:
        doors_day, hour = _day_and_hour(inner(event, "doorsTimes"), zone)
    except UnreadableField:
        return None  # the event stands without it; the payload keeps what was told
    return hour if doors_day in (day, None) else None


def _end(dates: Any, day: str | None, hour: str | None, zone: str) -> dict[str, str | None]:
    """The hour of the end, and the last day of an event over several days. An approximate end is none."""
    end = inner(dates, "end")
    if end is None or day is None or inner(end, "approximate") is True:
        return {}
    try:
        end_day, end_hour = _day_and_hour(end, zone)
    except UnreadableField:
        return {}
    its_day, its_hour = _local(text_at(end, "dateTime"), zone)
    if its_day is not None and (its_day.isoformat(), its_hour) != (end_day, end_hour):
        end_hour = None  # the two forms of one end contradict each other
    return end_fields((day, hour), (end_day, end_hour))


def _artist(attraction: Any, name: str) -> ListedArtist:
    links = inner(attraction, "externalLinks")
    musicbrainz = (text_at(entry, "id") or "" for entry in records_at(links, "musicbrainz"))
    spotify = (_SPOTIFY.search(text_at(entry, "url") or "") for entry in records_at(links, "spotify"))
    return ListedArtist(
        name=name,
        source_artist_id=text_at(attraction, "id"),
        url=text_at(attraction, "url"),
        image_url=image_of(attraction),
        genres=_classes(attraction),
        musicbrainz_id=next((mbid for mbid in musicbrainz if _MUSICBRAINZ.fullmatch(mbid)), None),
        spotify_id=next((found[1] for found in spotify if found), None),
    )


def _host(url: str | None) -> str:
    """The host of an address; "" for none and for what is no address."""
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
