"""Songkick."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Request, Response
from w3lib.url import add_or_replace_parameters

from sms_crawlers.area import AreaSpider
from sms_crawlers.errors import BadArgument, UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.keys import ApiKey
from sms_crawlers.platforms.json_ld import JsonLdSpider
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, number_at, records_at, required_text, text_at
from sms_crawlers.reading.prose import printed, printed_title
from sms_crawlers.runs.listing import compare_count, listing_incomplete, met_with
from sms_crawlers.spider import Outcome
from sms_crawlers.spiders.apis.songkick_records import bill_of, place_of, schedule_of
from sms_text.redaction import without_echoes

KEY = "SONGKICK_API_KEY"
CALENDAR = "https://api.songkick.com/api/3.0/metro_areas/{}/calendar.json"
METRO_AREAS = {"seattle": 2846}
PAGE_SIZE = 50
MAX_PAGES = 60


class SongkickSpider(AreaSpider, JsonLdSpider):
    """The calendar of a metro area, by the API 3.0: `-a city=seattle`, or `-a metro_area=2846` for any other.

    Days and hours are local to the room; an hour that is not known is null, and an end is told of festivals only. The
    bill is in the order of `billingIndex`; nearly every act is a headliner. An artist may have several MusicBrainz
    ids, of which none is taken. "Unknown venue" is no venue, and its coordinates are the town's. A town is told as one
    text, "Perth, WA, Australia". There are no prices, doors or pictures.

    A metro area's page, saved by a person, is read too (JSON-LD, with addresses); the site itself is never asked.
    `complete_listing` stays False: a run for one city says nothing of another's rows.
    """

    name = "songkick"
    title = "Songkick"
    homepage = "https://www.songkick.com"
    kind = "api"
    platform = "Songkick API"
    further_hosts = ("api.songkick.com",)
    keys = (ApiKey(KEY, "https://www.songkick.com/api_key_requests/new"),)
    by_name_only = "Songkick: a licence for the API, whose terms bar listings beside those of others"
    trust = 40
    terms = "By licence only; attribution with Songkick's logo and links."

    def __init__(self, *args: Any, metro_area: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = METRO_AREAS.get(self.area.slug)
        if metro_area is not None and not (metro_area.isascii() and metro_area.isdigit()):
            raise BadArgument(f"-a metro_area={metro_area}: the number in the address of the area's page")
        if metro_area is None and known is None:
            raise BadArgument(
                f"-a city={self.area.slug}: its metro area is not known, state it as -a metro_area=NUMBER"
            )
        self.metro_area = known if metro_area is None else int(metro_area)

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the first page of the area's calendar."""
        yield self._ask(f"{CALENDAR.format(self.metro_area)}?per_page={PAGE_SIZE}&page=1")

    def callback_for(self, url: str) -> Callable[..., Any]:
        """A page of the site is read otherwise than an answer of the API."""
        return self.parse_calendar if (urlsplit(url).hostname or "").startswith("api.") else self.parse_page

    def parse_calendar(self, response: Response, met: int | None = None) -> Iterator[Outcome | Request]:
        """Read a page of a calendar, after `met` events. Raises UnreadablePage for an error's answer."""
        text = without_echoes(as_text(response).text, self.key_values.values())
        answer = inner(load_json(text, "Songkick's answer"), "resultsPage")
        if text_at(answer, "status") != "ok" or not isinstance(inner(answer, "results"), dict):
            raise UnreadablePage(f"Songkick's answer: {text_at(answer, 'error', 'message') or 'no page of results'}")
        events = records_at(answer, "results", "event")
        yield from self.read_each(events, lambda event: self._read(event, response), response)
        page, size, total = (int(number_at(answer, name) or 0) for name in ("page", "perPage", "totalEntries"))
        if page >= MAX_PAGES and page * size < total:
            listing_incomplete(self, f"{total} events, of which {MAX_PAGES * size} are asked for in a run")
            return
        met = met_with(met, len(events), is_first=page == 1)
        if 0 < page * size < total:
            yield self._ask(add_or_replace_parameters(response.url, {"page": str(page + 1)}), met)
        else:
            compare_count(self, response, told=total, met=met)

    def parse_page(self, response: Response) -> Iterator[Outcome]:
        """Read a metro area's page."""
        for outcome in self.parse(response):
            if not isinstance(outcome, RawEventItem):
                yield outcome
                continue
            address = (outcome.source_url or "").partition("?")[0] or None
            own_id = (address or "").rpartition("/")[2].partition("-")[0]
            yield replace(
                outcome,
                source_event_id=own_id if own_id.isdigit() else outcome.source_event_id,
                source_url=address,
                ticket_url=address,
                image_url=None,  # its address is relative to a host that the page does not name
            )

    def _ask(self, url: str, met: int | None = None) -> Request:
        url = add_or_replace_parameters(url, {"apikey": self.key_values[KEY]})
        return Request(url, callback=self.parse_calendar, cb_kwargs={"met": met}, dont_filter=True)

    def _read(self, event: Any, response: Response) -> RawEventItem | RecordSkip:
        if inner(event, "flaggedAsEnded") is True:
            return RecordSkip(reason="flagged as ended")
        page, kind = text_at(event, "uri"), text_at(event, "type")
        item = self.item(
            response,
            source_event_id=required_text(event, "id", field="source_event_id"),
            source_url=page,
            title=printed_title(text_at(event, "displayName")),
            artists=bill_of(event),
            age_text=printed(text_at(event, "ageRestriction")),
            genres=[kind] if kind else [],
            ticket_url=page,
            payload=event,
            **schedule_of(event, self.timezone),
            **place_of(event),
        )
        if number_at(event, "venue", "metroArea", "id") != self.metro_area:
            item.timezone = None  # an artist's calendar leads elsewhere, and no zone is told
        return item
