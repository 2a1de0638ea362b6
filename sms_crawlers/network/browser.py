"""The browser, for pages that show nothing without their scripts: the system's Chromium, where there is one."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from typing import Any

from scrapy.settings import BaseSettings

from sms_database.settings import find_chromium

_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

HOW_TO_GET_ONE = (
    "no browser is installed: install the extra (pip install 'live-music-calendar[browser]') and Chromium "
    "(apt install chromium), or name one in SMS_CHROMIUM"
)


@cache
def find_browser() -> str | None:
    """The path of a Chromium: that of SMS_CHROMIUM, else the one on the PATH.

    None where there is none, or where scrapy-playwright is not installed.
    """
    if find_spec("scrapy_playwright") is None:
        return None
    return find_chromium()


def browser_available(settings: BaseSettings) -> bool:
    """Can a request with `playwright` in its meta be made?"""
    return "executable_path" in settings.getdict("PLAYWRIGHT_LAUNCH_OPTIONS")


def launch_options(browser: str) -> dict[str, Any]:
    """How Playwright starts the Chromium of this path."""
    # Chromium refuses to run its sandbox as root, which is what a container's user often is.
    sandbox = () if os.geteuid() else ("--no-sandbox",)
    return {"executable_path": browser, "args": [*_ARGUMENTS, *sandbox]}
