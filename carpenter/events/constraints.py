"""Readings grouped into shows, and what keeps two groups apart, whatever the score of a pair. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from operator import attrgetter
from typing import NamedTuple

from rapidfuzz import fuzz

from carpenter.events.features import (
    APART_MINUTES,
    FEATURES,
    OTHER_SHOW_MINUTES,
    SAME_SHOW_SCORE,
    SETS_MINUTES,
    SLOT_MINUTES,
)
from carpenter.events.scoring import Compared, Hours, are_starts, earliest, is_other_show, minutes_apart
from carpenter.model import Pair, Reading
from carpenter.normalize.kinds import ADD_ON_KINDS
from carpenter.parsing.similarity import SAME_ACT
from sms_database.decisions import DecisionFacts, decided_pairs, joined_groups
from sms_database.vocabulary import MUSIC_KINDS

MAX_HOURS = 12
"""Different hours kept of a source within a group, the earliest and the latest: the widest gap is between those."""

_NO_DOORS: frozenset[float] = frozenset()
_SENIORITY = attrgetter("row.seniority")
_ONLY_LISTINGS = FEATURES["only listings"].evidence("the night's only listings, and one of them names no act")


class Groups:
    """Groups that grow by joining, held apart by decisions and by what one source keeps apart.

    `decisions` are those that name any of the rows.
    """

    def __init__(self, night: Sequence[Compared], decisions: Sequence[DecisionFacts]) -> None:
        self._of = {compared.reading: _group_of(compared) for compared in night}
        self._count = len(self._of)
        if decisions:
            self._obey(decisions)

    def _obey(self, decisions: Sequence[DecisionFacts]) -> None:
        rows = {reading.row.row_uuid: reading for reading in self._of}
        for left, right in decided_pairs(decisions, "split"):
            if left in rows and right in rows:
                self._of[rows[left]].keep_out({rows[right]})
                self._of[rows[right]].keep_out({rows[left]})
        # Joined groups are made of all rows that they name: one that is absent here still joins the others.
        for joined in joined_groups(decisions):
            present = [rows[row] for row in joined if row in rows]
            for reading in present[1:]:
                self._unite(self._of[present[0]], self._of[reading])

    def join(self, pair: Pair) -> bool:
        """Unite the groups of a pair unless something keeps them apart."""
        left, right = self._of[pair.left], self._of[pair.right]
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
        if self._count < 2:
            return []
        sizes = Counter(group.members[0].venue.id for group in self._each() if group.members[0].venue is not None)
        rooms = {venue for venue, size in sizes.items() if size == 2}
        joined = []
        for pair in pairs if rooms else ():
            left, right = self._of[pair.left], self._of[pair.right]
            venue = pair.left.venue
            if venue is None or venue.id not in rooms or left is right:
                continue
            rooms.remove(venue.id)
            if _are_one_listing(left, right):
                weak = replace(pair, score=SAME_SHOW_SCORE, weight=SAME_SHOW_SCORE, evidence=(_ONLY_LISTINGS,))
                if self.join(weak):
                    joined.append(weak)
        return joined

    def are_undecided(self, pair: Pair) -> bool:
        """Is the pair apart, with nothing that keeps it so?"""
        left, right = self._of[pair.left], self._of[pair.right]
        return left is not right and not self._are_kept_apart(left, right)

    def are_like_two_shows(self, reading: Reading, alike: Sequence[Reading]) -> bool:
        """Is a reading as like rows of two shows that are kept apart, so that nobody can tell of which it is?"""
        groups = dict.fromkeys(self._of[other] for other in alike if self._of[other] is not self._of[reading])
        return any(self._are_kept_apart(one, other) for one, other in combinations(groups, 2))

    def members(self) -> list[list[Reading]]:
        """The groups, each and all in order of seniority."""
        groups = [sorted(group.members, key=_SENIORITY) for group in self._each()]
        return groups if len(groups) == 1 else sorted(groups, key=lambda group: _SENIORITY(group[0]))

    def _each(self) -> Iterable[_Group]:
        return dict.fromkeys(self._of.values())

    def _are_kept_apart(self, left: _Group, right: _Group) -> bool:
        if left.apart is not None and any(self._of[reading] is right for reading in left.apart):
            return True
        if (left.is_early and right.is_late) or (left.is_late and right.is_early):
            return True
        if left.listed.keys().isdisjoint(right.listed):
            return False
        doors = left.doors | right.doors
        return any(
            _are_two_shows(left.listed[source], right.listed[source], doors)
            for source in left.listed.keys() & right.listed.keys()
        )

    def _unite(self, one: _Group, other: _Group) -> None:
        if one is other:
            return
        small, large = (one, other) if len(one.members) < len(other.members) else (other, one)
        large.take_in(small)
        for reading in small.members:
            self._of[reading] = large
        self._count -= 1


class _Listed(NamedTuple):
    """What a source says by one of its rows that has an hour."""

    hours: Hours
    act: str | None
    """Its only act, folded: some sources give each act of a bill a row, with the hour of its set."""
    acts: frozenset[str]
    label: str | None


@dataclass(slots=True, eq=False)
class _Group:
    """Readings taken for one show, with what may keep it from another: kept up as it grows, never counted anew."""

    members: list[Reading]
    listed: dict[str, set[_Listed]]
    """By source."""
    is_early: bool
    """Does any title say that it is an early show?"""
    is_late: bool
    doors: frozenset[float]
    """When doors open, as its rows tell; of many hours any."""
    apart: set[Reading] | None = None
    """Those that a person keeps out of it, if any."""

    def take_in(self, other: _Group) -> None:
        self.members += other.members
        for source, listed in other.listed.items():
            self.listed[source] = _widest(self.listed[source] | listed) if source in self.listed else listed
        self.is_early |= other.is_early
        self.is_late |= other.is_late
        if other.doors and len(self.doors) < MAX_HOURS:
            self.doors |= other.doors
        if other.apart is not None:
            self.keep_out(other.apart)

    def keep_out(self, readings: set[Reading]) -> None:
        self.apart = readings if self.apart is None else self.apart | readings


def _group_of(compared: Compared) -> _Group:
    label = compared.label
    listed = {_listed(compared)} if compared.hours else set()
    doors = compared.hours[0][1] if compared.hours else None
    told_doors = _NO_DOORS if doors is None else frozenset((doors,))
    return _Group([compared.reading], {compared.source: listed}, label == "early", label == "late", told_doors)


def _listed(compared: Compared) -> _Listed:
    acts = compared.reading.act_keys
    return _Listed(compared.hours, next(iter(acts)) if len(acts) == 1 else None, acts, compared.label)


def _widest(listed: set[_Listed]) -> set[_Listed]:
    if len(listed) <= MAX_HOURS:
        return listed
    ordered = sorted(
        listed,
        key=lambda row: (
            row.hours[0][0] or row.hours[0][1] or 0.0,
            [seconds or 0.0 for clock in row.hours for seconds in clock],
            row.act or "",
            row.label or "",
        ),
    )
    return {*ordered[: MAX_HOURS // 2], *ordered[-MAX_HOURS // 2 :]}


def _are_two_shows(one: set[_Listed], other: set[_Listed], doors: frozenset[float] = _NO_DOORS) -> bool:
    """Are rows of one source an early and a late show, rather than the sets of several acts, one after the other?

    `doors`: when doors open, as any row of the two groups tells.
    """
    far = [
        (a, b)
        for a in one
        for b in other
        if (gap := minutes_apart(a.hours, b.hours)) is not None and gap >= _minutes_of_two(a, b, doors)
    ]
    if not far or any(not a.act or not b.act or _are_alike(a.act, b.act) for a, b in far):
        return bool(far)
    starts = sorted(earliest(row.hours) for row in one | other)
    return any(later - earlier >= APART_MINUTES * 60 for earlier, later in pairwise(starts))


def _minutes_of_two(one: _Listed, other: _Listed, doors: frozenset[float]) -> int:
    """From how many minutes between their starts two rows of one source are two shows: sooner where an act plays both,
    and neither's start is when doors open; sooner still where one says early or late show, and the other starts so.
    """
    if is_other_show(one.label, one.hours, other.hours) or is_other_show(other.label, other.hours, one.hours):
        return OTHER_SHOW_MINUTES
    is_one_bill = not one.acts.isdisjoint(other.acts)
    return SETS_MINUTES if is_one_bill and are_starts(one.hours, other.hours, doors) else APART_MINUTES


def _are_alike(one: str, other: str) -> bool:
    return fuzz.token_set_ratio(one, other) >= SAME_ACT


def _are_one_listing(left: _Group, right: _Group) -> bool:
    """Asked once for a room and night at most, so what asks for each reading may be counted anew."""
    if not left.listed.keys().isdisjoint(right.listed):
        return False
    kinds = [{reading.kind for reading in group.members} for group in (left, right)]
    if not ADD_ON_KINDS.isdisjoint(kinds[0] | kinds[1]):
        return False
    are_music = {kind in MUSIC_KINDS for kind in kinds[0] | kinds[1]}
    if len(are_music) > 1 or (_names_an_act(left) and _names_an_act(right)):
        return False
    told = [_widest(set().union(*group.listed.values())) for group in (left, right)]
    gaps = [gap for a in told[0] for b in told[1] if (gap := minutes_apart(a.hours, b.hours)) is not None]
    return not gaps or min(gaps) <= SLOT_MINUTES


def _names_an_act(group: _Group) -> bool:
    return any(reading.act_keys for reading in group.members)


def what_keeps_apart(left: Compared, right: Compared) -> str | None:
    """What keeps two readings apart, as Groups keeps their groups; None if nothing does."""
    if {left.label, right.label} == {"early", "late"}:
        return "early show and late show"
    gap = minutes_apart(left.hours, right.hours)
    if left.source == right.source and gap is not None and _are_two_shows({_listed(left)}, {_listed(right)}):
        return f"one source lists them under two ids, {gap} minutes apart"
    return None
