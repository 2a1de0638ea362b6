"""C & P Coffee."""

from __future__ import annotations

from sms_crawlers.platforms.the_events_calendar import TheEventsCalendarSpider


class CpCoffeeSpider(TheEventsCalendarSpider):
    """A coffeehouse: music on most days, and book clubs and meetings among it."""

    name = "cp_coffee"
    title = "C & P Coffee"
    homepage = "https://candpcoffee.com"
    kind = "venue"
    city = "seattle"
    venue = "cp_coffee"
    start_urls = ["https://candpcoffee.com/?post_type=tribe_events&ical=1&eventDisplay=list"]
    event_page = "https://candpcoffee.com/events/"
    trust = 80
    terms = "Public calendar of the venue; no terms of use known, robots.txt obeyed."
