"""Playwright, started only when a page asks for it. Imported by scrapy-playwright, so only where that is installed."""

from __future__ import annotations

from typing import cast

from playwright.async_api import Browser
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # type: ignore[import-untyped]
from scrapy_playwright.provider import PlaywrightBrowserProvider  # type: ignore[import-untyped]

from sms_crawlers.answer_caps import CappedAnswers


class BrowserDownloadHandler(CappedAnswers, ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Scrapy-playwright's own, with the caps kept by what is asked for without the browser."""


class OnDemandBrowserProvider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Scrapy-playwright's own starts a helper process with every crawl; most crawls never ask for a browser."""

    async def start(self) -> None:
        """Start nothing yet."""

    async def launch_browser(self) -> Browser:
        """Start the helper process, then the browser."""
        if self.playwright is None:
            await super().start()
        return cast(Browser, await super().launch_browser())
