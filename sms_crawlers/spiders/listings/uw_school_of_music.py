"""UW School of Music."""

from __future__ import annotations

from sms_crawlers.platforms.trumba import TrumbaSpider


class UwSchoolOfMusicSpider(TrumbaSpider):
    """Concerts, recitals and masterclasses of students and faculty in the halls of the university."""

    name = "uw_school_of_music"
    title = "UW School of Music"
    homepage = "https://music.washington.edu"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://www.trumba.com/calendars/sea_music.ics"]
    event_page = "https://music.washington.edu/events"
    may_be_empty = True
    complete_listing = True
    trust = 60
    terms = "Public calendar of the university; no terms of use known, robots.txt obeyed."
