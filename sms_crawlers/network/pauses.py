"""What hosts say of the pace at which they may be asked: Retry-After and its like, and what a robots.txt asks for."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

_STATUSES = {429, 503}
_EPOCH_MILLISECONDS = re.compile(rb"\d{13}")
_ENDLESS = 10**9  # seconds, as many as anybody may mean

MAX_PAUSE_SECONDS = 24 * 3600.0
"""Seconds: a host that asks for a longer pause gets this one, and is asked again. A slip must not silence a source."""


def asked_pause(response: Response, now: datetime) -> float | None:
    """Seconds for which an answer asks to be left alone; None if it does not. `now` is an instant with a zone.

    So do 429 and 503 with Retry-After (RFC 9110, 10.2.3), and 429 with Rate-Limit-Reset in epoch milliseconds
    (Ticketmaster).
    """
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


def stated_delay(robots: RobotParser, agent: str) -> float:
    """Seconds between requests that a robots.txt asks of an agent, by Crawl-delay or Request-rate; else 0.

    A rate for some hours of the day is kept at all hours.
    """
    delays = [robots.crawl_delay(agent) or 0.0]
    rate = robots.rp.request_rate(agent) if isinstance(robots, ProtegoRobotParser) else None
    if rate is not None and rate.requests > 0:
        delays.append(min(rate.seconds, _ENDLESS * rate.requests) / rate.requests)
    return max(delays)
