"""Salmon Bay Eagles."""

from __future__ import annotations

from sms_crawlers.platforms.the_events_calendar import TheEventsCalendarSpider


class SalmonBayEaglesSpider(TheEventsCalendarSpider):
    """Live bands, blues and jazz jams of the Aerie in Ballard."""

    name = "salmon_bay_eagles"
    title = "Salmon Bay Eagles"
    homepage = "https://salmonbayeagles.com"
    kind = "venue"
    city = "seattle"
    venue = "salmon_bay_eagles"
    start_urls = ["https://salmonbayeagles.com/events/?post_type=tribe_events&ical=1&eventDisplay=list"]
    event_page = "https://salmonbayeagles.com/events/"
    trust = 80
    terms = "Public calendar of the venue; no terms of use known, robots.txt obeyed."
