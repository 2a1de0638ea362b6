"""Which mentions a change concerns: those whose block keys become too common, or are no longer."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from carpenter.rows import MentionRow, MentionTotals
from carpenter.venues.blocking import block_keys
from carpenter.venues.concerned import (
    KnownMention,
    clean_mention,
    common_keys,
    crossed_keys,
    met_components,
    size_changes,
    stale_mention,
)
from carpenter.venues.mention import named_venue, read_mention

SEEN = datetime(2026, 11, 1, tzinfo=UTC)


def stored(name: str, source: str, component: int | None) -> MentionRow:
    """A mention of a venue in Duluth, resolved where it has a component."""
    named = named_venue({"venue_name": name, "venue_city": "Duluth"}, source, "duluth")
    assert named is not None
    return MentionRow(
        id=named.id,
        source=source,
        city="duluth",
        mention=named.mention,
        venue_key=None,
        rule="",
        block_keys=block_keys(read_mention(named, None)),
        rows=1,
        first_seen_at=SEEN,
        shows=[],
        component_id=uuid.UUID(int=component) if component else None,
        venue_id=None,
        house_id=None,
        explanation=[],
        is_stale=False,
    )


def new(name: str, source: str) -> KnownMention:
    return stale_mention(stored(name, source, None), MentionTotals(1, SEEN, frozenset()))


def gone(name: str, source: str) -> KnownMention:
    return stale_mention(stored(name, source, 1), None)


def test_sizes_grow_by_new_mentions_and_shrink_by_those_that_are_gone() -> None:
    key = "core copper hall"
    assert size_changes([new("Copper Hall", "paper")])[key] == 1
    assert size_changes([gone("Copper Hall", "radio")])[key] == -1
    assert key not in size_changes([new("Copper Hall", "paper"), gone("Copper Hall", "radio")])


def test_a_key_is_crossed_where_a_change_takes_it_over_the_limit_or_back() -> None:
    sizes = {"grows": 2, "shrinks": 3, "stays common": 9, "stays rare": 1}
    changes = {"grows": 1, "shrinks": -1, "stays common": 1, "stays rare": 1}
    assert common_keys(sizes, changes, limit=2) == {"grows", "stays common"}
    assert crossed_keys(sizes, changes, limit=2) == {"grows", "shrinks"}


def test_a_new_mention_meets_the_components_of_those_that_it_may_be_one_with() -> None:
    beside = [clean_mention(stored(name, "radio", n)) for n, name in enumerate(("Copper Hall", "Copper Mine Bar"), 1)]
    met = met_components([new("Copper Hall", "paper")], beside, too_common=())
    assert met == {uuid.UUID(int=1)}
    every_key = {key for known in beside for key in known.keys}
    assert met_components([new("Copper Hall", "paper")], beside, too_common=every_key) == set()
