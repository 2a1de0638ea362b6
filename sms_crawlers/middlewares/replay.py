"""Answer every request from recordings: the settings REPLAY=DIR and REPLAY_AT=YYYY-MM-DD."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import cast

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes
from scrapy.statscollectors import StatsCollector

from sms_crawlers.errors import BadRecording
from sms_crawlers.middlewares.robots import asks_for_robots
from sms_crawlers.recordings.recording import (
    Answers,
    RecordedPage,
    read_recordings,
    recorded_instant,
    recordings_of_source,
)
from sms_crawlers.runs.run_stats import REPLAYED
from sms_crawlers.spider import SourceSpider
from sms_text.redaction import without_secrets

_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;\s*charset=[\w-]+)?", re.IGNORECASE)
"""The part of a recording's `content_type` that is one; a note may follow it."""

logger = logging.getLogger(__name__)


class ReplayMiddleware:
    """The first of the downloader middlewares, so that in a replay nothing behind it is asked: no robots.txt, no
    cache, no host name. What was not recorded is answered by a 404, with a warning.

    The spider's `now` becomes the recording's, unless the setting NOW states another. The pages that were recorded
    for the spider answer before those of other recordings in the same tree.
    """

    def __init__(self, answers: Sequence[Answers], stats: StatsCollector) -> None:
        self._answers = answers
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReplayMiddleware:
        directory = crawler.settings.get("REPLAY")
        if not directory:
            raise NotConfigured
        spider = cast(SourceSpider, crawler.spider)
        at = _day(crawler.settings.get("REPLAY_AT"))
        recordings = read_recordings(Path(directory))
        own = recordings_of_source(recordings, spider.name, spider.homepage)
        now = recorded_instant(own or recordings, at, spider.timezone)
        if now is not None and not crawler.settings.get("NOW"):
            spider.now = now
        for recording in own:
            spider.take_recorded(recording.arguments)
        logger.info("replay of %s: now is %s", directory, spider.now.isoformat())
        return cls([Answers(own, at), Answers(recordings, at)], crawler.stats)

    def process_request(self, request: Request) -> Response:
        """Answer from the recordings."""
        if asks_for_robots(request):
            return Response(request.url, status=404)
        self._stats.inc_value(REPLAYED)
        for answers in self._answers:
            page = answers.find(request.method, request.url, request.body)
            if page is not None:
                return _response(page, request)
        logger.warning("not recorded: %s %s", request.method, without_secrets(request.url))
        return Response(request.url, status=404)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadRecording(f"REPLAY_AT is a day, YYYY-MM-DD, not {text!r}") from None


def _response(page: RecordedPage, request: Request) -> Response:
    try:
        body = page.file.read_bytes()
    except OSError as problem:
        raise BadRecording(f"{page.file} is listed in meta.json and cannot be read: {problem.strerror}") from problem
    media_type = _MEDIA_TYPE.match(page.content_type or "")
    headers = {b"Content-Type": media_type[0].encode()} if media_type else {}
    url = page.answered_by or request.url
    kind = responsetypes.from_args(headers=headers, url=url, body=body)
    return kind(url, status=page.status, headers=headers, body=body)
