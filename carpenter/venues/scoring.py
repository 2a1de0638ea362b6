"""How far two mentions say one room: by name, by place, by the acts of the nights that they share. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from carpenter.model import Evidence
from carpenter.parsing.similarity import SAME_VENUE
from carpenter.venues.cooccurrence import SharedNights, Shows, shared_nights
from carpenter.venues.geography import OTHER_PLACE_KM, SAME_PLACE_KM, TOWN_KM, kilometres
from carpenter.venues.mention import Mention, told_by

JOIN = 0.8
"""Score from which two mentions are one room."""

LONG_ENOUGH = 6
"""Letters from which names that differ by one are taken for spellings of one, whatever stands beside them."""

KNOWN_ELSEWHERE = 0.7
"""Likeness from which a name can be that of a room in another town, or in none."""

SMALLER_ROOM = 0.1
"""Likeness of a room's name, and that of the house that it says it is in."""

NEAR_NUMBERS = 100
"""House numbers on one street that differ by no more are of one block: a corner house, or one that moved next door."""

PROGRAMME, PROGRAMME_WEIGHT = 3, 0.4
"""From so many acts on so many nights, and none with different acts, two names of one room are told by its programme
alone; and what that adds where nothing is known of name and place."""

MOST_NIGHTS = 8
"""Shared or clashing nights beyond this many add no more to a score."""

PLACE_WEIGHTS: Mapping[float, float] = {1.0: 0.5, 0.8: 0.4, 0.0: 0.0, -0.6: -0.5, -1.0: -0.7}
"""What the likeness of two places adds to a score."""

NIGHT_WEIGHT, CLASH_WEIGHT = 0.15, -0.12
"""What each night with the same act, and each with none the same, adds to a score."""


@dataclass(slots=True)
class MentionPair:
    """Two mentions, compared."""

    left: Mention
    right: Mention
    evidence: tuple[Evidence, ...]
    """Their weights add up to the score."""
    score: float
    place: float
    nights: SharedNights


def are_related(left: Mention, right: Mention, nights: SharedNights) -> bool:
    """Have the two anything in common, in name, place or programme?"""
    if left.venue_key and right.venue_key:
        return left.venue_key == right.venue_key
    likeness = name_likeness(left, right)[0]
    if likeness > 0 if left.town == right.town else likeness >= KNOWN_ELSEWHERE:
        return True
    place = place_likeness(left, right)
    return (place > 0 and left.town == right.town) or _have_one_programme(left, right, place, nights)


def may_be_one(left: Mention, right: Mention, shows: Shows, its_shows: Shows) -> bool:
    """May two mentions, whose rows name these shows, be one room, or one a smaller room of the other?"""
    if left.venue_key and right.venue_key:
        return left.venue_key == right.venue_key
    likeness = name_likeness(left, right)[0]
    if likeness == SMALLER_ROOM and left.town == right.town:
        return True
    place = place_likeness(left, right)
    if likeness < KNOWN_ELSEWHERE and (left.town != right.town or (likeness == 0 and place <= 0)):
        return _have_one_programme(left, right, place, shared_nights(shows, its_shows))
    nights = SharedNights(shared=len(shows & its_shows))
    if place < 0 and _has_a_wrong_point(left, right, nights):
        place = 0.0
    if left.town != right.town and not _may_cross_towns(left, right, place, nights):
        return False
    return round(likeness + PLACE_WEIGHTS[place] + _weight(NIGHT_WEIGHT, nights.shared), 3) >= JOIN


def name_likeness(left: Mention, right: Mention) -> tuple[float, str]:
    """How far two names say one room, 0 to 1, and why."""
    if left.core == right.core:
        return 1.0, "same name"
    return _likeness_of_names(left.core, left.words, left.house, right.core, right.words, right.house)


