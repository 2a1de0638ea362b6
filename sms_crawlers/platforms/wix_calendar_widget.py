"""Wix sites that show a Google calendar through the galilcloud widget: token from the page, then one JSON answer."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import scrapy
from scrapy.http import Response, TextResponse
from w3lib.url import add_or_replace_parameters

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RecordSkip
from sms_crawlers.network.browser import browser_available
from sms_crawlers.reading import UnreadableField, instant_to_local, time_between
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import load_json, required_text, text_at
from sms_crawlers.reading.prose import entry_times, printed_title, read_prose
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider
from sms_text.redaction import without_secrets

TOKEN = "instance"
"""The query field that holds the page's signed Wix token: somebody's credential, good for this crawl only."""

IFRAME_TIMEOUT = 20_000
"""Milliseconds that the page's scripts get to put the widget in its place."""

BARE_DAY = re.compile(r"\d{4}-\d\d-\d\d")
NIGHT_ID = re.compile(r"(?P<series>.+)_(?P<by_rule>\d{8}(?:T\d{6}Z)?)")


class TokenRequest(scrapy.Request):
    """A request whose address holds a token: no log line shows it, whatever writes one."""

    def __str__(self) -> str:
        return f"<{self.method} {without_secrets(self.url)}>"

    __repr__ = __str__


class WixCalendarWidgetSpider(SourceSpider):
    """A venue whose calendar page holds the widget.

    Ids are brought to the form of `ICalendarSpider`'s (see `calendar_id`), so that both ways to one calendar give one
    row. The answer reaches about 45 days back and 46 ahead; past days are skipped.
    """

    platform = "Google calendar in a widget on Wix"
    further_hosts = ("google-calendar.galilcloud.wixapps.net",)

    calendar_page: ClassVar[str]
    component_id: ClassVar[str]
    """The widget's compId, where the page does not tell it."""
    widget_api: ClassVar[str] = "https://google-calendar.galilcloud.wixapps.net/_api/getEvents"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """A page that names the widget's host."""
        host = urlsplit(cls.widget_api).netloc
        if host not in page.text:
            return None
        component = re.search(rf"{re.escape(host)}[^\s<>]{{0,2000}}?compId=(comp-\w+)", page.text)
        settings = {"calendar_page": page.url} | ({"component_id": component[1]} if component else {})
        return Recognition(f"the page names {host}", settings)

    async def start(self) -> AsyncIterator[Any]:
        """Request the calendar page."""
        yield self.page_request()

    def callback_for(self, url: str) -> Callable[..., Any]:
        """Answers of the widget's API hold the entries, the calendar page the token."""
        return self.parse_entries if urlsplit(url).path == urlsplit(self.widget_api).path else self.parse_page

    def page_request(self, **meta: Any) -> scrapy.Request:
        """The request for the calendar page."""
        return scrapy.Request(self.calendar_page, callback=self.parse_page, meta=meta, dont_filter=True)

    def parse_page(self, response: Response) -> Iterator[scrapy.Request]:
        """Read the widget's token from the page; where only its scripts make one, ask again through the browser."""
        query = widget_query(as_text(response).text, urlsplit(self.widget_api).netloc)
        if query:
            component = query.get("compId", self.component_id)
            address = add_or_replace_parameters(self.widget_api, {"compId": component, TOKEN: query[TOKEN]})
            # Scrapy logs the address of an answer that it keeps from a callback; so every answer goes to this one.
            meta = {"handle_httpstatus_all": True}
            yield TokenRequest(address, callback=self.parse_entries, meta=meta, dont_filter=True)
        elif response.meta.get("playwright"):
            raise UnreadablePage("the calendar page shows no calendar widget, even after its scripts ran")
        elif browser_available(self.settings):
            # Its DEBUG lines show the address of every frame, the token's among them.
            logging.getLogger("scrapy-playwright").setLevel(logging.INFO)
            yield self.page_request(**browser_meta(urlsplit(self.widget_api).netloc))
        else:
            raise UnreadablePage(
                "the calendar page tells the widget's token only after its scripts ran, and no browser is installed"
            )

    def parse_entries(self, response: Response) -> Iterator[Outcome]:
        """Read all entries of all days. Raises UnreadablePage for an answer of another shape."""
        if response.status != 200:
            raise UnreadablePage(f"getEvents: HTTP {response.status}")
        answer = response.replace(url=without_secrets(response.url))
        days = load_json(answer.body, "getEvents")
        days = days.get("eventsByDates") if isinstance(days, dict) else None
        if not isinstance(days, dict):
            raise UnreadablePage("getEvents: no eventsByDates in the answer")
        for entries in days.values():
            records = entries if isinstance(entries, list) else [entries]
            yield from self.read_each(records, lambda entry: self._read_entry(entry, answer), answer)

    def _read_entry(self, entry: Any, answer: Response) -> Outcome:
        """Read one entry. Raises UnreadableField if it has no id, title or start."""
        if not isinstance(entry, dict):
            raise UnreadableField("title", f"no entry: {str(entry)[:80]}")
        day, hour = local_of(entry, required_text(entry, "startDate", field="event_day"), self.timezone)
        last_day, end = end_of_entry(entry, day, hour, self.timezone)
        if last_day < self.today:
            return RecordSkip(reason="past day")
        description = text_at(entry, "description")
        prose = read_prose(description)
        times = entry_times(hour, end, prose.times)
        return self.item(
            answer,
            source_event_id=calendar_id(required_text(entry, "id", field="source_event_id"), self.timezone),
            source_url=self.calendar_page,
            title=printed_title(text_at(entry, "title")),
            event_day=day.isoformat(),
            start_time=times.show,
            doors_time=times.doors,
            end_time=times.end,
            end_day=last_day.isoformat() if last_day > day else None,
            description=description,
            price_text=prose.price_text,
            age_text=prose.age_text,
            payload=entry,
        )


