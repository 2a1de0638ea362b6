"""Which readings of a room's night are one show: pairs scored on explainable evidence, clustered under constraints.

The weights of a pair add up to its score, which is how often such pairs are one show: they were fitted on labelled
pairs (`python -m bench.match` prints how well they hold).
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations

from rapidfuzz import fuzz

from carpenter.decided import decided_pairs, joined_groups, named_rows
from carpenter.kinds import BESIDE_SHOWS, MUSIC_KINDS
from carpenter.times import Instants
from carpenter.values import DecisionFacts, Evidence, Pair, Reading

JOIN = 0.61
"""Score from which a pair is one show."""

REVIEW = 0.35
"""Score from which a pair that is not joined is shown to a person."""

SAME_NAME = 86.0
"""Ratio from which two folded names of acts are spellings of one."""

SAME_TITLE = 88.0
"""token_set_ratio from which two titles say the same."""

SLOT_MINUTES = 60
"""A listing that starts within an hour of the night's only other one may be the same show under another name."""

APART_MINUTES = 100
"""Starts this far apart in one room are an early and a late show; doors and show differ by 30 to 90 minutes."""

_BASE = Evidence("place", "the same room and night", 0.4)


def compare(left: Reading, right: Reading, pages: Counter[tuple[str, str]], *, fills_slot: bool = False) -> Pair:
    """Score two readings of one room and night.

    `pages` counts, for (source, URL), the night's rows of the source that point there. `fills_slot`: one is a weekly
    rule, the other its calendar entry.
    """
    found = (
        _BASE,
        _what(left, right, fills_slot),
        _when(left, right),
        _which(left, right),
        _who_says(left, right),
        _same_page(left, right, pages),
    )
    evidence = tuple(e for e in found if e is not None)
    score = max(0.0, min(1.0, sum(e.weight for e in evidence)))
    return Pair(left=left, right=right, score=round(score, 3), evidence=evidence)


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
    joined += groups.join_only_others(pairs)
    review = [p for p in pairs if REVIEW <= p.score < JOIN and groups.are_undecided(p)]
    return groups.members(), joined, review