@lru_cache(maxsize=65_536)
def _likeness_of_names(
    core: str, words: frozenset[str], house: str | None, other: str, its_words: frozenset[str], its_house: str | None
) -> tuple[float, str]:
    if (house is None) != (its_house is None):
        named, name = (house, other) if house else (its_house or "", core)
        return (SMALLER_ROOM, "a smaller room of that house") if fuzz.ratio(named, name) >= SAME_VENUE else (0.0, "")
    if words == its_words:
        kinds = frozenset(core.split()) - words, frozenset(other.split()) - its_words
        if kinds[0] and kinds[1] and kinds[0].isdisjoint(kinds[1]):
            return 0.25, "same name, but another kind of room"
        return 0.85, "same name but for words like hall or club"
    shorter, longer = sorted((core, other), key=len)
    if longer.startswith(f"{shorter} "):
        return 0.7, "one name begins with the other"
    if max(fuzz.ratio(shorter, longer), fuzz.token_sort_ratio(shorter, longer)) >= SAME_VENUE:
        return 0.8, "names differ by a few letters"
    told, its_told = told_by(core, words), told_by(other, its_words)
    if min(len(told), len(its_told)) >= LONG_ENOUGH and fuzz.ratio(told, its_told) >= SAME_VENUE:
        return 0.7, "names differ by a few letters, and words like hall or club"
    if words <= its_words or its_words <= words:
        return 0.55, "one name holds the words of the other"
    if shorter.split()[0] == longer.split()[0] and shorter.split()[0] in words & its_words:
        return 0.35, "names begin with the same word"
    return 0.0, ""


def place_likeness(left: Mention, right: Mention) -> float:
    """How far two places say one house: a key of PLACE_WEIGHTS, 0 where they say nothing."""
    if left.region and right.region and left.region != right.region:
        return -1.0
    streets = _street_likeness(left.street, right.street)
    if streets == 1:
        return 1.0
    if left.point and right.point:
        distance = kilometres(*left.point, *right.point)
        if distance <= SAME_PLACE_KM:
            return 0.8
        is_of_town = distance <= TOWN_KM or left.town is None or left.town != right.town
        if distance > OTHER_PLACE_KM and is_of_town:
            return -1.0
    return -0.6 if streets < 0 else 0.0


def _why_of_places(left: Mention, right: Mention, likeness: float) -> str:
    """Why two places are as like as they are, for a reader."""
    if likeness == 1:
        return "same house number and street"
    if left.region and right.region and left.region != right.region:
        return f"{left.region} and {right.region}"
    if abs(likeness) >= 0.8 and left.point and right.point:
        distance = kilometres(*left.point, *right.point)
        return f"{distance * 1000:.0f} m apart" if likeness > 0 else f"{distance:.1f} km apart"
    return "different streets"


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


def _have_one_programme(left: Mention, right: Mention, place: float, nights: SharedNights) -> bool:
    """Do several acts play in both, and never others: one room, by whatever names? Not where place or town disagree."""
    is_one_town = left.town == right.town or None in (left.town, right.town)
    is_one = nights.shared >= PROGRAMME and nights.acts >= PROGRAMME and nights.clashing == 0
    return is_one and is_one_town and place >= 0


def compare(left: Mention, right: Mention, nights: SharedNights) -> MentionPair:
    """Score two related mentions."""
    likeness, named = name_likeness(left, right)
    place = place_likeness(left, right)
    if place < 0 and _has_a_wrong_point(left, right, nights):
        place = 0.0
    evidence = []
    if left.town != right.town and not _may_cross_towns(left, right, place, nights):
        evidence.append(Evidence("town", f"{left.town or 'no town'} and {right.town or 'no town'}", -1.0))
    if likeness:
        evidence.append(Evidence("name", named, likeness))
    if place:
        evidence.append(Evidence("place", _why_of_places(left, right, place), PLACE_WEIGHTS[place]))
    for count, weight, what in (
        (nights.shared, NIGHT_WEIGHT, "the same acts"),
        (nights.clashing, CLASH_WEIGHT, "different acts"),
    ):
        if count:
            detail = f"{what} on {count} night{'s' if count > 1 else ''}"
            evidence.append(Evidence("nights", detail, _weight(weight, count)))
    if not likeness and not place and _have_one_programme(left, right, place, nights):
        evidence.append(Evidence("nights", "never different acts", PROGRAMME_WEIGHT))
    score = round(sum(e.weight for e in evidence), 3)
    return MentionPair(left, right, tuple(evidence), score, place, nights)


def _weight(of_a_night: float, nights: int) -> float:
    return round(of_a_night * min(nights, MOST_NIGHTS), 2)
