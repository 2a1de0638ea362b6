"""Sea Monster Lounge, Wallingford: Wix Events on the page for tickets."""

from __future__ import annotations

from sms_crawlers.platforms.wix_events import WixEventsSpider


class SeaMonsterLoungeSpider(WixEventsSpider):
    """All upcoming events stand on one page (66 of them in July 2026)."""

    name = "sea_monster_lounge"
    title = "Sea Monster Lounge"
    homepage = "https://www.seamonsterlounge.com"
    kind = "venue"
    city = "seattle"
    venue = "sea_monster_lounge"
    complete_listing = True
    trust = 80
    terms = "None seen; public page of the venue, robots.txt obeyed."
    start_urls = ["https://www.seamonsterlounge.com/buy-tickets-in-advance"]