def local_of(entry: dict[str, Any], value: str, zone: str) -> tuple[date, str | None]:
    """Local day and hour of a bare date (a whole day: no hour) or an instant in an entry."""
    if BARE_DAY.fullmatch(value):
        return _day(value), None
    day, hour = instant_to_local(value, zone)
    return day, None if entry.get("allDay") is True else hour


def end_of_entry(entry: dict[str, Any], day: date, hour: str | None, zone: str) -> tuple[date, str | None]:
    """The last day and the hour of the end. Whole days end on the day before the one told (Google's way)."""
    told = text_at(entry, "endDate")
    try:
        end_day, end = local_of(entry, told, zone) if told else (day, None)
    except UnreadableField:
        return day, None  # the entry stands without an end; the payload keeps what was told
    if end is None or hour is None:
        return max(day, end_day - timedelta(days=1)), None
    length = time_between(day, hour, end_day, end)
    if length <= timedelta(0):
        return day, None
    return end_day if length >= timedelta(days=1) else day, end


def widget_query(page: str, host: str) -> dict[str, str] | None:
    """The query of the widget's iframe address in a page, be it in markup or in a script; None without a token."""
    text = page.replace("\\/", "/").replace("\\u0026", "&").replace("&amp;", "&").replace("&quot;", '"')
    for address in re.findall(rf"//{re.escape(host)}/[^\s\"'\\]*", text):
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        if TOKEN in query:
            return query
    return None


def browser_meta(widget_host: str) -> dict[str, Any]:
    """Request meta that has the browser run a page's scripts until the widget's iframe stands in it."""
    # An optional extra: imported only where a browser is known to be there.
    from scrapy_playwright.page import PageMethod  # type: ignore[import-untyped]

    iframe = f"iframe[src*='{widget_host}'][src*='{TOKEN}=']"
    waiting = PageMethod("wait_for_selector", iframe, state="attached", timeout=IFRAME_TIMEOUT)
    return {"playwright": True, "playwright_page_methods": [waiting]}


def calendar_id(widget_id: str, zone: str) -> str:
    """The id that the entry has in the calendar's iCalendar feed, as `ICalendarSpider` makes it.

    Google's API names an entry `abc` where the feed has the UID `abc@google.com`, and a night of a series
    `abc_20261125T040000Z` (`abc_20261125` for whole days): the instant at which the rule puts it. An entry imported
    from elsewhere has a name with a leading underscore that does not tell its UID, and keeps it.
    """
    if widget_id.startswith("_"):
        return widget_id
    night = NIGHT_ID.fullmatch(widget_id)
    if night is None:
        return f"{widget_id}@google.com"
    by_rule = night["by_rule"]
    day = instant_to_local(by_rule, zone)[0] if "T" in by_rule else _day(by_rule)
    return f"{night['series']}@google.com@{day}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise UnreadableField("event_day", f"{text!r} is no day of the calendar") from problem
