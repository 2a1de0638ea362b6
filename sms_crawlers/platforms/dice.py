"""DICE (https://dice.fm): its event objects, in the partner API's form and in the site's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import scrapy
from scrapy.http import Response

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.dice_records import (
    billed,
    find_events,
    image_of,
    partner_status,
    profiles,
    running_order,
    site_acts,
    site_price,
    site_status,
    texts_at,
    ticket_prices,
)
from sms_crawlers.reading import UnreadableField, instant_to_local, is_same_hour
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, number_at, records_at, required_text, text_at, zone_at
from sms_crawlers.reading.prose import printed, printed_title
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.spider import Outcome, SourceSpider

API_HOST = "events-api.dice.fm"
API = f"https://{API_HOST}/v1/events"
KEY = "DICE_API_KEY"
MAX_PAGES = 40
SEVERAL_DAYS = timedelta(hours=36)
"""From this length on an event is one of several days: the end of a single night is often given a day late."""


class DiceEventsSpider(SourceSpider):
    """Reads what DICE says of events, whoever asked for it.

    An answer of the partner API (`events-api.dice.fm`) is read whatever the spider; its further pages are asked for
    only by a spider that has a key. The id is DICE's own, the same in both forms.

    The hour of an event is that of the first act, but that of the doors where only those are timed: it is then the
    doors' and the start is unknown. The running order names the opener first, here the billing order is the headliner
    first; where the list of artists, which leaves out who has no profile, runs as the running order does, so does
    the bill. Prices are face values, in the site's form with fees.
    """

    platform = "DICE"
    further_hosts = (API_HOST,)

    def callback_for(self, url: str) -> Callable[..., Any]:
        """The partner API's answers are of another form than the site's."""
        return self.parse_partner if urlsplit(url).hostname == API_HOST else self.parse

    def partner_request(self, url: str, page: int) -> scrapy.Request:
        """Ask the partner API; the key goes to it alone, so no redirect is followed."""
        return scrapy.Request(
            url,
            callback=self.parse_partner,
            headers={"x-api-key": self.key_values[KEY]},
            cb_kwargs={"page": page},
            dont_filter=True,
        )

    def parse_partner(self, response: Response, page: int = 1) -> Iterator[Any]:
        """Read a page of the partner API's listing, and ask for the next one."""
        answer = load_json(as_text(response).body, "DICE partner API")
        records = inner(answer, "data")
        if not isinstance(records, list):
            raise UnreadablePage(f"DICE partner API: no list under data: {str(answer)[:120]}")
        yield from self.read_each(records, lambda record: self.partner_event(record, response), response)
        following = text_at(answer, "links", "next")
        if following is None:
            return
        if KEY not in self.key_values or not following.startswith(f"https://{API_HOST}/") or page >= MAX_PAGES:
            listing_incomplete(self, f"the listing goes on after page {page}")
            return
        yield self.partner_request(following, page + 1)

    def read_site(self, data: Any, response: Response) -> Iterator[Outcome]:
        """Read the first list of events in data of the site. Raises UnreadablePage if there is none."""
        records = find_events(data)
        if records is None:
            raise UnreadablePage("no list of DICE events in the data")
        yield from self.read_each(records, lambda record: self.site_event(record, response), response)

    def partner_event(self, record: Any, response: Response) -> RawEventItem:
        """An event of the partner API."""
        doors, acts, first_act = running_order(record)
        page = text_at(record, "url")
        place = next(iter(records_at(record, "venues")), None)
        return self.item(
            response,
            source_event_id=required_text(record, "id", field="source_event_id"),
            source_url=page,
            title=printed_title(text_at(record, "name")),
            doors_time=doors,
            venue_name=printed(text_at(record, "venue")) or printed(text_at(place, "name")),
            venue_address=text_at(record, "location", "street") or text_at(record, "address"),
            venue_city=text_at(record, "location", "city"),
            venue_region=text_at(record, "location", "state"),
            venue_postal_code=text_at(record, "location", "zip"),
            venue_country=text_at(record, "location", "country"),
            latitude=number_at(record, "location", "lat"),
            longitude=number_at(record, "location", "lng"),
            source_venue_id=text_at(place, "id"),
            venue_url=text_at(place, "url"),
            artists=billed(acts, profiles(record)),
            description=text_at(record, "description") or text_at(record, "raw_description"),
            age_text=printed(text_at(record, "age_limit")),
            status_text=partner_status(record),
            genres=[*texts_at(record, "type_tags"), *texts_at(record, "genre_tags")],
            image_url=image_of(record),
            ticket_url=text_at(record, "external_url") or page,
            payload=record,
            **self._schedule(
                start=required_text(record, "date", field="event_day"),
                end=text_at(record, "date_end"),
                zone=zone_at(record, "timezone"),
                doors=None if first_act else doors,
            ),
            **ticket_prices(record),
        )

    def site_event(self, record: Any, response: Response) -> RawEventItem:
        """An event of the site: of a venue's page, or of its search."""
        place = next(iter(records_at(record, "venues")), None)
        zone = zone_at(record, "dates", "timezone") or self.timezone
        doors = local_hour(text_at(place, "doors_open_date"), zone)
        path = text_at(record, "perm_name")
        page = (
            f"https://dice.fm/event/{quote(path, safe='')}" if path else text_at(record, "social_links", "event_share")
        )
        return self.item(
            response,
            source_event_id=required_text(record, "id", field="source_event_id"),
            source_url=page,
            title=printed_title(text_at(record, "name")),
            doors_time=doors,
            venue_name=printed(text_at(place, "name")),
            venue_address=text_at(place, "address"),
            venue_city=text_at(place, "city", "name"),
            venue_country=text_at(place, "city", "country_code"),
            latitude=number_at(place, "location", "lat"),
            longitude=number_at(place, "location", "lng"),
            source_venue_id=text_at(place, "id"),
            artists=site_acts(record),
            description=text_at(record, "about", "description"),
            status_text=site_status(record),
            genres=[name for tag in records_at(record, "tags_types") if (name := text_at(tag, "name"))],
            image_url=image_of(record),
            ticket_url=page,
            payload=record,
            **self._schedule(
                start=required_text(record, "dates", "event_start_date", field="event_day"),
                end=text_at(record, "dates", "event_end_date"),
                zone=zone,
                doors=doors,
            ),
            **site_price(record),
        )

    def _schedule(self, *, start: str, end: str | None, zone: str | None, doors: str | None) -> dict[str, str | None]:
        """Day, start and end. A start at the hour of the doors is theirs, unless `doors` is None."""
        zone = zone or self.timezone
        day, hour = instant_to_local(start, zone)
        begins = None if is_same_hour(hour, doors) else hour
        fields = {"event_day": day.isoformat(), "start_time": begins, "timezone": zone}
        try:
            end_day, end_hour = instant_to_local(end or "", zone)
            length = datetime.fromisoformat(end or "") - datetime.fromisoformat(start)
        except UnreadableField:
            return fields  # the event stands without an end; the payload keeps what was told
        if length <= timedelta(0):
            return fields
        return fields | {"end_time": end_hour, "end_day": end_day.isoformat() if length >= SEVERAL_DAYS else None}


def local_hour(instant: str | None, zone: str) -> str | None:
    """The hour of an instant; None where there is none that can be read: the event stands without it."""
    try:
        return instant_to_local(instant or "", zone)[1]
    except UnreadableField:
        return None
