"""Which readings of a room's night are one show: pairs by their score, the best first, clustered under constraints."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise, product
from typing import NamedTuple

from rapidfuzz import fuzz

from carpenter.decided import decided_pairs, joined_groups, named_rows
from carpenter.pairs import APART_MINUTES, SAME_NAME, Compared, Hours, comparable, compare, minutes_apart
from carpenter.values import DecisionFacts, Evidence, Pair, Reading

JOIN = 0.61
"""Score from which a pair is one show."""

REVIEW = 0.35
"""Score from which a pair that is not joined is shown to a person."""

SLOT_MINUTES = 60
"""A listing that starts within an hour of the night's only other one may be the same show under another name."""

ALL_COMPARED = 40
"""Readings of one room and night up to which each is compared with each; a theatre with six screenings has fewer."""

NEAREST = 6
"""In a room with more, how many a reading is compared with of those, next to it by hour, that share a key with it."""

MOST_KEYS = 100
"""Keys by which a reading finds others there, the rarest first: no reading is compared more than twice this times
NEAREST, whatever the night."""

MOST_HOURS = 12
"""Different hours kept of a source within a group, the earliest and the latest: the widest gap is between those."""

_ONLY_LISTINGS = Evidence("night", "the night's only listings, and one of them names no act", JOIN)


def cluster(
    readings: Sequence[Reading], decisions: Sequence[DecisionFacts]
) -> tuple[list[list[Reading]], list[Pair], list[Pair]]:
    """Group the readings of a block into shows.

    Returns the groups, the pairs that joined them, and the pairs to review. The outcome depends on the set of
    readings and decisions alone, not on their order. Costs at most the readings times a constant, a room's night of
    thousands included.
    """
    rooms: dict[uuid.UUID | None, list[Reading]] = defaultdict(list)
    for reading in readings:
        rooms[reading.venue.id if reading.venue is not None else None].append(reading)
    nights = [(venue, comparable(room)) for venue, room in rooms.items()]
    groups = _Groups([each for _, night in nights for each in night], decisions)
    pairs = [pair for venue, night in nights if venue is not None for pair in _pairs(night)]
    pairs.sort(key=lambda p: (-p.score, p.left.row.key, p.right.row.key))
    joined = [pair for pair in pairs if pair.score >= JOIN and groups.join(pair)]
    joined += groups.join_only_others(pairs)
    review = [p for p in pairs if REVIEW <= p.score < JOIN and groups.are_undecided(p)]
    return groups.members(), joined, review


def _pairs(night: Sequence[Compared]) -> Iterator[Pair]:
    if len(night) > ALL_COMPARED:
        yield from (compare(left, right) for left, right in _neighbours(night))
        return
    slots = _slots(night)
    for left, right in combinations(night, 2):
        yield compare(left, right, fills_slot=bool(slots) and (left.key, right.key) in slots)


def _neighbours(night: Sequence[Compared]) -> Iterator[tuple[Compared, Compared]]:
    """Of a crowded night, the readings that share a key, each with the next few by hour.

    What nothing connects stays apart unseen, and a weekly rule finds no slot: where so much is on, none is its own.
    """
    keys = {each.key: _keys(each) for each in night}
    sizes = Counter(key for found in keys.values() for key in found)
    sharing: dict[str, list[Compared]] = defaultdict(list)
    for each in sorted(night, key=lambda c: (_earliest(c.hours), c.key)):
        for key in sorted((k for k in keys[each.key] if sizes[k] > 1), key=lambda k: (sizes[k], k))[:MOST_KEYS]:
            sharing[key].append(each)
    seen = set()
    for alike in sharing.values():
        for at, one in enumerate(alike):
            for other in alike[at + 1 : at + 1 + NEAREST]:
                left, right = (one, other) if one.key < other.key else (other, one)
                if (left.key, right.key) not in seen:
                    seen.add((left.key, right.key))
                    yield left, right


def _keys(compared: Compared) -> set[str]:
    """What a reading has to share with another to be compared with it on a crowded night: an act, the title, a page."""
    title = compared.reading.title_key
    keys = {f"name {name}" for name in (*compared.reading.act_keys, title) if name}
    return keys | {f"page {page}" for page in compared.pages}


def _earliest(hours: Hours) -> float:
    """Sorts hours; those of a row that tells none come first."""
    return min((seconds for clock in hours for seconds in clock if seconds is not None), default=0.0)


