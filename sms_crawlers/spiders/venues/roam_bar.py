"""Roam."""

from __future__ import annotations

from sms_crawlers.platforms.spothopper import SpotHopperSpider


class RoamBarSpider(SpotHopperSpider):
    """A page of the older form: sections whose days have no year."""

    name = "roam_bar"
    title = "Roam"
    homepage = "https://roambarseattle.com"
    kind = "venue"
    city = "seattle"
    venue = "roam_bar"
    start_urls = ["https://roambarseattle.com/seattle-ballard-roam-events"]
    complete_listing = True
    trust = 80
    terms = "Public calendar of the venue; no terms of use known, robots.txt obeyed."
