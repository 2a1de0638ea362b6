"""Evidence that crosses blocks: what each row says of names, its room and its night, before any block is built.

No foreign keys: only the carpenter writes and reads here, and checking each row would cost a tenth of a build.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from sms_database.base import Base

GIN_NO_FASTUPDATE = {"fastupdate": "off"}


class RawEvidence(Base):
    """What the carpenter's survey read in one raw event."""

    __tablename__ = "raw_evidence"
    __table_args__ = (
        Index(None, "mention_id", "night"),
        Index("ix_raw_evidence_moved", "mention_id", postgresql_where=text("former_nights <> '{}'")),
        Index("ix_raw_evidence_asked_names", "asked_names", postgresql_using="gin"),
        Index(
            "ix_raw_evidence_early_clocks",
            *("mention_id", "night"),
            postgresql_where=text("is_timed AND (other_night IS NOT NULL OR is_late)"),
        ),
    )

    raw_event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    row_uuid: Mapped[uuid.UUID] = mapped_column(unique=True)
    """The id of the event that this row founds, or would found on its own."""
    content_hash: Mapped[str]
    """The content that was surveyed; empty where it has to be surveyed again."""
    first_seen_at: Mapped[datetime]
    mention_id: Mapped[uuid.UUID | None]
    """How the row names its room; None where it names none."""
    night: Mapped[date | None]
    """The night that its own clock tells; None where it has no day that exists."""
    other_night: Mapped[date | None]
    """The night that its clock may mean as well."""
    is_timed: Mapped[bool]
    is_late: Mapped[bool]
    """Does it start after midnight?"""
    shows: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """The acts that it names, read on its own, on its night: numbers of carpenter/venues/cooccurrence.py."""
    former_days: Mapped[list[date]] = mapped_column(ARRAY(Date))
    """Those of the raw event when it was surveyed."""
    former_nights: Mapped[list[date]] = mapped_column(ARRAY(Date))
    """The nights that its show has left, as it says itself."""
    bill: Mapped[dict[str, Any]]
    """The bill that it tells by itself; it holds while no asked name is known."""
    attested_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Folded names that this row alone proves to be acts."""
    asked_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Folded names whose being known would change how this row's title is read."""


class VenueMention(Base):
    """A room as one source names it: its rows with these particulars mean one venue."""

    __tablename__ = "venue_mentions"
    __table_args__ = (
        Index(None, "component_id"),
        Index(None, "venue_id"),
        Index(None, "house_id"),
        # Looked up a thousand times for a change: each would read all that is not yet in the index.
        Index("ix_venue_mentions_block_keys", "block_keys", postgresql_using="gin", postgresql_with=GIN_NO_FASTUPDATE),
        Index("ix_venue_mentions_shows", "shows", postgresql_using="gin", postgresql_with=GIN_NO_FASTUPDATE),
        Index("ix_venue_mentions_stale", "id", postgresql_where=text("is_stale")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """UUIDv5 of source, scene and particulars."""
    source: Mapped[str]
    city: Mapped[str | None]
    """Slug of the scene, described or founded; None where the rows tell no place."""
    mention: Mapped[dict[str, Any]]
    """The particulars: name, address, town, region, postal_code, country, latitude, longitude, timezone, url."""
    venue_key: Mapped[str | None]
    """Key in venues.toml of the venue that it names beyond doubt."""
    rule: Mapped[str]
    """How it was resolved."""
    block_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """What a mention has to share with this one to be compared with it."""
    rows: Mapped[int] = mapped_column(server_default=text("0"))
    """How many rows it had when it was resolved."""
    first_seen_at: Mapped[datetime | None]
    """The first time that one of these was seen; None until it is resolved."""
    shows: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))
    """The shows that these named, in order."""
    component_id: Mapped[uuid.UUID | None]
    """The least id of all mentions that may mean the same room, or rooms of one house; None until it is resolved."""
    venue_id: Mapped[uuid.UUID | None]
    """None until it is resolved."""
    house_id: Mapped[uuid.UUID | None]
    """The venue itself, or the house that it is a room of."""
    explanation: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """What joined it to the venue's other mentions: {"with": its id}, then {"feature", "detail", "weight"} each."""
    is_stale: Mapped[bool] = mapped_column(server_default=text("true"))
    """The nights or acts of its rows have changed since it was resolved."""


class MentionBlock(Base):
    """How many resolved mentions share a block key: one that too many share relates none."""

    __tablename__ = "mention_blocks"

    block_key: Mapped[str] = mapped_column(primary_key=True)
    mentions: Mapped[int]


class RawPlacement(Base):
    """The block of one raw event: a house's night, or for a row without a room the row's own."""

    __tablename__ = "raw_placements"
    __table_args__ = (Index(None, "house_id", "night"),)

    raw_event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    house_id: Mapped[uuid.UUID]
    """Of the house; a row without a room has its `row_uuid` here."""
    night: Mapped[date]
    left_night: Mapped[date | None]
    """The night that it still lists, where others say that its show has moved to this one."""


class KnownName(Base):
    """A folded name, and how many rows attest that it is an act."""

    __tablename__ = "known_names"

    name_key: Mapped[str] = mapped_column(primary_key=True)
    mentions: Mapped[int]
