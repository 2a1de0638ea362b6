"""The rows of working tables as the store reads and writes them: each field is a column, or is told by its name.

The rooms decide on them, the store only moves them: so both know these types, and neither knows the other.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sms_database.artist_lookup import Candidate


class FactsRow(NamedTuple):
    """A row of `raw_evidence`."""

    raw_event_id: int
    row_uuid: uuid.UUID
    content_hash: str
    first_seen_at: datetime
    mention_id: uuid.UUID | None
    night: date | None
    other_night: date | None
    is_timed: bool
    is_late: bool
    shows: Collection[int]
    former_days: Collection[date]
    former_nights: Collection[date]
    bill: Mapping[str, Any]
    attested_names: Collection[str]
    asked_names: Collection[str]


class NamedMention(NamedTuple):
    """A row of `venue_mentions` as far as one raw row tells it."""

    id: uuid.UUID
    source: str
    city: str | None
    mention: Mapping[str, Any]
    venue_key: str | None
    rule: str
    block_keys: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsBatch:
    """All that the first pass found out of a batch of rows."""

    new: Sequence[FactsRow]
    """Of rows that were never read before."""
    changed: Sequence[FactsRow]
    mentions: Sequence[NamedMention]
    new_cities: Collection[str]
    """Slugs of the towns that no described city covers."""
    attested: Mapping[str, int]
    """By how many the rows that attest a name have become more, where they have."""


class MentionRow(NamedTuple):
    """A row of `venue_mentions`."""

    id: uuid.UUID
    source: str
    city: str | None
    mention: Mapping[str, Any]
    venue_key: str | None
    rule: str
    block_keys: Sequence[str]
    rows: int
    first_seen_at: datetime | None
    shows: Sequence[int]
    component_id: uuid.UUID | None
    """None where it was never resolved."""
    venue_id: uuid.UUID | None
    house_id: uuid.UUID | None
    explanation: Sequence[Any]
    is_stale: bool


class MentionTotals(NamedTuple):
    """What the raw rows of a mention say now."""

    rows: int
    first_seen_at: datetime
    shows: frozenset[int]


class MentionKeys(NamedTuple):
    """What a mention may share with others; its fields are columns of `venue_mentions`."""

    id: uuid.UUID
    block_keys: Collection[str]
    shows: Collection[int]
    component_id: uuid.UUID | None


VENUE_COLUMNS = (
    *("city", "name", "slug", "address", "town", "region", "postal_code", "country"),
    *("latitude", "longitude", "timezone", "website", "parent_id"),
)
"""The columns of `venues` that a founded venue fills, but for its id."""


class ResolvedMention(NamedTuple):
    """What `venue_mentions` holds of a mention once it is resolved."""

    id: uuid.UUID
    rows: int
    first_seen_at: datetime
    shows: Collection[int]
    component_id: uuid.UUID
    venue_id: uuid.UUID
    house_id: uuid.UUID
    explanation: Sequence[Any]


class ClockRow(NamedTuple):
    """A raw row of a parent venue with the nights that its clock may mean, and the block that it stands in, if any."""

    raw_event_id: int
    row_uuid: uuid.UUID
    night: date
    other_night: date | None
    is_timed: bool
    is_late: bool
    shows: Sequence[int]
    source: str
    printed_day: str | None
    printed_start: str | None
    printed_doors: str | None
    printed_zone: str | None
    house_id: uuid.UUID
    placed_house: uuid.UUID | None
    placed_night: date | None
    left_night: date | None


class ListedRow(NamedTuple):
    """A raw row of a parent venue with the nights that it says its show has left, and the block that it stands in."""

    raw_event_id: int
    row_uuid: uuid.UUID
    source: str
    house_id: uuid.UUID
    night: date
    former_nights: Sequence[date]
    shows: Sequence[int]
    is_unlisted: bool
    first_seen_at: datetime
    former_days: Sequence[date]
    status_text: str | None
    flags: Sequence[str]
    """Of its title."""
    placed_house: uuid.UUID
    placed_night: date
    left_night: date | None


class UndatedRow(NamedTuple):
    """A raw row of a parent venue that has no night of its own, and the block that it stands in, if any."""

    raw_event_id: int
    house_id: uuid.UUID
    acts: Sequence[Sequence[str]]
    """Of its own bill: the name first."""
    former_days: Sequence[date]
    placed_house: uuid.UUID | None
    placed_night: date | None


class LedRow(NamedTuple):
    """A raw row that a decision joins to another, where the two do not stand in one block: where it stands, and where
    that other one does.
    """

    raw_event_id: int
    placed_house: uuid.UUID | None
    placed_night: date | None
    left_night: date | None
    house_id: uuid.UUID
    night: date


class ArtistRow(NamedTuple):
    """An artist with what rows give of it."""

    id: uuid.UUID
    name_key: str
    links: Sequence[Sequence[str]]
    """(kind, value) each."""
    countries: Sequence[str]
    """ISO 3166 codes of the cities of its events."""


class ChosenLink(NamedTuple):
    """The act of a service that a person chose for an artist; None where it is none of them."""

    artist: uuid.UUID
    service: str
    value: str | None


class NameLookup(NamedTuple):
    """What a service answered about a name."""

    service: str
    name_key: str
    candidates: Sequence[Candidate]


class IdLookup(NamedTuple):
    """What a service answered about one of its ids."""

    service: str
    asked: str
    candidates: Sequence[Candidate]


class ReviewRow(NamedTuple):
    """A row of `review_pairs` of an artist and an act of a service."""

    left_row: uuid.UUID
    right_row: uuid.UUID
    kind: str
    candidate: Mapping[str, str | None]
    score: float
    explanation: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Given:
    """All that services give of some artists: (artist, what) to the services that do."""

    aliases: Mapping[tuple[uuid.UUID, str], Collection[str]]
    links: Mapping[tuple[uuid.UUID, str, str], Collection[str]]
    review: Sequence[ReviewRow]
