"""VenuePilot (https://www.venuepilot.com): calendars of rooms that sell by it, from what its widget asks for."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar

import scrapy
from scrapy.http import JsonRequest, Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import ListedArtist, RawEventItem, RecordSkip
from sms_crawlers.reading import find_clock, read_day, slug
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import inner, load_json, number_at, records_at, required_text, text_at, zone_at
from sms_crawlers.reading.money import price_range
from sms_crawlers.reading.prose import printed, printed_title, read_prose
from sms_crawlers.reading.support_line import support_acts
from sms_crawlers.runs.listing import compare_count, listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import SourceSpider
from sms_text.text import fold_key

ENDPOINT = "https://www.venuepilot.co/graphql"
PAGE_SIZE = 50
MAX_PAGES = 40

QUERY = """query ($accountIds: [Int!]!, $startDate: String!, $limit: Int, $page: Int) {
  paginatedEvents(arguments: {accountIds: $accountIds, startDate: $startDate, limit: $limit, page: $page}) {
    collection {
      id name date doorTime startTime endTime minimumAge promoter support description status
      websiteUrl ticketsUrl priceMin priceMax
      announceImages { highlighted versions { cover { src } } }
      announceArtists { name website spotify }
      artists { name }
      venue { name }
    }
    metadata { totalCount totalPages currentPage limitValue }
  }
}"""

_SETTINGS = re.compile(r"venuepilotSettings\s*=.{0,400}?accountIds[\"']?\s*:\s*\[\s*([0-9][0-9\s,]{0,80})\]", re.DOTALL)
_SMALL_WORDS = frozenset(("and", "the", "of", "de", "la"))
_NO_NAMES = re.compile(r"[!?():]|\s[-–—]\s|\b(?:genres?|every|closed|private|free)\b", re.IGNORECASE)


class VenuePilotSpider(SourceSpider):
    """Events of one or more accounts, by the public GraphQL endpoint that the widget on a room's page calls.

    How to know it: `window.venuepilotSettings` in the page or in the script that it loads from
    www.venuepilot.co/widgets/, with the account's number under `general.accountIds`.

    Set, besides what every spider sets: `accounts`; and `event_page`, how addresses of events on the room's own page
    begin (`…/#/events/`). Without it the source's page of an event is where its tickets are.

    Hours are local, and a start of 00:00:00 is unknown. `status` is what the ticket button says. An error comes with
    HTTP 200. The older list `artists` is inherited from the draft that a show was copied from, so it is believed only
    where the title prints the name too; `announceArtists` is the bill. `support` holds acts, or genres, or a slogan:
    what is written as names are written is taken for acts. Happy hours, lessons and closures are events like all
    others.
    """

    platform = "VenuePilot"
    further_hosts = ("venuepilot.co",)
    complete_listing = True

    accounts: tuple[int, ...]
    event_page: ClassVar[str | None] = None

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By the widget's settings."""
        found = _SETTINGS.search(page.text)
        if found is None:
            return None
        accounts = tuple(int(number) for number in re.findall(r"[0-9]+", found[1]))
        settings = {"accounts": accounts, "event_page": page.url.partition("#")[0] + "#/events/"}
        return Recognition(f"window.venuepilotSettings with the accounts {found[1].strip()}", settings)

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the first page, from today on."""
        yield self.listing_request(1)

    def callback_for(self, url: str) -> Callable[..., Any]:  # noqa: ARG002 - all answers are of one form
        """All answers are of one form."""
        return self.parse

    def listing_request(self, page: int, met: int = 0) -> scrapy.Request:
        """Ask for a page of all accounts, after `met` records."""
        variables = {
            "accountIds": list(self.accounts),
            "startDate": self.today.isoformat(),
            "limit": PAGE_SIZE,
            "page": page,
        }
        return JsonRequest(
            ENDPOINT,
            data={"query": QUERY, "variables": variables},
            callback=self.parse,
            cb_kwargs={"page": page, "met": met},
            dont_filter=True,
        )

    def parse(self, response: Response, page: int = 1, met: int = 0) -> Iterator[Any]:
        """Read a page of the listing, after `met` records, and ask for the next one.

        Raises UnreadablePage for GraphQL's errors.
        """
        answer = load_json(as_text(response).body, "VenuePilot")
        if inner(answer, "errors"):
            raise UnreadablePage(f"VenuePilot answers with errors: {str(inner(answer, 'errors'))[:200]}")
        listing = inner(answer, "data", "paginatedEvents")
        records = inner(listing, "collection")
        if not isinstance(records, list):
            raise UnreadablePage("VenuePilot: no list under data.paginatedEvents.collection")
        yield from self.read_each(records, lambda record: self.event(record, response), response)
        met += len(records)
        pages = number_at(listing, "metadata", "totalPages") or 1
        if not records or page >= pages:
            compare_count(self, response, told=number_at(listing, "metadata", "totalCount"), met=met)
            return
        if page >= MAX_PAGES:
            listing_incomplete(self, f"{pages:.0f} pages, of which {MAX_PAGES} were asked for")
            return
        yield self.listing_request(page + 1, met)

    def event(self, record: Any, response: Response) -> RawEventItem | RecordSkip:
        """One event as an item."""
        title = printed_title(text_at(record, "name"))
        day = read_day(required_text(record, "date", field="event_day"), near=self.today)
        if day < self.today:
            return RecordSkip(reason="past day")
        source_id, tickets = text_at(record, "id"), absolute_url(record, "ticketsUrl")
        own_page = self.event_page + source_id if self.event_page and source_id else None
        description, button = text_at(record, "description"), printed(text_at(record, "status"))
        prose = read_prose(description)
        price_text = "Free" if (button or "").casefold() == "free" else prose.price_text
        return self.item(
            response,
            source_event_id=source_id or f"{day}-{slug(title)}",
            source_url=own_page or tickets or absolute_url(record, "websiteUrl") or self.homepage,
            title=title,
            event_day=day.isoformat(),
            start_time=_hour(record, "startTime", midnight=False) or prose.times.show,
            doors_time=_hour(record, "doorTime", midnight=False) or prose.times.doors,
            end_time=_hour(record, "endTime"),
            artists=bill_of(record, title),
            description=description,
            age_text=_age(record) or prose.age_text,
            status_text=button,
            image_url=_image(record),
            ticket_url=tickets,
            payload=record,
            **({"price_text": price_text} | _price(record)),
            **_place(record),
        )


def bill_of(record: Any, title: str) -> list[ListedArtist]:
    """The announced acts; where there are none, those of the older list whose names the title prints, in its order,
    and the support."""
    announced = [
        ListedArtist(name=name, url=absolute_url(act, "website"))
        for act in records_at(record, "announceArtists")
        if (name := printed(text_at(act, "name")))
    ]
    if announced:
        return announced
    words = f" {fold_key(title)} "
    names = [name for act in records_at(record, "artists") if (name := printed(text_at(act, "name")))]
    places = {name: words.find(f" {folded} ") for name in names if (folded := fold_key(name))}
    confirmed = [ListedArtist(name=name) for name in sorted(places, key=places.__getitem__) if places[name] >= 0]
    support = printed(text_at(record, "support"))
    return confirmed + (support_acts(support) if support and _is_names(support) else [])


def _is_names(text: str) -> bool:
    """Is a text written as names are, with capitals and no punctuation but what parts them?"""
    words = re.findall(r"[^\s,+/&]+", text)
    capital = all(word in _SMALL_WORDS or not word[0].islower() for word in words)
    return bool(words) and words[0] not in _SMALL_WORDS and capital and _NO_NAMES.search(text) is None


def absolute_url(record: Any, key: str) -> str | None:
    """An http(s) address under a key; None for anything else."""
    url = text_at(record, key)
    return url if url and re.match(r"https?://[^/\s]+\.", url) else None


def _hour(record: Any, key: str, *, midnight: bool = True) -> str | None:
    hour = find_clock(text_at(record, key) or "")
    return None if hour == "00:00" and not midnight else hour


def _age(record: Any) -> str | None:
    age = number_at(record, "minimumAge")
    return None if age is None else f"{age:.0f}+" if age > 0 else "All Ages"


def _price(record: Any) -> dict[str, Any]:
    """The range of prices; 0 is a price that nobody entered."""
    low, high = number_at(record, "priceMin"), number_at(record, "priceMax")
    return price_range(low or None, high or None, text_at(record, "currency") or "USD")


def _image(record: Any) -> str | None:
    images = sorted(records_at(record, "announceImages"), key=lambda image: inner(image, "highlighted") is not True)
    covers = (text_at(image, "versions", "cover", "src") for image in images)
    return next((url for url in (*covers, text_at(record, "highlightedImage")) if url), None)


def _place(record: Any) -> dict[str, Any]:
    """The room as the record names it; of late the endpoint tells its name alone."""
    venue = inner(record, "venue")
    return {
        "timezone": zone_at(venue, "timeZone"),
        "venue_name": printed(text_at(venue, "name")),
        "venue_address": text_at(venue, "street1"),
        "venue_city": text_at(venue, "city"),
        "venue_region": text_at(venue, "state"),
        "venue_postal_code": text_at(venue, "postal"),
        "venue_country": text_at(venue, "country"),
        "latitude": number_at(venue, "lat"),
        "longitude": number_at(venue, "long"),
        "source_venue_id": text_at(venue, "id"),
    }
