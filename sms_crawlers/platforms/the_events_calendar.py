"""Calendars kept with the WordPress plug-in The Events Calendar, by the iCalendar that it exports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import scrapy
from icalendar import Event
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure
from w3lib.url import add_or_replace_parameter

from sms_crawlers.calendars.ical_text import first_property, split_calendar, text_of_property
from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.icalendar import ICalendarSpider, categories_of
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.places import is_at, read_place
from sms_crawlers.runs.listing import listing_incomplete, rest_failed
from sms_crawlers.scouting.recognition import Recognition

EXPORT = "/?post_type=tribe_events&ical=1&eventDisplay=list"
FULL_PAGE = 30
"""How many entries the plug-in exports at a time. A site may raise that, so a page of more may be full, too."""
MAX_PAGES = 20


class TheEventsCalendarSpider(ICalendarSpider):
    """A WordPress site with the plug-in The Events Calendar (https://theeventscalendar.com).

    How to know it: classes that begin with `tribe-events`, a link of the type text/calendar whose address has `ical=1`.

    Set, besides what every spider sets: `start_urls`, the export (the site's address with
    `/?post_type=tribe_events&ical=1&eventDisplay=list`), and `event_page`, the calendar for people.

    The export lists what is to come in order, 30 entries a page; the next one is asked for with WordPress's own
    `paged`. A site that has no next page where a page is full, or that sends the first page again, makes the listing
    incomplete. The UID names the post and its hours. LOCATION is the row's own room; one at the house's number and
    street is the house, whichever of its halls. CATEGORIES are the genres, ATTACH is the picture.
    """

    platform = "The Events Calendar"
    complete_listing = True

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By the link to its export, or by its classes."""
        markup = as_html(page)
        links = markup.css('link[rel="alternate"][type="text/calendar"]::attr(href), a::attr(href)').getall()
        export = next((link for link in links if re.search(r"[?&](?:outlook-)?ical=1\b", link)), None)
        styled = markup.css('[class*="tribe-events"], [id^="tribe-events"]')
        if not styled and (export is None or not markup.css('[href*="/plugins/the-events-calendar/"]')):
            return None
        why = "classes tribe-events" if styled else f"a link to {export}, and the plug-in's styles"
        return Recognition(why, {"start_urls": [urljoin(page.url, EXPORT)], "event_page": page.url})

    def parse(self, response: Response, page: int = 1, first_uid: str | None = None) -> Iterator[Any]:
        """Read a page of the export, then ask for the next one if this one is full.

        `first_uid` is that of the first page. Raises UnreadablePage where the first page is no calendar.
        """
        try:
            entries = split_calendar(response.body).events
        except UnreadablePage as problem:
            if page == 1:
                raise
            listing_incomplete(self, f"page {page} of the export: {problem.reason}")
            return
        uid = _uid(entries[0]) if entries else None
        if page > 1 and uid == first_uid and entries:
            listing_incomplete(self, "the export has no second page: the first one came again")
            return
        yield from super().parse(response)
        if len(entries) < FULL_PAGE:
            return
        if page == MAX_PAGES:
            listing_incomplete(self, f"more than {MAX_PAGES} pages")
            return
        yield scrapy.Request(
            add_or_replace_parameter(response.url, "paged", str(page + 1)),
            callback=self.parse,
            errback=self.next_page_refused,
            cb_kwargs={"page": page + 1, "first_uid": first_uid or uid},
        )

    def next_page_refused(self, failure: Failure) -> None:
        """Be content with the pages that were read; what the others list is not gone."""
        rest_failed(self, "a full page of the export was read", failure)

    def more_of(self, event: Event) -> dict[str, Any]:
        """The room, the genres and the picture of an entry."""
        place = read_place(text_of_property(event, "LOCATION"))
        room = {} if is_at(place, self.facts) else place.fields()
        return room | {"genres": categories_of(event), "image_url": _image(event)}


def _image(event: Event) -> str | None:
    attached = first_property(event, "ATTACH")
    if attached is None or not str(getattr(attached, "params", {}).get("FMTTYPE", "image/")).startswith("image/"):
        return None
    address = str(attached)
    return address if re.match(r"https?://[^/\s]+\S*$", address) else None


def _uid(entry: str) -> str | None:
    found = re.search(r"^UID[:;].*$", entry, re.MULTILINE | re.IGNORECASE)
    return found.group() if found else None
