"""Which mentions mean one room: by name, place, and the acts of the nights they share. Pure functions.

Mentions are compared where they share a block key. Those with anything in common make a component, and each component
is resolved on its own, from its mentions and the nights of their rows: greedily, the likeliest pairs first, under what
keeps rooms apart.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations

from rapidfuzz import fuzz

from carpenter.mentions import Mention
from carpenter.places import kilometres
from carpenter.values import Evidence

JOIN = 0.8
"""Score from which two mentions are one room."""

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

BLOCK_LIMIT = 200
"""Mentions that one block compares with each other; what more mentions than this have in common tells nothing."""

TOWN_KM = 50.0
"""Two points of one town are not farther apart than this: one of them is an office's, or no point of the place at all."""

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


@dataclass(slots=True)
class MentionRows:
    """What the rows of a mention say together."""

    count: int = 0
    first_seen_at: datetime | None = None
    acts: dict[date, set[str]] = field(default_factory=dict)
    """Folded names of acts by night."""


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


@dataclass(slots=True)
class Room:
    """Mentions that mean one room, the founder first."""

    members: list[Mention]
    evidence: dict[uuid.UUID, MentionPair]
    """By mention: the pair that joined it."""
    house: Room | None = None
    """The house that it is a smaller room of."""

    @property
    def venue_key(self) -> str | None:
        return next((mention.venue_key for mention in self.members if mention.venue_key), None)


def block_keys(mention: Mention) -> list[str]:
    """What a mention has to share with another to be compared with it: a word, start or end of the name, street, point.

    Names are compared within a scene, equal ones everywhere, for sources that name no town.
    """
    town, squeezed = mention.town or "", mention.core.replace(" ", "")
    keys = [f"core {mention.core}", f"head {town} {squeezed[:4]}", f"tail {town} {squeezed[-4:]}"]
    keys += [f"word {town} {word}" for word in sorted(mention.words)]
    if mention.house:
        keys.append(f"house {town} {mention.house}")
    else:
        keys.append(f"house {town} {mention.core}")
    if mention.street:
        keys.append("street " + " ".join(mention.street))
    if mention.point:
        latitude, longitude = mention.point
        keys += [
            f"cell {round(latitude + north, 2):.2f} {round(longitude + east, 2):.2f} {north} {east}"
            for north in (0, 0.005)
            for east in (0, 0.005)
        ]
    return keys


def related_pairs(
    mentions: Iterable[Mention], blocks: Mapping[uuid.UUID, Collection[str]], too_common: Collection[str] = ()
) -> Iterator[tuple[Mention, Mention]]:
    """The pairs that share a block key and have a name or a place in common, each once.

    `blocks` are the keys of each mention; those in `too_common` do not count.
    """
    members: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        for key in blocks[mention.id]:
            if key not in too_common:
                members[key].append(mention)
    seen: set[tuple[uuid.UUID, uuid.UUID]] = set()
    for block in members.values():
        for left, right in combinations(block, 2):
            pair = (left.id, right.id) if left.id < right.id else (right.id, left.id)
            if pair not in seen:
                seen.add(pair)
                if are_related(left, right):
                    yield left, right


def are_related(left: Mention, right: Mention) -> bool:
    """May the two mean one room, or rooms of one house, as far as name and place tell?"""
    if left.venue_key and right.venue_key:
        return left.venue_key == right.venue_key
    likeness = name_likeness(left, right)[0]
    if left.town != right.town:
        return likeness >= 0.7
    return likeness > 0 or place_likeness(left, right)[0] > 0


