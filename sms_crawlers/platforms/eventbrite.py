"""Eventbrite (https://www.eventbrite.com): its event objects, in the form of API v3 and in that of its search."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import scrapy
from scrapy.http import JsonRequest, Response

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.keys import ApiKey
from sms_crawlers.reading import UnreadableField, find_clock, hour_by_instant, read_day, status_phrase, time_between
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, number_at, records_at, required_text, text_at, zone_at
from sms_crawlers.reading.money import money, price_range
from sms_crawlers.reading.prose import entry_times, printed, printed_title, read_prose
from sms_crawlers.spider import SourceSpider

API = "https://www.eventbriteapi.com/v3/"
KEY = "EVENTBRITE_TOKEN"
SEVERAL_DAYS = timedelta(days=1)

_GOES_AHEAD = frozenset({"live", "started"})
_TOLD_TAGS = frozenset({"EventbriteCategory", "EventbriteSubCategory", "EventbriteFormat"})


class EventbriteEventsSpider(SourceSpider):
    """Reads what Eventbrite says of events, whoever asked for it. Neither form knows line-ups or doors.

    API v3 has the organizer's text, whose hours, price and age are read as prose, and tickets by kind. The search has
    the range of prices with fees, and tags. Prices are in cents. The id is the same in both, and each night of a
    series has its own.
    """

    platform = "Eventbrite"
    further_hosts = ("eventbriteapi.com",)
    keys = (ApiKey(KEY, "https://www.eventbrite.com/platform/api-keys (the private token)"),)

    def api_request(self, path: str, **kwargs: Any) -> scrapy.Request:
        """Ask the API; `data` is posted as JSON. The token stands in a header, which redirects to other hosts lose."""
        kind = JsonRequest if "data" in kwargs else scrapy.Request
        headers = {"Authorization": f"Bearer {self.key_values[KEY]}"}
        return kind(API + path, headers=headers, dont_filter=True, **kwargs)

    def load(self, response: Response) -> Any:
        """The answer's JSON. Raises UnreadablePage for the API's error envelope."""
        answer = load_json(as_text(response).body, "Eventbrite")
        if error := text_at(answer, "error"):
            raise UnreadablePage(f"Eventbrite: {error}: {text_at(answer, 'error_description')}")
        return answer

    def event(self, record: Any, response: Response) -> RawEventItem | RecordSkip:
        """An event in either form."""
        return self.event_v3(record, response) if is_v3(record) else self.event_of_search(record, response)

    def event_v3(self, record: Any, response: Response) -> RawEventItem | RecordSkip:
        """An event in the form of API v3."""
        if (skip := _left_out(record, online="online_event")) is not None:
            return skip
        start = _local(record, "start")
        end = None if inner(record, "hide_end_date") is True else _local_or_none(record, "end")
        begins, ends = self._hour(record, "start", start), self._hour(record, "end", end) if end else None
        if end and ends and time_between(start.date(), begins, end.date(), ends) <= timedelta(0):
            end = ends = None
        description = text_at(record, "description", "html") or text_at(record, "description", "text")
        prose = read_prose(description or text_at(record, "summary"))
        times = entry_times(begins, ends, prose.times)
        title = printed_title(text_at(record, "name", "text") or text_at(record, "name"))
        page = text_at(record, "url")
        return self.item(
            response,
            source_event_id=required_text(record, "id", field="source_event_id"),
            source_url=page or self.homepage,
            title=title,
            event_day=start.date().isoformat(),
            start_time=times.show,
            doors_time=times.doors,
            end_time=times.end,
            end_day=end.date().isoformat() if end and end - start >= SEVERAL_DAYS else None,
            timezone=zone_at(record, "start", "timezone"),
            description=description,
            age_text=printed(text_at(record, "venue", "age_restriction")) or prose.age_text,
            status_text=_status(record, title, sold_out=_all_sold(record)),
            image_url=text_at(record, "logo", "original", "url") or text_at(record, "logo", "url"),
            ticket_url=page,
            payload=record,
            **({"price_text": prose.price_text} | prices_v3(record)),
            **_place(inner(record, "venue")),
        )

    def _hour(self, record: Any, key: str, local: datetime) -> str:
        """The hour of a local time, which the record tells as an instant too."""
        zone = zone_at(record, key, "timezone") or self.timezone
        return hour_by_instant(local.date(), f"{local:%H:%M}", text_at(record, key, "utc"), zone)

    def event_of_search(self, record: Any, response: Response) -> RawEventItem | RecordSkip:
        """An event in the form of the search and of the batch look-up."""
        if (skip := _left_out(record, online="is_online_event")) is not None:
            return skip
        day = read_day(required_text(record, "start_date", field="event_day"), near=self.today)
        start = find_clock(text_at(record, "start_time") or "")
        ends = record if inner(record, "hide_end_date") is not True else None
        end, last_day = find_clock(text_at(ends, "end_time") or ""), _day_or_none(text_at(ends, "end_date"))
        nights = (last_day - day).days if last_day else 0
        overnight = nights == 1 and (start is None or end is None or end <= start)
        title = printed_title(text_at(record, "name"))
        page = text_at(record, "url")
        return self.item(
            response,
            source_event_id=required_text(record, "id", field="source_event_id"),
            source_url=page or self.homepage,
            title=title,
            event_day=day.isoformat(),
            start_time=start,
            end_time=end,
            end_day=last_day.isoformat() if last_day and nights > 0 and not overnight else None,
            timezone=zone_at(record, "timezone"),
            description=text_at(record, "full_description") or text_at(record, "summary"),
            status_text=_status(record, title, sold_out=inner(record, "ticket_availability", "is_sold_out") is True),
            genres=[
                name
                for tag in records_at(record, "tags")
                if text_at(tag, "prefix") in _TOLD_TAGS and (name := printed(text_at(tag, "display_name")))
            ],
            image_url=text_at(record, "image", "original", "url") or text_at(record, "image", "url"),
            ticket_url=page,
            payload=record,
            **prices_of_search(record),
            **_place(inner(record, "primary_venue")),
        )


def is_v3(record: Any) -> bool:
    """Is a record of API v3's form? There the name is an object; the search has a text, and no `start`."""
    return isinstance(inner(record, "name"), dict) or inner(record, "start") is not None


