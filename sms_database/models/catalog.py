"""The catalog: events, venues and artists, and which raw rows each was made of. All of it is derived."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from sms_database.base import Base
from sms_database.models.raw import one_of
from sms_database.vocabulary import EVENT_STATUSES


class Venue(Base):
    """A room or house. One with a `key` is described in venues.toml; the others are founded by mentions."""

    __tablename__ = "venues"
    __table_args__ = (
        Index(None, "city", "slug"),
        Index(None, "parent_id"),
        Index("ix_venues_may_be_unused", "id", postgresql_where=text("may_be_unused")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(unique=True)
    city: Mapped[str | None] = mapped_column(ForeignKey("cities.slug"))
    """None where no mention tells a place; such a venue's rows are part of no event."""
    name: Mapped[str]
    slug: Mapped[str]
    address: Mapped[str | None]
    town: Mapped[str | None]
    region: Mapped[str | None]
    postal_code: Mapped[str | None]
    country: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    timezone: Mapped[str | None]
    neighborhood: Mapped[str | None]
    capacity: Mapped[int | None]
    website: Mapped[str | None]
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("venues.id"))
    """The house that this room is in."""
    may_be_unused: Mapped[bool] = mapped_column(server_default=text("false"))
    """Mentions have left it since it was last looked at."""


class VenueAlias(Base):
    """A spelling of a venue's name: from venues.toml, or counted over the rows that use it."""

    __tablename__ = "venue_aliases"

    venue_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("venues.id", ondelete="CASCADE"), primary_key=True)
    alias: Mapped[str] = mapped_column(primary_key=True)
    is_fact: Mapped[bool] = mapped_column(server_default=text("false"))
    mentions: Mapped[int] = mapped_column(server_default=text("0"))


class Artist(Base):
    """An act."""

    __tablename__ = "artists"
    __table_args__ = (Index(None, "slug"), Index("ix_artists_stale", "id", postgresql_where=text("is_stale")))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    slug: Mapped[str]
    is_stale: Mapped[bool] = mapped_column(server_default=text("true"))
    """Its spellings have changed since it was named."""


class ArtistAlias(Base):
    """A spelling of an artist's name, counted over the rows that use it, or known to a service."""

    __tablename__ = "artist_aliases"

    artist_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("artists.id", ondelete="CASCADE"), primary_key=True)
    alias: Mapped[str] = mapped_column(primary_key=True)
    mentions: Mapped[int] = mapped_column(server_default=text("0"))
    services: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """Those that were asked about the artist and gave it; empty where rows alone do."""


class ArtistLink(Base):
    """An id or page of an artist elsewhere, counted over the rows that give it, or known to a service."""

    __tablename__ = "artist_links"

    artist_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("artists.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """musicbrainz, spotify, or url."""
    value: Mapped[str] = mapped_column(primary_key=True)
    mentions: Mapped[int] = mapped_column(server_default=text("0"))
    services: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """As for an alias."""


_OF_LIST = ("city", "night", "starts_at", "id")
_LISTED: Mapping[str, Any] = {"postgresql_include": ["kind", "status"], "postgresql_where": text("NOT is_hidden")}


class Event(Base):
    """One performance as the catalog knows it. Days are local to the venue, instants UTC."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint(one_of("status", EVENT_STATUSES), name="status_known"),
        Index(None, "city", "event_day"),
        # Lists read what they choose, and in which order, from these alone.
        Index("ix_events_city_list", *_OF_LIST, **_LISTED),
        Index("ix_events_venue_list", "venue_id", *_OF_LIST[1:], **_LISTED),
        # Cards are stored from one night to the next.
        Index("ix_events_night_id", "night", "id", postgresql_where=text("NOT is_hidden")),
        Index(None, "venue_id", "event_day"),
        Index("ix_events_search", "search", postgresql_using="gin"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    city: Mapped[str] = mapped_column(ForeignKey("cities.slug"))
    night: Mapped[date]
    """The night that readers count it to: that of its first hour, local, until five in the morning; without an hour
    its day."""
    block_night: Mapped[date]
    """The night of the block it was built in, which its rows tell before anybody corrects them."""
    title: Mapped[str]
    slug: Mapped[str]
    venue_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("venues.id"))
    event_day: Mapped[date]
    end_day: Mapped[date | None]
    timezone: Mapped[str | None]
    starts_at: Mapped[datetime | None]
    doors_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    kind: Mapped[str]
    genres: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """As its rows name them, each once."""
    status: Mapped[str]
    presenter: Mapped[str | None]
    tour: Mapped[str | None]
    price_min: Mapped[Decimal | None]
    price_max: Mapped[Decimal | None]
    currency: Mapped[str | None]
    is_free: Mapped[bool | None]
    min_age: Mapped[int | None]
    """Years; 0 is all ages, None unknown."""
    description: Mapped[str | None]
    event_url: Mapped[str | None]
    ticket_url: Mapped[str | None]
    image_url: Mapped[str | None]
    is_hidden: Mapped[bool] = mapped_column(server_default=text("false"))
    provenance: Mapped[dict[str, Any]]
    """field -> {"from": "SOURCE/SOURCE_EVENT_ID" or "decision N", "rule": why this one}.

    Where rows have other values, also "others": at most four [{"from", "value", "role": what its source is for the
    event's venue, "trust": rank of its source}], each value once, the highest priority first. The values are JSON as
    the event's record has them, long ones cut: hours local, a price {"price_min", "price_max", "currency", "is_free"},
    a bill [{"name", "role"}], a venue {"name"}.
    """
    search_text: Mapped[str]
    """Folded as queries are, by `sms_text.text.fold_text`: the title's line, one an act, the venue's, the
    description's."""
    search: Mapped[Any] = mapped_column(
        TSVECTOR, Computed("to_tsvector('simple'::regconfig, search_text)", persisted=True)
    )


class EventArtist(Base):
    """The bill: the acts of an event in order."""

    __tablename__ = "event_artists"
    __table_args__ = (Index(None, "artist_id", "event_id"),)

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """From 1."""
    artist_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("artists.id"))
    role: Mapped[str]
    billed_as: Mapped[str]


class EventSource(Base):
    """What became of one raw event: the event it belongs to, and why; or the reason that it was skipped."""

    __tablename__ = "event_sources"
    __table_args__ = (
        Index(None, "event_id"),
        CheckConstraint("(event_id IS NULL) <> (skip_reason IS NULL)", name="built_or_skipped"),
    )

    raw_event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("raw_events.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("events.id"))
    venue_id: Mapped[uuid.UUID | None]
    """That its own mention means. No foreign key: to delete a venue, all links would have to be read."""
    score: Mapped[float | None]
    """0 to 1: how surely the row belongs with the others; 1 for a founder."""
    explanation: Mapped[list[Any]]
    bill: Mapped[list[Any]]
    """The acts that this row itself names: [{"id", "name", "role", "links": {kind: value}}] in billing order."""
    notes: Mapped[list[Any]]
    """What was dropped from the row while reading it: [{"field", "reason"}]."""
    skip_reason: Mapped[str | None]
