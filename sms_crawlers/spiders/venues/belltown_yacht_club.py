"""Belltown Yacht Club."""

from __future__ import annotations

from sms_crawlers.platforms.dice_venue_page import DiceVenuePageSpider


class BelltownYachtClubSpider(DiceVenuePageSpider):
    """A bar under 1st Avenue; what it sells, it sells at DICE."""

    name = "belltown_yacht_club"
    title = "Belltown Yacht Club"
    homepage = "https://dice.fm/venue/belltown-yacht-club-b7mo"
    kind = "venue"
    city = "seattle"
    venue = "belltown_yacht_club"
    start_urls = ["https://dice.fm/venue/belltown-yacht-club-b7mo"]
    may_be_empty = True
    trust = 80
    terms = "Public page, listed in DICE's sitemap; DICE's robots.txt closes /api/ alone."
