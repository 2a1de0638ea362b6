"""Services that know artists: asked about one artist after the other, they answer with the acts that it may be.

No page of such a service lists events to come. Which artist is asked about comes from the calendar: those that play,
the soonest first, and of whom the service was not asked lately. `-a artists="A;B"` names them instead, each by its
name, or by name and id: "A=b7ffd2af-418f-4be2-bdd1-22f8b48613da". `-a limit=50` bounds a run.

A subclass states `service`, which kind of link it asks by or for (`asked_link`), whether it asks by name, by id or both
(`asks_by`), and makes the request for an artist (`request_about`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Literal

import scrapy
from scrapy.http import Response

from sms_crawlers.errors import BadArgument
from sms_crawlers.items import ArtistLookupItem, Candidate, RecordError, RecordSkip
from sms_crawlers.reading import UnreadableField
from sms_crawlers.reading.json_records import required_text
from sms_crawlers.spider import SourceSpider
from sms_database.artist_lookup import AskedArtist
from sms_text.redaction import without_secrets

LIMIT = 200
"""Artists in a run, unless told otherwise: a few minutes at one request a second."""

PIPELINES = {"sms_crawlers.enrichment.LookupPipeline": 200}


class ArtistLookupSpider(SourceSpider):
    """Asks a service about artists."""

    kind = "enrichment"
    platform = "artist look-ups"
    city = None
    venue = None
    may_be_empty = True
    is_steady = False
    custom_settings = {  # noqa: RUF012 - as Scrapy declares it
        "ITEM_PIPELINES": PIPELINES,
        "FEED_EXPORT_FIELDS": None,  # a look-up has fields of its own
    }

    service: ClassVar[str]
    """What its answers are stored under."""
    asked_link: ClassVar[str]
    """Kind of link by whose value it asks, or which it is to find."""
    asks_by: ClassVar[frozenset[str]]
    """By what it asks: name, id, or both."""
    keeps_for: ClassVar[timedelta] = timedelta(days=180)
    """An answer is not asked for again so long."""

    asked: Sequence[AskedArtist]
    """Whom this run asks about."""
    is_told_whom_to_ask: bool
    """Were they named, or recorded? If not, the calendar tells them."""

    def __init__(self, *args: Any, artists: str | None = None, limit: str | int = LIMIT, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = _positive(limit)
        self.asked = named_artists(artists or "")[: self.limit]
        self.is_told_whom_to_ask = artists is not None

    @property
    def arguments(self) -> Mapping[str, str]:
        """The artists that this run asks about."""
        told = ";".join(f"{artist.name}={artist.id}" if artist.id else artist.name for artist in self.asked)
        return {"artists": told} if told else {}

    def take_recorded(self, arguments: Mapping[str, str]) -> None:
        """Ask about those that were recorded, unless others were named."""
        if "artists" in arguments and not self.is_told_whom_to_ask:
            self.asked = named_artists(arguments["artists"])
            self.is_told_whom_to_ask = True

    async def start(self) -> AsyncIterator[Any]:
        """A request for each artist."""
        for artist in self.asked:
            yield self.request_about(artist)

    @abstractmethod
    def request_about(self, artist: AskedArtist) -> scrapy.Request | RecordSkip:
        """The request that asks about an artist; a skip where the artist cannot be asked about."""


def named_artists(told: str) -> list[AskedArtist]:
    """The artists of an argument: names, or NAME=ID, with semicolons between them."""
    artists = []
    for entry in filter(None, map(str.strip, told.split(";"))):
        name, _, artist_id = entry.partition("=")
        artists.append(AskedArtist(name.strip(), artist_id.strip() or None))
    return artists


def _positive(limit: str | int) -> int:
    try:
        number = int(limit)
    except ValueError:
        number = 0
    if number < 1:
        raise BadArgument(f"-a limit={limit}: a number of artists, at least 1")
    return number


def candidate_of(record: Any) -> Candidate:
    """An act with its id and name. Raises UnreadableField for a record without them."""
    return {"id": required_text(record, "id", field="id"), "name": required_text(record, "name", field="name")}


def read_candidates(
    spider: ArtistLookupSpider,
    response: Response,
    records: Sequence[Any],
    read: Callable[[Any], Candidate],
    *,
    asked_by: Literal["name", "id"],
    asked: str,
) -> Iterator[ArtistLookupItem | RecordError]:
    """The look-up that an answer's records make, or the errors of those that cannot be read.

    There is no look-up with one act missing: it may be the namesake for which the others are not certain.
    """
    candidates, errors = [], []
    for record in records:
        try:
            candidates.append(read(record))
        except UnreadableField as problem:
            url = without_secrets(response.url)
            errors.append(RecordError(field=problem.field, reason=problem.reason, record=record, url=url))
    yield from errors
    if asked and not errors:
        yield ArtistLookupItem(
            service=spider.service,
            asked_by=asked_by,
            asked=asked,
            fetched_at=spider.fetched_at(response),
            candidates=candidates,
        )
