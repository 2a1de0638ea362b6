"""schema.org Events that a page states for machines, as JSON-LD or as microdata, whatever made the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson
from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import ListedArtist, RawEventItem, RecordSkip
from sms_crawlers.platforms.answers import as_text
from sms_crawlers.platforms.json_records import inner, text_at
from sms_crawlers.platforms.prose import printed, printed_title, read_prose
from sms_crawlers.reading import UnreadableField, absolute, instant_to_local, read_day, slug, text_of
from sms_crawlers.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:[T ](?P<hour>\d\d:\d\d)(?P<seconds>:\d\d(?:\.\d+)?)?\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?$"
)
_TOO_DEEP = 12
"""Levels of nesting that are looked through; pages nest three or four."""


class StructuredDataSpider(SourceSpider):
    """A page with schema.org Events (https://schema.org/Event) in `script[type="application/ld+json"]` or in markup
    with `itemscope itemtype="https://schema.org/…Event"`.

    Set, besides what every spider sets: `start_urls`. The id is the event's address, else its day and title. A start
    with an offset is an instant, told in the venue's zone; one without is local. Midnight without an offset stands for
    a day without an hour. Performers are taken in their order.
    """

    platform = "schema.org events"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """A page with at least one Event that has a start."""
        for form, events in (("JSON-LD", json_ld_events(page)), ("microdata", microdata_events(page))):
            dated = [event for event in events if text_at(event, "startDate")]
            if dated:
                return Recognition(f"{len(dated)} schema.org events as {form} in the page", {"start_urls": [page.url]})
        return None

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the page's events. Raises UnreadablePage for a page without one."""
        page = as_text(response)
        events = json_ld_events(page) or microdata_events(page)
        if not events:
            raise UnreadablePage("no schema.org Event in the page, as JSON-LD or microdata")
        yield from self.read_each(events, lambda event: self.event(page, event), page)

    def event(self, response: TextResponse, event: Any) -> RawEventItem | RecordSkip:
        """One Event as an item."""
        title = printed_title(text_at(event, "name"))
        day, start = self._moment(text_at(event, "startDate"))
        if day is None:
            raise UnreadableField("event_day", f"no startDate in the event {title!r}")
        if day < self.today.isoformat():
            return RecordSkip(reason="past day")
        doors = self._hour(event, "doorTime")
        end_day, end = self._end(event)
        url = absolute(response, text_at(event, "url"))
        description = text_at(event, "description")
        prose = read_prose(description)
        return self.item(
            response,
            source_event_id=url or f"{day}-{slug(title)}",
            source_url=url,
            title=title,
            event_day=day,
            start_time=start or prose.times.show,
            doors_time=doors or prose.times.doors,
            end_time=end,
            end_day=end_day if end_day and end_day > day and end is None else None,
            artists=list(_performers(event)),
            description=description,
            price_text=prose.price_text,
            age_text=printed(text_at(event, "typicalAgeRange")) or prose.age_text,
            status_text=_status(event),
            image_url=absolute(response, _first_text(inner(event, "image"), "url")),
            ticket_url=absolute(response, _first_text(inner(event, "offers"), "url")),
            payload=event,
            **_prices(event),
            **_place(event),
        )

    def _moment(self, stated: str | None) -> tuple[str | None, str | None]:
        """Local day and hour of a stated moment; both None where nothing is stated."""
        if stated is None:
            return None, None
        found = _MOMENT.match(stated)
        if found is None:
            return read_day(stated, near=self.today).isoformat(), None
        if found["zone"]:
            zone = found["zone"].replace(":", "")
            offset = "+00:00" if zone == "Z" else f"{zone[:3]}:{zone[3:]}"
            day, hour = instant_to_local(f"{found['day']}T{found['hour']}{offset}", self.timezone)
            return day.isoformat(), hour
        read_day(found["day"], near=self.today)
        return found["day"], None if found["hour"] in (None, "00:00") else found["hour"]

    def _hour(self, event: Any, name: str) -> str | None:
        stated = text_at(event, name)
        bare = re.match(r"(\d\d:\d\d)(:\d\d)?$", stated or "")
        if bare:
            return bare[1]
        try:
            return self._moment(stated)[1]
        except UnreadableField:
            return None  # the event stands without it; the payload keeps what was told

    def _end(self, event: Any) -> tuple[str | None, str | None]:
        if text_at(event, "endDate") == text_at(event, "startDate"):
            return None, None
        try:
            return self._moment(text_at(event, "endDate"))
        except UnreadableField:
            return None, None  # the event stands without it; the payload keeps what was told


def json_ld(page: TextResponse) -> list[dict[str, Any]]:
    """Every object of the page's JSON-LD, those within others too; a script that is no JSON is passed over."""
    found: list[dict[str, Any]] = []
    for script in page.css('script[type="application/ld+json"]::text').getall() if _is_markup(page) else ():
        try:
            found += _objects(orjson.loads(script), 0)
        except orjson.JSONDecodeError:
            continue
    return found


def json_ld_events(page: TextResponse) -> list[dict[str, Any]]:
    """The Events among the page's JSON-LD, each once."""
    events = [record for record in json_ld(page) if is_event(record) and record.get("startDate")]
    return [event for number, event in enumerate(events) if event not in events[:number]]


def microdata(page: TextResponse) -> list[dict[str, Any]]:
    """The outermost items of the page's schema.org microdata, in the form of JSON-LD."""
    if not _is_markup(page):
        return []
    outermost = page.xpath("//*[@itemscope and contains(@itemtype, 'schema.org/') and not(@itemprop)]")
    return [_microdata_item(item, 0) for item in outermost]


def microdata_events(page: TextResponse) -> list[dict[str, Any]]:
    """The Events among the page's microdata."""
    return [record for item in microdata(page) for record in _objects(item, 0) if is_event(record)]


def is_event(record: dict[str, Any]) -> bool:
    """Is an object of type Event, or of one of the types that schema.org derives from it?"""
    kinds = record.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and (name.endswith("Event") or name == "Festival") for name in names)


