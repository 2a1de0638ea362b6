"""When a show became what it is, and what it was before. Pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sms_api.pages.views.wording import day_name, short_day
from sms_catalog.explanations import Explanation


def known_since(explanation: Explanation, today: date) -> str | None:
    """The day on which it became known what the status says, where the catalog knows that."""
    event = explanation.event
    if event.status == "scheduled":
        return None
    if event.status == "unlisted":
        seen = [row.unlisted_at for row in explanation.rows if row.unlisted_at]
        return short_day(max(seen).date(), today) if seen else None
    for record in explanation.audit:
        change = record.diff.get("status")
        if record.change == "update" and change and change[1] == event.status:
            return short_day(record.recorded_at.date(), today)
    return None


def moved_from(explanation: Explanation, room: str | None, today: date) -> str | None:
    """The room, day and hour that a moved show had before, so far as the catalog knows them."""
    former = former_start(explanation)
    if isinstance(former, datetime):
        local = former.astimezone(ZoneInfo(explanation.event.timezone or "UTC"))
        when: str | None = f"{day_name(local.date(), today)}, {local:%H:%M}"
    else:
        when = None if former is None else day_name(former, today)
    return ", ".join(part for part in (room, when) if part) or None


def former_start(explanation: Explanation) -> date | datetime | None:
    """When a moved show was to begin before: an instant, or a day where no hour was known."""
    diff = _move(explanation, ("event_day", "starts_at"))
    if diff.get("starts_at", [None])[0]:
        return datetime.fromisoformat(diff["starts_at"][0])
    return date.fromisoformat(diff["event_day"][0]) if "event_day" in diff else None


def former_venue(explanation: Explanation) -> uuid.UUID | None:
    """The room in which a moved show was to be before."""
    before = _move(explanation, ("venue_id",)).get("venue_id", [None])[0]
    return uuid.UUID(before) if before else None


def _move(explanation: Explanation, fields: Sequence[str]) -> Mapping[str, Any]:
    """What the latest change of any of these fields of a moved show was: field -> [before, after]."""
    if explanation.event.status != "rescheduled":
        return {}
    changes = (record.diff for record in explanation.audit if record.change == "update")
    return next((diff for diff in changes if any(field in diff for field in fields)), {})
