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

from carpenter.likeness import (
    MentionPair,
    SharedNights,
    are_related,
    compare,
    name_likeness,
    place_likeness,
    shared_nights,
)
from carpenter.mentions import Mention

JOIN = 0.8
"""Score from which two mentions are one room."""

BLOCK_LIMIT = 200
"""Mentions that one block compares with each other; what more mentions than this have in common tells nothing."""


@dataclass(slots=True)
class MentionRows:
    """What the rows of a mention say together."""

    count: int = 0
    first_seen_at: datetime | None = None
    acts: dict[date, frozenset[str]] = field(default_factory=dict)
    """Folded names of acts by night."""


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
