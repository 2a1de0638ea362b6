"""OHM Nightclub."""

from __future__ import annotations

from sms_crawlers.platforms.dice_venue_page import DiceVenuePageSpider


class OhmNightclubSpider(DiceVenuePageSpider):
    """A club with nights on Fridays and Saturdays, of which few are sold at DICE."""

    name = "ohm_nightclub"
    title = "OHM Nightclub"
    homepage = "https://dice.fm/venue/ohm-nightclub-6d7m3"
    kind = "venue"
    city = "seattle"
    venue = "ohm_nightclub"
    start_urls = ["https://dice.fm/venue/ohm-nightclub-6d7m3"]
    may_be_empty = True
    trust = 80
    terms = "Public page, listed in DICE's sitemap; DICE's robots.txt closes /api/ alone."