def _pairs(readings: Sequence[Reading]) -> Iterable[Pair]:
    rooms: dict[uuid.UUID, list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.venue is not None:
            rooms[reading.venue.id].append(reading)
    for room in rooms.values():
        yield from compare_all(room, combinations(room, 2))


def compare_all(room: Sequence[Reading], pairs: Iterable[tuple[Reading, Reading]]) -> Iterator[Pair]:
    """Score pairs of the readings of one room and night."""
    slots = _slots(room)
    pages = Counter((r.row.source.slug, url) for r in room for url in _pages(r))
    for pair in pairs:
        left, right = sorted(pair, key=lambda r: r.row.key)
        yield compare(left, right, pages, fills_slot=(left.row.key, right.row.key) in slots)


def _what(left: Reading, right: Reading, fills_slot: bool) -> Evidence | None:
    """Acts, else titles, else kind: the best of what the two rows say is on."""
    if fills_slot:
        return Evidence("slot", "a weekly night and the entry of the room's own calendar for it", 0.55)
    if (left.kind in BESIDE_SHOWS) != (right.kind in BESIDE_SHOWS):
        return Evidence("kind", f"{left.kind} and {right.kind}: one is sold beside the other", -1.0)
    smaller = min(len(left.act_keys), len(right.act_keys))
    shared = _shared_acts(left, right)
    if shared * 2 >= smaller > 0:
        return Evidence("acts", f"{shared} of {smaller} acts {'is' if shared == 1 else 'are'} the same", 0.55)
    if shared:
        return Evidence("acts", f"{shared} of {smaller} acts is the same", 0.45)
    ratio = fuzz.token_set_ratio(left.title_key, right.title_key)
    if ratio >= SAME_TITLE:
        return Evidence("title", f"titles agree by {ratio:.0f} %", 0.55)
    if smaller:
        return Evidence("acts", "no act is the same", -0.3)
    if left.kind == right.kind and left.kind != "show":
        return Evidence("kind", f"both are {left.kind}", 0.5)
    if (left.kind in MUSIC_KINDS) != (right.kind in MUSIC_KINDS):
        return Evidence("kind", f"{left.kind} and {right.kind}", -0.6)
    return None


def _shared_acts(left: Reading, right: Reading) -> int:
    """Acts of the smaller bill that the other names: by an equal name, one a few letters off, or within its title."""
    if len(left.act_keys) > len(right.act_keys):
        left, right = right, left
    rest = right.act_keys - left.act_keys
    shared = len(left.act_keys) - len(missing := left.act_keys - right.act_keys)
    title = f" {right.title_key} "
    for name in missing:
        if len(name) > 4 and (f" {name} " in title or any(fuzz.ratio(name, other) >= SAME_NAME for other in rest)):
            shared += 1
    if not shared and left.act_keys and right.act_keys:
        title = f" {left.title_key} "
        shared = int(any(len(name) > 4 and f" {name} " in title for name in rest))
    return shared


def _which(left: Reading, right: Reading) -> Evidence | None:
    """Early or late show, where titles say so."""
    one, other = _label(left), _label(right)
    if one is None or other is None:
        return None
    if one == other:
        return Evidence("label", f"both say {one} show", 0.05)
    return Evidence("label", f"{one} show and {other} show", -1.0)


def _label(reading: Reading) -> str | None:
    flags = reading.bill.flags
    if "early_show" in flags:
        return None if "late_show" in flags else "early"
    return "late" if "late_show" in flags else None


def _when(left: Reading, right: Reading) -> Evidence | None:
    gap = minutes_apart(left, right)
    if gap is None:
        return Evidence("time", "one of them tells no hour", 0.0)
    if gap <= 30:
        return Evidence("time", f"{gap} minutes apart", 0.2)
    if gap < APART_MINUTES:
        return Evidence("time", f"{gap} minutes apart, as doors and show can be", 0.1)
    return Evidence("time", f"{gap} minutes apart", -0.3)


def _slots(room: Sequence[Reading]) -> set[tuple[str, str]]:
    """Pairs of a weekly rule and the one entry of the room's own calendar that fills its slot.

    Where the calendar lists several entries, an entry of the rule's kind is its own; none of another kind is taken.
    """
    filled = set()
    for rule in (r for r in room if r.row.source.kind == "generator"):
        own = [r for r in room if _is_own_calendar(r)]
        near = [r for r in own if (gap := minutes_apart(rule, r)) is None or gap <= SLOT_MINUTES]
        alike = [r for r in near if r.kind == rule.kind and rule.kind != "show"]
        choice = alike if alike else (near if len(own) == 1 else [])
        if len(choice) == 1:
            left, right = sorted((rule.row.key, choice[0].row.key))
            filled.add((left, right))
    return filled


def _is_own_calendar(reading: Reading) -> bool:
    venue = reading.venue
    return venue is not None and venue.key is not None and reading.row.source.venue == venue.key


def minutes_apart(left: Reading, right: Reading) -> int | None:
    """Between the starts; where one tells only its doors, between the nearest of what both tell.

    Where an hour may mean another as well, by what brings them nearest.
    """
    told = [
        (left.instants, *(c.instants for c in left.other_clocks)),
        (right.instants, *(c.instants for c in right.other_clocks)),
    ]
    return min((gap for a in told[0] for b in told[1] if (gap := _gap(a, b)) is not None), default=None)


def _gap(left: Instants, right: Instants) -> int | None:
    if left.starts_at is not None and right.starts_at is not None:
        return _minutes(left.starts_at, right.starts_at)
    told = [[t for t in (instants.starts_at, instants.doors_at) if t is not None] for instants in (left, right)]
    return min((_minutes(a, b) for a in told[0] for b in told[1]), default=None)


def _minutes(one: datetime, other: datetime) -> int:
    return round(abs((one - other).total_seconds()) / 60)


def _who_says(left: Reading, right: Reading) -> Evidence | None:
    if left.row.source.slug == right.row.source.slug:
        return Evidence("source", "one source lists them under two ids", -0.1)
    return None


def _same_page(left: Reading, right: Reading, pages: Counter[tuple[str, str]]) -> Evidence | None:
    """Both point to one page, which is this show's alone: not a calendar that stands for many of a source's rows."""
    if left.row.source.slug == right.row.source.slug or "generator" in (left.row.source.kind, right.row.source.kind):
        return None
    shared = _pages(left) & _pages(right)
    own = [url for url in shared if pages[left.row.source.slug, url] == pages[right.row.source.slug, url] == 1]
    return Evidence("page", f"both point to {min(own)}", 0.3) if own else None


def _pages(reading: Reading) -> set[str]:
    return {url for url in (reading.ticket_url, reading.event_url) if url is not None}


class _Groups:
    """Clusters that grow by joining, held apart by decisions and by what one source keeps apart."""

    def __init__(self, readings: Sequence[Reading], decisions: Sequence[DecisionFacts]) -> None:
        self._members = {r.row.row_uuid: [r] for r in readings}
        self._root = {r.row.row_uuid: r.row.row_uuid for r in readings}
        self._apart = decided_pairs(decisions, "split")
        # Joined groups are made of all rows that they name: one that is absent here still joins the others.
        ours = [
            d for d in decisions if d.kind in ("merge", "split") and not self._root.keys().isdisjoint(named_rows(d))
        ]
        for group in joined_groups(ours):
            present = [row for row in group if row in self._root]
            for row in present[1:]:
                self._unite(present[0], row)

    def join(self, pair: Pair) -> bool:
        """Unite the clusters of a pair unless something keeps them apart."""
        left, right = self._of(pair)
        if left != right and any(self._kept_apart(a, b) for a in self._members[left] for b in self._members[right]):
            return False
        self._unite(left, right)
        return True

    def join_only_others(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Unite the only two groups of a room's night, where no source lists both, the hours agree, and one of them
        names no act: a festival or a series beside its bill. Returns a pair for each.
        """
        rooms: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        for root, members in self._members.items():
            if members[0].venue is not None:
                rooms[members[0].venue.id].add(root)
        best: dict[tuple[uuid.UUID, uuid.UUID], Pair] = {}
        for pair in pairs:
            left, right = self._of(pair)
            venue = pair.left.venue
            if left != right and venue is not None and len(rooms[venue.id]) == 2:
                best.setdefault((min(left, right), max(left, right)), pair)
        joined = []
        for (left, right), pair in best.items():
            if _are_one_listing(self._members[left], self._members[right]):
                only = Evidence("night", "the night's only listings, and one of them names no act", 0.0)
                weak = replace(pair, score=JOIN, evidence=(replace(only, weight=JOIN),))
                if self.join(weak):
                    joined.append(weak)
        return joined

    def are_undecided(self, pair: Pair) -> bool:
        """Is the pair apart, with nothing that keeps it so?"""
        left, right = self._of(pair)
        return left != right and not any(
            self._kept_apart(a, b) for a in self._members[left] for b in self._members[right]
        )

    def members(self) -> list[list[Reading]]:
        """The groups, each and all in order of seniority."""
        groups = [sorted(group, key=lambda r: r.row.seniority) for group in self._members.values()]
        return sorted(groups, key=lambda group: group[0].row.seniority)

    def _kept_apart(self, left: Reading, right: Reading) -> bool:
        are_parted = frozenset((left.row.row_uuid, right.row.row_uuid)) in self._apart
        return are_parted or what_keeps_apart(left, right) is not None

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


def _are_one_listing(left: Sequence[Reading], right: Sequence[Reading]) -> bool:
    if {r.row.source.slug for r in left} & {r.row.source.slug for r in right}:
        return False
    if any((a.kind in MUSIC_KINDS) != (b.kind in MUSIC_KINDS) or a.kind in BESIDE_SHOWS for a in left for b in right):
        return False
    if any(r.act_keys for r in left) and any(r.act_keys for r in right):
        return False
    gaps = [gap for a in left for b in right if (gap := minutes_apart(a, b)) is not None]
    return not gaps or min(gaps) <= SLOT_MINUTES


def what_keeps_apart(left: Reading, right: Reading) -> str | None:
    """What no likeness can outweigh: why two readings of one room and night are two shows. None if nothing does."""
    if {_label(left), _label(right)} == {"early", "late"}:
        return "early show and late show"
    gap = minutes_apart(left, right)
    if left.row.source.slug == right.row.source.slug and gap is not None and gap >= APART_MINUTES:
        return f"one source lists them under two ids, {gap} minutes apart"
    return None


def link_evidence(pairs: Sequence[Pair]) -> Mapping[uuid.UUID, Pair]:
    """For each row, the best pair that joined it to its event."""
    best: dict[uuid.UUID, Pair] = {}
    for pair in pairs:
        for reading in (pair.left, pair.right):
            best.setdefault(reading.row.row_uuid, pair)
    return best
