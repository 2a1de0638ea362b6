"""Calendars kept as an events collection of Squarespace."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure
from w3lib.url import add_or_replace_parameters

from sms_crawlers.error_messages import describe_exception
from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.platforms.squarespace_records import Listed, of_article, of_json, ticket_link
from sms_crawlers.reading import (
    absolute,
    age_phrase,
    donation_phrase,
    doors_and_show,
    lines_of,
    price_phrase,
    status_phrase,
)
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, text_at, zone_at
from sms_crawlers.reading.prose import entry_times
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider
from sms_text.text import fold_key

MAX_PAGES = 10


class SquarespaceSpider(SourceSpider):
    """An events collection of Squarespace (https://www.squarespace.com), listed on one page.

    How to know it: `Static.SQUARESPACE_CONTEXT` in a script of the page, and `article.eventlist-event` or a collection
    with the type "events".

    Set, besides what every spider sets: `start_urls`, the collection's page.

    First way: the same page with `?format=json`, which tells starts and ends as instants, in milliseconds; they are
    told in the site's own zone (`website.timeZone`), as the page prints them. Further pages are asked for as long as
    one has events to come: behind those the site goes on with past ones. Squarespace's stock robots.txt forbids that
    way; so where it is refused, or answers no list in JSON, the page itself is read.

    The id is the last part of the event's address, the same in both ways. A place that is named wins over the house;
    coordinates in New York mean that none were set. Price, doors and ages are in the prose only. An event from
    midnight to midnight has no hours.
    """

    platform = "Squarespace events"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """A page of Squarespace with an events collection on it."""
        if page.selector.type != "html" or "SQUARESPACE_CONTEXT" not in page.text:
            return None
        listed = page.css("article.eventlist-event")
        if not listed and not re.search(r'"typeName"\s*:\s*"events', page.text):
            return None
        why = f"Static.SQUARESPACE_CONTEXT, and {len(listed)} article.eventlist-event in the page"
        return Recognition(why, {"start_urls": [page.url.partition("?")[0]]})

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the collections as JSON."""
        for url in self.start_urls:
            yield self.json_request(url, 1)

    def callback_for(self, url: str) -> Callable[..., Any]:
        """The reader of JSON, or of the page."""
        return self.parse_json if parse_qs(urlsplit(url).query).get("format") == ["json"] else self.parse

    def json_request(self, url: str, number: int) -> scrapy.Request:
        """The request for a page of a collection as JSON."""
        return scrapy.Request(
            add_or_replace_parameters(url, {"format": "json"}),
            self.parse_json,
            errback=self.json_refused if number == 1 else None,
            cb_kwargs={"number": number},
            dont_filter=True,
        )

    def json_refused(self, failure: Failure) -> Iterator[scrapy.Request]:
        """Ask for the page where its JSON was forbidden, refused or not found."""
        assert failure.value is not None
        request = cast(Any, failure).request
        yield self.page_instead(request.url, describe_exception(failure.value, request))

    def page_instead(self, url: str, why: str) -> scrapy.Request:
        """The request for a collection's page."""
        self.logger.info("%s: no list as JSON (%s); reading the page instead", self.name, why)
        return scrapy.Request(url.partition("?")[0], self.parse, dont_filter=True)

    def parse_json(self, response: Response, number: int = 1) -> Iterator[Outcome | scrapy.Request]:
        """Read a page of the collection, and ask for the next one while there are events to come."""
        here = as_text(response)
        try:
            answer = load_json(here.body, "the collection")
            events = _listed_events(answer)
        except UnreadablePage as problem:
            if number > 1:
                raise
            yield self.page_instead(here.url, problem.reason)
            return
        zone = zone_at(answer, "website", "timeZone") or self.timezone
        ahead = False
        for outcome in self.read_each(events, lambda event: self.event(of_json(event, here, zone), here), here):
            ahead = ahead or isinstance(outcome, RawEventItem)
            yield outcome
        following = absolute(here, text_at(answer, "pagination", "nextPageUrl"))
        if not (ahead and following and inner(answer, "pagination", "nextPage")):
            return
        if number < MAX_PAGES:
            yield self.json_request(following, number + 1)
        else:
            listing_incomplete(self, f"more than {MAX_PAGES} pages of events")

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the page's list. Raises UnreadablePage for a page without one."""
        page = as_text(response)
        if not page.css(".eventlist, article.eventlist-event"):
            raise UnreadablePage("no list of events (.eventlist) in the page")
        articles = page.css("article.eventlist-event:not(.eventlist-event--past)")
        yield from self.read_each(articles, lambda one: self.event(of_article(one, page, self.today), page), page)

    def event(self, listed: Listed, response: TextResponse) -> RawEventItem | RecordSkip:
        """The item of an event, with what its prose says."""
        span = listed.span
        if (span.end_day or span.day) < self.today:
            return RecordSkip(reason="past day")
        prose = Selector(text=listed.markup or "<p>")
        text = "\n".join(lines_of(prose))
        times = entry_times(span.start, span.end, doors_and_show(text))
        return self.item(
            response,
            source_event_id=listed.slug,
            source_url=self.page_of(listed, response),
            title=listed.title,
            event_day=span.day.isoformat(),
            start_time=times.show,
            doors_time=times.doors,
            end_time=times.end,
            end_day=span.end_day.isoformat() if span.end_day else None,
            description=listed.markup or None,
            price_text=price_phrase(text) or donation_phrase(text),
            age_text=age_phrase(text) or age_phrase(listed.title),
            status_text=status_phrase(listed.title),
            image_url=listed.image_url,
            ticket_url=listed.ticket_url or ticket_link(prose, response),
            payload=listed.record,
            **self.place_of(listed),
        )

    def page_of(self, listed: Listed, response: TextResponse) -> str:
        """The event's own page; else the collection's."""
        linked = re.match(r"/|https?:", listed.address or "")
        return (linked and absolute(response, listed.address)) or response.url.partition("?")[0]

    def place_of(self, listed: Listed) -> dict[str, Any]:
        """The fields of the place; of a room that we know, its name."""
        name = listed.place.get("venue_name")
        return {"venue_name": name} if name and fold_key(name) in self._rooms else listed.place


def _listed_events(answer: Any) -> list[Any]:
    """The events to come of a collection's JSON. Raises UnreadablePage for another answer.

    Where the collection is of another type its entries are `items`; `past` is left alone.
    """
    for name in ("upcoming", "items"):
        events = inner(answer, name)
        if isinstance(events, list) and (events or name == "items" or "items" not in answer):
            return events
    raise UnreadablePage("the answer has neither upcoming nor items")
