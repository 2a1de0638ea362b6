"""Which readings of a room's night are one show: pairs by their score, the best first, clustered under constraints."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from operator import attrgetter

from carpenter.events.blocking import is_crowded, pairs_to_compare
from carpenter.events.constraints import Groups, what_keeps_apart
from carpenter.events.features import AS_LIKELY, REVIEW_SCORE, SAME_SHOW_SCORE, SLOT_MINUTES
from carpenter.events.scoring import Compared, comparable, compare, minutes_apart
from carpenter.model import Pair, Reading
from sms_database.decisions import DecisionFacts

_ROW_KEYS, _WEIGHT = attrgetter("left.row.key", "right.row.key"), attrgetter("weight")


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
    pairs.sort(key=_WEIGHT, reverse=True)
    likely = [pair for pair in pairs if pair.score >= SAME_SHOW_SCORE]
    told = {each.reading: bool(each.hours) or each.label is not None for _, night in nights for each in night}
    joined = [pair for pair in likely if told[pair.left] and told[pair.right] and groups.join(pair)]
    if not all(told.values()):
        open_to_two = _open_to_two(likely, told, groups)
        untold = [pair for pair in likely if not (told[pair.left] and told[pair.right])]
        joined += [p for p in untold if open_to_two.isdisjoint((p.left, p.right)) and groups.join(p)]
    joined += groups.join_only_others(pairs)
    review = [p for p in pairs if REVIEW_SCORE <= p.score < SAME_SHOW_SCORE and groups.are_undecided(p)]
    return groups.members(), joined, review


def _open_to_two(likely: Sequence[Pair], told: Mapping[Reading, bool], groups: Groups) -> set[Reading]:
    """The readings without an hour and a label that may as well be of one as of another of two shows of their acts.

    `likely` are the pairs that may be one show, the likeliest first; `told` says who has an hour or a label.
    """
    alike: dict[Reading, list[Pair]] = defaultdict(list)
    for pair in likely:
        for one, other in ((pair.left, pair.right), (pair.right, pair.left)):
            if not told[one] and told[other]:
                alike[one].append(pair)
    found = set()
    for reading, pairs in alike.items():
        best = [pair for pair in pairs if pair.weight >= pairs[0].weight - AS_LIKELY]
        others = [pair.right if pair.left is reading else pair.left for pair in best]
        if groups.are_like_two_shows(reading, others):
            found.add(reading)
    return found


def _pairs(night: Sequence[Compared]) -> Iterator[Pair]:
    slots = _slots(night)
    for left, right in pairs_to_compare(night):
        yield compare(left, right, fills_slot=bool(slots) and (left.key, right.key) in slots)


def _slots(night: Sequence[Compared]) -> set[tuple[str, str]]:
    """Pairs of a weekly rule and the one entry of the room's own calendar that fills its slot.

    Where the calendar lists several entries, an entry of the rule's kind is its own; none of another kind is taken. On
    a crowded night a rule finds no slot: where so much is on, none is its own.
    """
    if is_crowded(night):
        return set()
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
    slots = _slots(compared)
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
