"""Retry-After and its like: a host that asks for a pause gets it."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

logger = logging.getLogger(__name__)

_STATUSES = {429, 503}
_EPOCH_MILLISECONDS = re.compile(rb"\d{13}")


class RetryAfterMiddleware:
    """Pauses all requests to a host that answers 429 or 503 with Retry-After (RFC 9110, 10.2.3), or 429 with
    Rate-Limit-Reset in epoch milliseconds (Ticketmaster).

    Scrapy's retry then asks again after the pause. A pause longer than the setting RETRY_AFTER_MAX (seconds) is not
    waited for: the request is given up, and the next run is the retry. Nothing but that host's requests waits.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._longest = crawler.settings.getfloat("RETRY_AFTER_MAX")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryAfterMiddleware:
        middleware = cls(crawler)
        # Sent before the downloader hands the host's next request out: a middleware's turn would come too late.
        crawler.signals.connect(middleware.response_downloaded, signal=signals.response_downloaded)
        return middleware

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Pause the host's slot in the downloader, or let the request be given up."""
        pause = asked_pause(response, datetime.now(UTC))
        if pause is None:
            return
        if pause > self._longest:
            request.meta["dont_retry"] = True
            return
        host = request.meta["download_slot"]
        slot = self._crawler.engine.downloader.slots[host]
        # The slot sends its next request `delay` seconds after `lastseen`; without a delay it does not look at it.
        slot.delay = max(slot.delay, 0.001)
        slot.lastseen = max(slot.lastseen, monotonic() + pause)
        logger.info("%s asks for a pause of %.0f s (HTTP %d)", host, pause, response.status)


def asked_pause(response: Response, now: datetime) -> float | None:
    """Seconds for which an answer asks to be left alone; None if it does not. `now` is an instant with a zone."""
    retry_after, reset = (response.headers.get(name) for name in (b"Retry-After", b"Rate-Limit-Reset"))
    if response.status in _STATUSES and retry_after is not None:
        return pause_seconds(retry_after.decode("latin-1"), now)
    if response.status == 429 and reset is not None and _EPOCH_MILLISECONDS.fullmatch(reset):
        return max(0.0, int(reset) / 1000 - now.timestamp())
    return None


def pause_seconds(stated: str, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After value, which is a number of seconds or an HTTP date; None if it is neither.

    `now` is an instant with a zone. A date that has passed asks for no pause.
    """
    stated = stated.strip()
    if stated.isascii() and stated.isdigit():
        return float(stated)
    try:
        until = parsedate_to_datetime(stated)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