def _slots(night: Sequence[Compared]) -> set[tuple[str, str]]:
    """Pairs of a weekly rule and the one entry of the room's own calendar that fills its slot.

    Where the calendar lists several entries, an entry of the rule's kind is its own; none of another kind is taken.
    """
    filled = set()
    for rule in (each for each in night if each.is_rule):
        own = [each for each in night if _is_of_own_calendar(each.reading)]
        near = [each for each in own if (gap := minutes_apart(rule.hours, each.hours)) is None or gap <= SLOT_MINUTES]
        kind = rule.reading.kind
        alike = [each for each in near if each.reading.kind == kind and kind != "show"]
        choice = alike if alike else (near if len(own) == 1 else [])
        if len(choice) == 1:
            left, right = sorted((rule.key, choice[0].key))
            filled.add((left, right))
    return filled


def _is_of_own_calendar(reading: Reading) -> bool:
    venue = reading.venue
    return venue is not None and venue.key is not None and reading.row.source.venue == venue.key


class _Listed(NamedTuple):
    """What a source says by one of its rows that has an hour."""

    hours: Hours
    act: str | None
    """Its only act, folded: some sources give each act of a bill a row, with the hour of its set."""


@dataclass(slots=True, eq=False)
class _Group:
    """Readings taken for one show, with what may keep it from another: kept up as it grows, never counted anew."""

    members: list[Reading]
    listed: dict[str, set[_Listed]]
    """By source."""
    labels: set[str] = field(default_factory=set)
    is_music: set[bool] = field(default_factory=set)
    is_beside: bool = False
    has_acts: bool = False
    apart: set[uuid.UUID] = field(default_factory=set)
    """Rows that a person keeps out of it."""

    def take_in(self, other: _Group) -> None:
        self.members += other.members
        for source, listed in other.listed.items():
            self.listed[source] = _widest(self.listed[source] | listed) if source in self.listed else listed
        self.labels |= other.labels
        self.is_music |= other.is_music
        self.is_beside |= other.is_beside
        self.has_acts |= other.has_acts
        self.apart |= other.apart


def _group_of(compared: Compared, apart: set[uuid.UUID]) -> _Group:
    return _Group(
        members=[compared.reading],
        listed={compared.source: {_listed(compared)} if compared.hours else set()},
        labels={compared.label} if compared.label else set(),
        is_music={compared.is_music},
        is_beside=compared.is_beside,
        has_acts=bool(compared.reading.act_keys),
        apart=apart,
    )


def _listed(compared: Compared) -> _Listed:
    acts = compared.reading.act_keys
    return _Listed(compared.hours, next(iter(acts)) if len(acts) == 1 else None)


