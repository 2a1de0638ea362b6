"""Which mentions have to be resolved once some have changed: their components, and those that they meet or leave.

Pure functions. Mentions are compared where they share a block key, but for a key that too many share. So a key that
becomes too common, or is no longer, concerns all that have it.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from carpenter.rows import MentionKeys, MentionRow, MentionTotals
from carpenter.venues.blocking import MentionRows, block_pairs, show_keys, show_numbers
from carpenter.venues.mention import Mention, NamedRoom, read_mention
from carpenter.venues.scoring import may_be_one


@dataclass(frozen=True, slots=True)
class KnownMention:
    """A mention taken apart, as it is stored, with what its rows say now."""

    mention: Mention
    stored: MentionRow
    rows: MentionRows | None
    """None where it has none."""

    @property
    def keys(self) -> list[str]:
        """All that it can share with others now."""
        return [*self.stored.block_keys, *show_keys(self.rows.shows if self.rows else ())]

    @property
    def keys_before(self) -> list[str]:
        """All that it could share when it was resolved; nothing where it never was."""
        stored = self.stored
        return [*stored.block_keys, *show_keys(frozenset(stored.shows))] if stored.component_id is not None else []

    def shared_keys(self, too_common: Collection[str]) -> MentionKeys:
        """The same as columns, without those that too many share."""
        keys = [key for key in self.stored.block_keys if key not in too_common]
        shows = show_numbers(key for key in self.keys if key not in too_common)
        return MentionKeys(self.mention.id, keys, shows, self.stored.component_id)


def clean_mention(stored: MentionRow) -> KnownMention:
    """A mention whose rows say what is stored."""
    rows = (
        MentionRows(stored.rows, stored.first_seen_at, frozenset(stored.shows))
        if stored.first_seen_at is not None
        else None
    )
    return KnownMention(_taken_apart(stored), stored, rows)


def stale_mention(stored: MentionRow, now: MentionTotals | None) -> KnownMention:
    """A mention whose rows may say something else than what is stored; None where it has no rows now."""
    return KnownMention(_taken_apart(stored), stored, MentionRows(*now) if now is not None else None)


def _taken_apart(stored: MentionRow) -> Mention:
    room = NamedRoom(id=stored.id, source=stored.source, city=stored.city, mention=stored.mention)
    return read_mention(room, stored.venue_key)


@dataclass(slots=True)
class Concerned:
    """Every mention that a change may concern."""

    mentions: Mapping[uuid.UUID, KnownMention]
    """All that have rows."""
    gone: Sequence[KnownMention]
    """All that have none any more."""
    too_common: Collection[str]
    """The block keys that too many mentions share."""
    size_changes: Mapping[str, int]
    """By how many the mentions that share a block key have become more."""
    rows: Mapping[uuid.UUID, MentionRows] = field(init=False)
    """What each is resolved by: without the shows that too many share."""
    keys: Mapping[uuid.UUID, Collection[str]] = field(init=False)

    def __post_init__(self) -> None:
        common = frozenset(show_numbers(self.too_common))
        self.rows = {
            key: known.rows if known.rows.shows.isdisjoint(common) else known.rows.without(common)
            for key, known in self.mentions.items()
            if known.rows is not None
        }
        self.keys = {key: known.keys for key, known in self.mentions.items()}

    def pairs(self, mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
        """Which of some mentions to compare, by position."""
        return block_pairs(mentions, self.keys, self.too_common)


def size_changes(stale: Iterable[KnownMention]) -> Mapping[str, int]:
    """By how many the mentions that share a block key have become more, where they have."""
    changes: Counter[str] = Counter()
    for known in stale:
        if known.rows is not None:
            changes.update(known.keys)
        changes.subtract(known.keys_before)
    return {key: change for key, change in changes.items() if change}


def common_keys(sizes: Mapping[str, int], changes: Mapping[str, int], limit: int) -> set[str]:
    """The block keys that more mentions share, after these changes, than one block compares with each other."""
    return {key for key in sizes.keys() | changes.keys() if sizes.get(key, 0) + changes.get(key, 0) > limit}


def crossed_keys(sizes: Mapping[str, int], changes: Mapping[str, int], limit: int) -> set[str]:
    """The block keys that become too common by these changes, or are no longer."""
    common = common_keys(sizes, changes, limit)
    return {key for key in changes if (sizes.get(key, 0) > limit) != (key in common)}


def met_components(
    stale: Sequence[KnownMention], beside: Iterable[KnownMention], too_common: Collection[str]
) -> set[uuid.UUID | None]:
    """The components of the mentions `beside` stale ones that may be one venue with any of these."""
    sharing: dict[str, list[int]] = defaultdict(list)
    for position, known in enumerate(stale):
        for key in known.keys:
            if key not in too_common:
                sharing[key].append(position)
    met: set[uuid.UUID | None] = set()
    for other in beside:
        if other.stored.component_id not in met:
            near = {position for key in other.keys for position in sharing.get(key, ())}
            if any(_may_be_one(other, stale[position]) for position in near):
                met.add(other.stored.component_id)
    return met


def _may_be_one(left: KnownMention, right: KnownMention) -> bool:
    if left.rows is None or right.rows is None:
        return False
    return may_be_one(left.mention, right.mention, left.rows.shows, right.rows.shows)
