"""What readers say is wrong: kept for the curators, and no input of any build."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from sms_database.base import Base, RowId
from sms_database.models.raw import one_of
from sms_database.reports import REPORT_STATES, REPORTED_ENTITIES


class Report(Base):
    """A reader's report. It holds nothing of who wrote it."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(one_of("entity", REPORTED_ENTITIES), name="entity_known"),
        CheckConstraint(one_of("state", REPORT_STATES), name="state_known"),
        CheckConstraint(
            "(state = 'received') = (closed_at IS NULL) AND (closed_at IS NULL) = (closed_by IS NULL)",
            name="closed_by_someone",
        ),
        Index(
            "ix_reports_received",
            "entity_id",
            "field",
            text("md5(said)"),
            unique=True,
            postgresql_where=text("state = 'received'"),
        ),
    )

    id: Mapped[RowId]
    entity: Mapped[str]
    entity_id: Mapped[uuid.UUID]
    """As it was then; an event may have become part of another since (`redirects`)."""
    city: Mapped[str | None]
    """The scene of the event or the venue."""
    field: Mapped[str]
    """An entry of `sms_catalog.reports.FIELDS`, or "other"."""
    shown: Mapped[str | None]
    """What the page said of the field then, in words; None for "other"."""
    said: Mapped[str]
    link: Mapped[str | None]
    """A page that shows it."""
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default=text("'received'"))
    reason: Mapped[str | None]
    """Why a curator closed it so."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
