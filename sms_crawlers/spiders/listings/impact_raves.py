"""Impact! Foundation."""

from __future__ import annotations

from sms_crawlers.platforms.the_events_calendar import TheEventsCalendarSpider


class ImpactRavesSpider(TheEventsCalendarSpider):
    """Raves of a collective in houses of others."""

    name = "impact_raves"
    title = "Impact! Foundation"
    homepage = "https://impactraves.org"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://impactraves.org/?post_type=tribe_events&ical=1&eventDisplay=list"]
    event_page = "https://impactraves.org/events/"
    may_be_empty = True
    trust = 60
    terms = "Public calendar of the promoter; no terms of use known, robots.txt obeyed."