def components(mentions: Sequence[Mention], related: Iterable[tuple[Mention, Mention]]) -> list[list[Mention]]:
    """The mentions in groups that relations connect."""
    root = {mention.id: mention.id for mention in mentions}

    def find(key: uuid.UUID) -> uuid.UUID:
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for left, right in related:
        root[find(left.id)] = find(right.id)
    groups: dict[uuid.UUID, list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[find(mention.id)].append(mention)
    return list(groups.values())


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


def shared_nights(left: Mapping[date, set[str]], right: Mapping[date, set[str]]) -> SharedNights:
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


def resolve(
    mentions: Sequence[Mention], related: Iterable[tuple[Mention, Mention]], rows: Mapping[uuid.UUID, MentionRows]
) -> list[Room]:
    """The rooms that the mentions of one component mean. All of them have rows; `related` are their related pairs."""
    pairs = {
        (left.id, right.id): compare(left, right, shared_nights(rows[left.id].acts, rows[right.id].acts))
        for left, right in (sorted(pair, key=lambda m: m.id) for pair in related)
    }
    rooms = _Rooms(mentions, pairs)
    for pair in sorted(pairs.values(), key=lambda p: (-p.score, p.left.id, p.right.id)):
        if pair.score < JOIN:
            break
        rooms.join(pair)

    def seniority(mention: Mention) -> tuple[datetime, uuid.UUID]:
        first_seen = rows[mention.id].first_seen_at
        assert first_seen is not None, "a mention that is resolved has rows"
        return first_seen, mention.id

    found = [Room(sorted(group, key=seniority), rooms.evidence) for group in rooms.groups()]
    _find_houses(found, pairs.values())
    return sorted(found, key=lambda room: seniority(room.members[0]))


class _Rooms:
    """Groups of mentions that grow by joining; all that name one described venue are together from the start."""

    def __init__(self, mentions: Sequence[Mention], pairs: Mapping[tuple[uuid.UUID, uuid.UUID], MentionPair]) -> None:
        self.evidence: dict[uuid.UUID, MentionPair] = {}
        self._pairs = pairs
        self._root: dict[uuid.UUID, uuid.UUID] = {}
        self._members: dict[uuid.UUID, list[Mention]] = {}
        described: dict[str, uuid.UUID] = {}
        for mention in sorted(mentions, key=lambda m: m.id):
            root = described.setdefault(mention.venue_key, mention.id) if mention.venue_key else mention.id
            self._root[mention.id] = root
            self._members.setdefault(root, []).append(mention)

    def groups(self) -> list[list[Mention]]:
        return list(self._members.values())

    def join(self, pair: MentionPair) -> None:
        """Unite the groups of a pair unless something keeps them apart."""
        left, right = sorted((self._root[pair.left.id], self._root[pair.right.id]))
        if left == right or self._are_kept_apart(self._members[left], self._members[right]):
            return
        for mention in (pair.left, pair.right):
            self.evidence.setdefault(mention.id, pair)
        moved = self._members.pop(right)
        self._members[left] += moved
        for mention in moved:
            self._root[mention.id] = left

    def _are_kept_apart(self, left: Sequence[Mention], right: Sequence[Mention]) -> bool:
        """Are they two described venues, do nights or places disagree, or does one source use both side by side?"""
        keys = [{mention.venue_key for mention in group} - {None} for group in (left, right)]
        if keys[0] and keys[1]:
            return True
        across, one_source = SharedNights(), SharedNights()
        places: list[float] = []
        for a in left:
            for b in right:
                pair = self._pairs.get((a.id, b.id) if a.id < b.id else (b.id, a.id))
                places.append(pair.place if pair else place_likeness(a, b)[0])
                if pair is not None:
                    across += pair.nights
                    one_source += pair.nights if a.source == b.source else SharedNights()
        if across.clashing >= 3 and across.shared * 2 < across.clashing:
            return True
        if one_source.clashing >= 2 and one_source.clashing > one_source.shared:
            return True
        return min(places) < 0 and max(places) <= 0 and across.shared < 2


def _find_houses(rooms: Sequence[Room], pairs: Iterable[MentionPair]) -> None:
    """Give each room that is named as a smaller one of a house, that house: the one that most of its mentions name."""
    room_of = {mention.id: room for room in rooms for mention in room.members}
    votes: dict[uuid.UUID, Counter[uuid.UUID]] = defaultdict(Counter)
    for pair in pairs:
        if (pair.left.house is None) == (pair.right.house is None) or name_likeness(pair.left, pair.right)[0] != 0.1:
            continue
        small, large = (pair.left, pair.right) if pair.left.house else (pair.right, pair.left)
        room, house = room_of[small.id], room_of[large.id]
        if room is not house:
            votes[room.members[0].id][house.members[0].id] += 1
    for room in rooms:
        if found := votes.get(room.members[0].id):
            house = room_of[min(found, key=lambda key: (-found[key], key))]
            if house.members[0].id not in votes:
                room.house = house
