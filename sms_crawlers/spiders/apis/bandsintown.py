"""Bandsintown."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scrapy.http import Request, Response

from sms_crawlers.errors import BadArgument, NothingToAsk, UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.keys import ApiKey
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, records_at, required_text, text_at
from sms_crawlers.reading.prose import printed, printed_title, read_prose
from sms_crawlers.spider import Outcome, SourceSpider
from sms_crawlers.spiders.apis.bandsintown_records import (
    artist_of,
    line_up,
    place_of,
    price_of,
    schedule_of,
    without_query,
)
from sms_text.redaction import without_echoes

KEY = "BANDSINTOWN_APP_ID"
ARTISTS = "https://rest.bandsintown.com/artists/"
_UNKNOWN_ARTIST = ("{warn=not found}", "{error=not found}", "[notfound]")
_TWICE_ESCAPED = {"/": "%252F", "?": "%253F", "*": "%252A", '"': "%27C"}
"""As the API's documentation wants them."""


class BandsintownSpider(SourceSpider):
    """Upcoming events of artists, by the REST API: it knows no search by city, so artists have to be named.

    `-a artists="Velvet Ferry;Tin Heron"`, or `-a artists_file=PATH` with a name a line, say of the acts in the
    catalog. Their events are read wherever they are; an artist that Bandsintown does not know is skipped.

    Hours are local and no zone is told. The asked artist is the first of `lineup`, whatever the bill is; most events
    have no title of their own, so their title is that name. What the artist is known by elsewhere stands in the first
    event alone. A cancelled show is no longer listed. Addresses echo the application's id, and are cut at the query.
    """

    name = "bandsintown"
    title = "Bandsintown"
    homepage = "https://www.bandsintown.com"
    kind = "api"
    city = None
    venue = None
    platform = "Bandsintown API"
    further_hosts = ("rest.bandsintown.com",)
    keys = (ApiKey(KEY, "https://help.bandsintown.com (by written consent of Bandsintown)"),)
    by_name_only = "Bandsintown: written consent, without which any use is prohibited"
    may_be_empty = True
    trust = 40
    terms = "By written consent only."

    def __init__(self, *args: Any, artists: str = "", artists_file: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            listed = Path(artists_file).read_text("utf-8").splitlines() if artists_file else []
        except (OSError, UnicodeDecodeError) as problem:
            raise BadArgument(f"-a artists_file={artists_file}: cannot be read: {problem}") from problem
        self.artists = _names([*artists.split(";"), *listed])

    @property
    def arguments(self) -> Mapping[str, str]:
        """The artists that are asked about."""
        return {"artists": ";".join(self.artists)}

    def take_recorded(self, arguments: Mapping[str, str]) -> None:
        """Ask about the artists of the recording, unless others are named."""
        self.artists = self.artists or _names(arguments.get("artists", "").split(";"))

    def get_ready(self, *, offline: bool) -> None:
        """Raise NothingToAsk where no artist is named."""
        if not (self.artists or offline):
            raise NothingToAsk('bandsintown asks about artists: -a artists="NAME;NAME" or -a artists_file=PATH')

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the upcoming events of each artist."""
        for artist in self.artists:
            escaped = "".join(_TWICE_ESCAPED.get(letter) or quote(letter, safe="") for letter in artist)
            yield Request(
                f"{ARTISTS}{escaped}/events?app_id={quote(self.key_values[KEY], safe='')}&date=upcoming",
                callback=self.parse,
                meta={"handle_httpstatus_list": [404]},
            )

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read an artist's events. Raises UnreadablePage for a refusal."""
        text = without_echoes(as_text(response).text, self.key_values.values())
        if response.status == 404 or any(words in text[:500].casefold() for words in _UNKNOWN_ARTIST):
            yield RecordSkip(reason="artist not known to Bandsintown")
            return
        answer = load_json(text, "Bandsintown's answer")
        if not isinstance(answer, list):
            told = text_at(answer, "Message") or text_at(answer, "message") or text_at(answer, "errorMessage")
            raise UnreadablePage(f"Bandsintown's answer: {told or 'no list of events'}")
        artist = artist_of(answer)
        yield from self.read_each(answer, lambda event: self._read(event, artist, response), response)

    def _read(self, event: Any, artist: Any, response: Response) -> RawEventItem:
        acts = line_up(event, artist)
        title = printed(text_at(event, "title")) or next((act["name"] for act in acts), None)
        page = without_query(text_at(event, "url"))
        offers = [offer for offer in records_at(event, "offers") if text_at(offer, "type") == "Tickets"]
        description = text_at(event, "description")
        item = self.item(
            response,
            source_event_id=required_text(event, "id", field="source_event_id"),
            source_url=page,
            title=printed_title(title),
            artists=acts,
            description=description,
            age_text=read_prose(description).age_text,
            status_text="Sold out" if inner(event, "sold_out") is True else None,
            image_url=text_at(artist, "image_url"),
            ticket_url=without_query(text_at(next(iter(offers), None), "url")),
            payload=event,
            **schedule_of(event),
            **price_of(event),
            **place_of(event),
        )
        item.timezone = None
        return item


def _names(stated: Iterable[str]) -> list[str]:
    return [name for part in stated if (name := part.strip())]
