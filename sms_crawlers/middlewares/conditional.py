"""Conditional requests: a page that has not changed is not sent again (RFC 9110, 13)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import time
from typing import Any

import orjson
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes

from sms_crawlers.middlewares.whole_bodies import CUT_SHORT
from sms_database.settings import get_settings
from sms_text.redaction import secrets_in

_VALIDATORS = {b"ETag": b"If-None-Match", b"Last-Modified": b"If-Modified-Since"}
_KEPT_HEADERS = (*_VALIDATORS, b"Content-Type", b"Content-Encoding")
_CREDENTIALS = (b"Authorization", b"Cookie")
_FORGOTTEN_AFTER = timedelta(days=30)
_KEPT = "kept_answer"

NOT_MODIFIED = "not modified"
"""Flag of a response whose body is the kept one."""


class ConditionalMiddleware:
    """Asks with the ETag or the Last-Modified of the answer that is kept of a page.

    Where the server says 304 the kept body is read again as if it had been sent, so an unchanged listing's rows are
    seen like any others. Nothing is ever answered without asking. Stands nearest to the network, so that no redirect
    takes the conditions along.
    """

    def __init__(self, kept: KeptAnswers) -> None:
        self._kept = kept

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ConditionalMiddleware:
        middleware = cls(kept_answers(crawler))
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    def process_request(self, request: Request) -> None:
        """Add the validators of the kept answer."""
        kept = self._kept.read(request) if _may_be_kept(request) else None
        if kept is None or any(header in request.headers for header in _VALIDATORS.values()):
            return
        for validator, condition in _VALIDATORS.items():
            if validator in kept.headers:
                request.headers[condition] = kept.headers[validator]
        request.meta[_KEPT] = kept

    def process_response(self, request: Request, response: Response) -> Response:
        """Give the kept answer for a 304."""
        kept: Response | None = request.meta.pop(_KEPT, None)
        if kept is not None:
            for condition in _VALIDATORS.values():
                request.headers.pop(condition, None)
        if response.status == 304 and kept is not None:
            self._kept.touch(request)
            return kept.replace(ip_address=response.ip_address, flags=[NOT_MODIFIED])
        return response

    def spider_closed(self) -> None:
        """Forget what was not asked for in a long time."""
        self._kept.tidy_up()


class KeepingMiddleware:
    """Keeps the last whole answer of each page that has an ETag or a Last-Modified.

    Answers to requests with credentials or with secrets in the URL are not kept, nor those that say `no-store`. Stands
    nearest to the spider of all that look at an answer: one that was refused or is cut short is not kept, and where
    it was, it is forgotten.
    """

    def __init__(self, kept: KeptAnswers) -> None:
        self._kept = kept

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepingMiddleware:
        return cls(kept_answers(crawler))

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep an answer, unpacked."""
        if response.status != 200 or not _may_be_kept(request):
            return response
        no_store = b"no-store" in (response.headers.get(b"Cache-Control") or b"").lower()
        if CUT_SHORT in response.flags:
            self._kept.forget(request)
        elif NOT_MODIFIED not in response.flags and not no_store:
            self._kept.write(request, response)
        return response


class KeptAnswers:
    """Answers in a directory: of each its body, the validators, and the content's type and encoding."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def read(self, request: Request) -> Response | None:
        """The answer that is kept for a request; None where there is none that can be used."""
        try:
            head, _, body = self._path(request).read_bytes().partition(b"\n")
            kept = orjson.loads(head)
            headers = _encoded(kept["headers"])
            is_whole = kept["url"] == request.url and kept["size"] == len(body)
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            return None  # nothing kept, or nothing that we wrote: the page is asked for and kept anew
        if not is_whole:
            return None
        kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
        return kind(request.url, headers=headers, body=body, request=request)

    def write(self, request: Request, response: Response) -> None:
        """Keep an answer, if it has a validator."""
        headers = dict(_kept_headers(response))
        if not any(validator.decode() in headers for validator in _VALIDATORS):
            return
        head = orjson.dumps({"url": request.url, "size": len(response.body), "headers": headers})
        self._directory.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._directory, delete=False) as file:
            file.write(head + b"\n" + response.body)
        os.replace(file.name, self._path(request))

    def touch(self, request: Request) -> None:
        """Note that the answer is still of use."""
        os.utime(self._path(request))

    def forget(self, request: Request) -> None:
        """Keep the answer no longer."""
        self._path(request).unlink(missing_ok=True)

    def tidy_up(self) -> None:
        """Forget what was of no use in a long time."""
        eldest = time() - _FORGOTTEN_AFTER.total_seconds()
        for path in self._directory.glob("*"):
            with suppress(FileNotFoundError):  # another crawl of the source may tidy up as well
                if path.stat().st_mtime < eldest:
                    path.unlink()

    def _path(self, request: Request) -> Path:
        return self._directory / hashlib.blake2b(request.url.encode(), digest_size=16).hexdigest()


def kept_answers(crawler: Crawler) -> KeptAnswers:
    """The answers of a spider, under SMS_HOME. Raises NotConfigured in a replay."""
    if crawler.settings.get("REPLAY"):
        raise NotConfigured
    assert crawler.spider is not None
    return KeptAnswers(get_settings().sms_home / "cache" / "pages" / crawler.spider.name)


def _may_be_kept(request: Request) -> bool:
    private = any(header in request.headers for header in _CREDENTIALS) or secrets_in(request.url)
    return request.method == "GET" and not private and not request.meta.get("playwright")


def _kept_headers(response: Response) -> Iterator[tuple[str, str]]:
    for name in _KEPT_HEADERS:
        value = response.headers.get(name)
        if value is not None:
            yield name.decode(), value.decode("latin-1")


def _encoded(headers: dict[str, str]) -> dict[Any, Any]:
    return {name.encode(): value.encode("latin-1") for name, value in headers.items()}
