"""a/stir."""

from __future__ import annotations

from sms_crawlers.platforms.spothopper import SpotHopperSpider


class AStirSpider(SpotHopperSpider):
    """Trivia, comedy, private hires and national days of this and that; music is rare."""

    name = "a_stir"
    title = "a/stir"
    homepage = "https://astirseattle.com"
    kind = "venue"
    city = "seattle"
    venue = "a_stir"
    start_urls = ["https://astirseattle.com/calendar"]
    complete_listing = True
    trust = 80
    terms = "Public calendar of the venue; no terms of use known, robots.txt obeyed."
