"""Which acts the rows of a room name on which nights, as numbers, which compare fast. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zlib import crc32

_ACT_BITS = 31
ACT_MASK = (1 << _ACT_BITS) - 1
"""The bits of a show that are its act."""

ActNights = frozenset[int]
"""Acts on nights: each a number, the night's ordinal before the last bits of the act's checksum."""


@dataclass(slots=True)
class SharedNights:
    """Nights on which both of two mentions name acts."""

    shared: int = 0
    """At least one act is the same."""
    clashing: int = 0
    """No act is the same."""
    acts: int = 0
    """How many acts are the same on some night, at least."""

    def __add__(self, other: SharedNights) -> SharedNights:
        return SharedNights(self.shared + other.shared, self.clashing + other.clashing, max(self.acts, other.acts))


def encode_act_nights(night: date | None, acts: Iterable[str]) -> ActNights:
    """The shows that a row of this night names by folded names of acts; none where it tells no night."""
    if night is None:
        return frozenset()
    first = night.toordinal() << _ACT_BITS
    return frozenset([first | (crc32(act.encode()) & ACT_MASK) for act in acts])


def encode_acts(acts: Iterable[str]) -> frozenset[int]:
    """Acts by their folded names, as `acts_of` gives those of shows."""
    return frozenset([crc32(act.encode()) & ACT_MASK for act in acts])


def acts_of(shows: Iterable[int]) -> frozenset[int]:
    """The acts of shows, whatever the night."""
    return frozenset([show & ACT_MASK for show in shows])


def shared_nights(left: ActNights, right: ActNights) -> SharedNights:
    """The nights on which both name acts."""
    both = left & right
    shared = len(_nights(both))
    return SharedNights(shared, len(_nights(left) & _nights(right)) - shared, len(acts_of(both)))


def _nights(shows: ActNights) -> set[int]:
    return {show >> _ACT_BITS for show in shows}
