"""Seattle JazzED, a school of jazz: its concerts, in many rooms."""

from __future__ import annotations

from sms_crawlers.platforms.squarespace import SquarespaceSpider


class SeattleJazzedSpider(SquarespaceSpider):
    """The school's public events. No room is taken to be theirs: each names its place, or none."""

    name = "seattle_jazzed"
    title = "Seattle JazzED"
    homepage = "https://www.seattlejazzed.org"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://www.seattlejazzed.org/events"]
    complete_listing = True
    may_be_empty = True
    trust = 60
    terms = "Public page of the school; robots.txt obeyed, which as a rule leaves the page and forbids its JSON."
