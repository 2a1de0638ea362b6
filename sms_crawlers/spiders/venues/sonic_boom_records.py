"""Sonic Boom Records, Ballard: in-store shows."""

from __future__ import annotations

from sms_crawlers.platforms.squarespace import SquarespaceSpider


class SonicBoomRecordsSpider(SquarespaceSpider):
    """In-store shows only; there may be none."""

    name = "sonic_boom_records"
    title = "Sonic Boom Records"
    homepage = "https://www.sonicboomrecords.com"
    kind = "venue"
    city = "seattle"
    venue = "sonic_boom_records"
    start_urls = ["https://www.sonicboomrecords.com/instores"]
    complete_listing = True
    may_be_empty = True
    trust = 80
    terms = "Public page of the venue; robots.txt obeyed, which as a rule leaves the page and forbids its JSON."
