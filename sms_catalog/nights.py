"""The night that an event belongs to, and the night that it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sms_catalog.events import CatalogEvent
from sms_text.local_hours import NIGHT_ENDS


def tonight(now: datetime) -> date:
    """The night that it is: until five in the morning still that of the day before."""
    return (now - timedelta(hours=NIGHT_ENDS)).date()


def night_of(event: CatalogEvent) -> date:
    """The night that an event belongs to, by its first hour; by its day where it tells no hour."""
    first = min((hour for hour in (event.doors_at, event.starts_at) if hour is not None), default=None)
    if first is None or event.timezone is None:
        return event.event_day
    return tonight(first.astimezone(ZoneInfo(event.timezone)))
