"""Scrapy's log in lines: no item is printed whole, no secret of a URL at all."""

# ruff: noqa: ARG002 - the signatures are Scrapy's
from __future__ import annotations

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Request, Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from sms_crawlers.error_messages import describe_exception
from sms_crawlers.items import RawEventItem
from sms_text.redaction import without_secrets


class LineLogFormatter(LogFormatter):
    """One line for each thing that happens."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult:
        """Status, method and URL."""
        flags = f" ({', '.join(response.flags)})" if response.flags else ""
        return _line(logging.DEBUG, f"{response.status} {request.method} {without_secrets(request.url)}{flags}")

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> None:  # type: ignore[override]
        """Nothing: an item is in the feed and in the database, and there are thousands."""

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """The item's id, and why it was dropped."""
        return _line(logging.WARNING, f"dropped {_told(item)}: {exception}")

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """The item's id; Scrapy adds the traceback."""
        return _line(logging.ERROR, f"{type(exception).__name__} in a pipeline, at {_told(item)}")

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        """The page at which a spider failed; Scrapy adds the traceback."""
        return _line(logging.ERROR, f"{spider.name} failed at {request.method} {without_secrets(request.url)}")

    def download_error(
        self, failure: Failure, request: Request, spider: Spider, errmsg: str | None = None
    ) -> LogFormatterResult:
        """What went wrong with a request; Scrapy adds the traceback."""
        assert failure.value is not None
        return _line(logging.ERROR, describe_exception(failure.value, request))


def _line(level: int, line: str) -> LogFormatterResult:
    return {"level": level, "msg": "%s", "args": (line,)}


def _told(item: Any) -> str:
    if isinstance(item, RawEventItem):
        return f"{item.source_event_id!s:.80} ({item.event_day} {item.title!s:.80})"
    return type(item).__name__
