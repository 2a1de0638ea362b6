"""Wix Events: the events that a page carries in its warm-up data, JSON that the server puts beside the markup."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote
from zoneinfo import available_timezones

from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import (
    ShowTimes,
    UnreadableField,
    absolute,
    find_clock,
    instant_to_local,
    is_same_hour,
    one,
)
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, required_text, text_at
from sms_crawlers.reading.prose import entry_times, printed, printed_title, read_prose
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

EVENTS_APP = "140603ad-af8d-84a5-2c80-a0f60cb47351"
"""Wix's id of its Events app, the same on every site."""

CANCELED = 3
"""Of the source's status numbers (0 scheduled, 1 started, 2 ended, 3 cancelled, 4 draft) the one that pages print."""

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_ZONES = frozenset(available_timezones())
FULL_DAY = timedelta(days=1)


class WixEventsSpider(SourceSpider):
    """A page with Wix's events widget. The id is the event's UUID: one slug serves all nights of a residency.

    Start and end are instants; the page's ready-made local hour is only compared with them. An end that equals the
    start, or that the page hides, is none. The widget's key differs from page to page, so whichever has events is
    read, and of the warm-up data only the event objects are kept: their neighbours hold session tokens.
    """

    platform = "Wix Events"

    event_path: ClassVar[str] = "/event-info/"
    """Where the site has an event's own page, which also sells its tickets."""
    currency: ClassVar[str] = "USD"
    """The currency of prices that come without one."""

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """A page whose warm-up data holds a list of the Wix Events app."""
        if page.selector.type != "html":
            return None
        data = page.css("script#wix-warmup-data::text").get("")
        app = re.search(rf'"{EVENTS_APP}"\s*:', data)
        if app is None or not re.search(r'"events"\s*:\s*\[', data[app.end() :]):
            return None
        return Recognition("script#wix-warmup-data with a list of the Wix Events app", {"start_urls": [page.url]})

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the page's events. Raises UnreadablePage if it has no events widget."""
        page = as_text(response)
        data = one(page, "script#wix-warmup-data").css("::text").get("")
        widgets = inner(load_json(data, "wix-warmup-data"), "appsWarmupData", EVENTS_APP)
        lists = [inner(widget, "events") for widget in widgets.values()] if isinstance(widgets, dict) else []
        lists = [events for events in lists if isinstance(inner(events, "events"), list)]
        if not lists:
            raise UnreadablePage("wix-warmup-data: no list of events of the Wix Events app in it")
        for events in lists:
            if events.get("hasMore") is True:
                listing_incomplete(self, f"the page holds {len(events['events'])} events and says that it has more")
            yield from self.read_each(events["events"], lambda event: self._read_event(event, page), page)

    def _read_event(self, event: Any, response: TextResponse) -> RawEventItem:
        """Read one event. Raises UnreadableField if it has no id or title, or a start that cannot be read."""
        description = text_at(event, "description")
        prose = read_prose(description)
        page = self._page_of(event, response)
        return self.item(
            response,
            source_event_id=required_text(event, "id", field="source_event_id"),
            source_url=page,
            title=printed_title(text_at(event, "title")),
            description=description,
            age_text=prose.age_text,
            status_text=status_of(event),
            image_url=absolute(response, text_at(event, "mainImage", "url")),
            ticket_url=absolute(response, text_at(event, "registration", "external", "registration")) or page,
            payload=event,
            **({"price_text": prose.price_text} | price_of(event, self.currency)),
            **self._schedule(event, prose.times),
            **self._other_room(event),
        )

    def _page_of(self, event: Any, response: TextResponse) -> str | None:
        slug = text_at(event, "slug")
        return response.urljoin(self.event_path + quote(slug, safe="")) if slug else None

    def _schedule(self, event: Any, told: ShowTimes) -> dict[str, str | None]:
        """Day and hours, local to the event's zone. An event whose day is to be announced has only the words for it."""
        config = inner(event, "scheduling", "config")
        if inner(config, "scheduleTbd") is True:
            words = text_at(config, "scheduleTbdMessage") or text_at(event, "scheduling", "formatted")
            return {"date_text": printed(words)}
        zone = text_at(config, "timeZoneId")
        zone = zone if zone in _ZONES else self.timezone
        start = required_text(config, "startDate", field="event_day")
        day, hour = instant_to_local(start, zone)
        self._compare(event, hour)
        end_day, end = self._end(config, start, zone)
        times = entry_times(hour, end, told)
        return {
            "event_day": day.isoformat(),
            "start_time": times.show,
            "doors_time": times.doors,
            "end_time": times.end,
            "end_day": end_day,
            "timezone": zone,
        }

    def _end(self, config: Any, start: str, zone: str) -> tuple[str | None, str | None]:
        """The last day of an event over a day or more, and the hour of the end."""
        end = text_at(config, "endDate")
        if end is None or inner(config, "endDateHidden") is True:
            return None, None
        try:
            day, hour = instant_to_local(end, zone)
        except UnreadableField:
            return None, None  # the event stands without an end; the payload keeps what was told
        length = datetime.fromisoformat(end) - datetime.fromisoformat(start)
        if length <= timedelta(0):
            return None, None
        return day.isoformat() if length >= FULL_DAY else None, hour

    def _compare(self, event: Any, hour: str) -> None:
        shown = find_clock(text_at(event, "scheduling", "startTimeFormatted") or "")
        if shown is not None and not is_same_hour(shown, hour):
            self.logger.warning(
                "%s: event %s starts at %s by its instant, %s by its text", self.name, event["id"], hour, shown
            )

    def _other_room(self, event: Any) -> dict[str, Any]:
        """The place that the event names, where that is another than the spider's venue."""
        name, address = printed(text_at(event, "location", "name")), _address_of(event)
        if name is None or self._is_ours(name, address):
            return {}
        return {
            "venue_name": name,
            "venue_address": address,
            "latitude": _number(inner(event, "location", "coordinates", "lat")),
            "longitude": _number(inner(event, "location", "coordinates", "lng")),
        }

    def _is_ours(self, name: str, address: str | None) -> bool:
        facts = self.facts
        if facts is None:
            return False
        names = {known.casefold() for known in (facts.name, *facts.aliases)}
        street = (facts.address or "").casefold()
        return name.casefold() in names or bool(street and (address or "").casefold().startswith(street))


