"""The Vera Project."""

from __future__ import annotations

from sms_crawlers.platforms.dice_venue_page import DiceVenuePageSpider


class VeraProjectSpider(DiceVenuePageSpider):
    """The room's own calendar is DICE's widget, so its page there is the venue's own listing.

    The hour is that of the doors. Two rows of five are workshops of the house: type tags tell them apart.
    """

    name = "vera_project"
    title = "The Vera Project"
    homepage = "https://theveraproject.org/events/"
    kind = "venue"
    city = "seattle"
    venue = "the_vera_project"
    start_urls = ["https://dice.fm/venue/the-vera-project-wmmg"]
    trust = 80
    terms = "Public page, listed in DICE's sitemap; DICE's robots.txt closes /api/ alone."
