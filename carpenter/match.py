"""Which readings of a block are the same show: pairs scored on explainable evidence, clustered under constraints."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import combinations

from rapidfuzz import fuzz

from carpenter.kinds import BESIDE_SHOWS, MUSIC_KINDS
from carpenter.values import DecisionFacts, Evidence, Pair, Reading

JOIN = 0.6
"""Score from which a pair is one show."""

REVIEW = 0.4
"""Score from which a pair that is not joined is shown to a person."""

SAME_NAME = 86.0
"""Ratio from which two folded names of acts are spellings of one."""

SAME_TITLE = 88.0
"""token_set_ratio from which two titles say the same."""

SLOT_MINUTES = 60
"""A weekly night that starts within an hour of an entry in the room's own calendar is that entry."""

APART_MINUTES = 100
"""Starts this far apart in one room are an early and a late show; doors and show differ by 30 to 90 minutes."""


def compare(left: Reading, right: Reading, pages: Counter[tuple[str, str]], *, fills_slot: bool = False) -> Pair:
    """Score two readings of one venue and night.

    `pages` counts, for (source, URL), the night's rows of the source that point there. `fills_slot`: one is a weekly
    rule, the other its calendar entry.
    """
    evidence = [e for e in (_what(left, right, fills_slot), _when(left, right), _who_says(left, right)) if e]
    if same_page := _same_page(left, right, pages):
        evidence.append(same_page)
    score = max(0.0, min(1.0, sum(e.weight for e in evidence)))
    return Pair(left=left, right=right, score=round(score, 3), evidence=tuple(evidence))


def cluster(
    readings: Sequence[Reading], decisions: Sequence[DecisionFacts]
) -> tuple[list[list[Reading]], list[Pair], list[Pair]]:
    """Group the readings of a block into shows.

    Returns the groups, the pairs that joined them, and the pairs to review. The outcome depends on the set of
    readings and decisions alone, not on their order.
    """
    ordered = sorted(readings, key=lambda r: r.row.key)
    groups = _Groups(ordered, decisions)
    pairs = sorted(_pairs(ordered), key=lambda p: (-p.score, p.left.row.key, p.right.row.key))
    joined = [pair for pair in pairs if pair.score >= JOIN and groups.join(pair)]
    review = [p for p in pairs if p.score >= REVIEW and groups.are_apart(p) and not groups.is_decided(p)]
    return groups.members(), joined, review


