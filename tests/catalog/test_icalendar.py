"""The lines of an event in an iCalendar file are those that the library icalendar writes."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Component, Event

from sms_catalog.changes import Revision
from sms_catalog.events import CatalogEvent, EventVenue
from sms_catalog.icalendar import event_component, published_component
from tests.catalog.catalog_events import catalog_event

PAGE = "https://calendar.example/events/2026-11-20-ivory-0123456789ab"
MODIFIED = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)

_TEXTS = st.text(alphabet='ab;:,"^é力😀\\ \n\r\x85\x07', max_size=200).filter(lambda text: r"\N" not in text)
"""The library takes "\\N" in a text for a line end."""

_HOURS = st.integers(0, 240 * 24 * 3_600).map(lambda seconds: datetime(2026, 3, 7, tzinfo=UTC) + timedelta(0, seconds))
_KINDS = st.sampled_from(["show", "festival"])
_ZONES = st.sampled_from(["America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])


@st.composite
def listed(draw: Any) -> CatalogEvent:
    day = draw(st.dates(date(2026, 3, 7), date(2026, 11, 3)))
    venue = EventVenue(
        id=uuid.UUID(int=1), key=None, name=draw(_TEXTS), slug="x", address=draw(st.none() | _TEXTS),
        town=draw(st.none() | _TEXTS), region="WA", postal_code=None,
        latitude=draw(st.none() | st.floats(-90, 90)), longitude=draw(st.none() | st.floats(-180, 180)),
        timezone=None, neighborhood=None, capacity=None,
    )  # fmt: skip
    return replace(
        catalog_event(day, draw(_TEXTS), draw(st.lists(_TEXTS, max_size=3)), kind=draw(_KINDS), revised_at=MODIFIED),
        venue=draw(st.sampled_from([None, venue])),
        status=draw(st.sampled_from(["scheduled", "cancelled", "sold_out", "postponed", "unlisted"])),
        timezone=draw(st.none() | _ZONES),
        starts_at=draw(st.none() | _HOURS),
        doors_at=draw(st.none() | _HOURS),
        ends_at=draw(st.none() | _HOURS),
        end_day=draw(st.sampled_from([None, day + timedelta(days=2)])),
        description=draw(st.none() | _TEXTS),
        ticket_url=draw(st.sampled_from([None, "https://tickets.example/a;b,c?d=" + "e" * 90])),
    )


@given(event=listed(), number=st.integers(0, 300))
def test_lines_are_those_of_the_library(event: CatalogEvent, number: int) -> None:
    lines = published_component(event, PAGE, Revision(number, MODIFIED + timedelta(days=1)))
    assert lines == written_again(lines, event, modified=MODIFIED + timedelta(days=1)).to_ical()
    assert event_component(event).count(b"BEGIN:VEVENT") == 1


def written_again(lines: bytes, event: CatalogEvent, modified: datetime) -> Component:
    """The event as the library writes it, from its values; of texts from what it reads in our lines."""
    read = Event.from_ical(lines)
    assert ("summary" in read, "location" in read) == (True, event.venue is not None)
    written = Event()
    for name in ("uid", "summary", "status", "location", "description", "url", "sequence", "categories"):
        if name in read:
            written.add(name, read[name])
    begins = event.starts_at or event.doors_at
    if begins is None or event.timezone is None:
        written.add("dtstart", event.event_day)
        if event.end_day is not None and event.kind == "festival":
            written.add("dtend", event.end_day + timedelta(days=1))
    else:
        written.add("dtstart", on_the_clock(begins, event.timezone))
        if event.ends_at is not None and begins < event.ends_at <= begins + timedelta(days=1):
            written.add("dtend", on_the_clock(event.ends_at, event.timezone))
    if event.venue and event.venue.latitude is not None and event.venue.longitude is not None:
        written.add("geo", (event.venue.latitude, event.venue.longitude))
    written.add("dtstamp", modified)
    written.add("last-modified", modified)
    return written


def on_the_clock(instant: datetime, zone: str) -> datetime:
    """In UTC where the clock shows that time a second time."""
    local = instant.astimezone(ZoneInfo(zone))
    return instant if local.fold else local


def test_what_is_said_is_read_back() -> None:
    said = 'A;B, \\New\\ "C"\r\nD é力😀' * 9
    event = catalog_event(date(2026, 11, 20), said, ["Ivory"], kind="show", revised_at=MODIFIED, status="cancelled")
    read = Event.from_ical(event_component(event))
    assert read["summary"] == f"CANCELLED: {said}".replace("\r\n", "\n")
    assert read["categories"].to_ical() == b"show"
