"""AXS: the feeds of houses that AEG books."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy.http import Response, TextResponse

from sms_crawlers.area import AreaSpider
from sms_crawlers.errors import BadArgument, NothingToAsk, UnreadablePage
from sms_crawlers.items import ListedArtist, RawEventItem, RecordSkip
from sms_crawlers.reading import absolute, hour_by_instant, local_time, status_phrase
from sms_crawlers.reading.answers import as_html, as_text
from sms_crawlers.reading.json_records import inner, load_json, number_at, records_at, required_text, text_at, zone_at
from sms_crawlers.reading.prose import printed, printed_title
from sms_crawlers.reading.support_line import support_acts
from sms_crawlers.runs.listing import compare_count
from sms_crawlers.spider import Outcome

FEED = "https://aegwebprod.blob.core.windows.net/json/events/{}/events.json"
WHERE = (
    "-a feeds=NUMBER[,NUMBER]: in the page of a house's calendar, the attribute data-file has the number, "
    ".../json/events/NUMBER/events.json"
)


class AxsSpider(AreaSpider):
    """What AXS sells, as AEG publishes it for each house's own calendar: a static file of JSON, no key.

    `scrapy crawl axs -a feeds=127,211`. Which numbers serve a city nobody lists, so without any there is nothing to
    ask, and `scrapy ingest` skips the source. The number stands in the page of the house's calendar, in `data-file`.
    axs.com itself refuses programs and is not asked; its two forms of the same event, the answer by category and
    the `eventItems` of a venue's page, are read from files.

    Times are local. A date may be the word TBD: then there is no day but that word. Prices that are not known are ""
    or "$0". Records that are private, inactive or not published are skipped. `headlinersText` and `supportingText` are
    lines; the title is `eventTitleText`, or the headliners. In a venue's page the support is the same kind of line,
    there is no price, and an hour is left out if `hideEventTime` says so.
    """

    name = "axs"
    title = "AXS"
    homepage = "https://www.axs.com"
    kind = "api"
    platform = "AEG feeds"
    further_hosts = ("aegwebprod.blob.core.windows.net",)
    trust = 60
    may_be_empty = True
    terms = "Static public files, meant for the houses' own calendars; no terms of use known."

    RECORDED: ClassVar[tuple[str, ...]] = ("900",)

    def __init__(self, *args: Any, feeds: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.feeds = tuple(number.strip() for number in str(feeds).split(",") if number.strip())
        if not all(re.fullmatch(r"\d{1,6}", number) for number in self.feeds):
            raise BadArgument(f"-a feeds={feeds}: numbers, parted by commas")

    def get_ready(self, *, offline: bool) -> None:
        """Raises NothingToAsk without feeds."""
        if not (self.feeds or offline):
            raise NothingToAsk(WHERE)
        self.feeds = self.feeds or self.RECORDED

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Request each feed."""
        for number in self.feeds:
            yield scrapy.Request(FEED.format(number), callback=self.parse)

    def callback_for(self, url: str) -> Callable[[Response], Iterator[Outcome]]:
        """The method that reads an answer from this URL."""
        return self.parse_venue_page if "/venues/" in urlsplit(url).path else self.parse

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read a feed, or an answer by category."""
        answer = as_text(response)
        content = load_json(answer.body, "a feed of events")
        records = inner(content, "events")
        if not isinstance(records, list):
            raise UnreadablePage("the feed has no list of events")
        yield from self.read_each(records, lambda record: self.event(answer, record), answer)
        compare_count(self, answer, told=number_at(content, "meta", "total"), met=len(records))

    def parse_venue_page(self, response: Response) -> Iterator[Outcome]:
        """Read the events of a venue's page, or of a file that has them alone."""
        answer = as_text(response)
        bare = answer.text.lstrip().startswith("[")
        script = answer.body if bare else as_html(answer).css("#__NEXT_DATA__::text").get()
        content = load_json(script or "", "the data of a venue's page")
        if isinstance(content, dict):
            content = inner(content, "props", "pageProps", "venueEventsData", "eventItems")
        if not isinstance(content, list):
            raise UnreadablePage("the page has no eventItems")
        yield from self.read_each(content, lambda record: self.listed_event(answer, record), answer)

    def event(self, response: TextResponse, record: Any) -> RawEventItem | RecordSkip:
        """An event of a feed as an item."""
        number = text_at(record, "eventId") or required_text(record, "id", field="source_event_id")
        if inner(record, "private") is True:
            return RecordSkip(reason="private event", source_event_id=number)
        if inner(record, "active") is False or inner(record, "publishStatus") in (0, False):
            return RecordSkip(reason="not published", source_event_id=number)
        titles, venue, sale = (inner(record, key) for key in ("title", "venue", "ticketing"))
        headliners = printed(text_at(titles, "headlinersText"))
        title = printed_title(text_at(titles, "eventTitleText") or headliners)
        page = absolute(response, text_at(sale, "eventUrl") or text_at(sale, "url"))
        return self.item(
            response,
            source_event_id=number,
            source_url=page or f"https://www.axs.com/events/{number}",
            title=title,
            artists=line_up(title, headliners, printed(text_at(titles, "supportingText"))),
            description=text_at(record, "description") or text_at(record, "bio"),
            age_text=printed(text_at(record, "age")),
            status_text=status_phrase(text_at(sale, "status") or ""),
            genres=[genre] if (genre := text_at(record, "majorCategory")) else None,
            image_url=absolute(response, widest(inner(record, "media"), "file_name")),
            ticket_url=absolute(response, text_at(sale, "url")) or page,
            timezone=zone_at(record, "eventDateTimeZone") or zone_at(venue, "timezone"),
            venue_name=printed(text_at(venue, "title")),
            venue_address=printed(text_at(venue, "address")),
            venue_city=printed(text_at(venue, "city")),
            venue_region=text_at(venue, "state"),
            venue_postal_code=text_at(venue, "postalCode"),
            venue_country=text_at(venue, "country"),
            latitude=number_at(venue, "latitude"),
            longitude=number_at(venue, "longitude"),
            source_venue_id=text_at(venue, "venueId"),
            payload=record,
            **self._when(record),
            **price_of(record),
        )

    def _when(self, record: Any) -> dict[str, str | None]:
        """Day and hours of an event, whose start is told as an instant too."""
        times = when(text_at(record, "eventDateTime"), text_at(record, "doorDateTime"))
        day, hour, zone = times.get("event_day"), times.get("start_time"), zone_at(record, "eventDateTimeZone")
        if day is None or hour is None:
            return times
        instant = text_at(record, "eventDateTimeISO")
        return times | {"start_time": hour_by_instant(date.fromisoformat(day), hour, instant, zone or self.timezone)}

    def listed_event(self, response: TextResponse, record: Any) -> RawEventItem:
        """An event of a venue's page as an item."""
        number = required_text(record, "id", field="source_event_id")
        headliners = printed(text_at(record, "headlinersText"))
        title = printed_title(text_at(record, "title") or headliners)
        times = when(text_at(record, "date") or text_at(record, "eventDateOnly"), None)
        if inner(record, "hideEventTime") is True:
            times["start_time"] = None
        return self.item(
            response,
            source_event_id=number,
            source_url=f"https://www.axs.com/events/{number}",
            title=title,
            artists=line_up(title, headliners, printed(text_at(record, "supportingText"))),
            genres=[genre] if (genre := text_at(record, "majorCategory")) else None,
            image_url=absolute(response, widest(inner(record, "relatedMedia"), "fileName")),
            ticket_url=f"https://www.axs.com/events/{number}",
            venue_name=printed(text_at(record, "venueTitle")),
            venue_city=text_at(record, "city"),
            venue_region=text_at(record, "state"),
            venue_country=text_at(record, "country"),
            source_venue_id=text_at(record, "venueId"),
            payload=record,
            **times,
        )


