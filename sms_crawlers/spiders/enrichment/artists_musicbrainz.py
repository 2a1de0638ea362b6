"""MusicBrainz."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response

from sms_crawlers.artist_lookup import ArtistLookupSpider, candidate_of, read_candidates
from sms_crawlers.errors import MissingContact, UnreadablePage
from sms_crawlers.items import ArtistLookupItem, Candidate, RecordError, RecordSkip
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, number_at, records_at, text_at
from sms_database.artist_lookup import AskedArtist
from sms_database.settings import get_settings

API = "https://musicbrainz.org/ws/2/artist/"
CANDIDATES = 5

_MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ASKED_NAME = re.compile(r'artist:"((?:[^"\\]|\\.)*)"')


class ArtistsMusicbrainzSpider(ArtistLookupSpider):
    r"""The open encyclopedia of music, through its documented API: https://musicbrainz.org/doc/MusicBrainz_API.

    An artist whose MusicBrainz id is known (Ticketmaster and Songkick give it, or an earlier search found it) is looked
    up by it, with its aliases and its pages elsewhere; the others are searched by name. The service's score says how
    well the *name* fits, and is 100 for each of two Nirvanas: who is meant is for the carpenter to say.

    One request a second for each address, and a User-Agent that names the program, its version and a contact, are
    conditions of use; a client that is too fast is answered 503. An id that was merged into another is answered by that
    other; one that never was, by 404.
    """

    name = "artists_musicbrainz"
    title = "MusicBrainz"
    homepage = "https://musicbrainz.org"
    service = "musicbrainz"
    asked_link = "musicbrainz"
    asks_by = frozenset({"name", "id"})
    terms = "Open API, core data CC0; one request a second, with a contact in the User-Agent"
    custom_settings = ArtistLookupSpider.custom_settings | {"DOWNLOAD_DELAY": 1}

    def get_ready(self, *, offline: bool) -> None:
        """Raise MissingContact where nobody could be reached."""
        if not offline and get_settings().contact is None:
            raise MissingContact(self.title)

    def request_about(self, artist: AskedArtist) -> Request | RecordSkip:
        """By id with all that is known of it, else a search for the name."""
        if artist.id is None:
            escaped = re.sub(r'(["\\])', r"\\\1", artist.name)
            query = urlencode({"query": f'artist:"{escaped}"', "fmt": "json", "limit": CANDIDATES})
            return self._request(f"{API}?{query}")
        if not _MBID.fullmatch(artist.id.lower()):
            return RecordSkip(reason="no MusicBrainz id")
        return self._request(f"{API}{artist.id.lower()}?inc=aliases+url-rels&fmt=json")

    def parse(self, response: Response) -> Iterator[ArtistLookupItem | RecordError]:
        """A list of artists, or the one that was asked for by its id."""
        asked_id = _asked_id(response.url)
        answer = load_json(as_text(response).text, "MusicBrainz") if response.status != 404 else {"artists": []}
        records = [answer] if text_at(answer, "id") else inner(answer, "artists")
        if not isinstance(records, list):
            raise UnreadablePage(f"MusicBrainz: no artists: {inner(answer, 'error')!s:.80}")
        if asked_id is not None:
            yield from read_candidates(self, response, records, _candidate, asked_by="id", asked=asked_id)
        else:
            name = _asked_name(response.url)
            yield from read_candidates(self, response, records, _candidate, asked_by="name", asked=name)

    def _request(self, url: str) -> Request:
        meta = {"expected_types": ("application/json",), "handle_httpstatus_list": [404] if _asked_id(url) else []}
        return Request(url, callback=self.parse, meta=meta, dont_filter=True)


def _candidate(record: Any) -> Candidate:
    candidate = candidate_of(record)
    candidate["url"] = f"https://musicbrainz.org/artist/{candidate['id']}"
    if aliases := [name for alias in records_at(record, "aliases") if (name := text_at(alias, "name"))]:
        candidate["aliases"] = aliases
    if (score := number_at(record, "score")) is not None:
        candidate["score"] = int(score)
    if country := text_at(record, "country"):
        candidate["country"] = country
    if note := text_at(record, "disambiguation"):
        candidate["note"] = note
    relations = [r for r in records_at(record, "relations") if inner(r, "ended") is not True]
    links = [(text_at(r, "type"), text_at(r, "url", "resource")) for r in relations]
    if pages := sorted({(kind, url) for kind, url in links if kind and url}):
        candidate["links"] = [{"kind": kind, "url": url} for kind, url in pages]
    return candidate


def _asked_id(url: str) -> str | None:
    last = urlsplit(url).path.rpartition("/")[2].lower()
    return last if _MBID.fullmatch(last) else None


def _asked_name(url: str) -> str:
    query = parse_qs(urlsplit(url).query).get("query", [""])[0]
    quoted = _ASKED_NAME.fullmatch(query)
    return re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else query.removeprefix("artist:")
