"""Packed answers: unpacked once, and known for cut where their stream is."""

from __future__ import annotations

from typing import Any, cast

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response, TextResponse
from scrapy.responsetypes import responsetypes

from sms_crawlers.errors import BlockedPage
from sms_crawlers.middlewares.whole_bodies import is_judged, note_cut
from sms_crawlers.network.packed_bodies import ENCODINGS, BodyTooLarge, unpack
from sms_crawlers.spider import SourceSpider
from sms_text.redaction import without_secrets


class UnpackingMiddleware(HttpCompressionMiddleware):
    """Stands in for Scrapy's own, which takes a stream that ends early for a whole one.

    Such an answer is asked for again, as Scrapy does with one that is shorter than its Content-Length. Where it stays
    cut, the spider reads what there is of it, and the run is incomplete; one of which nothing is there is no answer.
    """

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._crawler = crawler
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Unpack an answer. Raises IgnoreRequest where it is too large, BlockedPage where nothing can be unpacked."""
        others, packed = _encodings(response)
        if not packed or not response.body:
            return response
        most = request.meta.get("download_maxsize", self._most)
        try:
            body, fault = unpack(response.body, packed, most)
        except BodyTooLarge as problem:
            raise IgnoreRequest(f"the body exceeded DOWNLOAD_MAXSIZE ({most}): {problem}") from problem
        self._crawler.stats.inc_value("httpcompression/response_bytes", len(body))
        self._crawler.stats.inc_value("httpcompression/response_count")
        unpacked = _with_body(response, body, others)
        if fault is None or not is_judged(request, response):
            return unpacked
        spider = cast(SourceSpider, self._crawler.spider)
        if not request.meta.get("dont_retry") and (again := get_retry_request(request, spider=spider, reason="cut")):
            return again
        if not body:
            raise BlockedPage(f"{fault}, from {without_secrets(response.url)}", "incomplete")
        note_cut(spider, unpacked, fault)
        return unpacked


def _encodings(response: Response) -> tuple[list[str], list[str]]:
    """The encodings of a body in the order in which they were applied: those that stay, and those to be undone."""
    lines = response.headers.getlist(b"Content-Encoding")
    stated = [name.strip().lower().decode("latin-1") for line in lines for name in line.split(b",")]
    names = [name for name in stated if name not in ("", "identity")]
    unknown = next((number for number, name in enumerate(reversed(names)) if name not in ENCODINGS), len(names))
    return names[: len(names) - unknown], names[len(names) - unknown :]


def _with_body(response: Response, body: bytes, encodings: list[str]) -> Response:
    """The answer with another body, and the type that this one tells."""
    headers = response.headers.copy()
    headers.pop(b"Content-Encoding")
    if encodings:
        headers[b"Content-Encoding"] = ", ".join(encodings)
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    more: dict[str, Any] = {"encoding": None} if issubclass(kind, TextResponse) else {}
    return response.replace(cls=kind, headers=headers, body=body, **more)
