"""Which readings of one room and night are compared with each other. Pure functions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from carpenter.events.scoring import Compared, earliest

ALL_COMPARED = 40
"""Readings of one room and night up to which each is compared with each; a theatre with six screenings has fewer."""

NEAREST = 6
"""In a room with more, how many a reading is compared with of those, next to it by hour, that share a key with it."""

MOST_KEYS = 100
"""Keys by which a reading finds others there, the rarest first: no reading is compared more than twice this times
NEAREST, whatever the night."""


def pairs_to_compare(night: Sequence[Compared]) -> Iterator[tuple[Compared, Compared]]:
    """Each pair once, the reading with the lower key first. `night` is in the order of `comparable`."""
    return _neighbours(night) if is_crowded(night) else combinations(night, 2)


def is_crowded(night: Sequence[Compared]) -> bool:
    """Has the night so many readings that not all pairs of them are compared?"""
    return len(night) > ALL_COMPARED


def _neighbours(night: Sequence[Compared]) -> Iterator[tuple[Compared, Compared]]:
    """Of a crowded night, the readings that share a key, each with the next few by hour.

    What nothing connects stays apart unseen.
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
