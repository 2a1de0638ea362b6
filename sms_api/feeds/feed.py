"""What every form of an answer is made from. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sms_api.pages.addresses import event_path
from sms_catalog.changes import Revision
from sms_catalog.events import CatalogEvent
from sms_catalog.news import News


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Events, or the news of them, as one document."""

    title: str
    identity: str
    """The same for as long as the same is asked for, whatever things are called."""
    site: str
    """Address of the server, without a slash at its end."""
    page: str
    """The whole address of the page that says the same."""
    address: str
    """The whole address of this document."""
    changed_at: datetime
    """When the last change was made that this document could tell of."""
    next_address: str | None = None
    """Of the document with the events after these; None where these are the last."""
    events: Sequence[CatalogEvent] = ()
    revisions: Mapping[uuid.UUID, Revision] = field(default_factory=dict)
    """Of those that have changed since they were built first."""
    news: Sequence[News] = ()
    """The newest first; of a form that tells what has changed, instead of events."""

    def event_page(self, event_id: uuid.UUID, day: date, title: str) -> str:
        """The whole address of an event's page."""
        return f"{self.site}{event_path(event_id, day, title)}"

    def page_of(self, event: CatalogEvent) -> str:
        """The same of an event."""
        return self.event_page(event.id, event.event_day, event.title)

    def modified_at(self, event: CatalogEvent) -> datetime:
        """When one of its rows, or what readers see of it, last changed."""
        revision = self.revisions.get(event.id)
        return event.revised_at if revision is None else max(event.revised_at, revision.at)
