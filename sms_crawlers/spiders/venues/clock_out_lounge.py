"""Clock-Out Lounge."""

from __future__ import annotations

from sms_crawlers.platforms.the_events_calendar import TheEventsCalendarSpider


class ClockOutLoungeSpider(TheEventsCalendarSpider):
    """The house's shows; its LOCATION is the house itself."""

    name = "clock_out_lounge"
    title = "Clock-Out Lounge"
    homepage = "https://clockoutlounge.com"
    kind = "venue"
    city = "seattle"
    venue = "clock_out_lounge"
    start_urls = ["https://clockoutlounge.com/?post_type=tribe_events&ical=1&eventDisplay=list"]
    event_page = "https://clockoutlounge.com"
    trust = 80
    terms = "Public calendar of the venue; no terms of use known, robots.txt obeyed."
