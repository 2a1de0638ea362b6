"""Events as an iCalendar file (RFC 5545), component by component. Pure functions.

https://www.rfc-editor.org/rfc/rfc5545
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Event, Timezone

HEAD = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//live-music-calendar//export//EN\r\nCALSCALE:GREGORIAN\r\n"
END = b"END:VCALENDAR\r\n"

_STATUS: Mapping[str, str] = {"cancelled": "CANCELLED", "postponed": "TENTATIVE", "unlisted": "TENTATIVE"}

_TOLD_IN_SUMMARY = frozenset({"cancelled", "postponed", "sold_out"})
"""Few calendars show STATUS."""


def zone_components(zones: Mapping[str, tuple[date, date]]) -> Iterator[bytes]:
    """A VTIMEZONE for each zone, which holds from the year of its first day to the end of that of its last."""
    for zone, (first, last) in zones.items():
        ends = date(last.year + 2, 1, 1)
        yield Timezone.from_tzid(zone, first_date=date(first.year, 1, 1), last_date=ends).to_ical()


def event_component(row: Mapping[str, Any]) -> bytes:
    """A VEVENT. It starts at the show, else at doors; with neither it takes the whole day.

    It has an end only where the end is known. DTSTAMP is when one of its rows last changed, so that the same catalog
    gives the same file.
    """
    event = Event()
    event.add("uid", str(row["id"]))
    event.add("dtstamp", row["revised_at"].astimezone(UTC))
    _add_times(event, row)
    event.add("summary", _summary(row))
    event.add("status", _STATUS.get(row["status"], "CONFIRMED"))
    event.add("categories", [row["kind"]])
    if row["venue_id"] is not None:
        place = (row["venue_name"], row["address"], row["town"], row["region"], row["postal_code"])
        event.add("location", ", ".join(part for part in place if part))
        if row["latitude"] is not None and row["longitude"] is not None:
            event.add("geo", (row["latitude"], row["longitude"]))
    if url := row["event_url"] or row["ticket_url"]:
        event.add("url", url)
    if description := _description(row):
        event.add("description", description)
    component: bytes = event.to_ical()
    return component


def _add_times(event: Event, row: Mapping[str, Any]) -> None:
    begins = row["starts_at"] or row["doors_at"]
    if begins is None or row["timezone"] is None:
        event.add("dtstart", row["event_day"])
        if row["end_day"] is not None:
            event.add("dtend", row["end_day"] + timedelta(days=1))
        return
    event.add("dtstart", _moment(begins, row["timezone"]))
    if row["ends_at"] is not None and row["ends_at"] > begins:
        event.add("dtend", _moment(row["ends_at"], row["timezone"]))


def _moment(instant: datetime, timezone: str) -> datetime:
    """An instant in a zone; in UTC where the clock of the zone shows that time again, for there it means the first."""
    local = instant.astimezone(ZoneInfo(timezone))
    return instant.astimezone(UTC) if local.fold else local


def _summary(row: Mapping[str, Any]) -> str:
    title: str = row["title"]
    return f"{row['status'].replace('_', ' ').upper()}: {title}" if row["status"] in _TOLD_IN_SUMMARY else title


def _description(row: Mapping[str, Any]) -> str:
    bill = " / ".join(act["name"] for act in row["artists"] or [])
    parts = [
        bill if bill != row["title"] else "",
        f"Tickets: {row['ticket_url']}" if row["ticket_url"] else "",
        row["description"] or "",
    ]
    return "\n\n".join(part for part in parts if part)
