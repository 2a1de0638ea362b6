"""Earshot Jazz."""

from __future__ import annotations

from sms_crawlers.platforms.the_events_calendar import TheEventsCalendarSpider


class EarshotJazzSpider(TheEventsCalendarSpider):
    """Concerts and a festival in many rooms; between seasons there are none."""

    name = "earshot_jazz"
    title = "Earshot Jazz"
    homepage = "https://www.earshot.org"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://www.earshot.org/?post_type=tribe_events&ical=1&eventDisplay=list"]
    event_page = "https://www.earshot.org/events/"
    may_be_empty = True
    trust = 60
    terms = "Public calendar of the promoter; no terms of use known, robots.txt obeyed."
