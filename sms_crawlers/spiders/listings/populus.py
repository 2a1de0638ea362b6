"""Populus Seattle."""

from __future__ import annotations

from sms_crawlers.platforms.the_events_calendar import TheEventsCalendarSpider


class PopulusSpider(TheEventsCalendarSpider):
    """What a hotel has on: DJs and live music, and tastings and classes among it."""

    name = "populus"
    title = "Populus Seattle"
    homepage = "https://populusseattle.com"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://populusseattle.com/events-calendar/?post_type=tribe_events&ical=1&eventDisplay=list"]
    event_page = "https://populusseattle.com/events-calendar/"
    may_be_empty = True
    trust = 60
    terms = "Public calendar of the promoter; no terms of use known, robots.txt obeyed."
