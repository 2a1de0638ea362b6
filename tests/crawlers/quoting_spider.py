"""A spider whose mistake quotes the page (SPIDER_MODULES=tests.crawlers.quoting_spider)."""

from __future__ import annotations

from typing import Any

from scrapy.http import Response

from sms_crawlers.spider import Outcome
from tests.crawlers import example_spiders


class QuotingHall(example_spiders.ExampleHall):
    name = "quoting_hall"
    title = "Quoting Hall"

    def _read(self, show: dict[str, Any], response: Response) -> Outcome:  # noqa: ARG002
        raise ValueError(f"no such show: {show['title']}")
