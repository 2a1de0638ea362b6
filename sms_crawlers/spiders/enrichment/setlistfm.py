"""setlist.fm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from sms_crawlers.artist_lookup import ArtistLookupSpider
from sms_crawlers.budget import Budget
from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import ArtistLookupItem, ListedArtist, RawEventItem, RecordSkip
from sms_crawlers.keys import ApiKey
from sms_crawlers.reading import UnreadableField
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, required_text, text_at
from sms_crawlers.spider import Outcome
from sms_database.artist_lookup import AskedArtist

API = "https://api.setlist.fm/rest/1.0/artist"
KEY = "SETLISTFM_API_KEY"

_DAY_MONTH_YEAR = re.compile(r"^(\d{2})-(\d{2})-(\d{4})$")
_ARTIST = re.compile(r"/artist/([0-9a-f-]{36})/setlists")


class SetlistfmSpider(ArtistLookupSpider):
    """What artists of the calendar have played of late, through the documented API: the latest twenty setlists of each.

    It is asked by MusicBrainz id, so an artist needs a link to MusicBrainz first. A setlist becomes a row of its own
    kind, with the songs in its payload: a night that was played, here or elsewhere, is no part of the calendar.
    `eventDate` is day-month-year; no hour exists. The coordinates are those of the town. An artist without
    setlists is answered by 404.
    """

    name = "setlistfm"
    title = "setlist.fm"
    homepage = "https://www.setlist.fm"
    further_hosts = ("api.setlist.fm",)
    kind = "setlist"
    service = "setlistfm"
    asked_link = "musicbrainz"
    asks_by = frozenset({"id"})
    keeps_for = timedelta(days=30)
    keys = (ApiKey(KEY, "https://www.setlist.fm/settings/api"),)
    budget = Budget(requests=1_440, per="day", requests_per_second=2)
    trust = 20
    terms = "Free for non-commercial use; each setlist shown links to its page on setlist.fm"

    def request_about(self, artist: AskedArtist) -> Request | RecordSkip:
        """The first page of an artist's setlists."""
        url = f"{API}/{(artist.id or '').lower()}/setlists?p=1"
        if not _ARTIST.search(url):
            return RecordSkip(reason="no MusicBrainz id")
        return Request(
            url,
            headers={"x-api-key": self.key_values[KEY], "Accept": "application/json"},
            callback=self.parse,
            meta={"handle_httpstatus_list": [404]},
            dont_filter=True,
        )

    def parse(self, response: Response) -> Iterator[Outcome | ArtistLookupItem]:
        """The setlists, and that the artist was asked about."""
        if response.status != 404:
            records = inner(load_json(as_text(response).text, "setlist.fm"), "setlist")
            if not isinstance(records, list):
                raise UnreadablePage("setlist.fm: no list of setlists")
            yield from self.read_each(records, lambda record: self._setlist(record, response), response)
        if asked := _ARTIST.search(urlsplit(response.url).path):
            fetched_at = self.fetched_at(response)
            yield ArtistLookupItem(service=self.service, asked_by="id", asked=asked[1], fetched_at=fetched_at)

    def _setlist(self, record: Any, response: Response) -> RawEventItem:
        name = required_text(record, "artist", "name", field="title")
        artist: ListedArtist = {"name": name}
        if musicbrainz_id := text_at(record, "artist", "mbid"):
            artist["musicbrainz_id"] = musicbrainz_id
        if page := text_at(record, "artist", "url"):
            artist["url"] = page
        item = self.item(
            response,
            source_event_id=required_text(record, "id", field="source_event_id"),
            source_url=text_at(record, "url"),
            title=name,
            event_day=_day(text_at(record, "eventDate")),
            venue_name=text_at(record, "venue", "name"),
            venue_city=text_at(record, "venue", "city", "name"),
            venue_region=text_at(record, "venue", "city", "stateCode"),
            venue_country=text_at(record, "venue", "city", "country", "code"),
            source_venue_id=text_at(record, "venue", "id"),
            venue_url=text_at(record, "venue", "url"),
            artists=[artist],
            payload=record,
        )
        return replace(item, timezone=None)


def _day(printed: str | None) -> str:
    try:
        day, month, year = map(int, _DAY_MONTH_YEAR.findall(printed or "")[0])
        return date(year, month, day).isoformat()
    except (IndexError, ValueError):
        raise UnreadableField("event_day", f"{printed!r:.40} is no day-month-year") from None