def when(starts: str | None, doors: str | None) -> dict[str, str | None]:
    """Day and hours of local times in ISO form; of a date that is a word ("TBD") the word alone."""
    if starts is None or not re.match(r"\d", starts):
        return {"date_text": starts}
    begin = local_time(starts, field="event_day")
    opened = local_time(doors, field="doors_time") if doors and re.match(r"\d", doors) else None
    return {
        "event_day": begin.date().isoformat(),
        "start_time": f"{begin:%H:%M}" if "T" in starts else None,
        "doors_time": f"{opened:%H:%M}" if opened else None,
    }


def line_up(title: str, headliners: str | None, support: str | None) -> list[ListedArtist]:
    """The acts that are listed apart from the title: headliners that it does not name, and the support."""
    missing = headliners is not None and headliners.casefold() not in title.casefold()
    billed: list[ListedArtist] = [{"name": headliners}] if headliners and missing else []
    return billed + support_acts(support)


def price_of(record: Any) -> dict[str, Any]:
    """The fields of the price; a price of nothing is one that is not known."""
    texts = [text_at(record, key) for key in ("ticketPriceLow", "ticketPriceHigh")]
    amounts = [float(found[0]) if (found := re.search(r"\d+(?:\.\d+)?", text or "")) else 0.0 for text in texts]
    known = [(amount, text) for amount, text in zip(amounts, texts, strict=True) if amount and text]
    if not known:
        return {}
    (low, low_text), (high, high_text) = known[0], known[-1]
    country = text_at(record, "venue", "country")
    in_dollars = low_text.startswith("$") and country in (None, "US", "USA", "United States")
    return {
        "price_text": low_text if low == high else f"{low_text} - {high_text}",
        "price_min": low,
        "price_max": high,
        "currency": "USD" if in_dollars else None,
    }


def widest(media: Any, key: str) -> str | None:
    """The address of the widest picture that is the event's own, and not the seller's default."""
    pictures = media.values() if isinstance(media, dict) else records_at(media)
    named = [(number_at(picture, "width") or 0.0, text_at(picture, key) or "default") for picture in pictures]
    return max((picture for picture in named if "default" not in picture[1]), default=(0.0, None))[1]
