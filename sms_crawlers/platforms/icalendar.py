"""Public iCalendar feeds, Google's among them: one request, every entry with its UID, series expanded."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Set
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from icalendar import Event
from scrapy.http import Response, TextResponse

from sms_crawlers.calendars.ical_text import (
    end_of,
    first_property,
    parse_event,
    split_calendars,
    start_of,
    text_of_property,
)
from sms_crawlers.calendars.recurrence import Expansion, expand
from sms_crawlers.calendars.same_uid import has_rules, series_of_uid
from sms_crawlers.calendars.step_budget import BudgetSpent, StepBudget
from sms_crawlers.calendars.whole_days import without_midnights
from sms_crawlers.calendars.zones import zones_defined, zones_of_calendar
from sms_crawlers.items import RecordError, RecordSkip
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    clock_face,
    doors_and_show,
    instant_to_local,
    slug,
    status_phrase,
)
from sms_crawlers.reading.answers import charset_told
from sms_crawlers.reading.online import is_online_place, is_online_title
from sms_crawlers.reading.prose import entry_times, printed, printed_title, read_prose
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

FULL_DAY = timedelta(days=1)
STEPS_A_CALENDAR = 5_000_000
"""What the series and zones of one calendar may take: 960 weekly series, or 25,000 nights, some 10 seconds."""
_NO_UIDS = frozenset(("undefined", "null", "none", "nil", "false", "0", "uid", "@", "nan"))
"""What programs write where they have no UID."""
CHARACTERS_A_STEP = 10
CHARACTERS_A_SERIES = 5_000_000
"""Each night of a series is read and stored with the text of its entry: so much for 180 nights of 27,000 each."""


class ICalendarSpider(SourceSpider):
    """A venue that publishes its nights as an iCalendar.

    The id is the entry's UID, where it has none its day and title; for one of several nights of a UID the UID, "@" and
    the local day, of a series that which the night has by the rule (so a night that was moved keeps its id), for a
    second start on that day with its hour. Times with a zone are told
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
        steps = StepBudget(STEPS_A_CALENDAR)
        by_uid: dict[str, list[tuple[Event, str]]] = {}
        broken: list[tuple[UnreadableField, str]] = []
        for calendar in split_calendars(response.body, charset_told(response)):
            defined = zones_defined(calendar)
            with zones_of_calendar(calendar, steps):
                for text in calendar.events:
                    try:
                        event = parse_event(text, self.timezone, defined)
                        without_midnights(event, self.timezone)
                        by_uid.setdefault(self.uid_of(event), []).append((event, text))
                    except UnreadableField as problem:
                        broken.append((problem, text))
        yield from (_unreadable(problem, text, response) for problem, text in broken)
        is_told = False
        for uid, entries in by_uid.items():
            try:
                yield from self._nights(uid, entries, steps, response)
            except BudgetSpent as spent:
                if not is_told:
                    listing_incomplete(self, f"the calendar's series take {spent} to expand, the rest is not read")
                is_told = True
                yield RecordSkip(reason="series beyond the calendar's budget of steps")

    def uid_of(self, event: Event) -> str:
        """The UID of an entry; where it has none, its day and title."""
        uid = text_of_property(event, "UID")
        if uid and uid.casefold() not in _NO_UIDS:
            return str(first_property(event, "UID"))
        day, _ = local_moment(start_of(event), self.timezone)
        return f"{day}-{slug(text_of_property(event, 'SUMMARY') or '')}"

    def _nights(
        self, uid: str, entries: list[tuple[Event, str]], steps: StepBudget, response: Response
    ) -> Iterator[Outcome]:
        """The nights of one UID: one, several, or those of series that fall into the window."""
        series, replaced = series_of_uid(entries, self.timezone)
        yield from (RecordSkip(reason="superseded entry") for _ in range(replaced))
        if len(series) == 1 and not has_rules(series[0]):
            [(event, text)] = series[0]
            yield from self._night(event, text, uid, response)
            return
        seen: set[str] = set()
        left_out: list[date] = []
        for one in series:
            try:
                for occurrence, text in self._nights_of(one, left_out, steps):
                    identity = night_id(uid, occurrence, seen, self.timezone)
                    seen.add(identity)
                    yield from self._night(occurrence, text, identity, response)
            except UnreadableField as problem:
                yield _unreadable(problem, "\n".join(text for _, text in one), response)
        for identity in ids_left_out(uid, left_out, seen, self.timezone):
            yield RecordSkip(reason="left out of its series", source_event_id=identity)
        if not seen:
            yield RecordSkip(reason="series without a night ahead")

    def _nights_of(
        self, series: list[tuple[Event, str]], left_out: list[date], steps: StepBudget
    ) -> Iterator[tuple[Event, str]]:
        """The nights ahead of one series, or a single night; `left_out` takes the starts that it leaves out."""
        if not has_rules(series):
            yield from series
            return
        last = self.today + timedelta(days=self.days_ahead)
        expansion = expand([event for event, _ in series], self.today, last, steps)
        days = [(start, local_moment(start, self.timezone)[0]) for start in expansion.left_out]
        left_out += [start for start, day in days if self.today <= day <= last]
        yield from self._occurrences(series, expansion, last, steps)

    def _occurrences(
        self, entries: list[tuple[Event, str]], expansion: Expansion, last: date, steps: StepBudget
    ) -> Iterator[tuple[Event, str]]:
        """The nights of a series until the day `last`, in order, each with the text of the VEVENT that tells it."""
        found = [(night.event, entries[night.entry][1]) for night in expansion.nights]
        size = sum(len(text) for _, text in found)
        if size > CHARACTERS_A_SERIES:
            reason = f"{len(found)} nights of a series have more than {CHARACTERS_A_SERIES:,} characters together"
            raise UnreadableField("event_day", reason)
        steps.spend(size // CHARACTERS_A_STEP)
        for occurrence, text in sorted(found, key=lambda night: local_moment(start_of(night[0]), self.timezone)):
            day, _ = local_moment(start_of(occurrence), self.timezone)
            if self.today <= last_day_of(occurrence, day, self.timezone) and day <= last:
                yield occurrence, text

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
            return RecordSkip(reason="private entry", source_event_id=identity)
        if is_online_place(text_of_property(event, "LOCATION")) or is_online_title(title):
            return RecordSkip(reason="online only", source_event_id=identity)
        description = str(first_property(event, "DESCRIPTION") or "").strip() or None
        prose = read_prose(description)
        end = end_of(event, start)
        told = prose.times or doors_and_show(title)
        times = entry_times(hour or None, local_moment(end, self.timezone)[1] or None if end else None, told)
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


def night_id(uid: str, occurrence: Event, taken: Set[str], zone: str) -> str:
    """The id of one of several nights of a UID; see `ICalendarSpider`."""
    by_rule = first_property(occurrence, "RECURRENCE-ID")
    moved_with_the_rest = by_rule is None or by_rule.params.get("RANGE") == "THISANDFUTURE"
    day, hour = local_moment(start_of(occurrence) if moved_with_the_rest else by_rule.dt, zone)
    identity = f"{uid}@{day}"
    return f"{identity}T{clock_face(hour)}" if identity in taken else identity


def ids_left_out(uid: str, left_out: Iterable[date], taken: Set[str], zone: str) -> list[str]:
    """The ids of the nights that a series leaves out (`Expansion.left_out`), but for days on which it has another."""
    days = dict.fromkeys(local_moment(start, zone)[0] for start in left_out)
    return [identity for day in days if (identity := f"{uid}@{day}") not in taken]


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


def _unreadable(problem: UnreadableField, text: str, response: Response) -> RecordError:
    return RecordError(field=problem.field, reason=problem.reason, record=text, url=response.url)
