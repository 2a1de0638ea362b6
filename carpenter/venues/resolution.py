"""What resolving some components changes: the venue of each mention, and the founded venues. Pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from carpenter.model import evidence_json
from carpenter.rows import VENUE_COLUMNS, ResolvedMention
from carpenter.venues.canonical import describe_venue
from carpenter.venues.clustering import Room, resolve
from carpenter.venues.concerned import Concerned, KnownMention
from carpenter.venues.gazetteer import VenueIndex
from carpenter.venues.mention import Mention
from carpenter.venues.scoring import MentionPair
from sms_database.ids import founded_venue_uuid
from sms_text.text import slugify

_ZONES = frozenset(available_timezones())

_ROWS_ARE_BUILT_BY = ("city", "name", "timezone")
"""Columns of a venue by which its rows are built."""

VenueColumns = Mapping[str, Any]
"""Each of VENUE_COLUMNS."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A mention with the venue that it means now."""

    known: KnownMention
    component_id: uuid.UUID
    venue_id: uuid.UUID
    house_id: uuid.UUID
    """The parent venue; the venue itself where it has none."""
    explanation: Sequence[Any]

    @property
    def is_elsewhere(self) -> bool:
        """Has it left a venue or a parent venue?"""
        stored = self.known.stored
        return stored.venue_id not in (None, self.venue_id) or self.has_other_house

    @property
    def has_other_house(self) -> bool:
        """Has it left a parent venue?"""
        return self.known.stored.house_id not in (None, self.house_id)

    @property
    def is_news(self) -> bool:
        """Is anything else than what is stored?"""
        stored = self.known.stored
        before = (stored.component_id, stored.explanation)
        return stored.is_stale or self.is_elsewhere or before != (self.component_id, self.explanation)

    @property
    def row(self) -> ResolvedMention:
        """The mention as it is to be stored."""
        rows = self.known.rows
        assert rows is not None, "a mention that is resolved has rows"
        return ResolvedMention(
            self.known.mention.id,
            rows.count,
            rows.first_seen_at,
            rows.shows,
            self.component_id,
            self.venue_id,
            self.house_id,
            self.explanation,
        )


@dataclass(frozen=True, slots=True)
class Resolution:
    """All that some components are resolved to."""

    mentions: Sequence[Resolved]
    founded: Mapping[uuid.UUID, VenueColumns]
    """The venues that venues.toml does not describe, as their mentions do."""

    def changed(self, stored: Mapping[uuid.UUID, VenueColumns]) -> dict[uuid.UUID, VenueColumns]:
        """The founded venues that are not stored, or stored otherwise."""
        return {
            venue_id: columns
            for venue_id, columns in self.founded.items()
            if venue_id not in stored or _differ(stored[venue_id], columns, VENUE_COLUMNS)
        }

    def shown_otherwise(self, stored: Mapping[uuid.UUID, VenueColumns]) -> set[uuid.UUID]:
        """The venues that are stored, and by which rows are built otherwise now."""
        return {
            venue_id
            for venue_id, columns in self.founded.items()
            if venue_id in stored and _differ(stored[venue_id], columns, _ROWS_ARE_BUILT_BY)
        }

    def left_venues(self) -> set[uuid.UUID]:
        """The venues and parent venues that mentions leave."""
        return venues_of([each.known for each in self.mentions if each.is_elsewhere])

    def of_other_house(self) -> list[uuid.UUID]:
        """The mentions whose rows belong to blocks of another parent venue."""
        return [each.known.mention.id for each in self.mentions if each.has_other_house]

    def of_other_venue(self, shown_otherwise: Collection[uuid.UUID]) -> list[uuid.UUID]:
        """The mentions whose venue is another, or one of those that are shown otherwise."""
        return [
            each.known.mention.id
            for each in self.mentions
            if each.known.stored.venue_id not in (None, each.venue_id) or each.venue_id in shown_otherwise
        ]


def venues_of(mentions: Sequence[KnownMention]) -> set[uuid.UUID]:
    """The venues and parent venues that mentions were resolved to."""
    return {i for each in mentions for i in (each.stored.venue_id, each.stored.house_id) if i is not None}


def resolve_components(batch: Sequence[Sequence[Mention]], concerned: Concerned, venues: VenueIndex) -> Resolution:
    """Resolve each component on its own."""
    rooms: list[Room] = []
    mentions: list[Resolved] = []
    for component in batch:
        component_id = min(mention.id for mention in component)
        for room in resolve(component, concerned.pairs(component), concerned.rows):
            rooms.append(room)
            mentions += _resolved(room, component_id, concerned, venues)
    founded = {_venue_id(room, venues): _founded(room, concerned, venues) for room in rooms if room.venue_key is None}
    return Resolution(mentions, founded)


def _resolved(room: Room, component_id: uuid.UUID, concerned: Concerned, venues: VenueIndex) -> Iterator[Resolved]:
    venue_id, house_id = _venue_id(room, venues), _house_id(room, venues)
    for mention in room.members:
        pair = room.evidence.get(mention.id)
        explanation = _explanation(mention, pair) if pair else []
        yield Resolved(concerned.mentions[mention.id], component_id, venue_id, house_id, explanation)


def _explanation(mention: Mention, pair: MentionPair) -> list[dict[str, Any]]:
    other = pair.right if pair.left is mention else pair.left
    return [{"with": str(other.id)}, *(evidence_json(evidence) for evidence in pair.evidence)]


def _venue_id(room: Room, venues: VenueIndex) -> uuid.UUID:
    """The id that venues.toml gives, else one made of the founding mention."""
    if facts := venues.facts_of(room.venue_key):
        return facts.id
    return founded_venue_uuid(room.members[0].id)


def _house_id(room: Room, venues: VenueIndex) -> uuid.UUID:
    """The parent venue that the room is in; itself where it is in none."""
    if facts := venues.facts_of(room.venue_key):
        return venues.house_of(facts).id
    return _house_id(room.house, venues) if room.house else _venue_id(room, venues)


def _founded(room: Room, concerned: Concerned, venues: VenueIndex) -> VenueColumns:
    said = [
        (concerned.mentions[m.id].stored.mention, m.town, concerned.rows[m.id].count, str(m.id)) for m in room.members
    ]
    columns = describe_venue(said)
    venue_id, house_id = _venue_id(room, venues), _house_id(room, venues)
    return columns | {
        "slug": slugify(columns["name"]),
        "timezone": columns["timezone"] if columns["timezone"] in _ZONES else None,
        "parent_id": house_id if house_id != venue_id else None,
    }


def _differ(one: VenueColumns, other: VenueColumns, columns: Sequence[str]) -> bool:
    return any(one[name] != other[name] for name in columns)
