"""Rooms and promoters that publish at Eventbrite: the events of an organizer, by API v3."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar

import scrapy
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.eventbrite import EventbriteEventsSpider
from sms_crawlers.reading.json_records import inner, number_at
from sms_crawlers.runs.listing import compare_count, listing_incomplete, met_with
from sms_crawlers.scouting.recognition import Recognition

MAX_PAGES = 20

_ORGANIZER_PAGE = re.compile(r"https://www\.eventbrite\.[a-z.]{2,6}/o/(?:[\w%-]*-)?(\d{6,})")


class EventbriteOrganizerSpider(EventbriteEventsSpider):
    """All upcoming events of one or more organizers, with the operator's own token.

    How to know it: the room's events are sold at eventbrite.com/o/<name>-<id>.

    Set, besides what every spider sets: `organizers`, those ids. A row in another room keeps that room; a row without
    one is in the spider's.
    """

    complete_listing = True
    may_be_empty = True

    organizers: ClassVar[tuple[str, ...]]

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By the organizer's page, or by links to one on the room's."""
        links = [page.url] if _ORGANIZER_PAGE.match(page.url) else []
        if not links and page.selector.type == "html":
            links = page.xpath("//a[contains(@href, '/o/')]/@href").getall()
        ids = dict.fromkeys(found[1] for link in links if (found := _ORGANIZER_PAGE.match(link)))
        return (
            Recognition(f"Eventbrite's pages of organizers: {', '.join(ids)}", {"organizers": tuple(ids)})
            if ids
            else None
        )

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the first page of each organizer."""
        for organizer in self.organizers:
            yield self.organizer_request(organizer, 1)

    def callback_for(self, url: str) -> Callable[..., Any]:  # noqa: ARG002 - all answers are of one form
        """All answers are of one form."""
        return self.parse_organizer

    def organizer_request(self, organizer: str, page: int, met: int | None = None) -> scrapy.Request:
        """Ask for a page of an organizer's events, after `met` of them."""
        return self.api_request(
            f"organizers/{organizer}/events/?status=live&expand=venue,ticket_classes&page={page}",
            callback=self.parse_organizer,
            cb_kwargs={"organizer": organizer, "page": page, "met": met},
        )

    def parse_organizer(
        self, response: Response, organizer: str | None = None, page: int = 1, met: int | None = None
    ) -> Iterator[Any]:
        """Read a page of an organizer's events, after `met` of them, and ask for the next one."""
        answer = self.load(response)
        records = inner(answer, "events")
        if not isinstance(records, list):
            raise UnreadablePage("Eventbrite: no list of events")
        yield from self.read_each(records, lambda record: self.event(record, response), response)
        is_first = number_at(answer, "pagination", "page_number") == 1 if organizer is None else page == 1
        met = met_with(met, len(records), is_first=is_first)
        if inner(answer, "pagination", "has_more_items") is not True or not records:
            compare_count(self, response, told=number_at(answer, "pagination", "object_count"), met=met)
            return
        if organizer is None or page >= MAX_PAGES:
            listing_incomplete(self, f"organizer {organizer} has more than {page} pages")
            return
        yield self.organizer_request(organizer, page + 1, met)
