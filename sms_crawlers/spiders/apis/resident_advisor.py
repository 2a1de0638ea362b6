"""Resident Advisor: the listing of an area."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any, ClassVar

import scrapy
from scrapy.http import Response, TextResponse

from sms_crawlers.area import AreaSpider
from sms_crawlers.errors import BadArgument, NothingToAsk, UnreadablePage
from sms_crawlers.items import ListedArtist, RawEventItem
from sms_crawlers.reading import absolute, local_time
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, number_at, records_at, required_text, text_at
from sms_crawlers.reading.prose import printed, printed_title
from sms_crawlers.runs.listing import NEARLY, compare_count, listing_incomplete
from sms_crawlers.spider import Outcome

API = "https://ra.co/graphql"
QUERY = """query GET_EVENT_LISTINGS($filters: FilterInputDtoInput, $pageSize: Int, $page: Int) {
  eventListings(filters: $filters, pageSize: $pageSize, page: $page) {
    data { event {
      id title date startTime endTime cost isTicketed contentUrl flyerFront
      venue { id name address area { name } location { latitude longitude } }
      artists { id name } genres { name }
    } }
    totalResults
  }
}"""
DAYS_AHEAD = 60
PAGE_SIZE = 100
MAX_PAGES = 20
WHERE = (
    "-a area_id=NUMBER: the number of the city's area at ra.co, which its page of events "
    "(https://ra.co/events/us/seattle) sends to /graphql as filters.areas.eq"
)


class ResidentAdvisorSpider(AreaSpider):
    """Electronic music in an area, for sixty days: the GraphQL endpoint behind ra.co, which is documented nowhere.

    `scrapy crawl resident_advisor -a area_id=NUMBER`, with `-a city=` for the zone. The numbers of areas are the
    site's own; San Francisco is 218. Without one there is nothing to ask. It is off unless it is named: projects that
    use the endpoint pretend to be a browser, which this one does not, and it may be refused.

    Times look like instants but are local, without a zone. `cost` is free text, often a bare "0-10". The line-up is
    often shorter than the bill in the title. Errors of the endpoint come with HTTP 200.
    """

    name = "resident_advisor"
    title = "Resident Advisor"
    homepage = "https://ra.co"
    kind = "api"
    platform = "Resident Advisor GraphQL"
    by_name_only = "Resident Advisor (https://ra.co): the endpoint is its site's own and not offered to others"
    trust = 50
    may_be_empty = True
    terms = "No public API; what the site's terms say of programs is for whoever runs it to settle with the site."

    RECORDED: ClassVar[int] = 1

    area_id: int

    def __init__(self, *args: Any, area_id: str | int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not re.fullmatch(r"\d{1,6}", str(area_id)):
            raise BadArgument(f"-a area_id={area_id}: a number")
        self.area_id = int(area_id)

    def get_ready(self, *, offline: bool) -> None:
        """Raises NothingToAsk without an area."""
        if not (self.area_id or offline):
            raise NothingToAsk(WHERE)
        self.area_id = self.area_id or self.RECORDED

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Request the first page."""
        yield self.page_request(1)

    def page_request(self, page: int, met: int = 0) -> scrapy.Request:
        """The request for a page of the listing, after `met` records."""
        last = self.today + timedelta(days=DAYS_AHEAD)
        variables = {
            "filters": {
                "areas": {"eq": self.area_id},
                "listingDate": {"gte": f"{self.today}T00:00:00.000Z", "lte": f"{last}T23:59:59.999Z"},
            },
            "pageSize": PAGE_SIZE,
            "page": page,
        }
        body = json.dumps({"operationName": "GET_EVENT_LISTINGS", "variables": variables, "query": QUERY})
        headers = {"Content-Type": "application/json"}
        return scrapy.Request(
            API, method="POST", body=body, headers=headers, callback=self.parse, cb_kwargs={"page": page, "met": met}
        )

    def parse(self, response: Response, page: int = 1, met: int = 0) -> Iterator[Outcome | scrapy.Request]:
        """Read a page of the listing, after `met` records, and ask for the next one if there are more."""
        answer = as_text(response)
        content = load_json(answer.body, "a listing of events")
        listing = inner(content, "data", "eventListings")
        records = inner(listing, "data")
        if not isinstance(records, list):
            errors = inner(content, "errors")
            told = text_at(errors[0], "message") if isinstance(errors, list) and errors else None
            raise UnreadablePage(f"the answer has no listing: {told or 'no error is told'}")
        yield from self.read_each(records, lambda record: self.event(answer, record), answer)
        total, met = inner(listing, "totalResults"), met + len(records)
        if not isinstance(total, int):
            return
        if not records or page * PAGE_SIZE >= total:
            compare_count(self, answer, told=total, met=met, may_be_off=NEARLY)
            return
        if page >= MAX_PAGES:
            listing_incomplete(self, f"more than {MAX_PAGES} pages")
            return
        yield self.page_request(page + 1, met)

    def event(self, response: TextResponse, record: Any) -> RawEventItem:
        """One listing as an item."""
        event = inner(record, "event")
        number = required_text(event, "id", field="source_event_id")
        venue = inner(event, "venue")
        page = absolute(response, text_at(event, "contentUrl")) or f"https://ra.co/events/{number}"
        return self.item(
            response,
            source_event_id=number,
            source_url=page,
            title=printed_title(text_at(event, "title")),
            artists=line_up(event),
            genres=[name for genre in records_at(event, "genres") if (name := text_at(genre, "name"))],
            image_url=absolute(response, text_at(event, "flyerFront")),
            ticket_url=page,
            venue_name=printed(text_at(venue, "name")),
            venue_address=printed(text_at(venue, "address")),
            venue_city=printed(text_at(venue, "area", "name")),
            latitude=number_at(venue, "location", "latitude"),
            longitude=number_at(venue, "location", "longitude"),
            source_venue_id=text_at(venue, "id"),
            payload=record,
            **times_of(event),
            **price_of(printed(text_at(event, "cost"))),
        )


def times_of(event: Any) -> dict[str, str | None]:
    """Day and hours; the listing's date counts where no start is told."""
    starts, ends = text_at(event, "startTime"), text_at(event, "endTime")
    begin = local_time(starts or required_text(event, "date", field="event_day"), field="event_day")
    end = local_time(ends, field="end_time") if ends else None
    if end is None or end <= begin:
        end = None
    return {
        "event_day": begin.date().isoformat(),
        "start_time": f"{begin:%H:%M}" if starts else None,
        "end_time": f"{end:%H:%M}" if end else None,
        "end_day": end.date().isoformat() if end and end - begin >= timedelta(days=1) else None,
    }


def price_of(cost: str | None) -> dict[str, Any]:
    """The fields of the price: the words, and numbers where the words are nothing but numbers."""
    found = re.fullmatch(r"[$£€]?(\d{1,5}(?:\.\d+)?)(?:\s*-\s*[$£€]?(\d{1,5}(?:\.\d+)?))?", cost or "")
    if found is None:
        return {"price_text": cost}
    return {"price_text": cost, "price_min": float(found[1]), "price_max": float(found[2] or found[1])}


def line_up(event: Any) -> list[ListedArtist]:
    """The acts in the site's order."""
    named = ((printed(text_at(artist, "name")), text_at(artist, "id")) for artist in records_at(event, "artists"))
    return [{"name": name, "source_artist_id": number} for name, number in named if name]
