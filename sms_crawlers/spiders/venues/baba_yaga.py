"""Baba Yaga."""

from __future__ import annotations

from sms_crawlers.platforms.spothopper import SpotHopperSpider


class BabaYagaSpider(SpotHopperSpider):
    """The list that the house's own page is made of: it asks for no key. Until 2026 the house was on VenuePilot."""

    name = "baba_yaga"
    title = "Baba Yaga"
    homepage = "https://babayagaseattle.com"
    kind = "venue"
    city = "seattle"
    venue = "baba_yaga"
    start_urls = ["https://www.spothopperapp.com/api/spots/275781/events"]
    event_page = "https://babayagaseattle.com/seattle-baba-yaga-events-days"
    complete_listing = True
    trust = 80
    terms = "Public calendar of the venue; no terms of use known, robots.txt obeyed."
