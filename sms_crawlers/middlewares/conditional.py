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

from sms_crawlers.redaction import secrets_in
from sms_database.settings import get_settings

_VALIDATORS = {b"ETag": b"If-None-Match", b"Last-Modified": b"If-Modified-Since"}
_KEPT_HEADERS = (*_VALIDATORS, b"Content-Type", b"Content-Encoding")
_CREDENTIALS = (b"Authorization", b"Cookie")
_FORGOTTEN_AFTER = timedelta(days=30)
_KEPT = "kept_answer"


class ConditionalMiddleware:
    """Keeps the last answer of each page that has an ETag or a Last-Modified, under SMS_HOME, and asks with them.

    Where the server says 304 the kept body is read again as if it had been sent, so an unchanged listing's rows are
    seen like any others. Nothing is ever answered without asking. Answers to requests with credentials or with secrets
    in the URL are not kept, nor those that say `no-store`, nor any header but the validators and the content's type.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ConditionalMiddleware:
        if crawler.settings.get("REPLAY"):
            raise NotConfigured
        assert crawler.spider is not None
        middleware = cls(get_settings().sms_home / "cache" / "pages" / crawler.spider.name)
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    def process_request(self, request: Request) -> None:
        """Add the validators of the kept answer."""
        kept = self._read(request) if _may_be_kept(request) else None
        if kept is None or any(header in request.headers for header in _VALIDATORS.values()):
            return
        for validator, condition in _VALIDATORS.items():
            if validator in kept.headers:
                request.headers[condition] = kept.headers[validator]
        request.meta[_KEPT] = kept

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep an answer, or give the kept one for a 304."""
        kept: Response | None = request.meta.pop(_KEPT, None)
        if kept is not None:
            for condition in _VALIDATORS.values():
                request.headers.pop(condition, None)
        if response.status == 304 and kept is not None:
            os.utime(self._path(request))
            return kept.replace(ip_address=response.ip_address, flags=["not modified"])
        no_store = b"no-store" in (response.headers.get(b"Cache-Control") or b"").lower()
        if response.status == 200 and _may_be_kept(request) and not no_store:
            self._write(request, response)
        return response

    def spider_closed(self) -> None:
        """Forget what was not asked for in a long time."""
        eldest = time() - _FORGOTTEN_AFTER.total_seconds()
        for path in self._directory.glob("*"):
            with suppress(FileNotFoundError):  # another crawl of the source may tidy up as well
                if path.stat().st_mtime < eldest:
                    path.unlink()

    def _path(self, request: Request) -> Path:
        return self._directory / hashlib.blake2b(request.url.encode(), digest_size=16).hexdigest()

    def _read(self, request: Request) -> Response | None:
        try:
            head, _, body = self._path(request).read_bytes().partition(b"\n")
            kept = orjson.loads(head)
        except (FileNotFoundError, orjson.JSONDecodeError):
            return None
        if kept["url"] != request.url or kept["size"] != len(body):
            return None
        kind = responsetypes.from_args(headers=_encoded(kept["headers"]), url=request.url, body=body)
        return kind(request.url, headers=_encoded(kept["headers"]), body=body, request=request)

    def _write(self, request: Request, response: Response) -> None:
        headers = dict(_kept_headers(response))
        if not any(validator.decode() in headers for validator in _VALIDATORS):
            return
        head = orjson.dumps({"url": request.url, "size": len(response.body), "headers": headers})
        self._directory.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._directory, delete=False) as file:
            file.write(head + b"\n" + response.body)
        os.replace(file.name, self._path(request))


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
