"""Early Music Seattle."""

from __future__ import annotations

from sms_crawlers.platforms.the_events_calendar import TheEventsCalendarSpider


class EarlyMusicSeattleSpider(TheEventsCalendarSpider):
    """A season of concerts in churches and halls; between seasons there are none."""

    name = "early_music_seattle"
    title = "Early Music Seattle"
    homepage = "https://earlymusicseattle.org"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://earlymusicseattle.org/?post_type=tribe_events&ical=1&eventDisplay=list"]
    event_page = "https://earlymusicseattle.org/calendar/"
    may_be_empty = True
    trust = 60
    terms = "Public calendar of the promoter; no terms of use known, robots.txt obeyed."
