"""One schema.org Event (https://schema.org/Event) as fields of an item, however its site understood the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from scrapy.http import TextResponse

from sms_crawlers.items import ListedArtist
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    age_phrase,
    clock_face,
    find_clock,
    instant_to_local,
    read_day,
    status_phrase,
    time_between,
    without_days,
)
from sms_crawlers.reading.iso_moments import read_iso
from sms_crawlers.reading.json_records import inner, number_at, text_at
from sms_crawlers.reading.money import price_range
from sms_crawlers.reading.online import is_online_place
from sms_crawlers.reading.phrases import is_another_thing
from sms_crawlers.reading.prose import entry_times, printed, printed_title, read_prose

FULL_DAY = timedelta(days=1)
MIDNIGHT = "00:00"
_NO_SHOWS = frozenset(("deliveryevent", "broadcastevent", "publicationevent", "ondemandevent", "userinteraction"))
_NO_NAMES = frozenset(
    ("organization", "person", "performinggroup", "musicgroup", "performer", "artist", "thing", "tba", "tbd", "n/a")
)
_AS_PLANNED = frozenset(("", "scheduled", "confirmed", "active", "published", "onsale", "live"))
"""Words of a status of what takes place as it was announced."""
_DAY_OF_UTC = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<hour>00:00|23:59)(?::\d\d(?:\.\d+)?)?\s*(?:Z|UTC|[+-]00(?::?00)?)", re.IGNORECASE
)
_TIME_ALONE = re.compile(
    r"T?(?P<clock>\d{1,2}:\d\d(?:\s*[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?|noon|midnight)(?::\d\d(?:\.\d+)?)?"
    r"\s*(?:[ap]\.?m\.?|Z|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_DEEPEST = 20


def is_event(record: Any) -> bool:
    """Is an object of type Event, or of one of those that schema.org derives from it?"""
    kinds = inner(plain_keys(record), "@type") if isinstance(record, dict) else None
    names = [re.split(r"[/#:]", kind)[-1].casefold() for kind in listed(kinds) if isinstance(kind, str)]
    return any(
        (name.endswith("event") and name not in _NO_SHOWS) or name in ("festival", "eventseries") for name in names
    )


def read_json_ld_event(record: dict[str, Any], page: TextResponse, *, zone: str, near: date) -> dict[str, Any]:
    """The fields of an item that an Event tells, but for its id and payload; None for each that it does not.

    `zone` (IANA) is that of the place: an instant is told in it, a time without an offset is taken to be in it. A
    start at midnight stands for a day without an hour. Keys may be capitalised, values stand alone or in lists, and
    be texts where objects should be. Raises UnreadableField for an event without a title or a day.
    """
    event = _plain(record, 0)
    title = printed_title(first_text(inner(event, "name"), "name"))
    stated = first_text(inner(event, "startDate"), "@value")
    if stated is None:
        raise UnreadableField("event_day", f"no startDate in the event {title!r}")
    day, hour = _start_of_whole_days(event, stated) or read_moment(stated, zone=zone, near=near)
    hour = hour or _time_of_day(event, "startTime")
    start = None if hour is None or clock_face(hour) == MIDNIGHT else hour
    end_day, end = _end(event, day, start, zone=zone)
    description = first_text(inner(event, "description"), "@value")
    prose = read_prose(description)
    times = entry_times(start, end, prose.times)
    url = absolute(page, first_text(inner(event, "url"), "@id"))
    offers = list(offers_of(event))
    addresses = (absolute(page, text_at(offer, "url")) for offer in offers)
    fields = {
        "source_url": url,
        "title": title,
        "event_day": day.isoformat(),
        "start_time": times.show,
        "doors_time": _doors(event, zone=zone, near=near) or times.doors,
        "end_time": times.end,
        "end_day": end_day.isoformat() if end_day else None,
        "date_text": None if re.match(r"\d{4}-\d\d-\d\d", stated) else stated,
        "artists": list(_performers(event, page)),
        "description": description,
        "age_text": printed(text_at(event, "typicalAgeRange")) or prose.age_text or age_phrase(title),
        "status_text": _status(event) or status_phrase(title) or _sold_out(offers),
        "image_url": absolute(page, first_text(inner(event, "image"), "url", "contentUrl")),
        "ticket_url": next((address for address in addresses if address and not _same(address, url, page)), None),
        "price_text": prose.price_text,
    }
    more = _prices(event, offers) | _place(event, page)
    return fields | {name: value for name, value in more.items() if value is not None}


def read_moment(stated: str, *, zone: str, near: date) -> tuple[date, str | None]:
    """Local day and hour of a stated moment, the hour None where it states none: "2026-11-20", with or without
    zone, the zone with or without colon, "T" or a blank between day and hour, or as prose prints it.

    Raises UnreadableField("event_day", …).
    """
    text = " ".join(stated.split())
    moment = read_iso(text, zone)
    if moment is None:
        return read_day(text, near=near), find_clock(without_days(text))
    return instant_to_local(moment, zone) if moment.tzinfo is not None else (moment.date(), f"{moment:%H:%M}")


def offers_of(event: Any) -> Iterator[dict[str, Any]]:
    """The offers of an Event, those within an aggregate too."""
    for offer in listed(inner(event, "offers")):
        if isinstance(offer, dict) and not is_another_thing(text_at(offer, "name") or ""):
            yield offer
            yield from offers_of(offer)


def is_online_only(record: dict[str, Any]) -> bool:
    """Is nobody to come to a room: by the mode of attendance, or because all places are virtual?

    Raises UnreadableField for an event that says so and names a room as well.
    """
    event = _plain(record, 0)
    mode = re.split(r"[/#:]", first_text(inner(event, "eventAttendanceMode"), "@id") or "")[-1].casefold()
    places = listed(inner(event, "location"))
    rooms = [place for place in places if not _is_virtual(place)]
    if "MovedOnline" in _status_words(event):
        return False  # the row of the room stays, with that status
    if mode in ("onlineeventattendancemode", "online", "virtual"):
        if any(first_text(place, "name") for place in rooms):
            raise UnreadableField("venue_name", "an event that is only online names a room")
        return True
    return bool(places) and not rooms


def _is_virtual(place: Any) -> bool:
    if "Virtual" in str(inner(place, "@type")):
        return True
    name = place if isinstance(place, str) else first_text(place, "name")
    return is_online_place(name) and not first_text(inner(place, "address"), "streetAddress")


def _end(event: Any, day: date, start: str | None, *, zone: str) -> tuple[date | None, str | None]:
    """The last day of an event over a day or more, and the hour of its end; what lies not after the start is none."""
    stated = first_text(inner(event, "endDate"), "@value")
    try:
        end_day, end = read_moment(stated, zone=zone, near=day) if stated else (day, None)
    except UnreadableField:
        return None, None  # the event stands without an end; the payload keeps what was told
    if start is None and stated and (whole := _midnight_of_utc(stated)):
        end_day, end = whole
    if start is None and end is not None and clock_face(end) == MIDNIGHT:
        end_day -= FULL_DAY  # midnight is the end of the day before
    if start is None or end is None:
        return (end_day if end_day > day else None), None
    length = time_between(day, start, end_day, end)
    if length <= timedelta(0):
        return None, None
    return (end_day if length >= FULL_DAY else None), end


def _start_of_whole_days(event: Any, stated: str) -> tuple[date, None] | None:
    """The first day of an event from midnight to midnight of UTC, as programs without whole days write it."""
    begins, ends = (_midnight_of_utc(text) for text in (stated, first_text(inner(event, "endDate"), "@value") or ""))
    if begins is None or ends is None or begins[1] != MIDNIGHT or (ends[0], ends[1]) <= begins:
        return None
    return begins[0], None


def _midnight_of_utc(stated: str) -> tuple[date, str] | None:
    """Day and hour of a moment at the begin or end of a day of UTC; None for another."""
    found = _DAY_OF_UTC.fullmatch(stated.strip())
    try:
        return (date.fromisoformat(found["day"]), found["hour"]) if found else None
    except ValueError:
        return None


def _time_of_day(event: Any, name: str) -> str | None:
    """An hour that stands by itself: "19:00", "T19:00:00-08:00", "7pm"."""
    stated = first_text(inner(event, name), "@value") or ""
    alone = _TIME_ALONE.fullmatch(stated.strip())
    return find_clock(alone["clock"]) if alone else None


def _doors(event: Any, *, zone: str, near: date) -> str | None:
    stated = first_text(inner(event, "doorTime"), "@value") or ""
    try:
        return _time_of_day(event, "doorTime") or (read_moment(stated, zone=zone, near=near)[1] if stated else None)
    except UnreadableField:
        return None  # the event stands without it; the payload keeps what was told


def _performers(event: Any, page: TextResponse) -> Iterator[ListedArtist]:
    """The performers in their order; names of types ("Organization") are those of a careless template."""
    for performer in _performer_records(inner(event, "performer") or inner(event, "performers")):
        name = printed(first_text(performer if isinstance(performer, str) else inner(performer, "name"), "@value"))
        if name is None or name.casefold() in _NO_NAMES:
            continue
        artist: ListedArtist = {"name": name}
        if url := absolute(page, first_text(inner(performer, "url") or inner(performer, "sameAs"), "@id")):
            artist["url"] = url
        yield artist


def _performer_records(value: Any) -> Iterator[Any]:
    """The performers of a value, those of a list of items too."""
    for part in listed(value):
        elements = inner(part, "itemListElement")
        if elements is None:
            yield part
        else:
            yield from (inner(element, "item") or element for element in listed(elements))


def _status_words(event: Any) -> list[str]:
    """The words of an eventStatus, however its vocabulary is named: "https://schema.org/EventCancelled"."""
    stated = (first_text(part, "@id") for part in listed(inner(event, "eventStatus")))
    return [re.split(r"[/#:]", text.rstrip("/"))[-1].removeprefix("Event") for text in stated if text]


def _status(event: Any) -> str | None:
    """The word of an eventStatus: "https://schema.org/EventCancelled" says "Cancelled"; a scheduled event has none."""
    word = next((word for word in _status_words(event) if word.casefold() not in _AS_PLANNED), None)
    return word and re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word)


def _sold_out(offers: list[dict[str, Any]]) -> str | None:
    stated = [availability for offer in offers if (availability := first_text(offer.get("availability"), "@id"))]
    return "Sold Out" if stated and all(word.casefold().endswith("soldout") for word in stated) else None


def _prices(event: Any, offers: list[dict[str, Any]]) -> dict[str, Any]:
    """The numbers of the offers, from the lowest to the highest."""
    stated = [_number(offer, name) for offer in offers for name in ("price", "lowPrice", "highPrice")]
    stated += [
        _number(part, "price")
        for offer in offers
        for part in listed(offer.get("priceSpecification"))
        if isinstance(part, dict)
    ]
    prices = [price for price in stated if price is not None]
    if not prices:
        return {"price_text": "Free"} if str(event.get("isAccessibleForFree")).casefold() == "true" else {}
    currency = next(filter(None, (text_at(offer, "priceCurrency") for offer in offers)), None)
    return price_range(min(prices), max(prices), currency)


def _number(offer: dict[str, Any], name: str) -> float | None:
    """A price as a number, where it is one or a text with one: "20.00", "$20"."""
    number = number_at(offer, name)
    if number is None:
        found = re.fullmatch(r"\D{0,4}?(\d{1,6}(?:[.,]\d{1,2})?)\D{0,4}", text_at(offer, name) or "")
        number = float(found[1].replace(",", ".")) if found else None
    return number if number is not None and 0 <= number < 1_000_000 else None


def _place(event: Any, page: TextResponse) -> dict[str, Any]:
    """The place as the event names it; nothing for one that is only online or has no name."""
    places = [place for place in listed(inner(event, "location")) if not _is_virtual(place)]
    place = next(iter(places), None)
    name = printed(first_text(place, "name"))
    if name is None or not any(letter.isalnum() for letter in name):
        return {}
    address = inner(place, "address")
    address = next(iter(listed(address)), None)
    street = address if isinstance(address, str) else text_at(address, "streetAddress")
    return {
        "venue_name": name,
        "venue_address": printed(street),
        "venue_city": printed(text_at(address, "addressLocality")),
        "venue_region": printed(text_at(address, "addressRegion")),
        "venue_postal_code": text_at(address, "postalCode"),
        "venue_country": printed(first_text(inner(address, "addressCountry"), "name")),
        "venue_url": absolute(page, first_text(inner(place, "url") or inner(place, "sameAs"), "@id")),
    } | _point(place)


def _point(place: Any) -> dict[str, float]:
    """Latitude and longitude of a place; nothing unless it states both, and not where the equator meets Greenwich."""
    geo = next((part for part in listed(inner(place, "geo")) if isinstance(part, dict)), place)
    latitude, longitude = number_at(geo, "latitude"), number_at(geo, "longitude")
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return {}
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    return {"latitude": latitude, "longitude": longitude} if on_earth else {}


def _same(address: str, url: str | None, page: TextResponse) -> bool:
    """Is an address that of the event's own page?"""
    return address.rstrip("/") in ((url or "").rstrip("/"), page.url.rstrip("/"))


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def first_text(value: Any, *names: str) -> str | None:
    """The first text of a value that may be a text, an object with it under one of the names, or a list of those."""
    for part in listed(value):
        texts = [part.strip()] if isinstance(part, str) else [text_at(part, name) for name in names]
        text = next(filter(None, texts), None)
        if text:
            return text
    return None


def _plain(value: Any, depth: int) -> Any:
    """A value with its keys as schema.org writes them."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, list):
        return [_plain(part, depth + 1) for part in value]
    if not isinstance(value, dict):
        return value
    if "@value" in value:
        return value["@value"]
    return {key: _plain(part, depth + 1) for key, part in plain_keys(value).items()}


def plain_keys(record: dict[str, Any]) -> dict[str, Any]:
    """ "Location", "schema:location" and "location" are one key; "@Type" is "@type"."""
    plain: dict[str, Any] = {}
    for key, value in record.items():
        name = re.split(r"[:/#]", key)[-1]
        plain.setdefault(name.lower() if name.startswith("@") else name[:1].lower() + name[1:], value)
    return plain
