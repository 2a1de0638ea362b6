"""The text of an iCalendar body (RFC 5545), cut into its entries, so that one broken entry cannot lose the others."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from icalendar import Event
from icalendar.prop import vBroken, vDDDTypes

from sms_crawlers.calendars.moment_lines import with_plain_moments
from sms_crawlers.errors import UnreadablePage
from sms_crawlers.reading import UnreadableField
from sms_crawlers.reading.answers import single_byte_charset
from sms_crawlers.reading.prose import printed

_LINE_END = re.compile(r"\r*\n")
_FOLD_IN_A_LETTER = re.compile(rb"\r*\n[ \t](?=[\x80-\xbf])")
"""Writers that count bytes fold in the middle of a letter: the bytes belong together before they are letters."""
_ALARM = re.compile(r"^BEGIN:VALARM[ \t\r]*\n.*?^END:VALARM[ \t\r]*(?:\n|\Z)", re.MULTILINE | re.DOTALL | re.IGNORECASE)
"""What rings on somebody's desk tells nothing of the event, and is not let break it."""
_LONG_RULE = re.compile(r"^(?:RRULE|EXRULE)[:;](?:[^\n]|\n[ \t]){5000}", re.MULTILINE | re.IGNORECASE)
"""A rule that is longer than one with every day of the year in it."""


@dataclass(slots=True)
class CalendarText:
    """A calendar's entries as they were served."""

    events: list[str] = field(default_factory=list)
    """One text a VEVENT, less its DTSTAMP: in a published calendar that is the hour of the download."""

    timezones: list[str] = field(default_factory=list)
    """One text a VTIMEZONE."""


def split_calendar(body: bytes, charset: str | None = None) -> CalendarText:
    """The VEVENTs and VTIMEZONEs of all calendars in a body; see `split_calendars`."""
    calendars = split_calendars(body, charset)
    return CalendarText(
        [text for calendar in calendars for text in calendar.events],
        [text for calendar in calendars for text in calendar.timezones],
    )


def split_calendars(body: bytes, charset: str | None = None) -> list[CalendarText]:
    """Cut each calendar of a body into its VEVENTs and VTIMEZONEs. Raises UnreadablePage for one that is no calendar.

    `charset` is what the server says of the letters; it counts where they are no UTF-8.

    Blank lines before the calendar, which themes of WordPress print, are passed over. An entry that is not closed, be
    it by the body's end, is among the events, and broken when it is read.
    """
    lines = _lines(body, charset)
    begins = next((line for line in lines if line.strip("\ufeff \t\r")), "")
    if not begins.strip("\ufeff \t\r").upper().startswith("BEGIN:VCALENDAR"):
        raise UnreadablePage(f"no iCalendar: the answer begins {' '.join(lines)[:60]!r}")
    calendars: list[list[tuple[str, list[str]]]] = []
    entries: list[tuple[str, list[str]]] = []
    is_open = False
    for line in _without_stamps(lines):
        marker = line.rstrip().upper()
        if marker.endswith("BEGIN:VCALENDAR"):
            entries, is_open = [], False
            calendars.append(entries)
        elif marker in ("BEGIN:VEVENT", "BEGIN:VTIMEZONE"):
            entries.append((marker, []))
            is_open = True
        elif marker == "END:VCALENDAR":
            is_open = False
        if is_open:
            begin, entry = entries[-1]
            entry.append(line)
            is_open = marker != begin.replace("BEGIN", "END")
    return [_of_entries(entries) for entries in calendars]


def _of_entries(entries: list[tuple[str, list[str]]]) -> CalendarText:
    calendar = CalendarText()
    for begin, entry in entries:
        kind = calendar.events if begin == "BEGIN:VEVENT" else calendar.timezones
        kind.append("\n".join(entry))
    return calendar


def _lines(body: bytes, charset: str | None) -> list[str]:
    """The lines of a body, of whatever bytes its letters are."""
    if re.match(rb"(?:\s\0)*B\0E\0G\0", body):
        body = codecs.BOM_UTF16_LE + body
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _LINE_END.split(body.decode("utf-16", "replace"))
    whole = _FOLD_IN_A_LETTER.sub(b"", body.removeprefix(codecs.BOM_UTF8)).replace(b"\0", b"")
    if b"\n" not in whole:
        whole = whole.replace(b"\r", b"\n")
    try:
        return _LINE_END.split(whole.decode("utf-8"))
    except UnicodeDecodeError:
        told = single_byte_charset(charset)
        return _LINE_END.split("\n".join(_decoded(line, told) for line in whole.split(b"\n")))


