"""Houses' own calendars in the WordPress theme that shows a Tixr group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from scrapy.http import Response, TextResponse
from w3lib.html import replace_entities

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import (
    ShowTimes,
    absolute,
    instant_to_local,
    is_same_hour,
    show_times,
    slug,
    status_phrase,
)
from sms_crawlers.reading.answers import as_html, as_text
from sms_crawlers.reading.json_records import inner, load_json, required_text, text_at
from sms_crawlers.reading.prose import entry_times, plain_lines, printed, printed_title, read_prose
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

FULL_DAY = timedelta(days=1)


class TixrThemeSpider(SourceSpider):
    """A calendar page made by the theme with the "sg-events" blocks, for a house that sells through Tixr.

    How to know it: `.sg-events__event` blocks, and one `application/ld+json` script that holds an array of Events
    with addresses on tixr.com. The array is what is read: it has all events, those of sister rooms too.

    Set, besides what every spider sets: `start_urls`, and `rooms`. A record's own room counts. The number that ends
    its Tixr address is the id; it stays the same when a show is moved to another day or renamed.

    `startDate` is the advertised hour as a UTC instant: the doors' if the description says so, else it is taken for the
    show's. The description is escaped twice and prints doors, show, price and age as prose; names have backslashes
    before their quotes. `performer` is always the word "Organization".
    """

    platform = "Tixr theme"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """The theme's blocks, or its script, with addresses at Tixr."""
        html = as_html(page)
        scripts = " ".join(html.css('script[type="application/ld+json"]::text').getall())
        if not html.css(".sg-events__event a[href*='tixr.com']") and "tixr.com/groups/" not in scripts:
            return None
        return Recognition(
            "events with addresses at tixr.com/groups/ in a page of their house", {"start_urls": [page.url]}
        )

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the array of the page."""
        page = as_text(response)
        yield from self.read_each(events_of(page), lambda record: self.event(page, record), page)

    def event(self, response: TextResponse, record: Any) -> RawEventItem:
        """One record as an item."""
        title = printed_title(without_backslashes(text_at(record, "name")))
        description = without_backslashes(replace_entities(text_at(record, "description") or ""))
        prose = read_prose(description)
        begins = required_text(record, "startDate", field="event_day")
        day, hour = instant_to_local(begins, self.timezone)
        end_day, end = self.end_of(record, begins)
        times = entry_times(hour, end, self.hours_told(hour, description))
        page = absolute(response, text_at(record, "url"))
        return self.item(
            response,
            source_event_id=tixr_number(page) or f"{day}-{slug(title)}",
            source_url=page,
            title=title,
            event_day=day.isoformat(),
            start_time=times.show,
            doors_time=times.doors,
            end_time=times.end,
            end_day=end_day,
            description=description,
            age_text=prose.age_text,
            status_text=availability(text_at(record, "offers", "availability")) or status_phrase(title),
            image_url=absolute(response, text_at(record, "image")),
            ticket_url=absolute(response, text_at(record, "offers", "url")) or page,
            payload=record,
            **({"price_text": prose.price_text} | price_of(inner(record, "offers"))),
            **place_of(inner(record, "location")),
        )

    def hours_told(self, advertised: str, description: str | None) -> ShowTimes:
        """What the description tells of the hours: of several doors, those of the advertised hour, not the VIPs'."""
        told = show_times(plain_lines(description or ""))
        fitting = [hours for hours in told if is_same_hour(hours.doors, advertised)]
        return next((hours for hours in fitting if hours.show), next(iter(fitting or told), ShowTimes()))

    def end_of(self, record: Any, begins: str) -> tuple[str | None, str | None]:
        """The last day of an event over a day or more, and the local hour of the end."""
        ends = text_at(record, "endDate")
        if ends is None:
            return None, None
        day, hour = instant_to_local(ends, self.timezone)
        length = datetime.fromisoformat(ends) - datetime.fromisoformat(begins)
        if length <= timedelta(0):
            return None, None
        return day.isoformat() if length >= FULL_DAY else None, hour


def events_of(page: TextResponse) -> list[Any]:
    """The page's array of Events, also where the answer is nothing but the array. Raises UnreadablePage."""
    if page.text.lstrip().startswith("["):
        scripts = [page.text]
    else:
        scripts = as_html(page).css('script[type="application/ld+json"]::text').getall()
    for script in scripts:
        if script.lstrip().startswith("["):
            records = load_json(script, "an array of Events")
            if all(not isinstance(record, dict) or record.get("@type", "Event") == "Event" for record in records):
                return list(records)
    raise UnreadablePage("no script with an array of Events in the page")


def without_backslashes(text: str | None) -> str | None:
    """Text without the backslashes before its quotes; None for none."""
    return re.sub(r"\\+(?=['\"])", "", text) or None if text else None


def tixr_number(url: str | None) -> str | None:
    """The number at the end of a Tixr address."""
    found = re.search(r"-(\d+)/?(?:[?#]|$)", url or "")
    return found[1] if found else None


def availability(schema_word: str | None) -> str | None:
    """What schema.org's word for the offer says of the show: "Sold Out" for SoldOut; None for one on sale."""
    return "Sold Out" if (schema_word or "").rpartition("/")[2] == "SoldOut" else None


def price_of(offer: Any) -> dict[str, Any]:
    """The fields of the price that an offer gives as a number; none for an offer without."""
    stated = text_at(offer, "price")
    if stated is None or not re.fullmatch(r"\d+(?:\.\d+)?", stated):
        return {}
    currency = text_at(offer, "priceCurrency")
    amount = float(stated)
    text = f"${amount:g}" if currency in (None, "USD") else f"{amount:g} {currency}"
    return {"price_text": text, "price_min": amount, "price_max": amount, "currency": currency}


def place_of(place: Any) -> dict[str, str | None]:
    """The fields of the room; a record without one is the house's own."""
    address = inner(place, "address")
    return {
        "venue_name": printed(without_backslashes(text_at(place, "name"))),
        "venue_address": printed(text_at(address, "streetAddress")),
        "venue_city": printed(text_at(address, "addressLocality")),
        "venue_region": printed(text_at(address, "addressRegion")),
        "venue_postal_code": printed(text_at(address, "postalCode")),
    }
