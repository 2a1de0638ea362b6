"""The download handler where a browser is installed. Imports scrapy-playwright, so only settings name it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from playwright.async_api import Request as PageRequest
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.spiders import Spider
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # type: ignore[import-untyped]

from sms_crawlers.errors import RefusedAddress
from sms_crawlers.network.addresses import DEFAULT_PORTS
from sms_crawlers.network.browser_gate import BrowserGate
from sms_crawlers.network.download import CheckedDownloadHandler

_ERROR_PAGE = "chrome-error:"
"""What Chromium shows where a page that it was sent to by a script cannot be had."""


class CheckedBrowserHandler(CheckedDownloadHandler, ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Scrapy-playwright's own, whose browser goes out through a `BrowserGate`; without a browser as ever.

    What a page asks for on a private network is refused and logged. A page that is itself there, or is sent there,
    fails with that reason.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._gate = BrowserGate(self.allowed)
        self.browser_provider_cls: Callable[..., Any] = partial(self.browser_provider_cls, gate=self._gate)

    async def download_request(self, request: Request) -> Response:
        """Ask, through the browser where the request's meta says so. Raises RefusedAddress."""
        if request.meta.get("playwright"):
            response: Response = await ScrapyPlaywrightDownloadHandler.download_request(self, request)
            return response
        return await super().download_request(request)

    async def _download_request_with_page(self, request: Request, page: Page, spider: Spider) -> Response:
        sent_to: list[str] = []

        def note(made: PageRequest) -> None:
            if made.is_navigation_request() and made.frame == page.main_frame:
                sent_to.append(made.url)

        page.on("request", note)
        try:
            response: Response = await super()._download_request_with_page(request, page, spider)
        except PlaywrightError as problem:
            self._tell_refusal(request, sent_to, problem)
            raise
        if response.url.startswith(_ERROR_PAGE):
            self._tell_refusal(request, sent_to, None)
        return response

    def _tell_refusal(self, request: Request, sent_to: list[str], problem: PlaywrightError | None) -> None:
        """Raise RefusedAddress where the last page that the browser was sent to is one that the gate refused."""
        url = urlsplit(sent_to[-1] if sent_to else request.url)
        refusal = self._gate.refused.get((url.hostname or "", url.port or DEFAULT_PORTS.get(url.scheme, 0)))
        if refusal is not None:
            raise RefusedAddress(url.geturl(), refusal.address) from problem


def _is_no_refusal(record: logging.LogRecord) -> bool:
    """Scrapy-playwright logs every failed page with its traceback; a refusal is told in one line by whoever asked."""
    return not isinstance(getattr(record, "exception", None), RefusedAddress)


logging.getLogger("scrapy-playwright").addFilter(_is_no_refusal)
