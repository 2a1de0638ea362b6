"""Town Hall Seattle."""

from __future__ import annotations

from sms_crawlers.platforms.the_events_calendar import TheEventsCalendarSpider


class TownHallSeattleSpider(TheEventsCalendarSpider):
    """Talks for the greater part, concerts among them. LOCATION may name a hall of the house."""

    name = "town_hall_seattle"
    title = "Town Hall Seattle"
    homepage = "https://townhallseattle.org"
    kind = "venue"
    city = "seattle"
    venue = "town_hall_seattle"
    start_urls = ["https://townhallseattle.org/?post_type=tribe_events&ical=1&eventDisplay=list"]
    event_page = "https://townhallseattle.org/events/"
    trust = 80
    terms = "Public calendar of the venue; no terms of use known, robots.txt obeyed."
