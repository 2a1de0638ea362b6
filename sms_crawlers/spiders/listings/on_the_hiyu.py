"""On the Hiyu."""

from __future__ import annotations

from sms_crawlers.platforms.the_events_calendar import TheEventsCalendarSpider


class OnTheHiyuSpider(TheEventsCalendarSpider):
    """Music on a ferry that sails from Lake Union; in winter there may be none."""

    name = "on_the_hiyu"
    title = "On the Hiyu"
    homepage = "https://onthehiyu.com"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://onthehiyu.com/events/?post_type=tribe_events&ical=1&eventDisplay=list"]
    event_page = "https://onthehiyu.com/events/"
    may_be_empty = True
    trust = 60
    terms = "Public calendar of the promoter; no terms of use known, robots.txt obeyed."
