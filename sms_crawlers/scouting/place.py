"""The facts of a room that its page states for machines: address, town, coordinates, and where each was found."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.json_ld import is_event, json_ld
from sms_crawlers.reading import fold, text_of
from sms_crawlers.reading.json_records import inner, text_at
from sms_crawlers.reading.microdata import microdata
from sms_database.venues import CityFacts

_META_NAMES = {
    "address": ("og:street-address", "business:contact_data:street_address", "place:street_address"),
    "town": ("og:locality", "business:contact_data:locality"),
    "region": ("og:region", "business:contact_data:region"),
    "postal_code": ("og:postal-code", "business:contact_data:postal_code"),
    "country": ("og:country-name", "business:contact_data:country_name"),
    "latitude": ("og:latitude", "place:location:latitude"),
    "longitude": ("og:longitude", "place:location:longitude"),
    "phone": ("og:phone_number", "business:contact_data:phone_number"),
}
_SQUARESPACE = re.compile(r"SQUARESPACE_CONTEXT\s*=\s*(?=\{)")
_SQUARESPACE_TOWN = re.compile(r"(?P<town>[^,]+),\s*(?P<region>[A-Za-z .]+?),?\s*(?P<postal_code>\d{5})?$")
_ADDRESS = re.compile(
    r"(?P<address>\d[^,]+),\s*(?P<town>[^,\d]+),\s*(?P<region>[A-Z]{2})\s*(?P<postal_code>\d{5})?(?:-\d{4})?"
    r"(?:,\s*(?P<country>[A-Z]{2,3}))?$"
)
_COUNTRIES = {"usa": "US", "united states": "US", "united states of america": "US", "canada": "CA"}
_KM_A_DEGREE = 111.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of a room; None for what is not."""

    name: str | None = None
    address: str | None = None
    town: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone: str | None = None

    def completed_by(self, other: Place) -> Place:
        """This place, with what it does not know taken from another."""
        missing = {name: value for name, value in asdict(other).items() if getattr(self, name) is None}
        return replace(self, **missing)


@dataclass(frozen=True, slots=True)
class Witness:
    """A place as one part of a page tells it."""

    where: str
    place: Place


def witnesses_in(page: TextResponse) -> list[Witness]:
    """What the page states of its place, the surest first."""
    if page.selector.type != "html":
        return []
    return [
        *_stated_places("JSON-LD", json_ld(page)),
        *_stated_places("microdata", microdata(page)),
        *_meta_tags(page),
        *_squarespace(page),
    ]


def witness_of_items(items: Iterable[RawEventItem]) -> list[Witness]:
    """The one place that nearly all of the events name; none where they are in several."""
    told = Counter(
        Place(
            name=item.venue_name,
            address=item.venue_address,
            town=item.venue_city,
            region=item.venue_region,
            postal_code=item.venue_postal_code,
            country=_country(item.venue_country),
            latitude=item.latitude,
            longitude=item.longitude,
        )
        for item in items
        if item.venue_name or item.venue_address
    )
    if not told:
        return []
    place, times = told.most_common(1)[0]
    if times * 5 < told.total() * 4:
        return []
    return [Witness("the events", _with_parts_of_address(place))]


def place_by(witnesses: Iterable[Witness], city: CityFacts) -> tuple[Place, dict[str, str]]:
    """All witnesses together, and who told each fact. Coordinates outside of the city's circle are passed over: they
    are a builder's default, or of another house.
    """
    whole, told_by = Place(), {}
    for witness in witnesses:
        known = _within(witness.place, city)
        for field in fields(Place):
            if getattr(whole, field.name) is None and getattr(known, field.name) is not None:
                told_by[field.name] = witness.where
        whole = whole.completed_by(known)
    return whole, told_by


def site_name(page: TextResponse) -> str | None:
    """The site's name as it gives it: og:site_name, else the part of the page's title that names no page."""
    if page.selector.type != "html":
        return None
    stated = fold(page.css('meta[property="og:site_name"]::attr(content)').get())
    if stated:
        return stated
    title = text_of(next(iter(page.css("title")), None)) or ""
    parts = [part for part in re.split(r"\s+[|–—·•:-]\s+", title) if part]
    named = [part for part in parts if not re.search(r"\b(?:calendar|events?|shows?|home|upcoming)\b", part, re.I)]
    return next(iter(named), None) or (urlsplit(page.url).hostname or "").removeprefix("www.") or None


