"""schema.org Events that a page states for machines: as JSON-LD, be it written ever so carelessly, or as microdata."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Any

import orjson
from scrapy.http import Response, TextResponse
from w3lib.url import url_query_cleaner

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordError, RecordSkip
from sms_crawlers.reading import UnreadableField, clock_face, slug
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.event_nights import nights_of
from sms_crawlers.reading.json_records import inner, number_at, records_at
from sms_crawlers.reading.microdata import microdata_events
from sms_crawlers.reading.schema_event import is_event, is_online_only, listed, read_json_ld_event
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

__all__ = ["JsonLdSpider", "is_event", "json_ld", "json_ld_events", "read_json_ld_event"]

_TOO_DEEP = 20
"""Levels of nesting that are looked through; pages nest four or five."""
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|,(?=\s*[}\]])', re.DOTALL)
_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?', re.DOTALL)
_TRACKING = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_SMART_QUOTE = re.compile("[\u201c\u201d\u201e\u2033]")
_BROKEN_RECORDS = 500
"""How often reading begins anew behind a mistake: each time costs what is read until the next one."""
_ROOT = re.compile(r"[{\[]")


class JsonLdSpider(SourceSpider):
    """A page with schema.org Events (https://schema.org/Event), whatever made it.

    How to know it: `script[type="application/ld+json"]` with an object whose `@type` is Event or one of its kinds
    (MusicEvent, Festival …), alone or in arrays, `@graph`, ItemList or another object; or markup with
    `itemscope itemtype="https://schema.org/…Event"`.

    Set, besides what every spider sets: `start_urls`. How an Event is read is told in `schema_event`, what nights it
    has in `event_nights`; one that is only online is skipped. The id is the
    event's address; where several events share it or it is the page itself, with "@" and the day, and the hour where
    that is needed; where there is none, the day and the title.
    """

    platform = "schema.org events"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """A page with at least one Event that states its start."""
        for form, events in (("JSON-LD", json_ld_events(page)), ("microdata", microdata_events(page))):
            dated = sum(1 for event in events if any(key.casefold() == "startdate" for key in event))
            if dated:
                return Recognition(f"{dated} schema.org events as {form} in the page", {"start_urls": [page.url]})
        return None

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the page's events. Raises UnreadablePage for a page that has none, nor an empty list of them."""
        page = as_text(response)
        broken = [rest for script in _scripts(page) for rest in _values(script)[1] if '"startDate"' in rest]
        for rest in broken:
            yield RecordError(
                field="title", reason="a script of JSON-LD that is no JSON", record=rest[:4000], url=page.url
            )
        for held, told in lists_of_more(page):
            listing_incomplete(self, f"a list of {told:.0f} items, of which the page holds {held}")
        events = json_ld_events(page) or microdata_events(page)
        if not (events or broken or has_empty_list(page)):
            raise UnreadablePage("no schema.org Event in the page, as JSON-LD or microdata")
        nights: list[dict[str, Any]] = []
        for event in events:
            try:
                nights += nights_of(event, zone=self.timezone, today=self.today)
            except UnreadableField as problem:
                yield RecordError(field=problem.field, reason=problem.reason, record=event, url=page.url)
        distinct = {orjson.dumps(event): str(event.get("url")) for event in nights}
        addresses = Counter(distinct.values())
        taken: set[str] = set()

        def read(event: Any) -> RawEventItem | RecordSkip:
            if distinct.pop(orjson.dumps(event), None) is None:
                return RecordSkip(reason="printed twice")
            if is_online_only(event):
                return RecordSkip(reason="online only")
            fields = self.fields_of(page, event)
            if (fields["end_day"] or fields["event_day"]) < self.today.isoformat():
                return RecordSkip(reason="past day")
            identity = self.identity(fields, page, shared=addresses[str(event.get("url"))] > 1)
            hour = fields["start_time"] and clock_face(fields["start_time"])
            identity = f"{identity}T{hour}" if identity in taken else identity
            taken.add(identity)
            return self.item(page, source_event_id=identity, payload=event, **fields)

        yield from self.read_each(nights, read, page)

    def fields_of(self, page: TextResponse, event: dict[str, Any]) -> dict[str, Any]:
        """An Event's fields of the item. Raises UnreadableField."""
        return read_json_ld_event(event, page, zone=self.timezone, near=self.today)

    def identity(self, fields: dict[str, Any], page: TextResponse, *, shared: bool) -> str:
        """The id of an event; `shared`: others in the page have the same address."""
        url, day = fields["source_url"], fields["event_day"]
        if url is None:
            return f"{day}-{slug(fields['title'])}"
        own = url_query_cleaner(url, _TRACKING, remove=True)
        return f"{own}@{day}" if shared or url == page.url else own


def json_ld(page: TextResponse) -> list[dict[str, Any]]:
    """Every typed object of the page's JSON-LD, those within others too, outer ones first.

    Of references (`{"@id": …}`) to another object of the page, the object stands in their place. A script that is no
    JSON at all is passed over; commas too many, control characters, wrong escapes, comments around the JSON and
    several values in one script are not minded.
    """
    found = [record for script in _scripts(page) for value in _values(script)[0] for record in _objects(value, 0)]
    known = {record["@id"]: record for record in found if isinstance(record.get("@id"), str) and len(record) > 1}
    return [{key: _resolved(value, known) for key, value in record.items()} for record in found]


def json_ld_events(page: TextResponse) -> list[dict[str, Any]]:
    """The Events among the page's JSON-LD as they stand there; a series that lists its events is none."""
    return [record for record in json_ld(page) if is_event(record) and not _is_umbrella(record)]


def has_empty_list(page: TextResponse) -> bool:
    """Does the page's JSON-LD hold a list without anything in it?"""
    return any(record.get("itemListElement") == [] for record in json_ld(page))


def lists_of_more(page: TextResponse) -> Iterator[tuple[int, float]]:
    """Of each ItemList of Events that tells more items than it holds: how many it holds, and how many it tells."""
    for record in json_ld(page):
        held, told = records_at(record, "itemListElement"), number_at(record, "numberOfItems")
        items = [inner(element, "item") or element for element in held]
        if told is not None and len(held) < told and any(isinstance(item, dict) and is_event(item) for item in items):
            yield len(held), told


def _scripts(page: TextResponse) -> list[str]:
    """The texts of the page's scripts of JSON-LD."""
    if page.selector.type not in ("html", "xml"):
        return []
    scripts = page.xpath("//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]")
    return [script.xpath("string()").get("").strip() for script in scripts]


def _values(script: str) -> tuple[list[Any], list[str]]:
    """The JSON values of a script, and the pieces between them that cannot be read."""
    try:
        value = orjson.loads(script)
        orjson.dumps(value)
    except orjson.JSONDecodeError:
        return _mended_values(script)
    except orjson.JSONEncodeError:
        return [], [script]  # nested deeper than a payload may be
    return [value], []


def _mended_values(script: str) -> tuple[list[Any], list[str]]:
    """The same of a script that is JSON with mistakes: what stands around the values is passed over.

    In a list with a broken record the records around it are whole, and are read one by one.
    """
    text = _CDATA.sub("", script if '"' in script else unescape(script))
    if "\u201c@type\u201d" in text.casefold():
        text = _SMART_QUOTE.sub('"', text)
    text = _STRING_OR_COMMA.sub(_mended, text)
    decoder, found, broken = json.JSONDecoder(strict=False), [], []
    failed = 0
    lost: int | None = None
    root = _ROOT.search(text)
    while root and failed <= _BROKEN_RECORDS:
        try:
            value, end = decoder.raw_decode(text, root.start())
            value = orjson.loads(orjson.dumps(value))
        except (ValueError, TypeError, RecursionError):
            failed += 1
            lost = root.start() if lost is None else lost
            root = _ROOT.search(text, root.end())
            continue
        if lost is None or _is_record(value):
            found.append(value)
            if lost is not None:
                broken.append(text[lost : root.start()])
                lost = None
        root = _ROOT.search(text, end)
    if lost is not None:
        broken.append(text[lost:])
    return found, broken if found else [script]


def _is_record(value: Any) -> bool:
    """Is a value found behind a mistake a record of its own, not a part of the broken one?"""
    return isinstance(value, dict) and is_event(value)


def _mended(token: re.Match[str]) -> str:
    """A string with its wrong escapes unescaped; nothing for a comma before a closing bracket."""
    text = token.group()
    return "" if text == "," else _ESCAPE.sub(lambda escape: escape.group() if escape[1] else "", text)


def _objects(value: Any, depth: int) -> list[dict[str, Any]]:
    """The typed objects in a value, but for the event that an event is part of."""
    if depth > _TOO_DEEP or not isinstance(value, dict | list):
        return []
    if isinstance(value, list):
        return [record for part in value for record in _objects(part, depth + 1)]
    found = [value] if any(key.casefold() in ("@type", "itemlistelement") for key in value) else []
    inside = [_of_the_whole(part, value, key) for key, part in value.items() if key != "superEvent"]
    return found + [record for part in inside for record in _objects(part, depth + 1)]


def _of_the_whole(part: Any, whole: dict[str, Any], key: str) -> Any:
    """A part of an event; one that is an event itself has name and place of the whole where it tells none."""
    if isinstance(part, list):
        return [_of_the_whole(one, whole, key) for one in part]
    if key.casefold() not in ("subevent", "subevents") or not isinstance(part, dict) or not is_event(part):
        return part
    return {name: whole[name] for name in ("name", "location") if name in whole and name not in part} | part


def _resolved(value: Any, known: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_resolved(part, known) for part in value]
    if isinstance(value, dict) and value.keys() == {"@id"} and isinstance(value["@id"], str):
        return known.get(value["@id"], value)
    return value


def _is_umbrella(event: dict[str, Any]) -> bool:
    """Is an event a series whose nights stand in it, or one whose parts are nights of its own name?"""
    parts = [part for part in listed(event.get("subEvent")) if isinstance(part, dict) and part.get("startDate")]
    if "EventSeries" in str(event.get("@type")):
        return bool(event.get("subEvent"))
    return bool(parts) and all(part.get("name", event.get("name")) == event.get("name") for part in parts)
