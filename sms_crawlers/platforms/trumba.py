"""Calendars published by Trumba, by their iCalendar."""

from __future__ import annotations

import re
from typing import Any

from icalendar import Event
from scrapy.http import TextResponse

from sms_crawlers.calendars.ical_text import text_of_property
from sms_crawlers.platforms.icalendar import ICalendarSpider, categories_of
from sms_crawlers.reading.places import is_at, read_place
from sms_crawlers.reading.prose import plain_lines, printed
from sms_crawlers.scouting.recognition import Recognition

_CALENDAR = re.compile(
    r"""\bwebName["']?\s*:\s*["'](?P<called>[\w-]+)["']|\btrumba\.com/calendars/(?P<linked>[\w-]+)"""
)


class TrumbaSpider(ICalendarSpider):
    """A calendar that Trumba (https://www.trumba.com) publishes for a college or a town.

    How to know it: the script `trumba.com/scripts/spuds.js` in the page, and in a call to it the calendar's `webName`.

    Set, besides what every spider sets: `start_urls`, `https://www.trumba.com/calendars/<webName>.ics`, and
    `event_page`, the calendar for people.

    LOCATION is the row's own room and may be markup. X-TRUMBA-LINK is the event's page. The calendar's own fields are
    X-TRUMBA-CUSTOMFIELD with a NAME, of which "Cost" is the price; all of them are in the payload.
    """

    platform = "Trumba"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By the calendar's name in a script or an address."""
        found = _CALENDAR.search(page.text) if "trumba.com" in page.text else None
        if found is None:
            return None
        feed = f"https://www.trumba.com/calendars/{found['called'] or found['linked']}.ics"
        return Recognition(f"{found.group()} in the page", {"start_urls": [feed], "event_page": page.url})

    def more_of(self, event: Event) -> dict[str, Any]:
        """The room, the genres, the page and the price of an entry."""
        place = read_place(plain_lines(text_of_property(event, "LOCATION") or ""))
        more: dict[str, Any] = {} if is_at(place, self.facts) else place.fields()
        link = text_of_property(event, "X-TRUMBA-LINK")
        if link and link.startswith(("https://", "http://")):
            more["source_url"] = link
        if cost := printed(_custom_field(event, "Cost")):
            more["price_text"] = cost
        return more | {"genres": categories_of(event)}


def _custom_field(event: Event, name: str) -> str | None:
    """The value of the calendar's own field of that name."""
    fields = event.get("X-TRUMBA-CUSTOMFIELD", [])
    for field in fields if isinstance(fields, list) else [fields]:
        if str(field.params.get("NAME", "")).casefold() == name.casefold():
            return str(field).replace("\\,", ",").replace("\\;", ";")
    return None
