"""Which venue a row means: fixed facts first, then name, address and distance, else a venue founded by its mentions."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from rapidfuzz import fuzz

from carpenter.patches import patches
from carpenter.places import coordinates_of, kilometres
from carpenter.text import clean, fold_key
from carpenter.values import SourceTraits, VenueRef
from sms_database.venues import NAMESPACE, VenueFacts

SAME_PLACE_KM = 0.15
"""Two mentions nearer than this can be one house: the width of a block, and the usual error of a geocoder."""

SIMILAR_NAME = 85.0
"""token_set_ratio from which two names of one place are the same name."""

_MENTION_FIELDS = {
    "name": "venue_name",
    "address": "venue_address",
    "town": "venue_city",
    "region": "venue_region",
    "postal_code": "venue_postal_code",
    "country": "venue_country",
    "latitude": "latitude",
    "longitude": "longitude",
    "timezone": "timezone",
    "url": "venue_url",
}

_Street = tuple[str, str]
_STREET_NUMBER = re.compile(r"\s*(\d+)\s+(.+)")


class VenueIndex:
    """The described venues by name and by place, made once a run."""

    def __init__(self, facts: Mapping[str, VenueFacts]) -> None:
        self._facts = facts
        self._by_name: dict[tuple[str, str], VenueFacts] = {}
        self._by_city: dict[str, list[tuple[VenueFacts, _Street | None]]] = {}
        self._found: dict[tuple[Any, ...], VenueFacts | None] = {}
        for venue in facts.values():
            self._by_city.setdefault(venue.city, []).append((venue, _street(venue.address)))
            for name in (venue.name, *venue.aliases):
                self._by_name[venue.city, fold_key(name)] = venue

    def resolve(self, data: Mapping[str, Any], city: str, source: SourceTraits) -> VenueRef | None:
        """The venue that a row of this city means; None where it names none."""
        name = clean(data.get("venue_name"))
        if name is None or fold_key(name) in patches().generic_venues:
            own = self._facts.get(source.venue or "")
            return self._described(own, data, "the source's own room") if own else None
        if (venue := self._facts.get(data.get("source_venue_id") or "")) and venue.city == city:
            return self._described(venue, data, "the venue's key")
        if venue := self._by_name.get((city, fold_key(name))):
            return self._described(venue, data, "name or alias")
        where = (city, name, data.get("venue_address"), coordinates_of(data))
        if where not in self._found:
            self._found[where] = self._at_the_same_place(*where)
        if venue := self._found[where]:
            return self._described(venue, data, "similar name at the same place")
        founded = uuid.uuid5(NAMESPACE, f"venue:{city}\x1f{fold_key(name)}")
        mention = mention_of(data) | {"name": name}
        return VenueRef(id=founded, key=None, name=name, city=city, mention=mention, rule="founded by its name")

    def _at_the_same_place(
        self, city: str, name: str, address: str | None, point: tuple[float, float] | None
    ) -> VenueFacts | None:
        key, street = fold_key(name), _street(address)
        candidates = [
            (fuzz.token_set_ratio(key, fold_key(known)), venue.key)
            for venue, its_street in self._by_city.get(city, [])
            if (street is not None and street == its_street) or _is_near(point, venue)
            for known in (venue.name, *venue.aliases)
        ]
        best = max(candidates, default=(0.0, ""))
        return self._facts[best[1]] if best[0] >= SIMILAR_NAME else None

    def _described(self, venue: VenueFacts, data: Mapping[str, Any], rule: str) -> VenueRef:
        return VenueRef(
            id=venue.id, key=venue.key, name=venue.name, city=venue.city, mention=mention_of(data), rule=rule
        )

    def facts_of(self, venue: VenueRef) -> VenueFacts | None:
        """The fixed facts of a resolved venue; None for a founded one."""
        return self._facts.get(venue.key) if venue.key else None


def mention_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The particulars with which a row names its venue."""
    return {name: data[field] for name, field in _MENTION_FIELDS.items() if data.get(field) is not None}


def _is_near(point: tuple[float, float] | None, venue: VenueFacts) -> bool:
    if point is None or venue.latitude is None or venue.longitude is None:
        return False
    return kilometres(*point, venue.latitude, venue.longitude) <= SAME_PLACE_KM


def _street(address: str | None) -> _Street | None:
    """House number and first word of the street that is no compass point: "5433 Ballard Ave NW" is (5433, ballard)."""
    match = _STREET_NUMBER.match(address or "")
    if match is None:
        return None
    words = [word for word in fold_key(match[2]).split() if word not in {"n", "e", "s", "w", "ne", "nw", "se", "sw"}]
    return (match[1], words[0]) if words else None