def _stated_places(where: str, records: Iterable[Mapping[str, Any]]) -> Iterator[Witness]:
    """Places of their own and organizations with an address; the place of an event is its item's matter."""
    records = list(records)
    rooms = [record.get("location") for record in records if is_event(record)]
    for record in records:
        address = record.get("address")
        if isinstance(address, list):
            address = next(iter(address), None)
        if is_event(record) or record in rooms or not isinstance(address, dict | str):
            continue
        place = Place(
            name=fold(text_at(record, "name")),
            address=fold(address if isinstance(address, str) else text_at(address, "streetAddress")),
            town=fold(text_at(address, "addressLocality")),
            region=fold(text_at(address, "addressRegion")),
            postal_code=text_at(address, "postalCode"),
            country=_country(text_at(address, "addressCountry") or text_at(address, "addressCountry", "name")),
            latitude=_degrees(text_at(record, "geo", "latitude") or text_at(record, "latitude"), 90),
            longitude=_degrees(text_at(record, "geo", "longitude") or text_at(record, "longitude"), 180),
            phone=text_at(record, "telephone"),
        )
        yield Witness(where, _with_parts_of_address(place))


def _meta_tags(page: TextResponse) -> Iterator[Witness]:
    stated: dict[str, Any] = {}
    for field, names in _META_NAMES.items():
        for name in names:
            value = fold(page.xpath("//meta[@property=$name or @name=$name]/@content", name=name).get())
            if value and field not in stated:
                stated[field] = value
    position = page.xpath("//meta[@name='geo.position' or @name='ICBM']/@content").get() or ""
    point = re.fullmatch(r"\s*(-?[\d.]+)\s*[;,]\s*(-?[\d.]+)\s*", position)
    if point:
        stated = {"latitude": point[1], "longitude": point[2]} | stated
    stated["latitude"] = _degrees(stated.get("latitude"), 90)
    stated["longitude"] = _degrees(stated.get("longitude"), 180)
    stated["country"] = _country(stated.get("country"))
    if any(stated.values()):
        yield Witness("meta tags", Place(**stated))


def _squarespace(page: TextResponse) -> Iterator[Witness]:
    """The site's address in Squarespace's settings: `Static.SQUARESPACE_CONTEXT`, `website.location`."""
    for script in page.css("script::text").getall():
        found = _SQUARESPACE.search(script)
        if found is None:
            continue
        location = inner(_json_at(script, found.end()), "website", "location")
        town = _SQUARESPACE_TOWN.match(text_at(location, "addressLine2") or "")
        place = Place(
            name=fold(text_at(location, "addressTitle")),
            address=fold(text_at(location, "addressLine1")),
            town=fold(town["town"]) if town else None,
            region=fold(town["region"]) if town else None,
            postal_code=town["postal_code"] if town else None,
            country=_country(text_at(location, "addressCountry")),
            latitude=_degrees(text_at(location, "mapLat"), 90),
            longitude=_degrees(text_at(location, "mapLng"), 180),
        )
        if place.address or place.latitude:
            yield Witness("Squarespace's settings", place)


def _json_at(text: str, start: int) -> Any:
    """The JSON object that begins at a place in a script; None where there is none that can be read."""
    try:
        return json.JSONDecoder().raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def _with_parts_of_address(place: Place) -> Place:
    """A place whose address is written in one line, "1 Main St, Seattle, WA 98101", in its parts."""
    whole = _ADDRESS.match(place.address or "")
    if whole is None:
        return place
    told = Place(
        address=fold(whole["address"]),
        town=fold(whole["town"]),
        region=whole["region"],
        postal_code=whole["postal_code"],
        country=_country(whole["country"]),
    )
    return replace(place, address=None).completed_by(told)


def _within(place: Place, city: CityFacts) -> Place:
    if place.latitude is None or place.longitude is None:
        return replace(place, latitude=None, longitude=None)
    north, east = abs(place.latitude - city.latitude), abs(place.longitude - city.longitude)
    near = max(north, east * 0.66) * _KM_A_DEGREE < city.radius_km
    return place if near else replace(place, latitude=None, longitude=None)


def _degrees(text: str | None, most: int) -> float | None:
    found = re.fullmatch(r"\s*-?\d{1,3}(?:\.\d{1,15})?\s*", text or "")
    number = float(found[0]) if found else None
    return number if number is not None and abs(number) <= most else None


def _country(text: str | None) -> str | None:
    """The ISO code of a country as sites write it."""
    name = (text or "").strip()
    return name.upper() if re.fullmatch(r"[A-Za-z]{2}", name) else _COUNTRIES.get(name.casefold())