def _widest(listed: set[_Listed]) -> set[_Listed]:
    if len(listed) <= MOST_HOURS:
        return listed
    ordered = sorted(
        listed,
        key=lambda row: (
            row.hours[0][0] or row.hours[0][1] or 0.0,
            [seconds or 0.0 for clock in row.hours for seconds in clock],
            row.act or "",
        ),
    )
    return {*ordered[: MOST_HOURS // 2], *ordered[-MOST_HOURS // 2 :]}


def _are_two_shows(one: set[_Listed], other: set[_Listed]) -> bool:
    """Are rows of one source an early and a late show, rather than the sets of several acts, one after the other?"""
    far = [
        (a, b)
        for a in one
        for b in other
        if (gap := minutes_apart(a.hours, b.hours)) is not None and gap >= APART_MINUTES
    ]
    if not far or any(not a.act or not b.act or _are_alike(a.act, b.act) for a, b in far):
        return bool(far)
    starts = sorted(_earliest(row.hours) for row in one | other)
    return any(later - earlier >= APART_MINUTES * 60 for earlier, later in pairwise(starts))


def _are_alike(one: str, other: str) -> bool:
    return fuzz.token_set_ratio(one, other) >= SAME_NAME


class _Groups:
    """Clusters that grow by joining, held apart by decisions and by what one source keeps apart."""

    def __init__(self, readings: Sequence[Compared], decisions: Sequence[DecisionFacts]) -> None:
        apart = decided_pairs(decisions, "split")
        kept_out: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        for left, right in map(sorted, apart):
            kept_out[left].add(right)
            kept_out[right].add(left)
        self._of = {
            c.reading.row.row_uuid: _group_of(c, set(kept_out.get(c.reading.row.row_uuid, ()))) for c in readings
        }
        # Joined groups are made of all rows that they name: one that is absent here still joins the others.
        ours = [d for d in decisions if d.kind in ("merge", "split") and not self._of.keys().isdisjoint(named_rows(d))]
        for joined in joined_groups(ours):
            present = [row for row in joined if row in self._of]
            for row in present[1:]:
                self._unite(self._of[present[0]], self._of[row])

    def join(self, pair: Pair) -> bool:
        """Unite the groups of a pair unless something keeps them apart."""
        left, right = self._sides(pair)
        if left is right:
            return True
        if self._are_kept_apart(left, right):
            return False
        self._unite(left, right)
        return True

    def join_only_others(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Unite the only two groups of a room's night, where no source lists both, the hours agree, and one of them
        names no act: a festival or a series beside its bill. Returns a pair for each.
        """
        sizes = Counter(group.members[0].venue.id for group in self._each() if group.members[0].venue is not None)
        rooms = {venue for venue, size in sizes.items() if size == 2}
        joined = []
        for pair in pairs:
            left, right = self._sides(pair)
            venue = pair.left.venue
            if venue is None or venue.id not in rooms or left is right:
                continue
            rooms.remove(venue.id)
            if _are_one_listing(left, right):
                weak = replace(pair, score=JOIN, evidence=(_ONLY_LISTINGS,))
                if self.join(weak):
                    joined.append(weak)
        return joined

    def are_undecided(self, pair: Pair) -> bool:
        """Is the pair apart, with nothing that keeps it so?"""
        left, right = self._sides(pair)
        return left is not right and not self._are_kept_apart(left, right)

    def members(self) -> list[list[Reading]]:
        """The groups, each and all in order of seniority."""
        groups = [sorted(group.members, key=lambda r: r.row.seniority) for group in self._each()]
        return sorted(groups, key=lambda group: group[0].row.seniority)

    def _each(self) -> list[_Group]:
        return list({id(group): group for group in self._of.values()}.values())

    def _are_kept_apart(self, left: _Group, right: _Group) -> bool:
        if any(self._of.get(row) is right for row in left.apart):
            return True
        if ("early" in left.labels and "late" in right.labels) or ("late" in left.labels and "early" in right.labels):
            return True
        return any(
            _are_two_shows(left.listed[source], right.listed[source])
            for source in left.listed.keys() & right.listed.keys()
        )

    def _sides(self, pair: Pair) -> tuple[_Group, _Group]:
        return self._of[pair.left.row.row_uuid], self._of[pair.right.row.row_uuid]

    def _unite(self, one: _Group, other: _Group) -> None:
        if one is other:
            return
        small, large = (one, other) if len(one.members) < len(other.members) else (other, one)
        large.take_in(small)
        for reading in small.members:
            self._of[reading.row.row_uuid] = large


def _are_one_listing(left: _Group, right: _Group) -> bool:
    if left.listed.keys() & right.listed.keys() or left.is_beside or right.is_beside:
        return False
    if left.is_music != right.is_music or len(left.is_music) != 1 or (left.has_acts and right.has_acts):
        return False
    told = [_widest(set().union(*group.listed.values())) for group in (left, right)]
    gaps = [gap for a in told[0] for b in told[1] if (gap := minutes_apart(a.hours, b.hours)) is not None]
    return not gaps or min(gaps) <= SLOT_MINUTES


def compare_between(
    night: Sequence[Reading], ours: Sequence[Reading], others: Sequence[Reading]
) -> Iterator[tuple[Pair, str | None]]:
    """The pairs of one of ours and another, all of one room and night, each with what keeps it apart whatever its
    score: None if nothing does.
    """
    compared = comparable(night)
    of = {each.key: each for each in compared}
    slots = _slots(compared) if len(compared) <= ALL_COMPARED else set()
    for one, other in product(ours, others):
        left, right = sorted((of[one.row.key], of[other.row.key]), key=lambda c: c.key)
        yield compare(left, right, fills_slot=(left.key, right.key) in slots), _what_keeps_apart(left, right)


def _what_keeps_apart(left: Compared, right: Compared) -> str | None:
    """What keeps two readings apart, as _Groups keeps their groups."""
    if {left.label, right.label} == {"early", "late"}:
        return "early show and late show"
    gap = minutes_apart(left.hours, right.hours)
    if left.source == right.source and gap is not None and _are_two_shows({_listed(left)}, {_listed(right)}):
        return f"one source lists them under two ids, {gap} minutes apart"
    return None


def link_evidence(pairs: Sequence[Pair]) -> Mapping[uuid.UUID, Pair]:
    """For each row, the best pair that joined it to its event."""
    best: dict[uuid.UUID, Pair] = {}
    for pair in pairs:
        for reading in (pair.left, pair.right):
            best.setdefault(reading.row.row_uuid, pair)
    return best
