"""Events as an iCalendar file (RFC 5545), component by component. Pure functions.

https://www.rfc-editor.org/rfc/rfc5545
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Component, Event, Timezone

from sms_catalog.changes import Revision
from sms_catalog.events import CatalogEvent
from sms_catalog.words import status_words
from sms_text.printable import as_lines
from sms_text.urls import safe_url

HEAD = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//live-music-calendar//export//EN\r\nCALSCALE:GREGORIAN\r\n"
END = b"END:VCALENDAR\r\n"

_PIECE_BYTES = 74
"""Of a folded line, which all but the first begin with a blank."""

_STATUS: Mapping[str, str] = {"cancelled": "CANCELLED", "postponed": "TENTATIVE", "unlisted": "TENTATIVE"}

_TOLD_IN_SUMMARY = frozenset({"cancelled", "postponed", "sold_out"})
"""Few calendars show STATUS."""


def zone_components(zones: Mapping[str, tuple[date, date]]) -> Iterator[bytes]:
    """A VTIMEZONE for each zone, which holds from the year of its first day to the end of that of its last."""
    for zone, (first, last) in zones.items():
        ends = date(last.year + 2, 1, 1)
        yield file_lines(Timezone.from_tzid(zone, first_date=date(first.year, 1, 1), last_date=ends))


def zones_of(events: Iterable[CatalogEvent]) -> dict[str, tuple[date, date]]:
    """The time zones of events, by name, with the first and the last day on which each is used."""
    days: dict[str, tuple[date, date]] = {}
    for event in events:
        if event.timezone is not None:
            last = event.end_day or event.event_day
            first_known, last_known = days.get(event.timezone, (event.event_day, last))
            days[event.timezone] = (min(first_known, event.event_day), max(last_known, last))
    return dict(sorted(days.items()))


def event_component(listed: CatalogEvent) -> bytes:
    """A VEVENT. It starts at the show, else at doors; with neither it takes the whole day.

    It has an end only where the end is known. DTSTAMP is when one of its rows last changed, so that the same catalog
    gives the same file.
    """
    return file_lines(_event(listed, listed.revised_at, listed.event_url or listed.ticket_url))


def published_component(listed: CatalogEvent, page: str, revision: Revision | None) -> bytes:
    """The same for those who subscribe: its address is our page of it, and it says which revision it is.

    SEQUENCE is the number of its published changes; DTSTAMP and LAST-MODIFIED are when it was last changed.
    """
    modified = listed.revised_at if revision is None else max(listed.revised_at, revision.at)
    event = _event(listed, modified, page)
    event.add("sequence", revision.number if revision else 0)
    event.add("last-modified", modified.astimezone(UTC))
    return file_lines(event)


def file_lines(component: Component) -> bytes:
    """A component as it stands in a file, to the byte what its `to_ical` gives, which folds character by character and
    takes twice as long for it.
    """
    return b"".join([_folded(line) for line in component.content_lines() if line])


def _folded(line: str) -> bytes:
    """A content line in pieces of at most 75 bytes, cut between characters, and not behind the sign of an escape."""
    text = line.encode()
    begin, pieces = 0, []
    while len(text) - begin > _PIECE_BYTES:
        end = begin + _PIECE_BYTES
        while text[end] & 0xC0 == 0x80:
            end -= 1
        if text[end - 1] in b"\\^":
            end -= 1
        pieces.append(text[begin:end])
        begin = end
    return b"\r\n ".join([*pieces, text[begin:]]) + b"\r\n"


def _event(listed: CatalogEvent, stamp: datetime, url: str | None) -> Event:
    event = Event()
    event.add("uid", str(listed.id))
    event.add("dtstamp", stamp.astimezone(UTC))
    _add_times(event, listed)
    event.add("summary", _summary(listed))
    event.add("status", _STATUS.get(listed.status, "CONFIRMED"))
    event.add("categories", [listed.kind])
    if (venue := listed.venue) is not None:
        place = (venue.name, venue.address, venue.town, venue.region, venue.postal_code)
        event.add("location", as_lines(", ".join(part for part in place if part)))
        if venue.latitude is not None and venue.longitude is not None:
            event.add("geo", (venue.latitude, venue.longitude))
    if (safe := safe_url(url)) is not None:
        event.add("url", safe)
    if description := _description(listed):
        event.add("description", description)
    return event


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
    return f"{status}{as_lines(listed.title)}"


def _description(listed: CatalogEvent) -> str:
    bill = " / ".join(act["name"] for act in listed.artists)
    parts = [
        bill if bill != listed.title else "",
        f"Tickets: {url}" if (url := safe_url(listed.ticket_url)) else "",
        listed.description or "",
    ]
    return as_lines("\n\n".join(part for part in parts if part))
