"""Spotify."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from scrapy import FormRequest, Request
from scrapy.http import Response

from sms_crawlers.artist_lookup import ArtistLookupSpider, candidate_of, read_candidates
from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import ArtistLookupItem, Candidate, RecordError
from sms_crawlers.keys import ApiKey
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, text_at
from sms_database.artist_lookup import AskedArtist

TOKEN = "https://accounts.spotify.com/api/token"
SEARCH = "https://api.spotify.com/v1/search"
CANDIDATES = 10

_CONSOLE = "https://developer.spotify.com/dashboard"
_CLIENT_ID, _CLIENT_SECRET = "SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"


class ArtistsSpotifySpider(ArtistLookupSpider):
    """Spotify's Web API, as far as it is left to everyone since February 2026: the search for artists, and their links.

    A token is asked for once a run with the application's id and secret; it lives an hour and is kept nowhere.
    Of each artist that the search finds only id, name and page are taken: the other fields are cut for most
    applications, and popularity says nothing about who is meant. The search answers with strangers of the same name.
    """

    name = "artists_spotify"
    title = "Spotify"
    homepage = "https://open.spotify.com"
    further_hosts = ("accounts.spotify.com", "api.spotify.com")
    service = "spotify"
    asked_link = "spotify"
    asks_by = frozenset({"name"})
    keys = (ApiKey(_CLIENT_ID, _CONSOLE), ApiKey(_CLIENT_SECRET, _CONSOLE))
    terms = "Developer terms: ids and links only, shown with a link to Spotify"

    async def start(self) -> AsyncIterator[Any]:
        """A token, if there is anyone to ask about."""
        if self.asked:
            client = f"{self.key_values[_CLIENT_ID]}:{self.key_values[_CLIENT_SECRET]}"
            yield FormRequest(
                TOKEN,
                formdata={"grant_type": "client_credentials"},
                headers={"Authorization": f"Basic {base64.b64encode(client.encode()).decode()}"},
                callback=self.parse_token,
                dont_filter=True,
            )

    def callback_for(self, url: str) -> Callable[..., Any]:
        """The token's answer, or a search's."""
        return self.parse_token if url == TOKEN else self.parse

    def parse_token(self, response: Response) -> Iterator[Request]:
        """A search for each artist, with the token in the header."""
        token = text_at(load_json(as_text(response).text, "Spotify's token"), "access_token")
        if token is None or not token.isascii() or not token.isprintable():
            raise UnreadablePage("Spotify: no token that can be used")
        for artist in self.asked:
            yield self.request_about(artist).replace(headers={"Authorization": f"Bearer {token}"})

    def request_about(self, artist: AskedArtist) -> Request:
        """A search for the name; a colon or quote in it would be read as a filter."""
        plain = " ".join(artist.name.replace(":", " ").replace('"', " ").split())
        query = urlencode({"q": f"artist:{plain}", "type": "artist", "limit": CANDIDATES})
        return Request(f"{SEARCH}?{query}", callback=self.parse, cb_kwargs={"asked": artist.name}, dont_filter=True)

    def parse(self, response: Response, asked: str | None = None) -> Iterator[ArtistLookupItem | RecordError]:
        """The artists that a search found; without `asked` the name is taken from the URL."""
        records = inner(load_json(as_text(response).text, "Spotify"), "artists", "items")
        if not isinstance(records, list):
            raise UnreadablePage("Spotify: no list of artists")
        query = parse_qs(urlsplit(response.url).query).get("q", [""])[0]
        name = asked or query.removeprefix("artist:")
        found = [record for record in records if record is not None]
        yield from read_candidates(self, response, found, _candidate, asked_by="name", asked=name)


def _candidate(record: Any) -> Candidate:
    candidate = candidate_of(record)
    candidate["url"] = f"https://open.spotify.com/artist/{candidate['id']}"
    return candidate
