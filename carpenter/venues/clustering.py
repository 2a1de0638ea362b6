"""Which mentions mean one venue: by name, place, and the acts of the nights they share. Pure functions.

Each component (carpenter/venues/blocking.py) is resolved on its own: greedily, the likeliest pairs first, under the
constraints of `_are_kept_apart`.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from carpenter.venues.blocking import MentionRows
from carpenter.venues.cooccurrence import ActNights, SharedNights, shared_nights
from carpenter.venues.features import MANY_CLASHES, SAME_VENUE_SCORE
from carpenter.venues.mention import Mention
from carpenter.venues.scoring import MentionPair, are_related, compare, is_smaller_room, place_similarity


@dataclass(slots=True)
class VenueCluster:
    """Mentions that mean one venue, the founder first."""

    members: list[Mention]
    evidence: dict[uuid.UUID, MentionPair]
    """By mention: the pair that joined it."""
    parent: VenueCluster | None = None
    """The venue that it is a smaller room of."""

    @property
    def venue_key(self) -> str | None:
        return next((mention.venue_key for mention in self.members if mention.venue_key), None)


def resolve(
    mentions: Sequence[Mention], pairs: Iterable[tuple[int, int]], rows: Mapping[uuid.UUID, MentionRows]
) -> list[VenueCluster]:
    """The venues that the mentions of one component mean; `pairs` are positions of those to compare."""
    compared: dict[tuple[uuid.UUID, uuid.UUID], MentionPair] = {}
    for positions in pairs:
        left, right = sorted((mentions[position] for position in positions), key=lambda m: m.id)
        nights = shared_nights(rows[left.id].shows, rows[right.id].shows)
        if are_related(left, right, nights):
            compared[left.id, right.id] = compare(left, right, nights)
    clusters = _GrowingClusters(mentions, compared, rows)
    ordered = sorted(compared.values(), key=lambda p: (-p.score, p.left.id, p.right.id))
    for pair in ordered:
        if _are_printed_alike(pair):
            clusters.join(pair, is_certain=True)
    for pair in ordered:
        if pair.score < SAME_VENUE_SCORE:
            break
        clusters.join(pair)

    def seniority(mention: Mention) -> tuple[datetime, uuid.UUID]:
        return rows[mention.id].first_seen_at, mention.id

    found = [VenueCluster(sorted(group, key=seniority), clusters.evidence) for group in clusters.groups()]
    _find_parents(found, compared.values())
    return sorted(found, key=lambda cluster: seniority(cluster.members[0]))


class _GrowingClusters:
    """Groups of mentions that grow by joining; all that name one described venue are together from the start."""

    def __init__(
        self,
        mentions: Sequence[Mention],
        pairs: Mapping[tuple[uuid.UUID, uuid.UUID], MentionPair],
        rows: Mapping[uuid.UUID, MentionRows],
    ) -> None:
        self.evidence: dict[uuid.UUID, MentionPair] = {}
        self._pairs = pairs
        self._rows = rows
        self._root: dict[uuid.UUID, uuid.UUID] = {}
        self._members: dict[uuid.UUID, list[Mention]] = {}
        described: dict[str, uuid.UUID] = {}
        for mention in sorted(mentions, key=lambda m: m.id):
            root = described.setdefault(mention.venue_key, mention.id) if mention.venue_key else mention.id
            self._root[mention.id] = root
            self._members.setdefault(root, []).append(mention)

    def groups(self) -> list[list[Mention]]:
        return list(self._members.values())

    def join(self, pair: MentionPair, *, is_certain: bool = False) -> None:
        """Unite the groups of a pair unless something keeps them apart; where it `is_certain`, nothing does."""
        left, right = sorted((self._root[pair.left.id], self._root[pair.right.id]))
        if left == right:
            return
        if not is_certain and self._are_kept_apart(self._members[left], self._members[right]):
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
        if across.clashing >= MANY_CLASHES and across.shared * 2 < across.clashing:
            if not (max(places) > 0 and min(places) >= 0):
                return True
            # Each name of a room counts a night anew: where all are of one place, one night is one clash.
            across = shared_nights(self._shows(left), self._shows(right))
            if across.clashing >= MANY_CLASHES and across.shared * 2 < across.clashing:
                return True
        if one_source.clashing >= 2 and one_source.clashing > one_source.shared:
            return True
        return min(places) < 0 and max(places) <= 0 and across.shared < 2

    def _shows(self, group: Sequence[Mention]) -> ActNights:
        return frozenset().union(*(self._rows[mention.id].shows for mention in group))


def _are_printed_alike(pair: MentionPair) -> bool:
    """Does one source print both with the same name and street, so that they are one room, whatever else it prints?"""
    left, right = pair.left, pair.right
    return (
        left.street is not None
        and left.venue_key == right.venue_key
        and (left.source, left.town, left.region, left.core, left.street)
        == (right.source, right.town, right.region, right.core, right.street)
    )


def _find_parents(clusters: Sequence[VenueCluster], pairs: Iterable[MentionPair]) -> None:
    """Give each venue that is named as a smaller room its parent: the venue that most of its mentions name."""
    cluster_of = {mention.id: cluster for cluster in clusters for mention in cluster.members}
    votes: dict[uuid.UUID, Counter[uuid.UUID]] = defaultdict(Counter)
    for pair in pairs:
        if not is_smaller_room(pair.left, pair.right):
            continue
        small, large = (pair.left, pair.right) if pair.left.parent_core else (pair.right, pair.left)
        room, parent = cluster_of[small.id], cluster_of[large.id]
        if room is not parent:
            votes[room.members[0].id][parent.members[0].id] += 1
    for room in clusters:
        if found := votes.get(room.members[0].id):
            parent = cluster_of[min(found, key=lambda key: (-found[key], key))]
            if parent.members[0].id not in votes:
                room.parent = parent
