"""Chophouse Row, Capitol Hill."""

from __future__ import annotations

from sms_crawlers.platforms.squarespace import SquarespaceSpider


class ChophouseRowSpider(SquarespaceSpider):
    """All that happens in the house, with music or without; there may be nothing."""

    name = "chophouse_row"
    title = "Chophouse Row"
    homepage = "https://www.chophouserow.com"
    kind = "venue"
    city = "seattle"
    venue = "chophouse_row"
    start_urls = ["https://www.chophouserow.com/events"]
    complete_listing = True
    may_be_empty = True
    trust = 80
    terms = "Public page of the venue; robots.txt obeyed, which as a rule leaves the page and forbids its JSON."
