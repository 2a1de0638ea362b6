"""Tractor Tavern."""

from __future__ import annotations

from sms_crawlers.platforms.ticketweb import TicketWebListSpider


class TractorTavernSpider(TicketWebListSpider):
    """All upcoming events, with prices and ages; Ticketmaster's API has the house too."""

    name = "tractor_tavern"
    title = "Tractor Tavern"
    homepage = "https://www.tractortavern.com"
    kind = "venue"
    city = "seattle"
    venue = "tractor_tavern"
    start_urls = ["https://www.tractortavern.com/calendar/"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."
