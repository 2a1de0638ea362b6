"""An event in a few lines, for readers of feeds. Pure functions."""

from __future__ import annotations

from sms_catalog.events import CatalogEvent
from sms_catalog.records import event_record
from sms_catalog.words import age_words, bill_words, day_words, price_words, status_words
from sms_text.local_hours import hour_words
from sms_text.printable import as_lines
from sms_text.urls import safe_url


def headline(event: CatalogEvent) -> str:
    """The title on one line, behind what became of the event."""
    status = status_words(event.status)
    return " ".join(as_lines(f"{status}: {event.title}" if status else event.title).split())


def when_and_where(event: CatalogEvent) -> str:
    """ "Fri 20 Nov 2026, 20:00, doors 19:00 · Neumos, 925 E Pike St"."""
    hours = [
        f"{called}{hour_words(instant, event.timezone)}"
        for called, instant in (("", event.starts_at), ("doors ", event.doors_at))
        if instant is not None and event.timezone is not None
    ]
    last = [f"until {day_words(event.end_day)}"] if event.end_day and event.end_day > event.event_day else []
    when = ", ".join([day_words(event.event_day), *last, *hours])
    venue = event.venue
    return f"{when} · {', '.join(filter(None, (venue.name, venue.address)))}" if venue else when


def in_full(event: CatalogEvent) -> str:
    """All that a reader wants to know of an event, as plain text: an empty line between its parts."""
    record = event_record(event)
    terms = [price_words(record), age_words(event.min_age)]
    tickets = safe_url(event.ticket_url)
    bill = bill_words(record)
    parts = [
        when_and_where(event),
        bill if bill != event.title else "",
        " · ".join(filter(None, terms)),
        f"Tickets: {tickets}" if tickets else "",
        event.description or "",
    ]
    return as_lines("\n\n".join(filter(None, parts)))
