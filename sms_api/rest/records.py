"""The shapes of what /v1 answers. Members without a default are always there; the others may be left out by `fields`.

Instants are UTC, as ISO texts with Z; days and hours are local to the venue; null stands for what is not known. The
words of a closed list (status, kind, verdict) are texts here, since a list may grow.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from msgspec import UNSET, Struct, UnsetType

Text = str | None | UnsetType
Number = float | None | UnsetType
Whole = int | None | UnsetType
Instant = datetime | None | UnsetType


class WrongParameter(Struct, kw_only=True):
    """What is wrong with a parameter, and the known name or value that was perhaps meant."""

    parameter: str
    message: str
    nearest: str | None


class ProblemRecord(Struct, kw_only=True, rename={"kind": "type"}):
    """Why there is no answer (RFC 9457)."""

    kind: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[WrongParameter] | UnsetType = UNSET


class BilledAct(Struct, kw_only=True):
    """An act on a bill; `name` as it is billed."""

    id: uuid.UUID
    name: str
    role: str


class EventPlace(Struct, kw_only=True):
    """The room of an event; city and region are those of its address, else those of its scene."""

    id: uuid.UUID
    name: str
    address: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    latitude: float | None
    longitude: float | None


class ListedRow(Struct, kw_only=True):
    """A listing that an event was made of."""

    source: str
    source_event_id: str
    source_url: str | None


class Event(Struct, kw_only=True):
    """An event; hours are HH:MM where it takes place, with an offset where the clock shows that hour twice."""

    id: uuid.UUID
    title: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    status: str | UnsetType = UNSET
    event_day: date | UnsetType = UNSET
    end_day: date | UnsetType | None = UNSET
    start_time: Text = UNSET
    doors_time: Text = UNSET
    end_time: Text = UNSET
    timezone: Text = UNSET
    starts_at: Instant = UNSET
    venue: EventPlace | UnsetType | None = UNSET
    artists: list[BilledAct] | UnsetType = UNSET
    genres: list[str] | UnsetType = UNSET
    presenter: Text = UNSET
    tour: Text = UNSET
    price_min: Number = UNSET
    price_max: Number = UNSET
    currency: Text = UNSET
    is_free: bool | UnsetType | None = UNSET
    min_age: Whole = UNSET
    event_url: Text = UNSET
    ticket_url: Text = UNSET
    image_url: Text = UNSET
    description: Text = UNSET
    sources: list[ListedRow] | UnsetType = UNSET


class EventList(Struct, kw_only=True):
    """A page of events."""

    events: list[Event]
    next_cursor: str | None


class OtherWord(Struct, kw_only=True):
    """A value that another row tells; `trust` is the rank of its source."""

    row: str
    value: str
    role: str
    trust: int


class FieldOrigin(Struct, kw_only=True):
    """Where a value comes from: SOURCE/SOURCE_EVENT_ID or "decision N", and the rule that chose it."""

    entry: str
    name: str
    value: str
    origin: str
    rule: str
    others: list[OtherWord]


class ExplainedRow(Struct, kw_only=True):
    """A listing of the event: when it was seen, and how surely (0 to 1) it is of this event."""

    source: str
    source_event_id: str
    source_url: str | None
    title: str | None
    trust: int
    score: float | None
    explanation: list[dict[str, Any]]
    first_seen_at: datetime
    last_seen_at: datetime
    changed_at: datetime
    unlisted_at: datetime | None


class MadeDecision(Struct, kw_only=True):
    """What a person decided about the event, and what keeps it from having an effect."""

    id: int
    kind: str
    field: str | None
    value: Any
    decided_at: datetime
    standing: str | None


class AuditEntry(Struct, kw_only=True):
    """What a build did to the event: field → [before, after]."""

    recorded_at: datetime
    change: str
    diff: dict[str, Any]
    reason: str | None


class EventExplanation(Struct, kw_only=True):
    """Why an event is as it is."""

    id: uuid.UUID
    former_ids: list[uuid.UUID]
    fields: list[FieldOrigin]
    rows: list[ExplainedRow]
    decisions: list[MadeDecision]
    audit: list[AuditEntry]


class Venue(Struct, kw_only=True):
    """A venue: `scene` is the calendar it is on, `city` the town of its address."""

    id: uuid.UUID
    key: Text = UNSET
    name: str | UnsetType = UNSET
    aliases: list[str] | UnsetType = UNSET
    scene: Text = UNSET
    address: Text = UNSET
    city: Text = UNSET
    region: Text = UNSET
    postal_code: Text = UNSET
    country: Text = UNSET
    latitude: Number = UNSET
    longitude: Number = UNSET
    timezone: Text = UNSET
    neighborhood: Text = UNSET
    capacity: Whole = UNSET
    website: Text = UNSET
    parent_id: uuid.UUID | UnsetType | None = UNSET


class VenueList(Struct, kw_only=True):
    """A page of venues."""

    venues: list[Venue]
    next_cursor: str | None


class ArtistLink(Struct, kw_only=True):
    """An id or page of an artist elsewhere; `kind` is musicbrainz, spotify or url."""

    kind: str
    value: str


class Artist(Struct, kw_only=True):
    """An act."""

    id: uuid.UUID
    name: str | UnsetType = UNSET
    aliases: list[str] | UnsetType = UNSET
    links: list[ArtistLink] | UnsetType = UNSET


class ArtistList(Struct, kw_only=True):
    """A page of artists."""

    artists: list[Artist]
    next_cursor: str | None


class City(Struct, kw_only=True):
    """A scene: the area that one calendar covers."""

    slug: str
    name: str | UnsetType = UNSET
    region: Text = UNSET
    country: Text = UNSET
    timezone: Text = UNSET
    latitude: Number = UNSET
    longitude: Number = UNSET
    radius_km: Number = UNSET


class CityList(Struct, kw_only=True):
    """A page of scenes."""

    cities: list[City]
    next_cursor: str | None


class Source(Struct, kw_only=True):
    """What is read, and how old its word is: `last_ok_at` is when the last good crawl began."""

    slug: str
    kind: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    homepage: Text = UNSET
    city: Text = UNSET
    venue_key: Text = UNSET
    platform: Text = UNSET
    trust: int | UnsetType = UNSET
    complete_listing: bool | UnsetType = UNSET
    last_crawl_at: Instant = UNSET
    last_verdict: Text = UNSET
    last_cause: Text = UNSET
    last_ok_at: Instant = UNSET


class SourceList(Struct, kw_only=True):
    """A page of sources."""

    sources: list[Source]
    next_cursor: str | None


class Run(Struct, kw_only=True):
    """A crawl of a source (`kind` crawl), or a build (carpenter): `name` tells which source, or what for."""

    kind: str
    id: int
    name: str | UnsetType = UNSET
    started_at: datetime | UnsetType = UNSET
    finished_at: Instant = UNSET
    verdict: Text = UNSET
    cause: Text = UNSET
    counts: dict[str, Any] | UnsetType = UNSET


class RunList(Struct, kw_only=True):
    """A page of runs, the newest first."""

    runs: list[Run]
    next_cursor: str | None


class Node(Struct, kw_only=True):
    """A node of the graph; `id` is KIND:ID."""

    id: str
    kind: str
    label: str | None
    created_at: datetime | None
    updated_at: datetime | None
    data: dict[str, Any]


class Edge(Struct, kw_only=True, rename={"source": "from", "target": "to"}):
    """An edge between two nodes."""

    kind: str
    source: str
    target: str


class EdgeList(Struct, kw_only=True):
    """A page of edges."""

    edges: list[Edge]
    next_cursor: str | None


class FoundThing(Struct, kw_only=True):
    """An artist or a venue that a search found."""

    id: uuid.UUID
    name: str


class FacetValue(Struct, kw_only=True):
    """A further choice: the parameter and the value that make it, and how many events it would leave."""

    parameter: str
    value: str
    label: str
    count: int


class SearchResult(Struct, kw_only=True):
    """A page of what was found; artists, venues and facets come with the first one.

    `understood`: the words that were looked for instead, where nothing has those of `q`. `facets`: null where counting
    would have taken too long.
    """

    events: list[Event]
    artists: list[FoundThing]
    venues: list[FoundThing]
    understood: str | None
    facets: dict[str, list[FacetValue]] | None
    next_cursor: str | None


class TrendRecord(Struct, kw_only=True):
    """Some events in sum. A week is named by its Monday. Prices are quartiles of what the cheapest ticket costs, where
    that is known, in the events' own currencies; `lead_days` is the median of days from when an event was first seen to
    its night.
    """

    label: str
    shows: int
    cancelled: int
    moved: int
    priced: int
    price_low: float | None
    price_median: float | None
    price_high: float | None
    lead_days: int | None


class TrendList(Struct, kw_only=True):
    """Events in sum: the last sixty weeks in order, of all else the sixty with most shows."""

    by: str
    trends: list[TrendRecord]


class ChangeRecord(Struct, kw_only=True):
    """What readers see of an event, a venue or an artist has changed.

    `kind`: created, updated, removed, merged (`into` the event that it is part of now), split (it was part of `into`),
    or rebuilt, which is of the whole catalog: read it anew. Of an update `before` and `after` have the fields that
    changed, else the whole state; both are null where a person has hidden it since.
    """

    seq: int
    at: datetime
    kind: str
    entity: str
    id: uuid.UUID | None
    into: uuid.UUID | None
    city: str | None
    night: date | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ChangeList(Struct, kw_only=True):
    """Changes in the order in which they became known. `next_since` asks for those after them; `newest` is the last."""

    changes: list[ChangeRecord]
    next_since: int
    newest: int