def status_of(event: Any) -> str | None:
    """The words that the page shows for an event's state; None for one that simply takes place."""
    if inner(event, "status") in (CANCELED, "CANCELED"):
        return "Canceled"
    return "Sold out" if inner(event, "registration", "ticketing", "soldOut") is True else None


def price_of(event: Any, currency: str) -> dict[str, Any]:
    """The fields of the price. Registration without tickets is free; no word of registration says nothing."""
    registration = inner(event, "registration")
    if not isinstance(registration, dict):
        return {}
    ticketing = registration.get("ticketing")
    low, high = (text_at(ticketing, key, "amount") for key in ("lowestTicketPrice", "highestTicketPrice"))
    low, high = low or high, high or low
    if low is None or high is None:
        return {} if ticketing or registration.get("external") else {"price_text": "Free"}
    currency = text_at(ticketing, "lowestTicketPrice", "currency") or text_at(ticketing, "currency") or currency
    symbol = SYMBOLS.get(currency, f"{currency} ")
    low_text = text_at(ticketing, "lowestTicketPriceFormatted") or symbol + low
    high_text = text_at(ticketing, "highestTicketPriceFormatted") or symbol + high
    return {
        "price_text": low_text if low == high else f"{low_text} - {high_text}",
        "price_min": _number(low),
        "price_max": _number(high),
        "currency": currency,
    }


def _address_of(event: Any) -> str | None:
    return text_at(event, "location", "address") or text_at(event, "location", "fullAddress", "formattedAddress")


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
