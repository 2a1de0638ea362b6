"""Whom a spider may ask: the hosts that it states, by http or https, and nobody else."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from sms_crawlers.errors import RefusedHost
from sms_crawlers.spider import SourceSpider
from sms_text.redaction import without_secrets

_SHOWN = 200
"""Characters of a URL in a message; data: holds whole pages."""


class HostsMiddleware:
    """Refuses requests to hosts that the spider does not state, whether a link, a feed or a redirect leads there.

    A page is somebody else's text: it must not choose whom this machine asks. The first of the downloader middlewares,
    so that it holds in a replay too: a recording shows that a source needs no more hosts than it states.
    """

    def __init__(self, spider: SourceSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostsMiddleware:
        return cls(cast(SourceSpider, crawler.spider))

    def process_request(self, request: Request) -> None:
        """Let a request pass. Raises RefusedHost."""
        self._check(request, request.url)

    def process_response(self, request: Request, response: Response) -> Response:
        """Let an answer pass; a browser, and whoever made a recording, has followed redirects. Raises RefusedHost."""
        if response.url != request.url:
            self._check(request, response.url)
        return response

    def _check(self, request: Request, url: str) -> None:
        came_from = request.meta.get("redirect_urls", [request.url])[-1]
        shown = without_secrets(url)[:_SHOWN]
        if came_from != url:
            shown = f"redirect from {without_secrets(came_from)} to {shown}"
        if urlsplit(url).scheme not in ("http", "https"):
            raise RefusedHost(f"{shown}: no web page")
        if not self._spider.may_ask(url):
            raise RefusedHost(
                f"{shown}: {urlsplit(url).hostname} is none of the hosts that {self._spider.name} states, and is not"
                " asked (if the source has moved there, name it in the spider's further_hosts)"
            )
