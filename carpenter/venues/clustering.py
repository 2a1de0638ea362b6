"""Which mentions mean one room: by name, place, and the acts of the nights they share. Pure functions.

Each component (carpenter/venues/blocking.py) is resolved on its own: greedily, the likeliest pairs first, under what
keeps rooms apart.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from carpenter.venues.blocking import MentionRows
from carpenter.venues.cooccurrence import SharedNights, shared_nights
from carpenter.venues.features import SAME_VENUE_SCORE
from carpenter.venues.mention import Mention
from carpenter.venues.scoring import MentionPair, are_related, compare, is_smaller_room, place_similarity


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
        if likely.score < SAME_VENUE_SCORE:
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
                places.append(pair.place if pair else place_similarity(a, b))
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
        if not is_smaller_room(pair.left, pair.right):
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
