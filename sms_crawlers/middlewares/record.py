"""Keep what a crawl is answered as a recording: the setting RECORD=DIR."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

import orjson
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response

from sms_crawlers.errors import BadRecording
from sms_crawlers.middlewares.robots import asks_for_robots
from sms_crawlers.recordings.recording import META, RecordedPage, Recording, read_recording, write_file
from sms_crawlers.spider import SourceSpider
from sms_text.redaction import redacted_query, secrets_in, tokens_in, without_secrets

_FORM = b"application/x-www-form-urlencoded"
_SUFFIXES = {"text/calendar": ".ics", "application/rss+xml": ".xml", "application/ld+json": ".json"}
_REDACTED = "redacted.token"
_MIN_SECRET_LENGTH = 8
"""A shorter value of a query field may well stand in a page by chance."""


class RecordMiddleware:
    """Writes each answer as the spider gets it, and meta.json at the end; an earlier edition of a page stays.

    No header is kept. The spider's keys, the secrets in the query of any request, and tokens that a server handed out
    are left out of meta.json and of the bodies. Pages that were answered by a challenge or not at all are not recorded,
    nor is robots.txt.
    """

    def __init__(self, directory: Path, spider: SourceSpider):
        self._directory = directory
        self._source = spider.name
        self._arguments = dict(spider.arguments)
        self._day = spider.today.isoformat()
        self._secrets: dict[str, str] = {}
        self._hide(spider.key_values.values())
        self._written: list[RecordedPage] = []
        directory.mkdir(parents=True, exist_ok=True)
        there = read_recording(directory) if (directory / META).exists() else Recording(spider.name, [])
        if there.source != spider.name:
            raise BadRecording(f"{directory} holds a recording of {there.source}, not of {spider.name}")
        self._pages = there.pages

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RecordMiddleware:
        directory = crawler.settings.get("RECORD")
        if not directory:
            raise NotConfigured
        recorder = cls(Path(directory), cast(SourceSpider, crawler.spider))
        crawler.signals.connect(recorder.spider_closed, signal=signals.spider_closed)
        return recorder

    def process_response(self, request: Request, response: Response) -> Response:
        """Write the answer's body."""
        if not asks_for_robots(request):
            self._record(request, response)
        return response

    def spider_closed(self) -> None:
        """Take the secrets out of the bodies, and write meta.json."""
        for page in self._written:
            body = page.file.read_bytes()
            for secret, name in self._secrets.items():
                body = body.replace(secret.encode(), name.encode())
            write_file(page.file, body)
        meta: dict[str, Any] = {"source": self._source}
        if self._arguments:
            meta["arguments"] = self._arguments
        meta["files"] = [page.noted() for page in self._pages]
        write_file(self._directory / META, orjson.dumps(meta, option=orjson.OPT_INDENT_2) + b"\n")

    def _record(self, request: Request, response: Response) -> None:
        asked = request.meta.get("redirect_urls", [request.url])[0]
        for url in (asked, response.url):
            self._hide(secrets_in(url))
        self._hide(tokens_in(response.body))
        content_type = (response.headers.get(b"Content-Type") or b"").decode("latin-1") or None
        form, body = _posted(request)
        same = [p for p in self._pages if self._is_edition(p, request.method, asked, form, body)]
        page = RecordedPage(
            file=same[0].file if same else self._new_file(asked, content_type),
            url=without_secrets(asked),
            method=request.method,
            status=response.status,
            content_type=content_type,
            recorded_at=self._day,
            form=form,
            body=body,
            answered_by=without_secrets(response.url) if response.url != asked else None,
        )
        write_file(page.file, response.body)
        self._pages = [p for p in self._pages if p not in same] + [page]
        self._written.append(page)

    def _hide(self, secrets: Iterable[str]) -> None:
        for secret in secrets:
            if len(secret) >= _MIN_SECRET_LENGTH:
                self._secrets |= dict.fromkeys((secret, quote(secret), quote_plus(secret)), _REDACTED)

    def _is_edition(
        self, page: RecordedPage, method: str, url: str, form: dict[str, str] | None, body: str | None
    ) -> bool:
        asked = (method, without_secrets(url), form, body, self._day)
        return asked == (page.method, page.url, page.form, page.body, page.recorded_at)

    def _new_file(self, url: str, content_type: str | None) -> Path:
        media_type = (content_type or "").partition(";")[0].strip().lower()
        suffix = _SUFFIXES.get(media_type) or mimetypes.guess_extension(media_type) or ".bin"
        parts = urlsplit(url)
        name = Path(parts.path).stem or (parts.hostname or "page")
        stem = f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')[:40] or 'page'}-{self._day}"
        taken = {page.file.name for page in self._pages} | {file.name for file in self._directory.iterdir()}
        numbered = (f"{stem}{f'-{number}' if number > 1 else ''}{suffix}" for number in range(1, len(taken) + 2))
        return self._directory / next(file for file in numbered if file not in taken)


def _posted(request: Request) -> tuple[dict[str, str] | None, str | None]:
    """The form or the text that a request posts; both None where it posts nothing."""
    if not request.body:
        return None, None
    text = request.body.decode("utf-8", "replace")
    if (request.headers.get(b"Content-Type") or b"").startswith(_FORM):
        return dict(parse_qsl(redacted_query(text), keep_blank_values=True)), None
    return None, text
