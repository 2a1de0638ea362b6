"""Events as an iCalendar file (RFC 5545), component by component. Pure functions.

https://www.rfc-editor.org/rfc/rfc5545
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Event, Timezone

from sms_catalog.events import CatalogEvent
from sms_catalog.words import status_words

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


def event_component(listed: CatalogEvent) -> bytes:
    """A VEVENT. It starts at the show, else at doors; with neither it takes the whole day.

    It has an end only where the end is known. DTSTAMP is when one of its rows last changed, so that the same catalog
    gives the same file.
    """
    event = Event()
    event.add("uid", str(listed.id))
    event.add("dtstamp", listed.revised_at.astimezone(UTC))
    _add_times(event, listed)
    event.add("summary", _summary(listed))
    event.add("status", _STATUS.get(listed.status, "CONFIRMED"))
    event.add("categories", [listed.kind])
    if (venue := listed.venue) is not None:
        place = (venue.name, venue.address, venue.town, venue.region, venue.postal_code)
        event.add("location", ", ".join(part for part in place if part))
        if venue.latitude is not None and venue.longitude is not None:
            event.add("geo", (venue.latitude, venue.longitude))
    if url := listed.event_url or listed.ticket_url:
        event.add("url", url)
    if description := _description(listed):
        event.add("description", description)
    component: bytes = event.to_ical()
    return component


def _add_times(event: Event, listed: CatalogEvent) -> None:
    begins = listed.starts_at or listed.doors_at
    if begins is None or listed.timezone is None:
        event.add("dtstart", listed.event_day)
        if listed.end_day is not None:
            event.add("dtend", listed.end_day + timedelta(days=1))
        return
    event.add("dtstart", _moment(begins, listed.timezone))
    if listed.ends_at is not None and listed.ends_at > begins:
        event.add("dtend", _moment(listed.ends_at, listed.timezone))


def _moment(instant: datetime, timezone: str) -> datetime:
    """An instant in a zone; in UTC where the clock of the zone shows that time again, for there it means the first."""
    local = instant.astimezone(ZoneInfo(timezone))
    return instant.astimezone(UTC) if local.fold else local


def _summary(listed: CatalogEvent) -> str:
    status = f"{status_words(listed.status)}: " if listed.status in _TOLD_IN_SUMMARY else ""
    return f"{status}{listed.title}"


def _description(listed: CatalogEvent) -> str:
    bill = " / ".join(act["name"] for act in listed.artists)
    parts = [
        bill if bill != listed.title else "",
        f"Tickets: {listed.ticket_url}" if listed.ticket_url else "",
        listed.description or "",
    ]
    return "\n\n".join(part for part in parts if part)
