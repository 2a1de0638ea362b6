"""The Octopus Bar."""

from __future__ import annotations

from sms_crawlers.platforms.the_events_calendar import TheEventsCalendarSpider


class OctopusBarSpider(TheEventsCalendarSpider):
    """Mostly weekly nights with DJs, karaoke and bingo, each night an entry of its own."""

    name = "octopus_bar"
    title = "The Octopus Bar"
    homepage = "https://theoctopusbar.com"
    kind = "venue"
    city = "seattle"
    venue = "octopus_bar"
    start_urls = ["https://theoctopusbar.com/?ical=1&eventDisplay=list"]
    event_page = "https://theoctopusbar.com/events/list/"
    trust = 80
    terms = "Public calendar of the venue; no terms of use known, robots.txt obeyed."
