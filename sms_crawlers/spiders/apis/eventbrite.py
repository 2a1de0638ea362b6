"""Eventbrite's music around a city."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.http import Response

from sms_crawlers.area import AreaSpider
from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.eventbrite import EventbriteEventsSpider, is_v3
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, number_at, records_at, text_at
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.spider import Outcome

MUSIC = "EventbriteCategory/103"
EXPANSIONS = ("primary_venue", "image", "ticket_availability", "event_sales_status")
EXPANDED = ("primary_venue", "ticket_availability")
"""What a row has that came expanded."""
PAGE_SIZE = 50
BATCH = 20
MAX_PAGES = 40
MAX_DETAILS = 200
"""Events asked for one by one in a run: with pages and batches it stays far below the 2,000 calls of an hour."""

SERVER_DATA = "window.__SERVER_DATA__ ="


class EventbriteSpider(EventbriteEventsSpider, AreaSpider):
    """The search that the site itself uses, on the API's host, with the operator's own token; it is not documented.

    It is asked for the category Music within the radius, which organizers choose for classes and comedy as well. Its
    rows tell room and prices if they come expanded. Those that do not are asked for in batches, and one by one what
    even then tells nothing of tickets. It ends at the last page it counts, or before, at one that is empty.

    A page of the site (eventbrite.com/d/…) and an answer about an organizer are read too, but never asked for.
    """

    name = "eventbrite"
    title = "Eventbrite"
    homepage = "https://www.eventbrite.com"
    kind = "api"
    trust = 60
    terms = (
        "API with the operator's token, 2,000 calls an hour; its search is not documented. Items link to Eventbrite."
    )

    _details_left = MAX_DETAILS

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the first page of the search."""
        yield self.search_request(1)

    def callback_for(self, url: str) -> Callable[..., Any]:
        """Pages of the site carry in a script what the API answers."""
        path = urlsplit(url).path
        if "/destination/search/" in path:
            return self.parse_search
        return self.parse_events if "/v3/" in path else self.parse_page

    def search_request(self, page: int) -> scrapy.Request:
        """Ask for a page of the search. Its radius is a whole number with a unit; an unknown key would be an error."""
        circle = {
            "latitude": self.area.latitude,
            "longitude": self.area.longitude,
            "radius": f"{max(1, round(self.radius_km))}km",
        }
        search = {
            "dates": "current_future",
            "point_radius": circle,
            "tags": [MUSIC],
            "sort": "date",
            "dedup": False,
            "page": page,
            "page_size": PAGE_SIZE,
        }
        data = {"event_search": search, "expand.destination_event": EXPANSIONS}
        return self.api_request("destination/search/", data=data, callback=self.parse_search, cb_kwargs={"page": page})

    def parse_search(self, response: Response, page: int = 1) -> Iterator[Any]:
        """Read a page of the search; ask for the rows that did not come expanded, and for the next page."""
        answer = self.load(response)
        rows = inner(answer, "events", "results")
        if not isinstance(rows, list):
            raise UnreadablePage("Eventbrite: no list under events.results")
        bare, whole = _parted(rows, *EXPANDED)
        yield from self.read_each(whole, lambda row: self.event(row, response), response)
        for first in range(0, len(bare), BATCH):
            ids = ",".join(str(row["id"]) for row in bare[first : first + BATCH])
            path = f"destination/events/?event_ids={ids}&page_size={BATCH}&expand={','.join(EXPANSIONS)}"
            yield self.api_request(path, callback=self.parse_events)
        if not rows or page >= (number_at(answer, "events", "pagination", "page_count") or 1):
            return
        if page >= MAX_PAGES:
            listing_incomplete(self, f"the search goes on after page {page}")
            return
        yield self.search_request(page + 1)

    def parse_events(self, response: Response) -> Iterator[Any]:
        """Read an answer about events or one event; ask one by one for those whose tickets it leaves out."""
        answer = self.load(response)
        rows = [answer] if text_at(answer, "id") else inner(answer, "events")
        if not isinstance(rows, list):
            raise UnreadablePage("Eventbrite: no list of events")
        bare, whole = _parted(rows, "ticket_availability")
        asked, late = bare[: self._details_left], bare[self._details_left :]
        self._details_left -= len(asked)
        yield from self.read_each([*whole, *late], lambda row: self.event(row, response), response)
        for row in asked:
            yield self.api_request(f"events/{row['id']}/?expand=venue,ticket_classes", callback=self.parse_events)

    def parse_page(self, response: Response) -> Iterator[Outcome]:
        """Read a page of the site: one of a search, or one of shelves."""
        text = as_text(response).text
        try:
            data, _ = json.JSONDecoder().raw_decode(text, text.index(SERVER_DATA) + len(SERVER_DATA) + 1)
        except (ValueError, RecursionError) as problem:
            raise UnreadablePage("Eventbrite: no JSON after window.__SERVER_DATA__ in the page") from problem
        shelves = [inner(data, "search_data", "events", "results")]
        shelves += [inner(bucket, "events") for bucket in records_at(data, "buckets")]
        rows = [row for shelf in shelves if isinstance(shelf, list) for row in shelf]
        if not any(isinstance(shelf, list) for shelf in shelves):
            raise UnreadablePage("Eventbrite: neither a search nor shelves of events in the page")
        yield from self.read_each(rows, lambda row: self.event(row, response), response)


def _parted(rows: list[Any], *keys: str) -> tuple[list[dict[str, Any]], list[Any]]:
    """Rows of the search's form that have an id but lack one of the keys, and all others."""
    bare: list[dict[str, Any]] = []
    whole: list[Any] = []
    for row in rows:
        has_id = isinstance(row, dict) and re.fullmatch(r"[0-9]+", text_at(row, "id") or "")
        (bare if has_id and not is_v3(row) and any(key not in row for key in keys) else whole).append(row)
    return bare, whole
