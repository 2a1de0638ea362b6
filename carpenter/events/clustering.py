"""Which readings of a room's night are one show: pairs by their score, the best first, clustered under constraints."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from operator import attrgetter

from carpenter.events.constraints import SLOT_MINUTES, Groups, what_keeps_apart
from carpenter.events.scoring import JOIN, REVIEW, Compared, comparable, compare, earliest, minutes_apart
from carpenter.model import Pair, Reading
from sms_database.decisions import DecisionFacts

ALL_COMPARED = 40
"""Readings of one room and night up to which each is compared with each; a theatre with six screenings has fewer."""

NEAREST = 6
"""In a room with more, how many a reading is compared with of those, next to it by hour, that share a key with it."""

MOST_KEYS = 100
"""Keys by which a reading finds others there, the rarest first: no reading is compared more than twice this times
NEAREST, whatever the night."""


_ROW_KEYS, _SCORE = attrgetter("left.row.key", "right.row.key"), attrgetter("score")


def cluster(
    readings: Sequence[Reading], decisions: Sequence[DecisionFacts]
) -> tuple[list[list[Reading]], list[Pair], list[Pair]]:
    """Group the readings of a block into shows. `decisions` are those that name any of its rows.

    Returns the groups, the pairs that joined them, and the pairs to review. The outcome depends on the set of
    readings and decisions alone, not on their order. Costs at most the readings times a constant, a room's night of
    thousands included.
    """
    if len(readings) < 2:
        return [[reading] for reading in readings], [], []
    rooms: dict[uuid.UUID | None, list[Reading]] = defaultdict(list)
    for reading in readings:
        rooms[reading.venue.id if reading.venue is not None else None].append(reading)
    nights = [(venue, comparable(room)) for venue, room in rooms.items()]
    groups = Groups([each for _, night in nights for each in night], decisions)
    pairs = [pair for venue, night in nights if venue is not None for pair in _pairs(night)]
    pairs.sort(key=_ROW_KEYS)
    pairs.sort(key=_SCORE, reverse=True)
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
    for each in sorted(night, key=lambda c: (earliest(c.hours), c.key)):
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


def _slots(night: Sequence[Compared]) -> set[tuple[str, str]]:
    """Pairs of a weekly rule and the one entry of the room's own calendar that fills its slot.

    Where the calendar lists several entries, an entry of the rule's kind is its own; none of another kind is taken.
    """
    filled = set()
    for rule in [each for each in night if each.is_rule]:
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
        yield compare(left, right, fills_slot=(left.key, right.key) in slots), what_keeps_apart(left, right)


def link_evidence(pairs: Sequence[Pair]) -> Mapping[Reading, Pair]:
    """For each reading, the best pair that joined it to its event."""
    best: dict[Reading, Pair] = {}
    for pair in pairs:
        best.setdefault(pair.left, pair)
        best.setdefault(pair.right, pair)
    return best
