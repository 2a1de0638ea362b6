"""Ticketmaster."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

from scrapy.http import Request, Response
from w3lib.url import add_or_replace_parameters

from sms_crawlers.area import AreaSpider
from sms_crawlers.budget import Budget
from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.keys import ApiKey
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.geohash import geohash
from sms_crawlers.reading.json_records import inner, load_json, number_at, required_text, text_at
from sms_crawlers.reading.prose import printed_title
from sms_crawlers.runs.listing import NEARLY, compare_count, listing_incomplete, met_with
from sms_crawlers.spider import Outcome
from sms_crawlers.spiders.apis.ticketmaster_records import (
    age_of,
    genres_of,
    image_of,
    is_resale,
    line_up,
    price_of,
    schedule_of,
    venue_of,
)
from sms_text.redaction import without_echoes

KEY = "TICKETMASTER_API_KEY"
EVENTS = "https://app.ticketmaster.com/discovery/v2/events.json"
DAYS_AHEAD = 365
PAGE_SIZE = 200
REACH = 1000
"""Events that one search lets one read: `size * page` must stay below it."""


class TicketmasterSpider(AreaSpider):
    """The music of a city for a year, by the Discovery API v2: `-a city=seattle -a radius_km=40`.

    A search reaches 1,000 events deep, so the year is asked for as one window of days, and a window that holds more is
    halved until it does not. Rows whose date is to be announced or determined are in no search by date: two further
    ones without dates ask for each. A window's edges are local midnights; a row that two windows hold is one.

    - Resale is left out by `source` (TicketWeb's rows count as ticketmaster); one that comes all the same is skipped.
    - Passes, packages, parking and upgrades are listed like shows. Their kind is the first of `genres`.
    - Postponed without a new date: the day is the old one, with the status. Rescheduled: the day is the new one, and
      the old one stands in the status.
    - Line-ups are often shorter than the bill in the title, and of many clubs there is none.
    - Another segment than music comes only where another search was saved; its rows are read like all.

    `complete_listing` stays False: a run for one city says nothing of another's rows.
    """

    name = "ticketmaster"
    title = "Ticketmaster"
    homepage = "https://www.ticketmaster.com"
    kind = "api"
    platform = "Ticketmaster Discovery API"
    further_hosts = ("app.ticketmaster.com",)
    keys = (ApiKey(KEY, "https://developer-acct.ticketmaster.com/user/register"),)
    budget = Budget(requests=5000, per="day", requests_per_second=5)
    trust = 60
    terms = "API terms: keep for reasonable periods, remove within 24 hours when asked, link to the event's page."

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the year, and for what has no date."""
        yield self._window(self.today, self.today + timedelta(days=DAYS_AHEAD - 1))
        for undated in ("includeTBA", "includeTBD"):
            yield self._ask(f"{EVENTS}?{urlencode(self._area_parameters() | {undated: 'only', 'page': 0})}")

    def parse(self, response: Response, met: int | None = None) -> Iterator[Outcome | Request]:
        """Read one page of a search, after `met` events; an event's own record, or a list of events.

        Raises UnreadablePage for an error's answer and for what is none of these.
        """
        text = without_echoes(as_text(response).text, self.key_values.values())
        answer = load_json(text, "Ticketmaster's answer")
        window = _days_of(response.url, ZoneInfo(self.timezone))
        total = int(number_at(answer, "page", "totalElements") or 0)
        if total > REACH and window and window[0] < window[1]:
            middle = window[0] + (window[1] - window[0]) // 2
            yield self._window(window[0], middle)
            yield self._window(middle + timedelta(days=1), window[1])
            return
        events = _events_of(answer)
        yield from self.read_each(events, lambda event: self._read(event, response), response)
        yield from self._next_page(answer, total, response, len(events), met)

    def _next_page(
        self, answer: Any, total: int, response: Response, here: int, before: int | None
    ) -> Iterator[Request]:
        page, pages, size = (int(number_at(answer, "page", n) or 0) for n in ("number", "totalPages", "size"))
        if total > REACH and page == 0:
            listing_incomplete(self, f"{total} events in one search, of which {REACH} can be read")
        met = met_with(before, here, is_first=page == 0)
        if page + 1 < pages and 0 < size * (page + 1) < REACH:
            yield self._ask(add_or_replace_parameters(response.url, {"page": str(page + 1)}), met)
        elif total <= REACH:
            compare_count(self, response, told=total, met=met, may_be_off=NEARLY)

    def _window(self, first: date, last: date) -> Request:
        """Ask for the events of local days, both included."""
        zone = ZoneInfo(self.timezone)
        start = datetime.combine(first, time(), zone)
        end = datetime.combine(last + timedelta(days=1), time(), zone)
        days = {"startDateTime": _instant(start), "endDateTime": _instant(end - timedelta(seconds=1)), "page": 0}
        return self._ask(f"{EVENTS}?{urlencode(self._area_parameters() | days)}")

    def _ask(self, url: str, met: int | None = None) -> Request:
        url = add_or_replace_parameters(url, {"apikey": self.key_values[KEY]})
        return Request(url, callback=self.parse, cb_kwargs={"met": met}, dont_filter=True)

    def _area_parameters(self) -> dict[str, Any]:
        return {
            "segmentName": "Music",
            "geoPoint": geohash(self.area.latitude, self.area.longitude, 7),
            "radius": ceil(self.radius_km),
            "unit": "km",
            "source": "ticketmaster,universe,frontgate",
            "locale": "*",
            "includeTest": "no",
            "sort": "date,asc",
            "size": PAGE_SIZE,
        }

    def _read(self, event: Any, response: Response) -> RawEventItem | RecordSkip:
        if is_resale(event):
            return RecordSkip(reason="resale listing")
        if inner(event, "test") is True:
            return RecordSkip(reason="test listing")
        page = text_at(event, "url")
        return self.item(
            response,
            source_event_id=required_text(event, "id", field="source_event_id"),
            source_url=page,
            title=printed_title(text_at(event, "name")),
            artists=line_up(event),
            description=text_at(event, "info") or text_at(event, "description"),
            age_text=age_of(event),
            genres=genres_of(event),
            image_url=image_of(event),
            ticket_url=page,
            payload=event,
            **schedule_of(event, self.timezone),
            **price_of(event),
            **venue_of(event),
        )


def _events_of(answer: Any) -> list[Any]:
    """The events of a search (without any there is no `_embedded`), a list of them, or one alone."""
    if isinstance(answer, list):
        return answer
    if (message := text_at(answer, "fault", "faultstring")) is not None:
        raise UnreadablePage(f"Ticketmaster refuses: {message}")
    for error in inner(answer, "errors") or ():
        raise UnreadablePage(f"Ticketmaster refuses: {text_at(error, 'detail') or str(error)[:80]}")
    events = inner(answer, "_embedded", "events")
    if isinstance(events, list):
        return events
    if text_at(answer, "type") == "event" or inner(answer, "dates") is not None:
        return [answer]
    if events is None and number_at(answer, "page", "totalElements") == 0:
        return []
    raise UnreadablePage("Ticketmaster's answer: neither events nor a page without any")


def _days_of(url: str, zone: ZoneInfo) -> tuple[date, date] | None:
    """The local days that a search is about, the last one included; None for one without dates."""
    query = parse_qs(urlsplit(url).query)
    try:
        first, last = (
            datetime.fromisoformat(query[name][0]).astimezone(zone).date() for name in ("startDateTime", "endDateTime")
        )
    except (KeyError, ValueError, OverflowError):
        return None
    return first, last


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
