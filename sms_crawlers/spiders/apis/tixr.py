"""Tixr: the events of groups, by its partners' API."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import scrapy
from scrapy.http import Response, TextResponse

from sms_crawlers.area import AreaSpider
from sms_crawlers.errors import BadArgument, UnreadablePage
from sms_crawlers.items import ListedArtist, RawEventItem
from sms_crawlers.keys import ApiKey
from sms_crawlers.reading import UnreadableField, absolute, instant_to_local, status_phrase
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, records_at, required_text, text_at, zone_at
from sms_crawlers.reading.prose import entry_times, printed, printed_title, read_prose
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.spider import Outcome

API = "https://studio.tixr.com"
PAGE_SIZE = 100
MAX_PAGES = 50
FULL_DAY = timedelta(days=1)


class TixrSpider(AreaSpider):
    """The events of groups (houses) at Tixr, whose API takes a partner's key and secret. The houses give both.

    `scrapy crawl tixr -a groups=748,749`. The default are Nectar Lounge and High Dive; the number of another group
    is the `data-group-id` of its calendar. Each request is signed: the query with its names in alphabetical order,
    then `hash`, the HMAC-SHA256 of path, "?" and query.

    An answer is a bare array of up to a hundred events. Starts are epoch milliseconds, in the room's zone after
    conversion; a show after midnight is on the day after. The hour is the advertised one, which is the doors' where
    the description says so. The line-up is headliner first. There are no coordinates.
    """

    name = "tixr"
    title = "Tixr"
    homepage = "https://www.tixr.com"
    kind = "api"
    platform = "Tixr API"
    further_hosts = ("studio.tixr.com",)
    keys = (
        ApiKey("TIXR_CPK", "the house whose events it shall read (its Tixr Studio account)"),
        ApiKey("TIXR_SECRET", "the house whose events it shall read (its Tixr Studio account)"),
    )
    by_name_only = "the houses whose events it reads: key and secret are theirs to give"
    trust = 60
    may_be_empty = True
    terms = "Partners only; keys found in the pages of houses are not to be used."

    def __init__(self, *args: Any, groups: str = "748,749", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = [number.strip() for number in str(groups).split(",")]
        if not all(re.fullmatch(r"\d{1,9}", number) for number in self.groups):
            raise BadArgument(f"-a groups={groups}: numbers, parted by commas")

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Request the first page of each group."""
        for number in self.groups:
            yield self.page_request(number, 1)

    def page_request(self, group: str, page: int) -> scrapy.Request:
        """The signed request for a page of a group's events."""
        path = f"/v1/groups/{group}/events"
        names = {
            "cpk": self.key_values["TIXR_CPK"],
            "page_number": page,
            "page_size": PAGE_SIZE,
            "t": int(self.now.timestamp() * 1000),
        }
        signed = f"{path}?{urlencode(names)}"
        url = f"{API}{signed}&hash={signature(signed, self.key_values['TIXR_SECRET'])}"
        return scrapy.Request(url, callback=self.parse, cb_kwargs={"group": group, "page": page})

    def parse(self, response: Response, group: str | None = None, page: int = 1) -> Iterator[Outcome | scrapy.Request]:
        """Read a page of events, and ask for the next one after a full one."""
        answer = as_text(response)
        records = load_json(answer.body, "a list of events")
        if not isinstance(records, list):
            raise UnreadablePage(f"no list of events: {text_at(records, 'message') or text_at(records, 'error')}")
        yield from self.read_each(records, lambda record: self.event(answer, record), answer)
        if len(records) < PAGE_SIZE:
            return
        if page >= MAX_PAGES:
            listing_incomplete(self, f"more than {MAX_PAGES} pages")
            return
        yield self.page_request(group or urlsplit(answer.url).path.split("/")[-2], page + 1)

    def event(self, response: TextResponse, record: Any) -> RawEventItem:
        """One event as an item."""
        number = required_text(record, "id", field="source_event_id")
        description = text_at(record, "description")
        prose, venue = read_prose(description), inner(record, "venue")
        page = absolute(response, text_at(record, "url")) or f"https://tixr.com/e/{number}"
        title = printed_title(text_at(record, "name"))
        return self.item(
            response,
            source_event_id=number,
            source_url=page,
            title=title,
            artists=line_up(record),
            description=description,
            age_text=printed(text_at(record, "age")) or prose.age_text,
            status_text=status_phrase((text_at(record, "status") or "").replace("_", " ")) or status_phrase(title),
            image_url=absolute(response, text_at(record, "flyer_url")),
            ticket_url=page,
            venue_name=printed(text_at(venue, "name")),
            venue_address=printed(text_at(venue, "address")),
            venue_city=printed(text_at(venue, "city")),
            venue_region=text_at(venue, "state"),
            venue_postal_code=text_at(venue, "postal_code"),
            venue_country=text_at(venue, "country"),
            source_venue_id=text_at(venue, "id"),
            payload=record,
            **self.times_of(record, zone_at(record, "timezone") or self.timezone, description),
            **price_of(record),
        )

    def times_of(self, record: Any, zone: str, description: str | None) -> dict[str, str | None]:
        """Day and hours in the room's zone."""
        begin = instant_of(inner(record, "start_date"))
        day, hour = instant_to_local(begin, zone)
        end_day, end = None, None
        if inner(record, "end_date") is not None and (last := instant_of(inner(record, "end_date"))) > begin:
            end_date, end = instant_to_local(last, zone)
            end_day = end_date.isoformat() if last - begin >= FULL_DAY else None
        times = entry_times(hour, end, read_prose(description).times)
        return {
            "event_day": day.isoformat(),
            "start_time": times.show,
            "doors_time": times.doors,
            "end_time": times.end,
            "end_day": end_day,
            "timezone": zone,
        }


def signature(signed: str, secret: str) -> str:
    """The hex HMAC-SHA256 of path and query."""
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()


def instant_of(milliseconds: Any) -> datetime:
    """The instant of epoch milliseconds. Raises UnreadableField."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        raise UnreadableField("event_day", f"{str(milliseconds)[:40]!r} is no epoch time")
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, OSError, ValueError) as problem:
        raise UnreadableField("event_day", f"{milliseconds!r} is out of the calendar") from problem


def line_up(record: Any) -> list[ListedArtist]:
    """The acts of the first line-up, headliner first."""
    artists: list[ListedArtist] = []
    for act in (act for line_up in records_at(record, "lineups")[:1] for act in records_at(line_up, "acts")):
        if name := printed(text_at(act, "artist", "name")):
            artists.append({"name": name, "source_artist_id": text_at(act, "artist", "id")})
    return artists


def price_of(record: Any) -> dict[str, Any]:
    """The fields of the price that is asked at present."""
    amount, currency = inner(record, "current_price"), text_at(record, "currency")
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return {"currency": currency}
    text = f"${amount:g}" if currency in (None, "USD") else f"{amount:g} {currency}"
    return {"price_text": text, "price_min": float(amount), "price_max": float(amount), "currency": currency}
