"""Seattle Jazz Fellowship, Pioneer Square."""

from __future__ import annotations

from sms_crawlers.platforms.squarespace import SquarespaceSpider


class SeattleJazzFellowshipSpider(SquarespaceSpider):
    """The fellowship's own room; a concert elsewhere names its place."""

    name = "seattle_jazz_fellowship"
    title = "Seattle Jazz Fellowship"
    homepage = "https://seattlejazzfellowship.org"
    kind = "venue"
    city = "seattle"
    venue = "seattle_jazz_fellowship"
    start_urls = ["https://seattlejazzfellowship.org/events"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; robots.txt obeyed, which as a rule leaves the page and forbids its JSON."
