"""Which mentions are compared with each other, and how all of them fall into components. Pure functions.

Mentions are compared where they share a block key. Those that may be one room, or rooms of one venue, make a component,
and each component is resolved on its own.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor

from carpenter.venues.cooccurrence import ActNights
from carpenter.venues.mention import Mention, distinctive_part
from carpenter.venues.scoring import may_be_one

_SHOW = "show "

CELL_NORTH, CELL_EAST = 0.004, 0.008
"""Degrees of a cell. Cells overlap by half, so that points within SAME_PLACE_KM share one, up to 60 degrees north."""

MAX_BLOCK_MENTIONS = 200
"""Mentions that one block compares with each other; what more mentions than this have in common tells nothing."""


@dataclass(frozen=True, slots=True)
class MentionRows:
    """What the rows of a mention say together."""

    count: int
    first_seen_at: datetime
    shows: ActNights = frozenset()

    def without(self, shows: ActNights) -> MentionRows:
        """The same, but for these shows."""
        return MentionRows(self.count, self.first_seen_at, self.shows - shows)


def block_keys(mention: Mention) -> list[str]:
    """What a mention has to share with another to be compared with it: a word, its ends or letters, street, point.

    Names are compared within a scene, equal ones everywhere, for sources that name no town.
    """
    town = mention.town or ""
    telling = distinctive_part(mention.core, mention.words)
    keys = [f"core {mention.core}", f"head {town} {telling[:3]}", f"tail {town} {telling[-3:]}"]
    keys.append(f"letters {town} {''.join(sorted(telling))}")
    keys += [f"word {town} {word}" for word in sorted(mention.words)]
    if mention.parent_core:
        keys.append(f"house {town} {mention.parent_core}")
    else:
        keys.append(f"house {town} {mention.core}")
    if mention.bare_core != mention.core:
        keys.append(f"house {town} {mention.bare_core}")
    if mention.venue_key:
        keys.append(f"venue {mention.venue_key}")
    if mention.street:
        keys.append("street " + " ".join(mention.street))
    if mention.point:
        north, east = mention.point[0] / CELL_NORTH, mention.point[1] / CELL_EAST
        keys += [f"cell {floor(north + up)} {floor(east + on)} {up} {on}" for up in (0, 0.5) for on in (0, 0.5)]
    return keys


def act_night_keys(shows: Iterable[int]) -> list[str]:
    """The block keys that a mention has by its programme: of a room that is called otherwise, or of no known town."""
    return [f"{_SHOW}{show}" for show in shows]


def act_nights_in(keys: Iterable[str]) -> list[int]:
    """The shows of those block keys that `act_night_keys` made."""
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
    """The mentions in groups: two that may be one venue, or rooms of one, are in one."""
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
