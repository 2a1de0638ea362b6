"""What every spider of ours is: one source, its facts as class attributes, and pure reading of records."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings

from sms_crawlers.budget import Budget
from sms_crawlers.items import RawEventItem, RecordError, RecordSkip
from sms_crawlers.keys import ApiKey, read_keys
from sms_crawlers.network.addresses import AllowedHosts
from sms_crawlers.reading import UnreadableField
from sms_crawlers.scouting.recognition import Recognition
from sms_database.venues import VenueFacts, city_facts, venue_facts
from sms_text.redaction import without_secrets
from sms_text.text import fold_key

Outcome = RawEventItem | RecordError | RecordSkip


class SourceSpider(scrapy.Spider):
    """Base of all spiders. A subclass states its facts; one that leaves a required one out cannot be constructed.

    Attributes to set: `name`, `title`, `homepage`, `kind`, `city` and `venue` (explicitly None where the source
    covers many cities or rooms), `start_urls` or `start`, and `parse`.
    """

    title: ClassVar[str]
    """The source's name for people."""
    homepage: ClassVar[str]
    kind: ClassVar[str]
    """venue, api, feed, generator, setlist (what was played), or enrichment (no events: what is known of artists)."""
    city: ClassVar[str | None]
    """Slug of the scene that all of the source's rows belong to; None where rows tell it themselves."""
    venue: ClassVar[str | None]
    """Key in venues.toml of the room whose own publication this is; None: it has no single venue."""
    platform: ClassVar[str] = "its own"
    """What the source's pages or answers are made by, for people: "Wix Events"."""
    rooms: ClassVar[tuple[str, ...]] = ()
    """Keys in venues.toml of further rooms that the same listing names."""
    keys: ClassVar[tuple[ApiKey, ...]] = ()
    """The keys it asks for; it does not start without them."""
    by_name_only: ClassVar[str | None] = None
    """Why it is crawled only when it is named: whose consent it takes, or what is in doubt. None: like all others."""
    budget: ClassVar[Budget | None] = None
    """How many requests its terms allow; None: they name no number."""
    tried_live: ClassVar[str | None] = None
    """ISO day on which it was last tried on the live source."""
    complete_listing: ClassVar[bool] = False
    """Does one run list all upcoming events? Only then is one that does not see a row a witness that it is gone."""
    listing_days: ClassVar[int | None] = None
    """How many days ahead a complete listing reaches; None: without limit."""
    may_be_empty: ClassVar[bool] = False
    """Is a crawl without any item a success?"""
    needs_browser: ClassVar[bool] = False
    further_hosts: ClassVar[tuple[str, ...]] = ()
    """Hosts that it asks besides those of its homepage and start URLs: an API's, a feed's, a ticket seller's.

    Those of a platform's class and of the source's own add up. No host stands for those below it, but `www.` is left
    out of all.
    """
    closes_its_pages: ClassVar[bool] = True
    """Does its HTML end with </html> or </body>? Only then is a page without them known to be cut."""
    trust: ClassVar[int] = 50
    """0 to 100: rank used when sources disagree and no field has a better rule."""
    is_steady: ClassVar[bool] = True
    """Does a run find about as much as the one before? Where it does not, fewer items are no sign of trouble."""
    terms: ClassVar[str | None] = None
    """What is known of the source's terms of use."""

    REQUIRED: ClassVar[tuple[str, ...]] = ("name", "title", "homepage", "kind", "city", "venue")

    facts: VenueFacts | None
    """The fixed facts of the spider's one venue."""

    key_values: Mapping[str, str]
    """The keys by their variables; a stand-in for each in a replay."""

    now: datetime
    """The UTC instant taken as now: the clock at the start of the crawl, or the recording's day in a replay."""

    def __init__(self, *args: Any, now: datetime | None = None, **kwargs: Any) -> None:
        missing = [f for f in self.REQUIRED if not hasattr(type(self), f)]
        if missing:
            raise TypeError(f"{type(self).__module__}.{type(self).__name__} must set {', '.join(missing)}")
        super().__init__(*args, **kwargs)
        self.now = now or datetime.now(UTC)
        self.facts = self.room_facts(self.venue) if self.venue is not None else None
        rooms = [self.room_facts(key) for key in (self.venue, *self.rooms) if key is not None]
        self._rooms = {fold_key(name): room for room in reversed(rooms) for name in (room.name, *room.aliases)}
        self.key_values = read_keys(self.keys, offline=True)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SourceSpider:
        """Take "now" from the setting NOW (ISO instant), which a replay sets to the recording's date.

        Raises MissingKey where a key is not set, unless nothing will be asked of a server (REPLAY or OFFLINE),
        CannotStart where PRIVATE_HOSTS_ALLOWED cannot be read, and what `get_ready` raises.
        """
        settings = crawler.settings
        AllowedHosts.stated(settings)  # the handlers read it, too late for a word without a traceback
        stated = settings.get("NOW")
        now = datetime.fromisoformat(stated).astimezone(UTC) if stated else None
        offline = bool(settings.get("REPLAY")) or settings.getbool("OFFLINE")
        key_values = read_keys(cls.keys, offline=offline)
        spider = super().from_crawler(crawler, *args, now=now, **kwargs)
        spider.key_values = key_values
        spider.get_ready(offline=offline)
        return spider

    @property
    def arguments(self) -> Mapping[str, str]:
        """The arguments (`-a NAME=VALUE`) that decide what is asked for, to be kept with a recording."""
        return {}

    def take_recorded(self, arguments: Mapping[str, str]) -> None:
        """Called in a replay with the arguments of the recording, before anything is asked for."""

    def get_ready(self, *, offline: bool) -> None:
        """Called once, before anything is asked for. Raises NothingToAsk if there is nothing that could be.

        `offline`: nothing will be asked of a server, so a spider without arguments asks for what its recording has.
        """

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Keep the budget's requests a second, whatever DOWNLOAD_DELAY says. AutoThrottle never goes below that."""
        super().update_settings(settings)
        if cls.budget is not None:
            least = 1 / cls.budget.requests_per_second  # of which the host's turn lets nothing off
            if settings.getfloat("DOWNLOAD_DELAY") < least:
                settings.set("DOWNLOAD_DELAY", least, priority="cmdline")

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:  # noqa: ARG003 - for the platforms' classes
        """Whether a page is made by this class's platform; None: no sign of it. Only platform classes know."""
        return None

    async def start(self) -> AsyncIterator[Any]:
        """Request each of `start_urls`."""
        for url in self.start_urls:
            yield scrapy.Request(url, callback=self.callback_for(url), dont_filter=True)

    def callback_for(self, url: str) -> Callable[..., Any]:  # noqa: ARG002 - for spiders that read several kinds
        """The method that reads an answer from this URL; `scrapy read` asks it for a saved body."""
        return self.parse

    def room_facts(self, key: str) -> VenueFacts:
        """The fixed facts of a room by its key in venues.toml. Raises FactsError for one that is not there."""
        return venue_facts(key)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that it may ask, without `www.`; nothing that a page says adds to them."""
        further = [host for cls in type(self).__mro__ for host in vars(cls).get("further_hosts", ())]
        stated = [_host(url) for url in (self.homepage, *self.start_urls)]
        return frozenset(map(_without_www, (*stated, *further)))

    def may_ask(self, url: str) -> bool:
        """Is the host of a URL one of those that it states?"""
        return _without_www(_host(url)) in self.hosts

    @property
    def timezone(self) -> str:
        """IANA zone that the source's local times are in: its venue's, else its city's, else UTC."""
        if self.facts is not None:
            return self.facts.timezone
        return city_facts()[self.city].timezone if self.city is not None else "UTC"

    @property
    def today(self) -> date:
        """The local day of `now`."""
        return self.now.astimezone(ZoneInfo(self.timezone)).date()

    def item(self, response: Response, **values: Any) -> RawEventItem:
        """Make an item: the spider's name, the response's instant, the venue's fixed facts, then `values`.

        A row that names a room takes that room's facts, where it is the spider's venue or one of its `rooms`. Of
        another room it takes nothing but the zone: the row's own room is the better witness.
        """
        known: dict[str, Any] = {
            "source": self.name,
            "fetched_at": self.fetched_at(response),
            "source_url": without_secrets(response.url),
            "timezone": self.timezone,
        }
        named = values.get("venue_name")
        room = self.facts if named is None else self._rooms.get(fold_key(named))
        if room is not None:
            known |= room.item_fields()
        return RawEventItem(**(known | {k: v for k, v in values.items() if v is not None}))

    def fetched_at(self, response: Response) -> datetime:
        """UTC instant of the response; `now` for a replayed or saved one."""
        return response.meta.get("fetched_at") or self.now

    def read_each(self, records: Iterable[Any], read: Callable[[Any], Any], response: Response) -> Iterator[Outcome]:
        """Apply `read` to each record; it returns one outcome or several, or raises UnreadableField.

        Every record ends as an item, an error or a named skip, so the run can account for all of them.
        """
        for record in records:
            try:
                outcome = read(record)
                yield from [outcome] if isinstance(outcome, Outcome) else outcome
            except UnreadableField as problem:
                url = without_secrets(response.url)
                yield RecordError(field=problem.field, reason=problem.reason, record=as_json(record), url=url)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _without_www(host: str) -> str:
    return host.lower().removeprefix("www.")


def as_json(record: Any) -> Any:
    """A record in a form that JSON can hold: selectors as their markup."""
    return record.get() if hasattr(record, "xpath") else record
