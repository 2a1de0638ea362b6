"""Playwright, started only when a page asks for it. Imports scrapy-playwright, so only where that is installed."""

from __future__ import annotations

from dataclasses import replace
from typing import cast
from urllib.request import getproxies

from playwright.async_api import Browser
from scrapy_playwright.handler import Config  # type: ignore[import-untyped]
from scrapy_playwright.provider import PlaywrightBrowserProvider  # type: ignore[import-untyped]

from sms_crawlers.network.browser_gate import BrowserGate


class OnDemandBrowserProvider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Scrapy-playwright's own starts a helper process with every crawl; most crawls never ask for a browser.

    The browser goes out through the gate, unless the environment names a proxy for it, which then is the gate.
    """

    config: Config

    def __init__(self, config: Config, gate: BrowserGate) -> None:
        super().__init__(config)
        self._gate = gate
        self._is_gated = False

    async def start(self) -> None:
        """Start nothing yet."""

    async def launch_browser(self) -> Browser:
        """Start the helper process and the gate, then the browser."""
        if self.playwright is None:
            await super().start()
        if not self._is_gated and not {"http", "https"} <= getproxies().keys():
            options = self.config.launch_options
            arguments = [*options.get("args", ()), *gate_arguments(await self._gate.start())]
            self.config = replace(self.config, launch_options={**options, "args": arguments})
            self._is_gated = True
        return cast(Browser, await super().launch_browser())

    async def close(self) -> None:
        """End the browser, then the gate."""
        await super().close()
        await self._gate.close()


def gate_arguments(port: int) -> tuple[str, ...]:
    """What has Chromium go through the gate and nowhere else: loopback too, and no datagrams past it."""
    return (
        f"--proxy-server=socks5://127.0.0.1:{port}",
        "--proxy-bypass-list=<-loopback>",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    )
