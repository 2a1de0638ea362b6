"""Hours of a local clock, and the night that they belong to."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

NIGHT_ENDS = 5
"""Hour, local, at which a night is over: what starts between midnight and five belongs to the night before."""


def hour_words(instant: datetime, zone: str) -> str:
    """HH:MM of an instant on a zone's clock (IANA name), as `read_times` reads it: where the clock shows that twice,
    with its offset.
    """
    local = instant.astimezone(ZoneInfo(zone))
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return f"{local:%H:%M}"
    return local.timetz().replace(tzinfo=timezone(local.utcoffset() or timedelta(0))).isoformat(timespec="minutes")


def tonight(now: datetime) -> date:
    """The night that it is on a local clock: until five in the morning still that of the day before."""
    return (now - timedelta(hours=NIGHT_ENDS)).date()


def night_of(day: date, doors_at: datetime | None, starts_at: datetime | None, zone: str | None) -> date:
    """The night that readers count an event to: that of its first hour on a zone's clock, without one its day."""
    hours = [hour for hour in (doors_at, starts_at) if hour is not None]
    if not hours or zone is None:
        return day
    return tonight(min(hours).astimezone(ZoneInfo(zone)))
