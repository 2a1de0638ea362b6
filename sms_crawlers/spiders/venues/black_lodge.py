"""The Black Lodge."""

from __future__ import annotations

from sms_crawlers.platforms.dice_venue_page import DiceVenuePageSpider


class BlackLodgeSpider(DiceVenuePageSpider):
    """All ages, run by volunteers. The Vera Project's widget names it too, but its shows are on this page alone."""

    name = "black_lodge"
    title = "The Black Lodge"
    homepage = "https://dice.fm/venue/the-black-lodge-qppa"
    kind = "venue"
    city = "seattle"
    venue = "black_lodge"
    start_urls = ["https://dice.fm/venue/the-black-lodge-qppa"]
    may_be_empty = True
    trust = 80
    terms = "Public page, listed in DICE's sitemap; DICE's robots.txt closes /api/ alone."
