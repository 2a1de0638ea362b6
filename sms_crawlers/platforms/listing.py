"""What a spider says about its run while it crawls."""

from __future__ import annotations

import scrapy

CUT = "listing/cut"
"""Key in the run's stats: something that this run should have read arrived incomplete, and what."""

INCOMPLETE = "listing/incomplete"
"""Key in the run's stats: this run did not see all that the source lists, so nothing it missed is gone."""


def listing_incomplete(spider: scrapy.Spider, why: str) -> None:
    """Say that this run saw only a part of the source's listing, and why."""
    spider.logger.warning("%s: listing incomplete: %s", spider.name, why)
    spider.crawler.stats.set_value(INCOMPLETE, why)


def count(spider: scrapy.Spider, key: str) -> None:
    """Count something in the run's stats."""
    spider.crawler.stats.inc_value(key)
