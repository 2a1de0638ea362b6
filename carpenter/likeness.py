"""How far two mentions say one room: by name, by place, by the acts of the nights that they share. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from carpenter.mentions import Mention
from carpenter.places import kilometres
from carpenter.values import Evidence

SAME_NAME = 88.0
"""Ratio from which two names are spellings of one."""

SAME_PLACE_KM = 0.2
"""Two points nearer than this can be one house: the width of a block, and the usual error of a geocoder."""

NEAR_NUMBERS = 100
"""House numbers on one street that differ by no more are of one block: a corner house, or one that moved next door."""

OTHER_PLACE_KM = 1.0
"""Two points farther apart than this are two houses."""

MOST_NIGHTS = 8
"""Shared or clashing nights beyond this many add no more to a score."""

TOWN_KM = 50.0
"""Two points of one town are not farther apart than this: one of them is an office's, or no place's at all."""

PLACE_WEIGHTS: Mapping[float, float] = {1.0: 0.5, 0.8: 0.4, -0.6: -0.5, -1.0: -0.7}
"""What the likeness of two places adds to a score."""

NIGHT_WEIGHT, CLASH_WEIGHT = 0.15, -0.12
"""What each night with the same act, and each with none the same, adds to a score."""


@dataclass(frozen=True, slots=True)
class SharedNights:
    """Nights on which both mentions name acts."""

    shared: int = 0
    """At least one act is the same."""
    clashing: int = 0
    """No act is the same."""

    def __add__(self, other: SharedNights) -> SharedNights:
        return SharedNights(self.shared + other.shared, self.clashing + other.clashing)


@dataclass(frozen=True, slots=True)
class MentionPair:
    """Two mentions, compared."""

    left: Mention
    right: Mention
    evidence: tuple[Evidence, ...]
    place: float
    nights: SharedNights

    @property
    def score(self) -> float:
        return round(sum(e.weight for e in self.evidence), 3)


def are_related(left: Mention, right: Mention) -> bool:
    """May the two mean one room, or rooms of one house, as far as name and place tell?"""
    if left.venue_key and right.venue_key:
        return left.venue_key == right.venue_key
    likeness = name_likeness(left, right)[0]
    if left.town != right.town:
        return likeness >= 0.7
    return likeness > 0 or place_likeness(left, right)[0] > 0


def name_likeness(left: Mention, right: Mention) -> tuple[float, str]:
    """How far two names say one room, 0 to 1, and why."""
    if left.core == right.core:
        return 1.0, "same name"
    if (left.house is None) != (right.house is None):
        house, other = (left.house, right.core) if left.house else (right.house or "", left.core)
        return (0.1, "a smaller room of that house") if fuzz.ratio(house, other) >= SAME_NAME else (0.0, "")
    if left.words == right.words:
        kinds = [frozenset(mention.core.split()) - mention.words for mention in (left, right)]
        if kinds[0] and kinds[1] and kinds[0].isdisjoint(kinds[1]):
            return 0.25, "same name, but another kind of room"
        return 0.85, "same name but for words like hall or club"
    shorter, longer = sorted((left.core, right.core), key=len)
    if longer.startswith(f"{shorter} "):
        return 0.7, "one name begins with the other"
    if max(fuzz.ratio(shorter, longer), fuzz.token_sort_ratio(shorter, longer)) >= SAME_NAME:
        return 0.8, "names differ by a few letters"
    if left.words <= right.words or right.words <= left.words:
        return 0.55, "one name holds the words of the other"
    if shorter.split()[0] == longer.split()[0] and shorter.split()[0] in left.words & right.words:
        return 0.35, "names begin with the same word"
    return 0.0, ""


def place_likeness(left: Mention, right: Mention) -> tuple[float, str]:
    """How far two places say one house, -1 to 1, and why; 0 where they say nothing."""
    if left.region and right.region and left.region != right.region:
        return -1.0, f"{left.region} and {right.region}"
    streets = _street_likeness(left.street, right.street)
    if streets == 1:
        return 1.0, "same house number and street"
    if left.point and right.point:
        distance = kilometres(*left.point, *right.point)
        if distance <= SAME_PLACE_KM:
            return 0.8, f"{distance * 1000:.0f} m apart"
        is_of_town = distance <= TOWN_KM or left.town is None or left.town != right.town
        if distance > OTHER_PLACE_KM and is_of_town:
            return -1.0, f"{distance:.1f} km apart"
    return (-0.6, "different streets") if streets < 0 else (0.0, "")


def _street_likeness(left: tuple[str, str] | None, right: tuple[str, str] | None) -> int:
    """1 for one house, 0 where nothing is told or the houses are near on one street, -1 for two houses."""
    if left is None or right is None:
        return 0
    (number, street), (other_number, other_street) = left, right
    if street != other_street and not street.endswith(other_street) and not other_street.endswith(street):
        return -1
    if number == other_number:
        return 1
    return 0 if abs(int(number) - int(other_number)) <= NEAR_NUMBERS else -1


def _may_cross_towns(left: Mention, right: Mention, place: float, nights: SharedNights) -> bool:
    """Rooms of two towns are one by name and place, or by name and nights: fewer where a town is unknown or cut."""
    if place >= 0.8:
        return nights.shared > 0 or nights.clashing == 0 or place == 1
    short, long = sorted((left.town or "", right.town or ""), key=len)
    needed = 1 if long.startswith(short) else 2
    return nights.shared >= needed and nights.shared > nights.clashing


def _has_a_wrong_point(left: Mention, right: Mention, nights: SharedNights) -> bool:
    """No act plays two houses of one name in one town on one night: the point of one is its seller's, or the town's."""
    is_one_house = left.core == right.core and left.town is not None and left.town == right.town
    tells_other_house = left.region != right.region or (left.street and right.street)
    return is_one_house and not tells_other_house and nights.shared > 0 and nights.clashing == 0


def compare(left: Mention, right: Mention, nights: SharedNights) -> MentionPair:
    """Score two related mentions."""
    likeness, named = name_likeness(left, right)
    place, placed = place_likeness(left, right)
    if place < 0 and _has_a_wrong_point(left, right, nights):
        place, placed = 0.0, ""
    evidence = []
    if left.town != right.town and not _may_cross_towns(left, right, place, nights):
        evidence.append(Evidence("town", f"{left.town or 'no town'} and {right.town or 'no town'}", -1.0))
    if likeness:
        evidence.append(Evidence("name", named, likeness))
    if place:
        evidence.append(Evidence("place", placed, PLACE_WEIGHTS[place]))
    for count, weight, what in (
        (nights.shared, NIGHT_WEIGHT, "the same acts"),
        (nights.clashing, CLASH_WEIGHT, "different acts"),
    ):
        if count:
            detail = f"{what} on {count} night{'s' if count > 1 else ''}"
            evidence.append(Evidence("nights", detail, round(weight * min(count, MOST_NIGHTS), 2)))
    return MentionPair(left, right, tuple(evidence), place, nights)


def shared_nights(left: Mapping[date, frozenset[str]], right: Mapping[date, frozenset[str]]) -> SharedNights:
    """The nights on which both name acts."""
    if len(left) > len(right):
        left, right = right, left
    shared = clashing = 0
    for night, acts in left.items():
        others = right.get(night)
        if acts and others:
            if acts.isdisjoint(others):
                clashing += 1
            else:
                shared += 1
    return SharedNights(shared, clashing)
