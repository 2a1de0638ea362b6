"""Places printed in one line: "The Rabbit Box, 94 Pike St, Seattle, WA 98101, United States"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sms_crawlers.reading import fold
from sms_database.venues import VenueFacts

_COUNTRIES = frozenset(("united states", "united states of america", "usa", "us", "canada", "ca"))
_POSTAL_CODE = re.compile(r"\d{5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d")
_REGION = re.compile(rf"(?P<region>[A-Z]{{2}}|Washington|Oregon)(?:\s+(?P<code>{_POSTAL_CODE.pattern}))?")


@dataclass(slots=True)
class Place:
    """A place by its parts; None for each that the line leaves out."""

    name: str | None = None
    street: str | None = None
    town: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None

    def fields(self) -> dict[str, str | None]:
        """The parts as fields of a RawEventItem."""
        return {
            "venue_name": self.name,
            "venue_address": self.street,
            "venue_city": self.town,
            "venue_region": self.region,
            "venue_postal_code": self.postal_code,
            "venue_country": self.country,
        }


def read_place(line: str | None) -> Place:
    """The parts of a line: name, then what begins with a house number, town, region and code, country.

    What stands between name and street, as the part of a building, is left out. A line without street and region
    ("Walker-Ames Room, Kane Hall") is the name.
    """
    parts = [part for part in map(fold, (line or "").split(",")) if part]
    place = Place()
    if len(parts) > 1 and parts[-1].casefold() in _COUNTRIES:
        place.country = parts.pop()
    if len(parts) > 1 and _POSTAL_CODE.fullmatch(parts[-1]):
        place.postal_code = parts.pop()
    if len(parts) > 1 and (found := _REGION.fullmatch(parts[-1])):
        place.region = found["region"]
        place.postal_code = found["code"] or place.postal_code
        parts.pop()
    street = next((number for number, part in enumerate(parts) if re.match(r"\d\w*\s", part)), None)
    if street != 0 and parts:
        place.name = parts[0] if street or place.region else ", ".join(parts)
    if street is not None:
        place.street = parts[street]
    before_town = (street or 0) + 1
    if len(parts) > before_town and (street is not None or place.region):
        place.town = parts[-1]
    return place


def is_at(place: Place, house: VenueFacts | None) -> bool:
    """Is a place the house, or a room in it: the same number in the same street, however "Avenue" is written?"""
    if house is None or not place.street or not house.address:
        return False
    return _street_key(place.street) == _street_key(house.address)


def _street_key(street: str) -> list[str]:
    return re.findall(r"\w+", street.casefold())[:2]
