"""Reports of readers: the only thing that readers write. A report changes nothing that anybody sees."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, text

REPORTED_ENTITIES = ("event", "venue", "artist")

REPORT_STATES = ("received", "done", "declined")
"""done: a curator has put right what was wrong. declined: nothing was changed."""

OTHER = "other"
"""The field of a report that is of no single value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """A report to be kept; its fields are those of `sms_database.models.reports.Report`."""

    at: datetime
    entity: str
    entity_id: uuid.UUID
    city: str | None
    field: str
    shown: str | None
    said: str
    link: str | None


_KEEP = """
INSERT INTO reports (at, entity, entity_id, city, field, shown, said, link)
VALUES (:at, :entity, :entity_id, :city, :field, :shown, :said, :link)
ON CONFLICT (entity_id, field, md5(said)) WHERE state = 'received' DO NOTHING
"""

_CLOSE = """
UPDATE reports SET state = :state, reason = :reason, closed_at = :at, closed_by = :author
WHERE id = ANY(:ids) AND state = 'received' RETURNING id
"""


def keep_report(connection: Connection, report: NewReport) -> None:
    """Keep a report; one that says what an open one says already is not kept twice, as after a second click."""
    connection.execute(text(_KEEP), asdict(report))


def close_reports(
    connection: Connection, ids: Collection[int], *, state: str, reason: str | None, author: str, at: datetime
) -> list[int]:
    """Close those of these reports that are open; returns which were."""
    closing = {"ids": list(ids), "state": state, "reason": reason, "author": author, "at": at}
    return sorted(connection.scalars(text(_CLOSE), closing))
