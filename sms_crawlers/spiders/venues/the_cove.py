"""The Cove, South Lake Union."""

from __future__ import annotations

from sms_crawlers.platforms.squarespace import SquarespaceSpider


class TheCoveSpider(SquarespaceSpider):
    """Entries "Private Event" are copied as such."""

    name = "the_cove"
    title = "The Cove"
    homepage = "https://www.thecoveseattle.com"
    kind = "venue"
    city = "seattle"
    venue = "the_cove"
    start_urls = ["https://www.thecoveseattle.com/all-events"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; robots.txt obeyed, which as a rule leaves the page and forbids its JSON."
