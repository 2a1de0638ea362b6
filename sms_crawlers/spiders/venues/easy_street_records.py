"""Easy Street Records."""

from __future__ import annotations

from sms_crawlers.platforms.dice_venue_page import DiceVenuePageSpider


class EasyStreetRecordsSpider(DiceVenuePageSpider):
    """Shows in the shop, a few a year."""

    name = "easy_street_records"
    title = "Easy Street Records"
    homepage = "https://easystreetonline.com"
    kind = "venue"
    city = "seattle"
    venue = "easy_street_records"
    start_urls = ["https://dice.fm/venue/easy-street-records-lg5w"]
    may_be_empty = True
    trust = 80
    terms = "Public page, listed in DICE's sitemap; DICE's robots.txt closes /api/ alone."
