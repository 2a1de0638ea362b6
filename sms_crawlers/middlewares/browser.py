"""A clear word where a browser is needed and none is installed."""

from __future__ import annotations

from typing import cast

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request

from sms_crawlers.errors import MissingBrowser
from sms_crawlers.network.browser import HOW_TO_GET_ONE, browser_available
from sms_crawlers.spider import SourceSpider


class BrowserMiddleware:
    """Stops requests that only a browser could make, where there is none; a spider that `needs_browser`, at once."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BrowserMiddleware:
        spider = cast(SourceSpider, crawler.spider)
        if browser_available(crawler.settings) or crawler.settings.get("REPLAY"):
            raise NotConfigured
        if spider.needs_browser:
            raise MissingBrowser(f"its pages can be read by a browser only, and {HOW_TO_GET_ONE}")
        return cls()

    def process_request(self, request: Request) -> None:
        """Let a request pass. Raises MissingBrowser."""
        if request.meta.get("playwright"):
            raise MissingBrowser(HOW_TO_GET_ONE)
