"""Seattle Folklore Society."""

from __future__ import annotations

from sms_crawlers.platforms.events_manager import EventsManagerSpider


class SeattleFolkloreSocietySpider(EventsManagerSpider):
    """Folk concerts, most of them in the Phinney Center, which a row may leave unsaid; notices above are no rows."""

    name = "seattle_folklore_society"
    title = "Seattle Folklore Society"
    homepage = "https://www.seafolklore.org"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://www.seafolklore.org/events/"]
    complete_listing = True
    may_be_empty = True
    trust = 60
    terms = "Public calendar of the promoter; no terms of use known, robots.txt obeyed."
