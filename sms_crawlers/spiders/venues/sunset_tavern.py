"""Sunset Tavern."""

from __future__ import annotations

from sms_crawlers.platforms.dice_venue_page import DiceVenuePageSpider


class SunsetTavernSpider(DiceVenuePageSpider):
    """The room's own calendar is DICE's widget, so its page there is the venue's own listing.

    Nights of other promoters name them before the bill ("… Presents: …"), and "guests" stands for an opener not yet
    booked. The age limit is told by the partner API alone.
    """

    name = "sunset_tavern"
    title = "Sunset Tavern"
    homepage = "https://sunsettavern.com/shows/"
    kind = "venue"
    city = "seattle"
    venue = "sunset_tavern"
    start_urls = ["https://dice.fm/venue/the-sunset-tavern-mdrk"]
    trust = 80
    terms = "Public page, listed in DICE's sitemap; DICE's robots.txt closes /api/ alone."
