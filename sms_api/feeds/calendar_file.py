"""Events as an iCalendar file that programs subscribe to (RFC 5545, RFC 7986). Pure."""

from __future__ import annotations

from datetime import timedelta

from icalendar import Calendar

from sms_api.feeds.feed import Feed
from sms_catalog.icalendar import END, published_component, zone_components, zones_of
from sms_text.printable import as_lines

ASK_AGAIN = timedelta(hours=1)
"""How long a program keeps the file before it asks again."""


def calendar_file(feed: Feed) -> bytes:
    """The calendar. One that does not hold all that is asked for says so in its description."""
    parts = [
        _head(feed),
        *zone_components(zones_of(feed.events)),
        *(published_component(event, feed.page_of(event), feed.revisions.get(event.id)) for event in feed.events),
        END,
    ]
    return b"".join(parts)


def _head(feed: Feed) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//live-music-calendar//feed//EN")
    calendar.add("calscale", "GREGORIAN")
    title = as_lines(feed.title)
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    if feed.next_address is not None:
        told = f"The first {len(feed.events):,} events. The next ones: {feed.next_address}"
        calendar.add("description", told)
        calendar.add("x-wr-caldesc", told)
    calendar.add("url", feed.page)
    calendar.add("source", feed.address, parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add("last-modified", feed.changed_at)
    head: bytes = calendar.to_ical()
    return head.removesuffix(END)
