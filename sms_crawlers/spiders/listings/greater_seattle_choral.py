"""Greater Seattle Choral Consortium: concerts of some sixty choirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import ListedArtist, RawEventItem
from sms_crawlers.reading import absolute, read_clock, read_day, status_phrase
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.javascript_literals import literal_after
from sms_crawlers.reading.json_records import number_at, required_text, text_at
from sms_crawlers.reading.prose import printed, printed_title
from sms_crawlers.spider import Outcome, SourceSpider

PRICES = {".free": "Free", ".freewill": "Freewill donation"}
"""What the page prints for a word that begins with a dot."""


class GreaterSeattleChoralSpider(SourceSpider):
    """A script assigns `calendarData`, an object of weeks, each an object of events, each with its `instances`.

    One item an instance, with its hour and hall. An event that is on in two weeks is in both, each time with the
    instances of that week.

    The types are Concert, Festival, Audition, Open House and Fundraiser; all but Concert are told as genres, so that
    auditions can be left out. The choir of a concert is its artist ("Choir^slug"). In `url` (tickets) and `eurl` (the
    event's page) a dot stands for none. The id is the event's number with day and hour. Halls are all over the Sound.
    """

    name = "greater_seattle_choral"
    title = "Greater Seattle Choral Consortium"
    homepage = "https://seattlesings.org"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://seattlesings.org/calendar/"]
    complete_listing = True
    trust = 40
    terms = "Public calendar of the choirs; no terms of use known, robots.txt obeyed."

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the instances of all events. Raises UnreadablePage for a page without the object."""
        page = as_text(response)
        weeks = literal_after(page.text, "calendarData")
        events = [event for week in members(weeks) for event in members(week)]
        if not all(isinstance(event, dict) for event in events):
            raise UnreadablePage("calendarData is no object of weeks with events")
        shows = [
            event | {"instances": instance}
            for event in events
            for instance in members(event.get("instances")) or [None]
        ]
        yield from self.read_each(shows, lambda show: self.event(page, show), page)

    def event(self, response: TextResponse, show: dict[str, Any]) -> RawEventItem:
        """One instance of an event as an item."""
        number = required_text(show, "eid", field="source_event_id")
        title = printed_title(printed(text_at(show, "name")))
        place = show["instances"]
        day = read_day(required_text(place, "date", field="event_day"), near=self.today)
        hour = text_at(place, "time")
        start = read_clock(hour) if hour else None
        choir, _, path = (text_at(show, "nname") or "").partition("^")
        kind = text_at(show, "type")
        artist: ListedArtist = {"name": printed(choir) or ""}
        if path:
            artist["source_artist_id"] = path.strip("/")
        prices = text_at(show, "prices")
        tickets = linked(response, text_at(place, "url")) or linked(response, text_at(show, "url"))
        status = text_at(show, "status")
        return self.item(
            response,
            source_event_id=f"{number}@{day}T{start or ''}".rstrip("T"),
            source_url=linked(response, text_at(show, "eurl")) or tickets,
            title=title,
            event_day=day.isoformat(),
            start_time=start,
            venue_name=printed(text_at(place, "vname")),
            venue_address=printed(text_at(place, "vstreet")),
            venue_city=printed(text_at(place, "vcity")),
            venue_region=text_at(place, "vstate"),
            venue_postal_code=text_at(place, "vzip"),
            source_venue_id=text_at(place, "vid"),
            artists=[artist] if kind == "Concert" and artist["name"] else [],
            genres=[kind] if kind and kind != "Concert" else [],
            description=text_at(show, "description"),
            price_text=PRICES.get(prices, printed(prices)) if prices else None,
            status_text=status_phrase(title) if status in (None, "Ok") else status,
            ticket_url=tickets,
            payload=show,
            **point(place),
        )


def members(value: Any) -> list[Any]:
    """The values of an object whose keys are numbers, or the members of a list."""
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def linked(response: TextResponse, url: str | None) -> str | None:
    """An address of the object; a dot is none."""
    return absolute(response, url) if url and url.startswith("http") else None


def point(place: Any) -> dict[str, float]:
    """Latitude and longitude of a hall; nothing unless both are told."""
    latitude, longitude = number_at(place, "latitude"), number_at(place, "longitude")
    return {"latitude": latitude, "longitude": longitude} if latitude and longitude else {}
