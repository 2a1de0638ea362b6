"""What readers see that has changed, in the order in which it became known. History: no build from nothing makes it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sms_database.base import Base, RowId
from sms_database.changes import AUDIENCES, CHANGE_KINDS, CHANGED_ENTITIES
from sms_database.models.raw import one_of


class Change(Base):
    """One change, written in the transaction that makes it, and numbered by the publisher once that is committed."""

    __tablename__ = "changes"
    __table_args__ = (
        CheckConstraint(one_of("audience", AUDIENCES), name="audience_known"),
        CheckConstraint(one_of("kind", CHANGE_KINDS), name="kind_known"),
        CheckConstraint(one_of("entity", CHANGED_ENTITIES), name="entity_known"),
        Index("ix_changes_unpublished", "id", postgresql_where=text("seq IS NULL")),
        Index(None, "entity_id", "seq"),
        Index("ix_changes_scopes", "scopes", postgresql_using="gin"),
    )

    id: Mapped[RowId]
    seq: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    """Dense and in order, from 1; None until it is published. The only number that readers know."""
    at: Mapped[datetime]
    """When the build was told the time."""
    audience: Mapped[str] = mapped_column(server_default=text("'public'"))
    kind: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[uuid.UUID | None]
    """None for the catalog as a whole."""
    into_id: Mapped[uuid.UUID | None]
    """merged: the event whose part it is now. split: the event that its rows were part of."""
    city: Mapped[str | None]
    night: Mapped[date | None]
    """Of an event, after the change; of one that is gone, before."""
    scopes: Mapped[list[str]]
    """What it concerns (sms_database.scopes): before and after, so that leaving is seen where it was left."""
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """updated: the former values of the fields that changed. removed, merged: the whole state. created: None."""
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """updated: the values now. created, split: the whole state (sms_catalog.states). None of one that is gone.

    Both are None as well where a person has hidden the event since.
    """
    cause: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """{"run": id of the carpenter's run}; of a rebuilt catalog also {"reason"}."""


class Head(Base):
    """The number of the last change that concerns a scope."""

    __tablename__ = "heads"

    scope: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
