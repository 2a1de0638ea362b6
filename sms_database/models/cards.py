"""Events rendered ahead of who asks; what is missing is rendered by who needs it, so that any may be deleted."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Mapped, mapped_column

from sms_database.base import Base


class EventCard(Base):
    """What lists show of an event that readers see, as it is now.

    No foreign key: who stores a card would wait for who deletes its event, and that one for the lock of cards.
    """

    __tablename__ = "event_cards"

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record: Mapped[str]
    """JSON of `sms_catalog.records.full_record`, as /v1 prints it."""
    event: Mapped[str]
    """JSON of `sms_catalog.events.CatalogEvent`, which pages and feeds read."""
