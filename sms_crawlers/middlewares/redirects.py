"""Redirects, followed within limits: only to http and https, and to another origin with nothing but plain headers."""

from __future__ import annotations

from urllib.parse import urljoin

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from sms_crawlers.errors import RefusedRedirect
from sms_crawlers.network.addresses import DEFAULT_PORTS
from sms_text.redaction import without_secrets

_STATUSES = {301, 302, 303, 307, 308}
_PLAIN_HEADERS = {b"Accept", b"Accept-Encoding", b"Accept-Language", b"User-Agent"}


class GuardedRedirectMiddleware(RedirectMiddleware):
    """Scrapy's own, which keeps every header but Authorization and Cookie when it goes to another origin.

    Where a key is sent in a header of its own, whoever answers could have it sent on to anybody: so all headers stay
    behind but those that say nothing of us beyond what every request says, and so does a body. Whether the target may
    be asked at all is seen by `HostsMiddleware`, and where the connection is made.
    """

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Follow a redirect. Raises RefusedRedirect."""
        try:
            followed = super().process_response(request, response)
        except ValueError:  # what Scrapy says of a URL that is none
            followed = response
        if not isinstance(followed, Request):
            location = response.headers.get(b"Location")
            if followed.status in _STATUSES and location:
                raise RefusedRedirect(
                    f"redirect from {_shown(request.url)} to {_target(request, location)!r}: no web page"
                )
            return followed
        if _origin(followed) == _origin(request):
            return followed
        if followed.body:
            raise RefusedRedirect(
                f"redirect from {_shown(request.url)} to {_shown(followed.url)}: what was sent goes to no other origin"
            )
        for name in followed.headers.keys() - _PLAIN_HEADERS:
            del followed.headers[name]
        return followed


def _origin(request: Request) -> tuple[str, str | None, int | None]:
    url = urlparse_cached(request)
    return url.scheme, url.hostname, url.port or DEFAULT_PORTS.get(url.scheme)


def _target(request: Request, location: bytes) -> str:
    """Where a Location that is not followed leads to, without its secrets, whether it is a URL or not."""
    stated = location.decode("latin-1")
    try:
        return _shown(urljoin(request.url, stated))
    except ValueError:
        return _shown(stated)


def _shown(url: str) -> str:
    return without_secrets(url)
