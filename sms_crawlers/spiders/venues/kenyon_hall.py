"""Kenyon Hall, West Seattle."""

from __future__ import annotations

from sms_crawlers.platforms.squarespace import SquarespaceSpider


class KenyonHallSpider(SquarespaceSpider):
    """Prices are suggested donations as a rule, and stand in the prose."""

    name = "kenyon_hall"
    title = "Kenyon Hall"
    homepage = "https://www.kenyonhall.org"
    kind = "venue"
    city = "seattle"
    venue = "kenyon_hall"
    start_urls = ["https://www.kenyonhall.org/events"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; robots.txt obeyed, which as a rule leaves the page and forbids its JSON."