def _pairs(readings: Sequence[Reading]) -> Iterable[Pair]:
    rooms: dict[uuid.UUID, list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.venue is not None:
            rooms[reading.venue.id].append(reading)
    for room in rooms.values():
        slots = _slots(room)
        pages = Counter((r.row.source.slug, url) for r in room for url in _pages(r))
        for left, right in combinations(room, 2):
            yield compare(left, right, pages, fills_slot=(left.row.key, right.row.key) in slots)


def _slots(room: Sequence[Reading]) -> set[tuple[str, str]]:
    """Pairs of a weekly rule and the one entry of the room's own calendar that fills its slot.

    Where the calendar lists several entries, an entry of the rule's kind is its own; none of another kind is taken.
    """
    filled = set()
    for rule in (r for r in room if r.row.source.kind == "generator"):
        own = [r for r in room if _is_own_calendar(r)]
        near = [r for r in own if (gap := _minutes_apart(rule, r)) is None or gap <= SLOT_MINUTES]
        alike = [r for r in near if r.kind == rule.kind and rule.kind != "show"]
        choice = alike if alike else (near if len(own) == 1 else [])
        if len(choice) == 1:
            left, right = sorted((rule.row.key, choice[0].row.key))
            filled.add((left, right))
    return filled


def _is_own_calendar(reading: Reading) -> bool:
    venue = reading.venue
    return venue is not None and venue.key is not None and reading.row.source.venue == venue.key


def _what(left: Reading, right: Reading, fills_slot: bool) -> Evidence | None:
    """Acts, else titles, else kind: the best of what the two rows say is on."""
    if fills_slot:
        return Evidence("slot", "a weekly night and the entry of the room's own calendar for it", 0.6)
    if (left.kind in BESIDE_SHOWS) != (right.kind in BESIDE_SHOWS):
        return Evidence("kind", f"{left.kind} and {right.kind}: one is sold beside the other", -1.0)
    ratio = fuzz.token_set_ratio(left.title.casefold(), right.title.casefold())
    if left.act_keys and right.act_keys:
        shared = _shared_acts(left.act_keys, right.act_keys)
        smaller = min(len(left.act_keys), len(right.act_keys))
        if shared * 2 >= smaller:
            return Evidence("acts", f"{shared} of {smaller} acts are the same", 0.6)
        if shared:
            return Evidence("acts", f"{shared} of {smaller} acts is the same", 0.4)
        if ratio < 100:
            return Evidence("acts", "no act is the same", -0.6)
    if ratio >= SAME_TITLE:
        return Evidence("title", f"titles agree by {ratio:.0f} %", 0.5)
    if left.kind == right.kind and left.kind != "show":
        return Evidence("kind", f"both are {left.kind}", 0.5)
    if (left.kind in MUSIC_KINDS) != (right.kind in MUSIC_KINDS):
        return Evidence("kind", f"{left.kind} and {right.kind}", -0.6)
    return None


def _shared_acts(left: frozenset[str], right: frozenset[str]) -> int:
    same = left & right
    rest = right - same
    alike = sum(
        1 for name in left - same if len(name) > 4 and any(fuzz.ratio(name, other) >= SAME_NAME for other in rest)
    )
    return len(same) + min(alike, len(rest))


def _when(left: Reading, right: Reading) -> Evidence | None:
    gap = _minutes_apart(left, right)
    if gap is None:
        return Evidence("time", "one of them tells no hour", 0.1)
    if gap <= 30:
        return Evidence("time", f"{gap} minutes apart", 0.3)
    if gap < APART_MINUTES:
        return Evidence("time", f"{gap} minutes apart, as doors and show can be", 0.1)
    return Evidence("time", f"{gap} minutes apart", -0.6)


def _minutes_apart(left: Reading, right: Reading) -> int | None:
    """Between the starts; where one tells only its doors, between the nearest of what both tell."""
    starts = left.instants.starts_at, right.instants.starts_at
    if starts[0] is not None and starts[1] is not None:
        return _minutes(starts[0], starts[1])
    told = [[t for t in (r.instants.starts_at, r.instants.doors_at) if t is not None] for r in (left, right)]
    return min((_minutes(a, b) for a in told[0] for b in told[1]), default=None)


def _minutes(one: datetime, other: datetime) -> int:
    return round(abs((one - other).total_seconds()) / 60)


def _who_says(left: Reading, right: Reading) -> Evidence | None:
    if left.row.source.slug == right.row.source.slug:
        return Evidence("source", "one source lists them under two ids", -0.3)
    return None


def _same_page(left: Reading, right: Reading, pages: Counter[tuple[str, str]]) -> Evidence | None:
    """Both point to one page, which is this show's alone: not a calendar that stands for many of a source's rows."""
    if left.row.source.slug == right.row.source.slug or "generator" in (left.row.source.kind, right.row.source.kind):
        return None
    shared = _pages(left) & _pages(right)
    own = [url for url in shared if pages[left.row.source.slug, url] == pages[right.row.source.slug, url] == 1]
    return Evidence("page", f"both point to {min(own)}", 0.4) if own else None


def _pages(reading: Reading) -> set[str]:
    return {url for url in (reading.ticket_url, reading.event_url) if url is not None}


class _Groups:
    """Clusters that grow by joining, held apart by decisions and by what one source keeps apart."""

    def __init__(self, readings: Sequence[Reading], decisions: Sequence[DecisionFacts]) -> None:
        self._members = {r.row.row_uuid: [r] for r in readings}
        self._root = {r.row.row_uuid: r.row.row_uuid for r in readings}
        self._apart = _decided_pairs(decisions, "split")
        self._together = _decided_pairs(decisions, "merge") - self._apart
        for pair in sorted(self._together, key=sorted):
            left, right = sorted(pair) if len(pair) == 2 else (*pair, *pair)
            if left in self._root and right in self._root:
                self._unite(left, right)

    def join(self, pair: Pair) -> bool:
        """Unite the clusters of a pair unless something keeps them apart."""
        left, right = self._of(pair)
        if left != right and any(self._kept_apart(a, b) for a in self._members[left] for b in self._members[right]):
            return False
        self._unite(left, right)
        return True

    def are_apart(self, pair: Pair) -> bool:
        left, right = self._of(pair)
        return left != right

    def is_decided(self, pair: Pair) -> bool:
        return frozenset((pair.left.row.row_uuid, pair.right.row.row_uuid)) in self._apart

    def members(self) -> list[list[Reading]]:
        """The groups, each and all in order of seniority."""
        groups = [sorted(group, key=lambda r: r.row.seniority) for group in self._members.values()]
        return sorted(groups, key=lambda group: group[0].row.seniority)

    def _kept_apart(self, left: Reading, right: Reading) -> bool:
        if frozenset((left.row.row_uuid, right.row.row_uuid)) in self._apart:
            return True
        gap = _minutes_apart(left, right)
        return left.row.source.slug == right.row.source.slug and gap is not None and gap >= APART_MINUTES

    def _of(self, pair: Pair) -> tuple[uuid.UUID, uuid.UUID]:
        return self._root[pair.left.row.row_uuid], self._root[pair.right.row.row_uuid]

    def _unite(self, left: uuid.UUID, right: uuid.UUID) -> None:
        left, right = sorted((self._root[left], self._root[right]))
        if left == right:
            return
        moved = self._members.pop(right)
        self._members[left] += moved
        for reading in moved:
            self._root[reading.row.row_uuid] = left


def _decided_pairs(decisions: Sequence[DecisionFacts], kind: str) -> set[frozenset[uuid.UUID]]:
    """The pairs of rows that decisions of a kind name: the target with each of the listed."""
    return {
        frozenset((decision.target, uuid.UUID(other)))
        for decision in decisions
        if decision.kind == kind
        for other in decision.value or []
    }


def link_evidence(pairs: Sequence[Pair]) -> Mapping[uuid.UUID, Pair]:
    """For each row, the best pair that joined it to its event."""
    best: dict[uuid.UUID, Pair] = {}
    for pair in pairs:
        for reading in (pair.left, pair.right):
            best.setdefault(reading.row.row_uuid, pair)
    return best