def _decoded(line: bytes, charset: str) -> str:
    """A line as UTF-8, else as `charset`, as old programs write; where it has letters of both kinds, as UTF-8."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        read = line.decode("utf-8", "replace")
        has_letters_of_utf8 = any(letter > "\x7f" and letter != "\ufffd" for letter in read)
        return read if has_letters_of_utf8 else line.decode(charset, "replace")


def _without_stamps(lines: list[str]) -> Iterator[str]:
    """The lines without the property DTSTAMP. A line that begins with white space goes on with the one before."""
    in_stamp = False
    for line in lines:
        if line[:1] not in (" ", "\t"):
            in_stamp = re.match("DTSTAMP[;:]", line, re.IGNORECASE) is not None
        if not in_stamp:
            yield line


def parse_event(text: str, zone: str, own_zones: Set[str] = frozenset()) -> Event:
    """Read one VEVENT, with a start that is a day or a time.

    `zone` (IANA) is that of the place, `own_zones` are the zones that the calendar defines. An end that cannot be read,
    or lies before the start, is left out: the text keeps it. Raises UnreadableField.
    """
    if _LONG_RULE.search(text):
        raise UnreadableField("event_day", "a repeat rule of more than 5,000 characters")
    text = _ALARM.sub("", text)
    try:
        event = Event.from_ical(with_plain_moments(text, zone, own_zones))
    except (ValueError, KeyError, IndexError) as problem:
        raise UnreadableField("title", f"the entry is broken or cut short: {problem}") from problem
    if not isinstance(event, Event):
        raise UnreadableField("title", "the entry is no VEVENT")
    for name in ("UID", "DTSTART", "RECURRENCE-ID"):
        if len(values_of(event, name)) > 1:
            raise UnreadableField("event_day", f"{len(values_of(event, name))} {name} in one entry: two run together")
    start = _moment(event, "DTSTART")
    for name in ("RECURRENCE-ID", "EXDATE", "RDATE"):
        for value in values_of(event, name):
            if isinstance(value, vBroken):
                raise UnreadableField("event_day", f"{name} {value} cannot be read")
    if end_of(event, start) is None:
        for name in ("DTEND", "DURATION"):
            event.pop(name, None)
    return event


def end_of(event: Event, start: date) -> date | None:
    """The end that a VEVENT tells, after its start and of the same type; None if it tells none."""
    try:
        end = event.end if "DTEND" in event or "DURATION" in event else None
        return end if end is not None and _follows(end, start) else None
    except (ValueError, AttributeError, TypeError, OverflowError):
        return None


def start_of(event: Event) -> date:
    """DTSTART of a VEVENT that `parse_event` read: a datetime, or the day of an entry of whole days."""
    start: date = first_property(event, "DTSTART").dt
    return start


def sequence_of(event: Event) -> int:
    """Which edition of its entry a VEVENT is; 0 where it does not say."""
    value = first_property(event, "SEQUENCE")
    return value if isinstance(value, int) else 0


def text_of_property(event: Event, name: str) -> str | None:
    """The text of a property as printed, the first where it stands several times; None if missing or empty."""
    value = first_property(event, name)
    return None if value is None else printed(str(value))


def first_property(event: Event, name: str) -> Any:
    """The value of a property, the first where it stands several times; None if missing."""
    return next(iter(values_of(event, name)), None)


def values_of(event: Event, name: str) -> list[Any]:
    """The values of a property, which a VEVENT may hold once, several times or not at all."""
    value = event.get(name, [])
    return value if isinstance(value, list) else [value]


def _moment(event: Event, name: str) -> date:
    value = first_property(event, name)
    if value is None:
        raise UnreadableField("event_day", f"the entry has no {name}")
    if not isinstance(value, vDDDTypes) or not isinstance(value.dt, date):
        raise UnreadableField("event_day", f"{name} {value} is neither a day nor a time")
    zone = value.params.get("TZID")
    if isinstance(value.dt, datetime) and value.dt.tzinfo is None and zone:
        raise UnreadableField("start_time", f"{name} is in the zone {zone!r}, which nobody knows")
    return value.dt


def _follows(end: date, start: date) -> bool:
    same_type = isinstance(end, datetime) == isinstance(start, datetime)
    return same_type and end > start
