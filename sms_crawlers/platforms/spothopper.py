"""Calendars of bars and restaurants on websites made by SpotHopper, which is SpotApps, too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, ClassVar

from scrapy.http import Response, TextResponse

from sms_crawlers.calendars.recurrence import days_of
from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.platforms.spothopper_postings import Posting, of_json, of_row, rule_of
from sms_crawlers.reading import UnreadableField, absolute, status_phrase
from sms_crawlers.reading.answers import as_html, as_text
from sms_crawlers.reading.json_records import inner, load_json, text_at
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

CARDS = ".event-calendar-card"
SECTIONS = ".events-holder section[id]"
A_YEAR = timedelta(days=366)


class SpotHopperSpider(SourceSpider):
    """A bar's website by SpotHopper (https://www.spothopper.com), pictures on static.spotapps.co.

    How to know it: `.event-calendar-card[data-event-start-date]` on `/calendar`; on older sites, whose addresses end
    in "-events", `.events-holder section[id]`. The site names its `spot_id` in scripts and links.

    Set, besides what every spider sets: `start_urls`, one of these pages, or the list that the site's own page is made
    of, `https://www.spothopperapp.com/api/spots/<spot_id>/events`, and then `event_page`, the page for people.

    The start date is UTC midnight of the *local* day: its first ten characters count. Sections print no year. A
    repeating event stands there once, with its first day, and says in the first line of its text how it goes on
    ("Every Wednesday", "Monthly on every last Tuesday"): the item is its next night, and the id that of the event, "@"
    and that day. Price, age and tickets are told in the text only and left there.
    """

    platform = "SpotHopper"
    may_be_empty = True

    event_page: ClassVar[str | None] = None

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By a card or a section, or by the spot's number beside pictures of SpotApps."""
        for css in (CARDS, SECTIONS):
            if as_html(page).css(css).css("h2, .event-day"):
                return Recognition(f"{css} in the page", {"start_urls": [page.url]})
        spot = re.search(r"spothopperapp\.com/api/spots/(\d+)/|\bspot_id[\"']?\s*[:=]\s*[\"']?(\d+)", page.text)
        if spot is None or "spotapps.co" not in page.text:
            return None
        feed = f"https://www.spothopperapp.com/api/spots/{spot[1] or spot[2]}/events"
        return Recognition(f"{spot.group()} in the page", {"start_urls": [feed], "event_page": page.url})

    def callback_for(self, url: str) -> Callable[..., Any]:
        """The reader of the list in JSON, or that of a page."""
        return self.parse_list if "/api/spots/" in url else self.parse

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the cards or sections of a page."""
        page = as_html(response)
        cards, sections = page.css(CARDS), page.css(SECTIONS)
        if not cards and not sections and not page.css("#pinboardAgendaContainer, .no-events-message, .events-holder"):
            raise UnreadablePage("neither cards nor sections of SpotHopper in the page")
        yield from self.read_each(cards or sections, lambda row: self.event(page, of_row(row, self.today)), page)

    def parse_list(self, response: Response) -> Iterator[Outcome]:
        """Read the list of a spot."""
        page = as_text(response)
        answer = load_json(page.body, "the spot's events")
        events = inner(answer, "events")
        if not isinstance(events, list):
            raise UnreadablePage("no list of events in the spot's answer")
        linked = inner(answer, "linked", "images")
        images = {text_at(image, "id"): text_at(image, "url") for image in linked} if isinstance(linked, list) else {}

        def read(event: Any) -> RawEventItem | RecordSkip:
            if inner(event, "show_on_website") is False or inner(event, "is_template") is True:
                return RecordSkip(reason="not shown on the website", source_event_id=text_at(event, "id"))
            return self.event(page, of_json(event, images))

        yield from self.read_each(events, read, page)

    def event(self, response: TextResponse, posting: Posting) -> RawEventItem | RecordSkip:
        """The item of an event, on its next day."""
        if not posting.source_id:
            raise UnreadableField("source_event_id", "the event has no id")
        day: date | None = posting.first
        run_until = posting.last if not posting.repeats and posting.last and posting.last > posting.first else None
        if (run_until or posting.first) < self.today:
            if not posting.repeats:
                return RecordSkip(reason="past day")
            day = self._next(posting)
        if day is None:
            return RecordSkip(reason="series without a night ahead")
        start, end = (*posting.hours, None, None)[:2]
        return self.item(
            response,
            source_event_id=f"{posting.source_id}@{day}" if posting.repeats else posting.source_id,
            source_url=self.event_page or response.url,
            title=posting.title,
            event_day=day.isoformat(),
            end_day=run_until.isoformat() if run_until else None,
            start_time=start,
            end_time=end,
            date_text=posting.printed,
            description=posting.html,
            status_text=status_phrase(posting.title),
            image_url=absolute(response, posting.image),
            payload=posting.record,
        )

    def _next(self, posting: Posting) -> date | None:
        horizon = self.today + A_YEAR
        last = min(posting.last or horizon, horizon)
        return next(iter(days_of(rule_of(posting), posting.first, self.today, last)), None)
