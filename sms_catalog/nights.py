"""The night that an event belongs to, and the night that it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sms_text.local_hours import NIGHT_ENDS


def tonight(now: datetime) -> date:
    """The night that it is: until five in the morning still that of the day before."""
    return (now - timedelta(hours=NIGHT_ENDS)).date()


def night_of(row: Mapping[str, Any]) -> date:
    """The night that an event belongs to, by its first hour; by its day where it tells no hour."""
    first = min((row[name] for name in ("doors_at", "starts_at") if row[name] is not None), default=None)
    if first is None or row["timezone"] is None:
        day: date = row["event_day"]
        return day
    return tonight(first.astimezone(ZoneInfo(row["timezone"])))
