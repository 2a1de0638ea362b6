"""The audit: what each build did, what people decided, what the scorer would not decide."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sms_database.base import Base, RowId
from sms_database.models.raw import one_of
from sms_database.vocabulary import CHANGES, DECISION_KINDS, PAIR_KINDS


class CarpenterRun(Base):
    """One run of the carpenter."""

    __tablename__ = "carpenter_runs"
    __table_args__ = (Index("ix_carpenter_runs_placing", "id", postgresql_where=text("is_placing")),)

    id: Mapped[RowId]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    """None while under way, and for good if its process was killed; the next run carries on."""
    reason: Mapped[str]
    rules_hash: Mapped[str]
    """Of the carpenter's rules and the venue facts it built by; where they differ from the last run's, all is dirty."""
    counts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    is_quiet: Mapped[bool] = mapped_column(server_default=text("false"))
    """Is what it changes one change, that of the whole catalog? A first build's, and one by new rules."""
    is_placing: Mapped[bool] = mapped_column(server_default=text("false"))
    """Has it placed some rows, and perhaps not all? Where it was killed then, others place all before they build."""


class CarpenterRecord(Base):
    """One change that a run made, or one row that it could not use."""

    __tablename__ = "carpenter_records"
    __table_args__ = (
        CheckConstraint(one_of("change", CHANGES), name="change_known"),
        Index(None, "carpenter_run_id"),
        Index(None, "entity_id"),
    )

    id: Mapped[RowId]
    carpenter_run_id: Mapped[int] = mapped_column(ForeignKey("carpenter_runs.id", ondelete="CASCADE"))
    raw_event_id: Mapped[int | None] = mapped_column(BigInteger)
    entity: Mapped[str]
    """event, venue, artist, raw_event, or block."""
    entity_id: Mapped[uuid.UUID | None]
    change: Mapped[str]
    diff: Mapped[dict[str, Any]]
    """field -> [before, after]; for noop {"count": n}."""
    reason: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Decision(Base):
    """A human's correction: an input of every build while it is in force; kept when it is undone."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(one_of("kind", DECISION_KINDS), name="kind_known"),
        CheckConstraint("(deleted_at IS NULL) = (deleted_by IS NULL)", name="deleted_by_someone"),
        Index(None, "target"),
        Index("ix_decisions_in_force", "id", postgresql_where=text("deleted_at IS NULL")),
    )

    id: Mapped[RowId]
    kind: Mapped[str]
    target: Mapped[uuid.UUID]
    """A `row_uuid`: that of the event's founding row when it was decided. It binds whatever event holds that row.

    artist_link: the artist's id.
    """
    field: Mapped[str | None]
    """override: the event's field. artist_link: the service."""
    value: Mapped[Any] = mapped_column(JSONB, nullable=True)
    """override: the field's value. merge, split: the list of the other rows' `row_uuid`s. artist_link: the
    id there, None for nobody."""
    reason: Mapped[str | None]
    author: Mapped[str]
    decided_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    """When it was undone; None while it is in force."""
    deleted_by: Mapped[str | None]


class ReviewPair(Base):
    """Two that are perhaps the same, on which the scorer would not decide: two raw events, or an artist and an act
    of a service.
    """

    __tablename__ = "review_pairs"
    __table_args__ = (CheckConstraint(one_of("kind", PAIR_KINDS), name="kind_known"), Index(None, "house_id", "night"))

    left_row: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """A `row_uuid`; the artist's id."""
    right_row: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """A `row_uuid`; an id made of the candidate's own."""
    kind: Mapped[str] = mapped_column(server_default=text("'event'"))
    house_id: Mapped[uuid.UUID | None]
    """The block's, with `night`; None for an artist."""
    night: Mapped[date | None]
    candidate: Mapped[dict[str, Any] | None]
    """Of an artist: the service's act: {"service", "id", "name", "url", "note", "country"}."""
    score: Mapped[float]
    explanation: Mapped[list[Any]]