def prices_v3(record: Any) -> dict[str, Any]:
    """The fields of the price: each kind of ticket that is not hidden, else that the event is free."""
    values, told, currency = [], [], text_at(record, "currency")
    for kind in records_at(record, "ticket_classes"):
        cents = 0.0 if inner(kind, "free") is True else number_at(kind, "cost", "value")
        if cents is None or inner(kind, "hidden") is True:
            continue
        currency = text_at(kind, "cost", "currency") or currency
        values.append(cents / 100)
        told.append(f"{printed(text_at(kind, 'name')) or 'Ticket'}: {money(cents / 100, currency)}")
    if values:
        return price_range(min(values), max(values), currency) | {"price_text": "; ".join(dict.fromkeys(told))}
    return price_range(0.0, 0.0, currency) if inner(record, "is_free") is True else {}


def prices_of_search(record: Any) -> dict[str, Any]:
    """The fields of the price, in the words of the site ("15.03 EUR")."""
    tickets = inner(record, "ticket_availability")
    ends = [inner(tickets, name) for name in ("minimum_ticket_price", "maximum_ticket_price")]
    currency = next((code for end in ends if (code := text_at(end, "currency"))), None)
    if inner(tickets, "is_free") is True:
        return price_range(0.0, 0.0, currency)
    values = [None if (cents := number_at(end, "value")) is None else cents / 100 for end in ends]
    words = dict.fromkeys(text for end in ends if (text := text_at(end, "display")))
    return price_range(values[0], values[1], currency) | ({"price_text": " - ".join(words)} if words else {})


def _left_out(record: Any, *, online: str) -> RecordSkip | None:
    """The skip of a record that is no event in a room, or is not published (any more)."""
    if inner(record, online) is True:
        return RecordSkip(reason="online event")
    if inner(record, "is_series_parent") is True:
        return RecordSkip(reason="series as a whole")
    status = text_at(record, "status")
    if status == "draft":
        return RecordSkip(reason="draft", source_event_id=text_at(record, "id"))
    return RecordSkip(reason="past event") if status in ("ended", "completed") else None


def _status(record: Any, title: str, *, sold_out: bool) -> str | None:
    """The source's word where it is another than that all is well, else what the title says."""
    if inner(record, "is_cancelled") is True:
        return "canceled"
    status = text_at(record, "status")
    if status is not None and status not in _GOES_AHEAD:
        return status
    return "sold out" if sold_out else status_phrase(title)


def _all_sold(record: Any) -> bool:
    kinds = [text_at(kind, "on_sale_status") for kind in records_at(record, "ticket_classes")]
    return bool(kinds) and all(kind == "SOLD_OUT" for kind in kinds)


def _local(record: Any, key: str) -> datetime:
    """A local day and hour. Raises UnreadableField."""
    text = required_text(record, key, "local", field="event_day")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as problem:
        raise UnreadableField("event_day", f"{text!r} is no day and hour") from problem


def _local_or_none(record: Any, key: str) -> datetime | None:
    try:
        return _local(record, key)
    except UnreadableField:
        return None  # the event stands without it; the payload keeps what was told


def _day_or_none(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _place(venue: Any) -> dict[str, Any]:
    """The room; both forms write degrees as text."""
    return {
        "venue_name": printed(text_at(venue, "name")),
        "venue_address": printed(text_at(venue, "address", "address_1")),
        "venue_city": printed(text_at(venue, "address", "city")),
        "venue_region": text_at(venue, "address", "region"),
        "venue_postal_code": text_at(venue, "address", "postal_code"),
        "venue_country": text_at(venue, "address", "country"),
        "latitude": number_at(venue, "address", "latitude"),
        "longitude": number_at(venue, "address", "longitude"),
        "source_venue_id": text_at(venue, "id"),
    }
