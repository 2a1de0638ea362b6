"""JamBase."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

from scrapy.http import Request, Response
from w3lib.url import add_or_replace_parameters, url_query_cleaner

from sms_crawlers.area import AreaSpider
from sms_crawlers.budget import Budget
from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.keys import ApiKey
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, number_at, records_at, required_text, text_at
from sms_crawlers.reading.prose import printed, printed_title
from sms_crawlers.runs.listing import NEARLY, compare_count, listing_incomplete, met_with
from sms_crawlers.spider import Outcome
from sms_crawlers.spiders.apis.jambase_records import artists_of, genres_of, offer_of, place_of, price_of, schedule_of
from sms_text.redaction import without_echoes

KEY = "JAMBASE_API_KEY"
EVENTS = "https://api.data.jambase.com/v3/events"
PAGE_SIZE = 100
MAX_PAGES = 40


class JambaseSpider(AreaSpider):
    """All upcoming concerts and festivals around a city, by the API v3: `-a city=seattle -a radius_km=40`.

    The free plan has 1,000 calls a month and looks half a year ahead; a run takes a call for each 100 events. Some
    keys are refused any radius (seen in August 2026): then the point is asked for without one, which JamBase takes for
    its metro area. The older API v1 answers in the same form.

    Performers have ranks, by which the bill is ordered. Times are local, and a day without one is a bare date. Prices
    are those of the primary seller; the other offers are resale. The envelope's `request` echoes key and address.

    `complete_listing` stays False: a run for one city says nothing of another's rows.
    """

    name = "jambase"
    title = "JamBase"
    homepage = "https://www.jambase.com"
    kind = "api"
    platform = "JamBase API"
    further_hosts = ("api.data.jambase.com",)
    keys = (ApiKey(KEY, "https://data.jambase.com/account/api-keys"),)
    budget = Budget(requests=1000, per="month", requests_per_second=1)
    trust = 60
    terms = "Free plan for non-commercial use; its data are shown with a link to JamBase."

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the area's first page."""
        point = {"geoLatitude": self.area.latitude, "geoLongitude": self.area.longitude}
        radius = {"geoRadiusAmount": round(self.radius_km), "geoRadiusUnits": "km"}
        yield self._ask(f"{EVENTS}?{urlencode(point | radius | {'perPage': PAGE_SIZE, 'page': 1})}")

    def parse(self, response: Response, met: int | None = None) -> Iterator[Outcome | Request]:
        """Read a page of events, after `met` of them.

        Raises UnreadablePage for a refusal and for what has no list of events.
        """
        text = without_echoes(as_text(response).text, self.key_values.values())
        answer = load_json(text, "JamBase's answer")
        if response.status == 400 and "geoRadiusAmount=" in response.url:
            without_radius = url_query_cleaner(response.url, ["geoRadiusAmount", "geoRadiusUnits"], remove=True)
            yield self._ask(without_radius)
            return
        events = inner(answer, "events")
        if inner(answer, "success") is False or not isinstance(events, list):
            messages = [text_at(error, "message") for error in records_at(answer, "errors")]
            told = "; ".join(message for message in messages if message) or "no list of events in the answer"
            raise UnreadablePage(f"JamBase's answer: {told}")
        yield from self.read_each(events, lambda event: self._read(event, response), response)
        yield from self._next_page(answer, response, len(events), met)

    def _next_page(self, answer: Any, response: Response, here: int, before: int | None) -> Iterator[Request]:
        page, pages = (int(number_at(answer, "pagination", name) or 0) for name in ("page", "totalPages"))
        met = met_with(before, here, is_first=page == 1)
        if page >= MAX_PAGES and page < pages:
            listing_incomplete(self, f"{pages} pages, of which {MAX_PAGES} are asked for in a run")
        elif 0 < page < pages:
            yield self._ask(add_or_replace_parameters(response.url, {"page": str(page + 1)}), met)
        else:
            told = number_at(answer, "pagination", "totalItems")
            compare_count(self, response, told=told, met=met, may_be_off=NEARLY)

    def _ask(self, url: str, met: int | None = None) -> Request:
        headers = {"Authorization": f"Bearer {self.key_values[KEY]}", "Accept": "application/json"}
        # A wrong parameter is answered by a 400 whose body says which.
        return Request(
            url,
            callback=self.parse,
            cb_kwargs={"met": met},
            headers=headers,
            dont_filter=True,
            meta={"handle_httpstatus_list": [400]},
        )

    def _read(self, event: Any, response: Response) -> RawEventItem | RecordSkip:
        if text_at(event, "eventAttendanceMode") == "online":
            return RecordSkip(reason="online event")
        return self.item(
            response,
            source_event_id=required_text(event, "identifier", field="source_event_id"),
            source_url=text_at(event, "url"),
            title=printed_title(text_at(event, "x-customTitle") or text_at(event, "name")),
            artists=artists_of(event),
            description=printed(text_at(event, "x-subtitle")),
            genres=genres_of(event),
            image_url=text_at(event, "x-promoImage") or text_at(event, "image"),
            ticket_url=text_at(offer_of(event), "url"),
            payload=event,
            **schedule_of(event),
            **price_of(event),
            **place_of(event),
        )
