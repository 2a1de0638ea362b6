"""Airport Tavern."""

from __future__ import annotations

from sms_crawlers.platforms.seetickets import SeeTicketsSpider


class AirportTavernSpider(SeeTicketsSpider):
    """All upcoming events on one page. A house of the same name is in Tacoma; cards that name another room keep it."""

    name = "airport_tavern"
    title = "Airport Tavern"
    homepage = "https://airporttavern.com"
    kind = "venue"
    city = "seattle"
    venue = "airport_tavern"
    start_urls = ["https://airporttavern.com/calendar/"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."
