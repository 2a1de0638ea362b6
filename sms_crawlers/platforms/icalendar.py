"""Public iCalendar feeds, Google's among them: one request, every entry with its UID, series expanded."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Set
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from icalendar import Event
from scrapy.http import Response, TextResponse

from sms_crawlers.items import RecordError, RecordSkip
from sms_crawlers.platforms.ical_text import (
    end_of,
    first_property,
    learn_timezones,
    parse_event,
    split_calendar,
    text_of_property,
)
from sms_crawlers.platforms.listing import listing_incomplete
from sms_crawlers.platforms.prose import entry_times, printed, printed_title, read_prose
from sms_crawlers.platforms.recurrence import expand
from sms_crawlers.reading import UnreadableField, absolute, clock_face, instant_to_local, status_phrase
from sms_crawlers.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

FULL_DAY = timedelta(days=1)
ENTRY_NUMBER = "X-ENTRY-NUMBER"
"""Property by which a night of an expanded series is traced to its VEVENT."""


class ICalendarSpider(SourceSpider):
    """A venue that publishes its nights as an iCalendar.

    The id is the entry's UID; for a night of a series the UID, "@" and the local day that the night has by the rule
    (so a night that was moved keeps its id), for a second start on that day with its hour. Times with a zone are told
    in the venue's; an entry of whole days has none. A series is read up to `days_ahead`, single entries without limit.
    """

    platform = "iCalendar"

    event_page: ClassVar[str | None] = None
    """The page that shows the calendar to people, where an entry has no address of its own."""
    days_ahead: ClassVar[int] = 180

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """A calendar itself; a page that shows a Google calendar, or that offers a calendar to subscribe to."""
        if page.text[:200].lstrip("\ufeff \r\n").upper().startswith("BEGIN:VCALENDAR"):
            return Recognition("the page is an iCalendar", {"start_urls": [page.url]})
        feeds = [google_feed(google) for google in google_calendars(page.text)] or subscribed_feeds(page)
        if not feeds:
            return None
        why = f"the page shows or offers the calendar {feeds[0]}"
        return Recognition(why, {"start_urls": feeds, "event_page": page.url})

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read a calendar's entries. Raises UnreadablePage for a body that is no calendar."""
        calendar = split_calendar(response.body)
        if calendar.cut_short:
            listing_incomplete(self, "the calendar is cut short")
        learn_timezones(calendar.timezones)
        by_uid: dict[str, list[tuple[Event, str]]] = {}
        for text in calendar.events:
            try:
                event = parse_event(text)
            except UnreadableField as problem:
                yield _unreadable(problem, text, response)
            else:
                by_uid.setdefault(str(first_property(event, "UID")), []).append((event, text))
        for entries in by_uid.values():
            try:
                yield from self._nights(entries, response)
            except UnreadableField as problem:
                yield _unreadable(problem, "\n".join(text for _, text in entries), response)

    def _nights(self, entries: list[tuple[Event, str]], response: Response) -> Iterator[Outcome]:
        """The nights of one UID: one, or those of a series that fall into the window."""
        if not any(name in event for event, _ in entries for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
            *superseded, (event, text) = sorted(entries, key=lambda entry: _sequence(entry[0]))
            yield from (RecordSkip(reason="superseded entry") for _ in superseded)
            yield from self._night(event, text, str(first_property(event, "UID")), response)
            return
        seen: set[str] = set()
        for occurrence, text in self._occurrences(entries):
            identity = night_id(occurrence, seen, self.timezone)
            seen.add(identity)
            yield from self._night(occurrence, text, identity, response)
        if not seen:
            yield RecordSkip(reason="series without a night ahead")

    def _occurrences(self, entries: list[tuple[Event, str]]) -> Iterator[tuple[Event, str]]:
        """The nights of a series within the window, in order, each with the text of the VEVENT that tells it."""
        for number, (event, _) in enumerate(entries):
            event[ENTRY_NUMBER] = str(number)
        last = self.today + timedelta(days=self.days_ahead)
        found = expand([event for event, _ in entries], self.today, last)
        for occurrence in sorted(found, key=lambda night: local_moment(start_of(night), self.timezone)):
            day, _ = local_moment(start_of(occurrence), self.timezone)
            if self.today <= last_day_of(occurrence, day, self.timezone) and day <= last:
                yield occurrence, entries[int(str(occurrence[ENTRY_NUMBER]))][1]

    def _night(self, event: Event, text: str, identity: str, response: Response) -> Iterator[Outcome]:
        return self.read_each([text], lambda _: self._read_night(event, text, identity, response), response)

    def _read_night(self, event: Event, text: str, identity: str, response: Response) -> Outcome:
        """Read one night. Raises UnreadableField if it has no title or its time is out of any calendar."""
        start = start_of(event)
        day, hour = local_moment(start, self.timezone)
        last_day = last_day_of(event, day, self.timezone)
        if last_day < self.today:
            return RecordSkip(reason="past day")
        title = printed_title(text_of_property(event, "SUMMARY"))
        if title.casefold() == "busy":  # Google's word for an entry that it tells nobody about
            return RecordSkip(reason="private entry")
        description = str(first_property(event, "DESCRIPTION") or "").strip() or None
        prose = read_prose(description)
        end = end_of(event, start)
        times = entry_times(hour or None, local_moment(end, self.timezone)[1] or None if end else None, prose.times)
        status = text_of_property(event, "STATUS")
        fields = {
            "source_event_id": identity,
            "source_url": page_of(event) or self.event_page,
            "title": title,
            "event_day": day.isoformat(),
            "start_time": times.show,
            "doors_time": times.doors,
            "end_time": times.end,
            "end_day": last_day.isoformat() if last_day > day else None,
            "description": description,
            "price_text": prose.price_text,
            "age_text": prose.age_text,
            "status_text": status_phrase(title) if status in (None, "CONFIRMED") else status,
            "payload": text,
        }
        return self.item(response, **(fields | self.more_of(event)))

    def more_of(self, event: Event) -> dict[str, Any]:  # noqa: ARG002 - for feeds that tell more
        """Fields of an entry, by their names in RawEventItem, that the feeds of a product tell in their own way."""
        return {}


def google_calendars(text: str) -> list[str]:
    """The ids of the Google calendars that a page embeds or links to, in their order; those of holidays are none."""
    plain = unquote(text.replace("&amp;", "&").replace("\\u0026", "&").replace("\\/", "/"))
    addresses = re.findall(r"calendar\.google\.com/calendar/[^\s\"'<>]*", plain)
    named = [name for url in addresses for name in re.findall(r"[?&](?:src|cid)=([^&#]+)|/ical/([^/]+)/", url)]
    names = [_calendar_name(embedded or linked) for embedded, linked in named]
    return [name for name in dict.fromkeys(names) if "@" in name and "#holiday@" not in name]


def _calendar_name(told: str) -> str:
    """The id of a calendar, which Google also writes in base 64."""
    try:
        return told if "@" in told else b64decode(told + "=" * (-len(told) % 4), validate=True).decode("ascii")
    except ValueError:
        return ""


def google_feed(calendar: str) -> str:
    """The address of a public Google calendar as an iCalendar."""
    return f"https://calendar.google.com/calendar/ical/{quote(calendar, safe='')}/public/basic.ics"


def subscribed_feeds(page: TextResponse) -> list[str]:
    """The whole calendars that a page offers; not the files of single events, nor those of The Events Calendar."""
    if page.selector.type != "html":
        return []
    hrefs = page.css('link[type="text/calendar"]::attr(href), a[href^="webcal:"]::attr(href)').getall()
    urls = (absolute(page, re.sub(r"^webcals?:", "https:", href.strip())) for href in hrefs)
    return list(dict.fromkeys(url for url in urls if url and not re.search(r"[?&](?:outlook-)?ical=", url)))


def local_moment(moment: date, zone: str) -> tuple[date, str]:
    """Local day and hour of a moment; "" for a whole day. A time without zone is local already."""
    if not isinstance(moment, datetime):
        return moment, ""
    if moment.tzinfo is None:
        return moment.date(), f"{moment:%H:%M}"
    return instant_to_local(moment, zone)


def last_day_of(event: Event, day: date, zone: str) -> date:
    """The last day of an entry over several days; else its day: a night that ends after midnight has no second."""
    start = start_of(event)
    end = end_of(event, start)
    if isinstance(end, datetime) and isinstance(start, datetime):
        return local_moment(end, zone)[0] if end - start >= FULL_DAY else day
    return end - FULL_DAY if end else day


def night_id(occurrence: Event, taken: Set[str], zone: str) -> str:
    """The id of a night of a series; see `ICalendarSpider`."""
    by_rule = first_property(occurrence, "RECURRENCE-ID")
    moved_with_the_rest = by_rule.params.get("RANGE") == "THISANDFUTURE"
    day, hour = local_moment(start_of(occurrence) if moved_with_the_rest else by_rule.dt, zone)
    identity = f"{first_property(occurrence, 'UID')}@{day}"
    return f"{identity}T{clock_face(hour)}" if identity in taken else identity


def page_of(event: Event) -> str | None:
    """The entry's own page on the web."""
    address = text_of_property(event, "URL")
    return address if address and address.startswith(("https://", "http://")) else None


def categories_of(event: Event) -> list[str]:
    """The names under CATEGORIES, which a VEVENT may hold once, several times or not at all."""
    value = event.get("CATEGORIES", [])
    lists = value if isinstance(value, list) else [value]
    names = (printed(str(name)) for found in lists for name in getattr(found, "cats", ()))
    return [name for name in dict.fromkeys(names) if name]


def start_of(event: Event) -> date:
    """DTSTART of a VEVENT that `parse_event` read: a datetime, or the day of an entry of whole days."""
    start: date = first_property(event, "DTSTART").dt
    return start


def _sequence(event: Event) -> int:
    value = first_property(event, "SEQUENCE")
    return value if isinstance(value, int) else 0


def _unreadable(problem: UnreadableField, text: str, response: Response) -> RecordError:
    return RecordError(field=problem.field, reason=problem.reason, record=text, url=response.url)
