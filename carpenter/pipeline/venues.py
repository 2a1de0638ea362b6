"""Resolving the mentions of venues that have changed, and all that they concern."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, Engine

from carpenter.pipeline.limits import BuildLimits
from carpenter.store import mentions as stored_mentions
from carpenter.store import venues as stored_venues
from carpenter.store.changes import ChangeOrigin, written_changes
from carpenter.venues import concerned as rules
from carpenter.venues.blocking import act_nights_in, components
from carpenter.venues.concerned import Concerned, KnownMention, clean_mention, stale_mention
from carpenter.venues.gazetteer import VenueIndex
from carpenter.venues.mention import Mention
from carpenter.venues.resolution import resolve_components, venues_of
from sms_database.locks import exclusive_facts_lock


def resolve_venues(engine: Engine, venues: VenueIndex, limits: BuildLimits, origin: ChangeOrigin | None = None) -> int:
    """Resolve the stale mentions and all that they concern; returns how many mentions were looked at."""
    with engine.begin() as connection:
        exclusive_facts_lock(connection)
        concerned = _read_concerned(connection, limits.block_mentions)
        mentions = [each.mention for each in concerned.mentions.values()]
        for batch in _batches(components(mentions, concerned.pairs(mentions), concerned.rows), limits.mentions):
            _resolve(connection, batch, concerned, venues, origin)
        _delete(connection, concerned.gone, origin)
        stored_venues.change_block_sizes(connection, concerned.size_changes)
        return len(mentions)


def _read_concerned(connection: Connection, limit: int) -> Concerned:
    """The stale mentions, and all of the components that they are, were, or come to be part of.

    `limit`: so many mentions one block compares at most.
    """
    stale = [stale_mention(*each) for each in stored_mentions.stale_mentions(connection)]
    gone = [known for known in stale if known.rows is None]
    found = [known for known in stale if known.rows is not None]
    changes = rules.size_changes(stale)
    # Where most are stale, all of them are concerned but for a few: reading those costs less than telling them apart.
    if len(stale) * 3 > stored_mentions.count_of_mentions(connection):
        found += map(clean_mention, stored_mentions.clean_mentions(connection))
    else:
        met = {known.stored.component_id for known in stale} | _met_components(connection, found, changes, limit)
        components = {component for component in met if component is not None}
        found += map(clean_mention, stored_mentions.mentions_in_components(connection, components))
    sizes = stored_mentions.block_sizes(connection, {key for known in found for key in known.keys})
    too_common = rules.common_keys(sizes, changes, limit)
    return Concerned({known.mention.id: known for known in found}, gone, too_common, changes)


def _met_components(
    connection: Connection, stale: Sequence[KnownMention], changes: Mapping[str, int], limit: int
) -> set[uuid.UUID | None]:
    """The components that stale mentions come to be part of, and those that a block key connected, or connects from now
    on: one that too many shared, or too many share.
    """
    sizes = stored_mentions.block_sizes(connection, {key for known in stale for key in known.keys} | changes.keys())
    common = rules.common_keys(sizes, changes, limit)
    crossed = rules.crossed_keys(sizes, changes, limit)
    keys = (known.shared_keys(common) for known in stale)
    beside = map(clean_mention, stored_mentions.mentions_beside(connection, keys))
    met = rules.met_components(stale, beside, common)
    across = stored_mentions.mentions_in_blocks(connection, crossed, act_nights_in(crossed))
    return met.union(mention.component_id for mention in across)


def _batches(found: Sequence[list[Mention]], size: int) -> Iterator[list[list[Mention]]]:
    batch: list[list[Mention]] = []
    for component in found:
        batch.append(component)
        if sum(map(len, batch)) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _resolve(
    connection: Connection,
    batch: Sequence[Sequence[Mention]],
    concerned: Concerned,
    venues: VenueIndex,
    origin: ChangeOrigin | None,
) -> None:
    resolution = resolve_components(batch, concerned, venues)
    before = stored_venues.stored_venues(connection, resolution.founded)
    changed = resolution.changed(before)
    news = [each for each in resolution.mentions if each.is_news]
    spelt = {i for each in news for i in (each.venue_id, each.known.stored.venue_id) if i is not None}
    with written_changes(connection, origin, venues=spelt | changed.keys()):
        stored_venues.write_venues(connection, changed)
        stored_venues.leave_venues(connection, resolution.left_venues())
        stored_venues.build_rows_again(connection, resolution.of_other_venue(resolution.shown_otherwise(before)))
        stored_venues.assign_rows_again(connection, resolution.of_other_parent())
        stored_venues.write_mentions(connection, (each.row for each in news))
        stored_venues.count_spellings(connection, spelt)


def _delete(connection: Connection, gone: Sequence[KnownMention], origin: ChangeOrigin | None) -> None:
    if gone:
        spelt = {each.stored.venue_id for each in gone if each.stored.venue_id is not None}
        with written_changes(connection, origin, venues=spelt):
            stored_venues.delete_mentions(connection, [each.mention.id for each in gone])
            stored_venues.leave_venues(connection, venues_of(gone))
            stored_venues.count_spellings(connection, spelt)
