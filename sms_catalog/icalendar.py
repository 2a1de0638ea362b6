"""Events as an iCalendar file (RFC 5545), component by component. Pure functions.

https://www.rfc-editor.org/rfc/rfc5545
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone

from sms_catalog.changes import Revision
from sms_catalog.events import CatalogEvent, EventVenue
from sms_catalog.words import status_words
from sms_text.printable import as_lines
from sms_text.urls import safe_url

HEAD = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//live-music-calendar//export//EN\r\nCALSCALE:GREGORIAN\r\n"
    b"NAME:Live music\r\nX-WR-CALNAME:Live music\r\n"
    b"REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\nX-PUBLISHED-TTL:PT12H\r\n"
)
END = b"END:VCALENDAR\r\n"

_PIECE_BYTES = 74
"""Of a folded line, which all but the first begin with a blank."""

_STATUS: Mapping[str, str] = {"cancelled": "CANCELLED", "postponed": "TENTATIVE", "unlisted": "TENTATIVE"}

_LONGEST = timedelta(days=1)
"""Of one performance; what ends later is several."""

_TOLD_IN_SUMMARY = frozenset({"cancelled", "postponed", "sold_out"})
"""Few calendars show STATUS."""


def zone_components(zones: Mapping[str, tuple[date, date]]) -> Iterator[bytes]:
    """A VTIMEZONE for each zone, which holds from the year of its first day to the end of that of its last."""
    for zone, (first, last) in zones.items():
        ends = date(last.year + 2, 1, 1)
        yield Timezone.from_tzid(zone, first_date=date(first.year, 1, 1), last_date=ends).to_ical()


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

    It has an end only where the end is known. A festival without hours takes its days; what else goes on for several is
    an entry on the first of them that says until when: on which days between it is on is not known.
    DTSTAMP is when one of its rows last changed, so that the same catalog gives the same file.
    """
    return _event(listed, listed.revised_at, listed.event_url or listed.ticket_url)


def published_component(listed: CatalogEvent, page: str, revision: Revision | None) -> bytes:
    """The same for those who subscribe: its address is our page of it, and it says which revision it is.

    SEQUENCE is the number of its published changes; DTSTAMP and LAST-MODIFIED are when it was last changed.
    """
    modified = listed.revised_at if revision is None else max(listed.revised_at, revision.at)
    number = revision.number if revision else 0
    return _event(listed, modified, page, sequence=str(number), last_modified=_utc(modified))


def _event(
    listed: CatalogEvent, stamp: datetime, url: str | None, *, sequence: str = "", last_modified: str = ""
) -> bytes:
    """The lines as the library icalendar writes them, in its order: an event takes it twenty times as long, and a
    week has hundreds.
    """
    description = _description(listed)
    lines = [
        "BEGIN:VEVENT",
        _text("SUMMARY", _summary(listed)),
        *_times(listed),
        f"DTSTAMP:{_utc(stamp)}",
        _text("UID", str(listed.id)),
        sequence and f"SEQUENCE:{sequence}",
        _text("CATEGORIES", listed.kind),
        description and _text("DESCRIPTION", description),
        *_geo(listed.venue),
        last_modified and f"LAST-MODIFIED:{last_modified}",
        listed.venue and _text("LOCATION", _location(listed.venue)),
        f"STATUS:{_STATUS.get(listed.status, 'CONFIRMED')}",
        f"URL:{safe}" if (safe := safe_url(url)) else "",
        "END:VEVENT",
    ]
    return b"".join([_folded(line) for line in lines if line])


def _times(listed: CatalogEvent) -> Iterator[str]:
    begins = listed.starts_at or listed.doors_at
    if begins is None or listed.timezone is None:
        yield f"DTSTART;VALUE=DATE:{_day(listed.event_day)}"
        if listed.end_day is not None and listed.kind == "festival":
            yield f"DTEND;VALUE=DATE:{_day(listed.end_day + timedelta(days=1))}"
        return
    yield f"DTSTART{_moment(begins, listed.timezone)}"
    if listed.ends_at is not None and begins < listed.ends_at <= begins + _LONGEST:
        yield f"DTEND{_moment(listed.ends_at, listed.timezone)}"


def _moment(instant: datetime, timezone: str) -> str:
    """An instant in a zone; in UTC where the clock of the zone shows that time again, for there it means the first."""
    zone = ZoneInfo(timezone)
    local = instant.astimezone(zone)
    if local.fold or timezone == "UTC":
        return f":{_utc(instant)}"
    return f";TZID={timezone}:{_day(local)}T{local.hour:02}{local.minute:02}{local.second:02}"


def _utc(instant: datetime) -> str:
    moment = instant.astimezone(UTC)
    return f"{_day(moment)}T{moment.hour:02}{moment.minute:02}{moment.second:02}Z"


def _day(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _text(name: str, value: str) -> str:
    """A property of the type TEXT (RFC 5545, 3.3.11)."""
    return f"{name}:{value.translate(_ESCAPED)}"


_ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


def _geo(venue: EventVenue | None) -> Iterator[str]:
    if venue is not None and venue.latitude is not None and venue.longitude is not None:
        yield f"GEO:{venue.latitude};{venue.longitude}"


def _location(venue: EventVenue) -> str:
    place = (venue.name, venue.address, venue.town, venue.region, venue.postal_code)
    return as_lines(", ".join(part for part in place if part))


def _folded(line: str) -> bytes:
    """A content line in pieces of at most 75 bytes, cut between characters, and not behind the sign of an escape."""
    text = line.encode()
    if len(text) <= _PIECE_BYTES:
        return text + b"\r\n"
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


def _summary(listed: CatalogEvent) -> str:
    status = f"{status_words(listed.status)}: " if listed.status in _TOLD_IN_SUMMARY else ""
    return f"{status}{as_lines(listed.title)}"


def _description(listed: CatalogEvent) -> str:
    bill = " / ".join(act["name"] for act in listed.artists)
    parts = [
        f"Until {listed.end_day:%A} {listed.end_day.day} {listed.end_day:%B %Y}" if listed.end_day else "",
        bill if bill != listed.title else "",
        f"Tickets: {url}" if (url := safe_url(listed.ticket_url)) else "",
        listed.description or "",
    ]
    return as_lines("\n\n".join(part for part in parts if part))
