"""Where a row belongs: its point, and its scene. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import Any

from sms_database.venues import CityFacts
from sms_text.text import fold_key, slugify

SAME_PLACE_KM = 0.2
"""Two mentions no farther apart than this can be in one building: the width of a block, the usual error of a geocoder,
and that the points of both are rounded."""

DESCRIBED_PLACE_KM = 0.15
"""A mention no farther from a described venue than this can be in its building: that one's point is exact."""

OTHER_PLACE_KM = 1.0
"""Two points farther apart than this are two buildings, whatever their names."""

TOWN_KM = 50.0
"""Two points of one town are not farther apart than this: one of them is an office's, or no place's at all."""

_EARTH_KM = 6371.0
_KM_OF_A_DEGREE = 111.0
"""From one degree of latitude to the next, rounded down."""
_TOWN_ALIASES = {"new york city": "new york", "nyc": "new york", "sf": "san francisco", "la": "los angeles"}
_TOWN_WORDS = {"w": "west", "e": "east", "n": "north", "s": "south", "saint": "st", "ft": "fort", "mt": "mount"}
_TOWN_EXTRAS = re.compile(r"^greater\s+|\s+(?:metro(?:politan)?(?:\s+area)?|area)$")


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance of two points given in degrees."""
    north, other_north = radians(latitude), radians(other_latitude)
    half = sin((other_north - north) / 2) ** 2
    half += cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, half)))


def coordinates_of(data: Mapping[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude of a row in degrees; None where missing, 0/0 or impossible."""
    latitude, longitude = data.get("latitude"), data.get("longitude")
    if latitude is None or longitude is None or (abs(latitude) < 0.01 and abs(longitude) < 0.01):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


class Scenes:
    """The described scenes by place and by town, made once for many rows."""

    def __init__(self, cities: Mapping[str, CityFacts]) -> None:
        self._cities = tuple(cities.values())
        self._by_town: dict[str, list[CityFacts]] = {}
        for city in self._cities:
            for town in {fold_key(name) for name in (city.name, *city.towns)}:
                self._by_town.setdefault(town, []).append(city)

    def city_of(
        self, data: Mapping[str, Any], source_city: str | None, point: tuple[float, float] | None
    ) -> str | None:
        """Slug of the scene that a row belongs to; `point` is that of `coordinates_of`.

        Its source's, else the nearest whose circle holds its coordinates, else the one that names its town; a town
        that no scene names is a scene of its own. None where the row tells no place at all.
        """
        if source_city is not None:
            return source_city
        if point is not None and (near := self._nearest(*point)) is not None:
            return near
        key = town_key(data.get("venue_city"))
        if key is None:
            return None
        for city in self._by_town.get(key, ()):
            if _same_region(data, city):
                return city.slug
        return _slug_of_town(key)

    def _nearest(self, latitude: float, longitude: float) -> str | None:
        near = [
            (distance, city.slug)
            for city in self._cities
            if abs(latitude - city.latitude) <= city.radius_km / _KM_OF_A_DEGREE
            and (distance := kilometres(latitude, longitude, city.latitude, city.longitude)) <= city.radius_km
        ]
        return min(near)[1] if near else None


@lru_cache(maxsize=4_096)
def _slug_of_town(key: str) -> str | None:
    return slugify(key).replace("-", "_") or None


@lru_cache(maxsize=4_096)
def town_key(town: str | None) -> str | None:
    """A town's folded name, without its state, "Greater" and "area"; None where there is none."""
    if not town or not town.strip():
        return None
    key = _TOWN_EXTRAS.sub("", fold_key(town.partition(",")[0])) or fold_key(town)
    first, _, rest = key.partition(" ")
    return _TOWN_ALIASES.get(key, f"{_TOWN_WORDS.get(first, first)} {rest}" if rest else key)


def _same_region(data: Mapping[str, Any], city: CityFacts) -> bool:
    region = data.get("venue_region")
    return region is None or city.region is None or len(region) != 2 or region.upper() == city.region
