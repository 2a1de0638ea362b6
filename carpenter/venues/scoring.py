"""How far two mentions say one venue: by name, by place, by the acts of the nights that they share. Pure functions.

The weights of carpenter/venues/features.py add up to the score of a pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from carpenter.model import Evidence
from carpenter.parsing.similarity import SAME_VENUE
from carpenter.venues.cooccurrence import ActNights, SharedNights, shared_nights
from carpenter.venues.features import (
    FEATURES,
    KNOWN_ELSEWHERE,
    LONG_NAME,
    MAX_NIGHTS,
    NEAR_NUMBERS,
    PROGRAMME,
    SAME_VENUE_SCORE,
)
from carpenter.venues.geography import OTHER_PLACE_KM, SAME_PLACE_KM, TOWN_KM, kilometres
from carpenter.venues.mention import Mention, distinctive_part

_UNLIKE_NAMES = Evidence("name", "", 0.0)
_SAME_NAME = FEATURES["same name"].evidence("same name")
_SMALLER_ROOM = FEATURES["smaller room"].evidence("a smaller room of that house")
_OTHER_KIND = FEATURES["other kind of room"].evidence("same name, but another kind of room")
_SAME_WORDS = FEATURES["same words"].evidence("same name but for words like hall or club")
_BEGINS_WITH = FEATURES["begins with"].evidence("one name begins with the other")
_FEW_LETTERS = FEATURES["few letters"].evidence("names differ by a few letters")
_SWAPPED_LETTERS = FEATURES["swapped letters"].evidence("names differ by two letters that are swapped")
_FEW_LETTERS_AND_WORDS = FEATURES["few letters and words"].evidence(
    "names differ by a few letters, and words like hall or club"
)
_HOLDS_WORDS = FEATURES["holds words"].evidence("one name holds the words of the other")
_SAME_FIRST_WORD = FEATURES["same first word"].evidence("names begin with the same word")

_SAME_ADDRESS = FEATURES["same address"].weight
_SAME_POINT = FEATURES["same point"].weight
_OTHER_STREET = FEATURES["other street"].weight
_OTHER_PLACE = FEATURES["other place"].weight


@dataclass(slots=True)
class MentionPair:
    """Two mentions, compared."""

    left: Mention
    right: Mention
    evidence: tuple[Evidence, ...]
    """Their weights add up to the score."""
    score: float
    place: float
    """See `place_similarity`."""
    nights: SharedNights


def are_related(left: Mention, right: Mention, nights: SharedNights) -> bool:
    """Have the two anything in common, in name, place or programme?"""
    if left.venue_key and right.venue_key:
        return left.venue_key == right.venue_key
    name = name_similarity(left, right).weight
    if name > 0 if left.town == right.town else name >= KNOWN_ELSEWHERE:
        return True
    place = place_similarity(left, right)
    return (place > 0 and left.town == right.town) or _have_one_programme(left, right, place, nights)


def may_be_one(left: Mention, right: Mention, shows: ActNights, its_shows: ActNights) -> bool:
    """May two mentions, whose rows name these shows, be one room, or one a smaller room of the other?"""
    if left.venue_key and right.venue_key:
        return left.venue_key == right.venue_key
    if is_smaller_room(left, right) and left.town == right.town:
        return True
    name, place = name_similarity(left, right).weight, place_similarity(left, right)
    if name < KNOWN_ELSEWHERE and (left.town != right.town or (name == 0 and place <= 0)):
        return _have_one_programme(left, right, place, shared_nights(shows, its_shows))
    nights = SharedNights(shared=len(shows & its_shows))
    if place < 0 and _has_a_wrong_point(left, right, nights):
        place = 0.0
    if left.town != right.town and not _may_cross_towns(left, right, place, nights):
        return False
    return round(name + place + _of_nights("same acts", nights.shared), 3) >= SAME_VENUE_SCORE


def name_similarity(left: Mention, right: Mention) -> Evidence:
    """How far two names say one venue, by a weight from 0 to 1, and why."""
    if left.core == right.core:
        return _SAME_NAME
    if left.town == right.town and left.bare_core == right.bare_core:
        return _SAME_WORDS
    return _similarity_of_names(left.core, left.words, left.parent_core, right.core, right.words, right.parent_core)


@lru_cache(maxsize=65_536)
def _similarity_of_names(
    core: str, words: frozenset[str], parent: str | None, other: str, its_words: frozenset[str], its_parent: str | None
) -> Evidence:
    if (parent is None) != (its_parent is None):
        named, name = (parent, other) if parent else (its_parent or "", core)
        return _SMALLER_ROOM if fuzz.ratio(named, name) >= SAME_VENUE else _UNLIKE_NAMES
    if words == its_words:
        kinds = frozenset(core.split()) - words, frozenset(other.split()) - its_words
        if kinds[0] and kinds[1] and kinds[0].isdisjoint(kinds[1]):
            return _OTHER_KIND
        return _SAME_WORDS
    shorter, longer = sorted((core, other), key=len)
    if longer.startswith(f"{shorter} "):
        return _BEGINS_WITH
    if max(fuzz.ratio(shorter, longer), fuzz.token_sort_ratio(shorter, longer)) >= SAME_VENUE:
        return _FEW_LETTERS
    told, its_told = distinctive_part(core, words), distinctive_part(other, its_words)
    if min(len(told), len(its_told)) >= LONG_NAME and fuzz.ratio(told, its_told) >= SAME_VENUE:
        return _FEW_LETTERS_AND_WORDS
    if _are_swapped(told, its_told):
        return _SWAPPED_LETTERS
    if words <= its_words or its_words <= words:
        return _HOLDS_WORDS
    if shorter.split()[0] == longer.split()[0] and shorter.split()[0] in words & its_words:
        return _SAME_FIRST_WORD
    return _UNLIKE_NAMES


def _are_swapped(one: str, other: str) -> bool:
    """Are two names equal but for two neighbouring letters that stand the other way round: "ottos" and "ottso"?"""
    if len(one) != len(other):
        return False
    unlike = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(unlike) != 2 or unlike[1] != unlike[0] + 1:
        return False
    first, second = unlike
    return one[first] == other[second] and one[second] == other[first]


def is_smaller_room(left: Mention, right: Mention) -> bool:
    """Does the name of one say that it is a smaller room of the other?"""
    return name_similarity(left, right) == _SMALLER_ROOM


def place_similarity(left: Mention, right: Mention) -> float:
    """How far two places say one building: the weight of a feature of places, 0 where they say nothing."""
    if left.region and right.region and left.region != right.region:
        return _OTHER_PLACE
    streets = _street_similarity(left.street, right.street)
    if streets == 1:
        return _SAME_ADDRESS
    if left.point and right.point:
        distance = kilometres(*left.point, *right.point)
        if distance <= SAME_PLACE_KM:
            return _SAME_POINT
        is_of_town = distance <= TOWN_KM or left.town is None or left.town != right.town
        if distance > OTHER_PLACE_KM and is_of_town:
            return _OTHER_PLACE
    return _OTHER_STREET if streets < 0 else 0.0


def _why_of_places(left: Mention, right: Mention, place: float) -> str:
    """Why two places are as similar as they are, for a reader."""
    if place == _SAME_ADDRESS:
        return "same house number and street"
    if left.region and right.region and left.region != right.region:
        return f"{left.region} and {right.region}"
    if place != _OTHER_STREET and left.point and right.point:
        distance = kilometres(*left.point, *right.point)
        return f"{distance * 1000:.0f} m apart" if place > 0 else f"{distance:.1f} km apart"
    return "different streets"


def _street_similarity(left: tuple[str, str] | None, right: tuple[str, str] | None) -> int:
    """1 for one building, 0 where nothing is printed or two are near on one street, -1 for two buildings."""
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
    if place > 0:
        return nights.shared > 0 or nights.clashing == 0 or place == _SAME_ADDRESS
    short, long = sorted((left.town or "", right.town or ""), key=len)
    needed = 1 if long.startswith(short) else 2
    return nights.shared >= needed and nights.shared > nights.clashing


def _has_a_wrong_point(left: Mention, right: Mention, nights: SharedNights) -> bool:
    """No act plays two venues of one name in one town on one night: the point of one is its seller's, or the town's."""
    is_one_name = left.core == right.core and left.town is not None and left.town == right.town
    tells_other_place = left.region != right.region or (left.street and right.street)
    return is_one_name and not tells_other_place and nights.shared > 0 and nights.clashing == 0


def _have_one_programme(left: Mention, right: Mention, place: float, nights: SharedNights) -> bool:
    """Do several acts play in both, and never others: one room, by whatever names? Not where place or town disagree."""
    is_one_town = left.town == right.town or None in (left.town, right.town)
    is_one = nights.shared >= PROGRAMME and nights.acts >= PROGRAMME and nights.clashing == 0
    return is_one and is_one_town and place >= 0


def compare(left: Mention, right: Mention, nights: SharedNights) -> MentionPair:
    """Score two related mentions."""
    name, place = name_similarity(left, right), place_similarity(left, right)
    if place < 0 and _has_a_wrong_point(left, right, nights):
        place = 0.0
    evidence = []
    if left.town != right.town and not _may_cross_towns(left, right, place, nights):
        evidence.append(FEATURES["other town"].evidence(f"{left.town or 'no town'} and {right.town or 'no town'}"))
    if name.weight:
        evidence.append(name)
    if place:
        evidence.append(Evidence("place", _why_of_places(left, right, place), place))
    for count, feature, what in (
        (nights.shared, "same acts", "the same acts"),
        (nights.clashing, "other acts", "different acts"),
    ):
        if count:
            detail = f"{what} on {count} night{'s' if count > 1 else ''}"
            evidence.append(Evidence("nights", detail, _of_nights(feature, count)))
    if not name.weight and not place and _have_one_programme(left, right, place, nights):
        evidence.append(FEATURES["programme"].evidence("never different acts"))
    score = round(sum(e.weight for e in evidence), 3)
    return MentionPair(left, right, tuple(evidence), score, place, nights)


def _of_nights(feature: str, nights: int) -> float:
    """The weight of so many nights."""
    return round(FEATURES[feature].weight * min(nights, MAX_NIGHTS), 2)
