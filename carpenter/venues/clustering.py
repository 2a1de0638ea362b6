"""Which mentions mean one room: by name, place, and the acts of the nights they share. Pure functions.

Mentions are compared where they share a block key. Those that may be one room, or rooms of one house, make a component,
and each component is resolved on its own: greedily, the likeliest pairs first, under what keeps rooms apart.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor

from carpenter.venues.cooccurrence import SharedNights, Shows, shared_nights
from carpenter.venues.mention import Mention, told_by
from carpenter.venues.scoring import (
    JOIN,
    SMALLER_ROOM,
    MentionPair,
    are_related,
    compare,
    may_be_one,
    name_likeness,
    place_likeness,
)

_SHOW = "show "

CELL_NORTH, CELL_EAST = 0.004, 0.008
"""Degrees of a cell. Cells overlap by half, so that points within SAME_PLACE_KM share one, up to 60 degrees north."""

BLOCK_LIMIT = 200
"""Mentions that one block compares with each other; what more mentions than this have in common tells nothing."""


@dataclass(frozen=True, slots=True)
class MentionRows:
    """What the rows of a mention say together."""

    count: int
    first_seen_at: datetime
    shows: Shows = frozenset()

    def without(self, shows: Shows) -> MentionRows:
        """The same, but for these shows."""
        return MentionRows(self.count, self.first_seen_at, self.shows - shows)


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
    """What a mention has to share with another to be compared with it: a word, its ends or letters, street, point.

    Names are compared within a scene, equal ones everywhere, for sources that name no town.
    """
    town = mention.town or ""
    telling = told_by(mention.core, mention.words)
    keys = [f"core {mention.core}", f"head {town} {telling[:3]}", f"tail {town} {telling[-3:]}"]
    keys.append(f"letters {town} {''.join(sorted(telling))}")
    keys += [f"word {town} {word}" for word in sorted(mention.words)]
    if mention.house:
        keys.append(f"house {town} {mention.house}")
    else:
        keys.append(f"house {town} {mention.core}")
    if mention.venue_key:
        keys.append(f"venue {mention.venue_key}")
    if mention.street:
        keys.append("street " + " ".join(mention.street))
    if mention.point:
        north, east = mention.point[0] / CELL_NORTH, mention.point[1] / CELL_EAST
        keys += [f"cell {floor(north + up)} {floor(east + on)} {up} {on}" for up in (0, 0.5) for on in (0, 0.5)]
    return keys


def show_keys(shows: Iterable[int]) -> list[str]:
    """The block keys that a mention has by its programme: of a room that is called otherwise, or of no known town."""
    return [f"{_SHOW}{show}" for show in shows]


def show_numbers(keys: Iterable[str]) -> list[int]:
    """The shows of those block keys that `show_keys` made."""
    return [int(key.removeprefix(_SHOW)) for key in keys if key.startswith(_SHOW)]


def block_pairs(
    mentions: Sequence[Mention], blocks: Mapping[uuid.UUID, Collection[str]], too_common: Collection[str] = ()
) -> Iterator[tuple[int, int]]:
    """The pairs of positions whose mentions share a block key, each once.

    `blocks` are the keys of each mention; those in `too_common` do not count.
    """
    earlier: dict[str, list[int]] = defaultdict(list)
    for position, mention in enumerate(mentions):
        beside: set[int] = set()
        for key in blocks[mention.id]:
            if key not in too_common:
                sharing = earlier[key]
                beside.update(sharing)
                sharing.append(position)
        for other in beside:
            yield other, position


def components(
    mentions: Sequence[Mention], pairs: Iterable[tuple[int, int]], rows: Mapping[uuid.UUID, MentionRows]
) -> list[list[Mention]]:
    """The mentions in groups: two that may be one room, or rooms of one house, are in one."""
    shows = [rows[mention.id].shows for mention in mentions]
    root = list(range(len(mentions)))

    def find(position: int) -> int:
        while root[position] != position:
            root[position] = position = root[root[position]]
        return position

    for left, right in pairs:
        ends = find(left), find(right)
        if ends[0] != ends[1] and may_be_one(mentions[left], mentions[right], shows[left], shows[right]):
            root[ends[0]] = ends[1]
    groups: dict[int, list[Mention]] = defaultdict(list)
    for position, mention in enumerate(mentions):
        groups[find(position)].append(mention)
    return list(groups.values())


def resolve(
    mentions: Sequence[Mention], pairs: Iterable[tuple[int, int]], rows: Mapping[uuid.UUID, MentionRows]
) -> list[Room]:
    """The rooms that the mentions of one component mean; `pairs` are positions of those to compare."""
    compared: dict[tuple[uuid.UUID, uuid.UUID], MentionPair] = {}
    for pair in pairs:
        left, right = sorted((mentions[position] for position in pair), key=lambda m: m.id)
        nights = shared_nights(rows[left.id].shows, rows[right.id].shows)
        if are_related(left, right, nights):
            compared[left.id, right.id] = compare(left, right, nights)
    rooms = _Rooms(mentions, compared)
    for likely in sorted(compared.values(), key=lambda p: (-p.score, p.left.id, p.right.id)):
        if likely.score < JOIN:
            break
        rooms.join(likely)

    def seniority(mention: Mention) -> tuple[datetime, uuid.UUID]:
        return rows[mention.id].first_seen_at, mention.id

    found = [Room(sorted(group, key=seniority), rooms.evidence) for group in rooms.groups()]
    _find_houses(found, compared.values())
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
                places.append(pair.place if pair else place_likeness(a, b))
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
        if name_likeness(pair.left, pair.right)[0] != SMALLER_ROOM:
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
