"""Evidence that crosses blocks: which names the rows prove to be acts, and which rows asked about which names."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from sms_database.base import Base


class RawEvidence(Base):
    """What the carpenter's survey read in one raw event, before any block was built."""

    __tablename__ = "raw_evidence"
    __table_args__ = (
        Index(None, "city", "night"),
        Index("ix_raw_evidence_asked_names", "asked_names", postgresql_using="gin"),
    )

    raw_event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("raw_events.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    row_uuid: Mapped[uuid.UUID] = mapped_column(unique=True)
    """The id of the event that this row founds, or would found on its own."""
    content_hash: Mapped[str]
    """The content that was surveyed; empty where it has to be surveyed again."""
    city: Mapped[str | None]
    night: Mapped[date | None]
    """The block: one city, one night. What starts between midnight and five belongs to the night before."""
    attested_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Folded names that this row alone proves to be acts."""
    asked_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Folded names whose being known would change how this row's title is read."""


class KnownName(Base):
    """A folded name, and how many rows attest that it is an act."""

    __tablename__ = "known_names"

    name_key: Mapped[str] = mapped_column(primary_key=True)
    mentions: Mapped[int]
