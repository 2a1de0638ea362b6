"""Answers that stop before their end."""

from __future__ import annotations

from typing import cast

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from sms_crawlers.middlewares.robots import asks_for_robots
from sms_crawlers.network.whole_bodies import missing_end
from sms_crawlers.runs.listing import listing_cut
from sms_crawlers.spider import SourceSpider
from sms_text.redaction import without_secrets

CUT_SHORT = "cut short"
"""Flag of a response that is not all that its server has."""


class WholeBodiesMiddleware:
    """Knows a page, a feed or a calendar without its end. The spider reads what there is of it; the run is incomplete.

    Stands after what refuses answers that are none, and before what keeps answers.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WholeBodiesMiddleware:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass an answer on, with its flag where it is cut."""
        if is_judged(request, response) and CUT_SHORT not in response.flags:
            spider = cast(SourceSpider, self._crawler.spider)
            lacks = missing_end(response.body, closes_its_pages=spider.closes_its_pages)
            if lacks is not None:
                note_cut(spider, response, lacks)
        return response


def is_judged(request: Request, response: Response) -> bool:
    """Is it an answer that a spider reads as what was asked for?"""
    return 200 <= response.status < 300 and not asks_for_robots(request)


def note_cut(spider: SourceSpider, response: Response, lacks: str) -> None:
    """Flag an answer, and say in the run's stats that it is cut and what it `lacks`."""
    response.flags.append(CUT_SHORT)
    listing_cut(spider, f"{without_secrets(response.url)} is cut short: {lacks}")
