"""Airport Tavern."""

from __future__ import annotations

from sms_crawlers.platforms.seetickets import SeeTicketsSpider


class AirportTavernSpider(SeeTicketsSpider):
    """All upcoming events on one page; cards that name another room keep it.

    One witness gives the house in Georgetown for this site, several the house of the same name in Tacoma.
    """

    name = "airport_tavern"
    title = "Airport Tavern"
    homepage = "https://airporttavern.com"
    kind = "venue"
    city = "seattle"
    venue = "airport_tavern"
    start_urls = ["https://airporttavern.com/calendar/"]
    by_name_only = "whether the site is that of the house in Seattle has to be seen on the live page"
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."