def _is_markup(page: TextResponse) -> bool:
    return page.selector.type in ("html", "xml")


def _objects(value: Any, depth: int) -> list[dict[str, Any]]:
    """The objects in a value, outer ones first."""
    if depth > _TOO_DEEP or not isinstance(value, dict | list):
        return []
    inside = value.values() if isinstance(value, dict) else value
    found = [value] if isinstance(value, dict) and "@type" in value else []
    return found + [record for part in inside for record in _objects(part, depth + 1)]


def _microdata_item(item: Selector, depth: int) -> dict[str, Any]:
    record: dict[str, Any] = {"@type": item.attrib.get("itemtype", "").rstrip("/").rpartition("/")[2]}
    own = item.xpath(".//*[@itemprop][count(ancestor::*[@itemscope]) = $level]", level=_level(item) + 1)
    for part in own:
        value: Any
        if "itemscope" in part.attrib:
            value = _microdata_item(part, depth + 1) if depth < _TOO_DEEP else None
        else:
            stated = next(
                (part.attrib[name] for name in ("content", "datetime", "href", "src") if name in part.attrib), ""
            )
            value = stated or text_of(part)
        for name in part.attrib["itemprop"].split():
            there = record.get(name)
            record[name] = value if there is None else [*(there if isinstance(there, list) else [there]), value]
    return record


def _level(item: Selector) -> int:
    return len(item.xpath("ancestor::*[@itemscope]"))


def _first_text(value: Any, name: str) -> str | None:
    """The first text of a value that may be a text, an object with it under `name`, or a list of those."""
    for part in value if isinstance(value, list) else [value]:
        text = part.strip() if isinstance(part, str) else text_at(part, name)
        if text:
            return text
    return None


def _performers(event: Any) -> Iterator[ListedArtist]:
    performers = inner(event, "performer") or inner(event, "performers")
    for performer in performers if isinstance(performers, list) else [performers]:
        name = printed(_first_text(performer, "name"))
        if name and name not in ("Organization", "Person", "PerformingGroup", "MusicGroup"):
            yield {"name": name}


def _status(event: Any) -> str | None:
    status = (_first_text(inner(event, "eventStatus"), "@id") or "").rpartition("/")[2]
    told = {"EventCancelled": "Cancelled", "EventPostponed": "Postponed", "EventRescheduled": "Rescheduled"}.get(status)
    sold_out = (_first_text(inner(event, "offers"), "availability") or "").endswith("SoldOut")
    return told or ("Sold out" if sold_out else None)


def _prices(event: Any) -> dict[str, Any]:
    offers = inner(event, "offers")
    offers = [offer for offer in (offers if isinstance(offers, list) else [offers]) if isinstance(offer, dict)]
    stated = [text_at(offer, name) for offer in offers for name in ("price", "lowPrice", "highPrice")]
    prices = [float(text) for text in stated if text and re.fullmatch(r"\d{1,5}(\.\d+)?", text)]
    currency = next(filter(None, (text_at(offer, "priceCurrency") for offer in offers)), None)
    return {"price_min": min(prices), "price_max": max(prices), "currency": currency} if prices else {}


def _place(event: Any) -> dict[str, Any]:
    """The place as the event names it."""
    place = inner(event, "location")
    place = place[0] if isinstance(place, list) and place else place
    if isinstance(place, str):
        return {"venue_name": printed(place)}
    address = inner(place, "address")
    if isinstance(address, str):
        return {"venue_name": printed(text_at(place, "name")), "venue_address": printed(address)} | _point(place)
    return {
        "venue_name": printed(text_at(place, "name")),
        "venue_address": printed(text_at(address, "streetAddress")),
        "venue_city": printed(text_at(address, "addressLocality")),
        "venue_region": printed(text_at(address, "addressRegion")),
        "venue_postal_code": text_at(address, "postalCode"),
        "venue_country": _first_text(inner(address, "addressCountry"), "name"),
    } | _point(place)


def _point(place: Any) -> dict[str, float]:
    """Latitude and longitude of a place; nothing unless it states both."""
    degrees = [text_at(place, "geo", name) or text_at(place, name) for name in ("latitude", "longitude")]
    if any(text is None or not re.fullmatch(r"-?\d{1,3}(\.\d+)?", text) for text in degrees):
        return {}
    return dict(zip(("latitude", "longitude"), (float(text) for text in degrees if text), strict=True))
