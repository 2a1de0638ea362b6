"""Rainier Arts Center, Columbia City."""

from __future__ import annotations

from sms_crawlers.platforms.mec import ModernEventsCalendarSpider


class RainierArtsCenterSpider(ModernEventsCalendarSpider):
    """Concerts, dance and talks of many presenters in one house, whose rooms ("Auditorium") stand for its address."""

    name = "rainier_arts_center"
    title = "Rainier Arts Center"
    homepage = "https://rainierartscenter.org"
    kind = "venue"
    city = "seattle"
    venue = "rainier_arts_center"
    start_urls = ["https://rainierartscenter.org/events/"]
    complete_listing = True
    trust = 80
    terms = "Public pages of the venue; no terms of use known, robots.txt obeyed."
