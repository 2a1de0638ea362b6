"""Chop Suey."""

from __future__ import annotations

from sms_crawlers.platforms.ticketweb import TicketWebCalendarSpider


class ChopSueySpider(TicketWebCalendarSpider):
    """The calendar of the house. Whether its script has more than the months around is not known."""

    name = "chop_suey"
    title = "Chop Suey"
    homepage = "https://chopsuey.com"
    kind = "venue"
    city = "seattle"
    venue = "chop_suey"
    start_urls = ["https://chopsuey.com/calendar/"]
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."
