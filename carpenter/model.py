"""The values that the steps of a build hand to each other. No behaviour beyond derived names.

None is changed once it is made. Those made for each row or pair are not frozen, for that would treble what making them
costs.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from carpenter.parsing.hours import LocalTimes
from carpenter.parsing.instants import Instants
from carpenter.parsing.prices import Price
from carpenter.titles.bill import Act, Bill


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTraits:
    """What the carpenter goes by of a source."""

    slug: str
    kind: str
    city: str | None
    venue: str | None
    """Key of the one room whose own publication it is."""
    trust: int

    @property
    def is_setlist(self) -> bool:
        """Does it list what was played on past nights? Its rows are no part of the calendar."""
        return self.kind == "setlist"


@dataclass(slots=True, kw_only=True)
class RawRow:
    """A raw event as the carpenter reads it."""

    id: int
    source: SourceTraits
    source_event_id: str
    data: Mapping[str, Any]
    source_url: str | None
    content_hash: str
    first_seen_at: datetime
    is_unlisted: bool
    row_uuid: uuid.UUID
    """The id of the event that this row founds, or would found on its own."""
    former_days: Sequence[date] = ()
    """The days that other versions of it gave."""
    key: str = field(init=False)
    """The row's natural key for people: SOURCE/SOURCE_EVENT_ID."""

    def __post_init__(self) -> None:
        self.key = f"{self.source.slug}/{self.source_event_id}"

    @property
    def seniority(self) -> tuple[datetime, str, str]:
        """Orders the rows of an event; the first founded it."""
        return (self.first_seen_at, self.source.slug, self.source_event_id)


class ChangedRow(NamedTuple):
    """A raw row that the first pass has to read."""

    row: RawRow
    attested_before: Sequence[str] | None
    """The names that it attested when it was last read; None where it never was."""


@dataclass(slots=True, kw_only=True)
class VenueRef:
    """A venue as a row's mention of it was resolved."""

    id: uuid.UUID
    key: str | None
    """Its key in venues.toml, where it is described there."""
    name: str
    city: str | None
    timezone: str | None
    """IANA zone of the place, as far as it is known."""
    house_id: uuid.UUID
    """The venue itself, or the house that it is a room of."""
    mention: str
    """The name that the row prints."""
    rule: str
    """How it was resolved."""


@dataclass(slots=True, kw_only=True)
class AssignedRow:
    """A raw row with the room that it means and the night that it is of."""

    row: RawRow
    venue: VenueRef | None
    night: date
    own_bill: Bill
    """Read without knowing any other row."""
    asked: Sequence[str]
    """Folded names that would change the bill if they were known."""
    left_night: date | None = None
    """The night that the row still lists, where its show has moved to `night`."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something in a row that could not be used, or that was repaired."""

    field: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Clock:
    """A day and its hours, local, with the instants that they are."""

    day: date
    times: LocalTimes
    instants: Instants
    reason: str = ""
    """Why they are not as printed."""


@dataclass(slots=True, kw_only=True, eq=False)
class Reading:
    """A row as the carpenter understands it on its own."""

    row: RawRow
    city: str
    title: str
    title_key: str
    """Folded."""
    bill: Bill
    billed: tuple[str, ...]
    """Folded names of the bill's acts, in its order."""
    act_keys: frozenset[str]
    """The same as a set."""
    kind: str
    is_kind_doubtful: bool = False
    """Is the kind "other" only because nothing tells that it is music?"""
    status: str
    day: date
    end_day: date | None
    timezone: str
    times: LocalTimes
    instants: Instants
    other_clocks: tuple[Clock, ...]
    """What the hours may mean as well, where they are early for a show."""
    venue: VenueRef | None
    price: Price
    min_age: int | None
    description: str | None
    event_url: str | None
    ticket_url: str | None
    image_url: str | None
    genres: tuple[str, ...]
    """As the row names them, of the event and then of its performers."""
    notes: tuple[Note, ...]
    has_others_day: bool
    """Is `day` what other rows tell: has its show left the day that the row lists, or does the row list none?"""

    @property
    def known_kind(self) -> str | None:
        """The kind; None where it is doubtful."""
        return None if self.is_kind_doubtful else self.kind

    @property
    def listed_acts(self) -> Sequence[Act] | None:
        """The bill's acts; None where it names none."""
        return self.bill.acts or None

    @property
    def listed_day(self) -> date | None:
        """The day that the row lists; None where its show has left that day, or where it lists none."""
        return None if self.has_others_day else self.day

    @property
    def known_price(self) -> Price | None:
        """The price; None where the row says nothing of it."""
        return None if self.price.is_free is None and self.price.min is None else self.price


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that cannot become part of an event."""

    row: RawRow
    reason: str
    venue: VenueRef | None


class Evidence(NamedTuple):
    """One reason for or against two rows being the same show. The weights of a pair add up to its score."""

    feature: str
    detail: str
    weight: float


class Feature(NamedTuple):
    """What can speak for or against two things being one. A stage declares all of its own in a table."""

    name: str
    """The word that its evidence is stored under: several features may share one."""
    weight: float
    """What it adds to the score."""
    sentence: str
    """When it counts, for docs/matching.md."""

    def evidence(self, detail: str) -> Evidence:
        """The feature as it is met in one pair; `detail` is for a reader."""
        return Evidence(self.name, detail, self.weight)


class Threshold(NamedTuple):
    """A number that a stage decides by."""

    value: float
    sentence: str
    """What is so from this number on, for docs/matching.md."""


@lru_cache(maxsize=4_096)
def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """Evidence as it is stored; one object for all that is equal."""
    return {"feature": evidence.feature, "detail": evidence.detail, "weight": evidence.weight}


@dataclass(slots=True, kw_only=True, eq=False)
class Pair:
    """Two readings of one block, compared."""

    left: Reading
    right: Reading
    score: float
    weight: float
    """What the evidence adds up to, below 0 and above 1 too: of pairs that are certain, it tells the likeliest."""
    evidence: tuple[Evidence, ...]


@dataclass(slots=True, kw_only=True)
class EventRow:
    """One event, ready to be written."""

    id: uuid.UUID
    columns: dict[str, Any]
    """Every column of `events` but the id and the generated ones."""
    acts: Sequence[tuple[uuid.UUID, str, str, str]]
    """The bill: (artist id, name key, name as billed, role) in order."""


@dataclass(slots=True, kw_only=True)
class LinkRow:
    """What became of one raw row, ready to be written to `event_sources`."""

    raw_event_id: int
    event_id: uuid.UUID | None
    venue: VenueRef | None = None
    score: float | None = None
    explanation: list[dict[str, Any]] = field(default_factory=list)
    bill: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)
    skip_reason: str | None = None


@dataclass(slots=True, kw_only=True)
class BlockResult:
    """All that a block's rows and decisions say the catalog should hold for it."""

    events: list[EventRow] = field(default_factory=list)
    links: list[LinkRow] = field(default_factory=list)
    review: list[Pair] = field(default_factory=list)
