"""Pono Ranch, Ballard."""

from __future__ import annotations

from sms_crawlers.platforms.squarespace import SquarespaceSpider


class PonoRanchSpider(SquarespaceSpider):
    """The house's live music has a collection of its own."""

    name = "pono_ranch"
    title = "Pono Ranch"
    homepage = "https://www.ponoranch.com"
    kind = "venue"
    city = "seattle"
    venue = "pono_ranch"
    start_urls = ["https://www.ponoranch.com/live-music"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; robots.txt obeyed, which as a rule leaves the page and forbids its JSON."
