"""Seattle Bach Choir."""

from __future__ import annotations

from sms_crawlers.platforms.the_events_calendar import TheEventsCalendarSpider


class SeattleBachChoirSpider(TheEventsCalendarSpider):
    """Some concerts a season in churches."""

    name = "seattle_bach_choir"
    title = "Seattle Bach Choir"
    homepage = "https://seattlebachchoir.org"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://seattlebachchoir.org/events/?post_type=tribe_events&ical=1&eventDisplay=list"]
    event_page = "https://seattlebachchoir.org/events/"
    may_be_empty = True
    trust = 60
    terms = "Public calendar of the promoter; no terms of use known, robots.txt obeyed."
