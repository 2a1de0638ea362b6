"""Which described venue a row names beyond doubt: by its key, by name or alias, or by a like name at the same place."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from carpenter.model import SourceTraits
from carpenter.parsing.similarity import SAME_VENUE_AT_PLACE
from carpenter.venues.geography import DESCRIBED_PLACE_KM, OTHER_PLACE_KM, TOWN_KM, kilometres
from carpenter.venues.mention import NamedRoom, street_of
from sms_database.venues import VenueFacts
from sms_text.text import fold_key

OWN_ROOM = "the source's own room"
BY_EVIDENCE = "name, place and the acts of its nights"


class Described(NamedTuple):
    """A venue of venues.toml, and how a mention of it was told."""

    venue: VenueFacts
    rule: str


class VenueIndex:
    """The described venues by name and by place, made once a run."""

    def __init__(self, facts: Mapping[str, VenueFacts]) -> None:
        self._facts = facts
        self._by_name: dict[tuple[str, str], VenueFacts] = {}
        self._by_city: dict[str, list[tuple[VenueFacts, tuple[str, str] | None]]] = {}
        self._found: dict[uuid.UUID, Described | None] = {}
        for venue in facts.values():
            self._by_city.setdefault(venue.city, []).append((venue, street_of(venue.address)))
            for name in (venue.name, *venue.aliases):
                self._by_name[venue.city, fold_key(name)] = venue

    def describe(self, room: NamedRoom) -> Described | None:
        """The described venue that a mention names; None where it names none of them for certain."""
        if room.id not in self._found:
            self._found[room.id] = self._describe(room)
        return self._found[room.id]

    def own_room(self, source: SourceTraits) -> VenueFacts | None:
        """The room that a source's rows are in where they name none."""
        return self._facts.get(source.venue or "")

    def facts_of(self, key: str | None) -> VenueFacts | None:
        """The fixed facts of a described venue; None for no key."""
        return self._facts.get(key) if key else None

    def house_of(self, venue: VenueFacts) -> VenueFacts:
        """The house that a described room is in; itself where it is in none."""
        while venue.parent is not None:
            venue = self._facts[venue.parent]
        return venue

    def _describe(self, room: NamedRoom) -> Described | None:
        mention, city = room.mention, room.city
        if city not in self._by_city:
            return None
        if (venue := self._facts.get(mention.get("source_venue_id") or "")) and venue.city == city:
            return Described(venue, "the venue's key")
        if (venue := self._by_name.get((city, fold_key(mention["name"])))) and not _is_elsewhere(mention, venue):
            return Described(venue, "name or alias")
        if venue := self._at_the_same_place(city, mention):
            return Described(venue, "similar name at the same place")
        return None

    def _at_the_same_place(self, city: str, mention: Mapping[str, Any]) -> VenueFacts | None:
        key, street = fold_key(mention["name"]), street_of(mention.get("address"))
        candidates = [
            (fuzz.token_set_ratio(key, fold_key(known)), venue.key)
            for venue, its_street in self._by_city[city]
            if (street is not None and street == its_street) or _is_near(mention, venue)
            for known in (venue.name, *venue.aliases)
        ]
        best = max(candidates, default=(0.0, ""))
        return self._facts[best[1]] if best[0] >= SAME_VENUE_AT_PLACE else None


def _is_elsewhere(mention: Mapping[str, Any], venue: VenueFacts) -> bool:
    """Does a mention tell of another place: another house of that name in the town?"""
    if (distance := _distance(mention, venue)) is not None:
        return OTHER_PLACE_KM < distance <= TOWN_KM
    street, its_street = street_of(mention.get("address")), street_of(venue.address)
    return street is not None and its_street is not None and street != its_street


def _is_near(mention: Mapping[str, Any], venue: VenueFacts) -> bool:
    distance = _distance(mention, venue)
    return distance is not None and distance <= DESCRIBED_PLACE_KM


def _distance(mention: Mapping[str, Any], venue: VenueFacts) -> float | None:
    """Kilometres from a mention's point to the venue's; None where one has none."""
    latitude, longitude = mention.get("latitude"), mention.get("longitude")
    if latitude is None or longitude is None or venue.latitude is None or venue.longitude is None:
        return None
    return kilometres(latitude, longitude, venue.latitude, venue.longitude)
