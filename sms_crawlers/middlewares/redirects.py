"""Redirects, followed within limits: only to http and https, and never from a public host to a private one."""

from __future__ import annotations

import ipaddress
from typing import Any, cast

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Request, Response
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import DNSLookupError

from sms_crawlers.errors import RefusedRedirect
from sms_crawlers.redaction import without_secrets

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class GuardedRedirectMiddleware(RedirectMiddleware):
    """Scrapy's own, with the target looked at before it is asked.

    A page is somebody else's text: its redirect must not make this machine ask its own services or those of its
    network. Names are looked up with the resolver that the download uses, which keeps the answer for it, so a name
    cannot change its address in between. A host of the private network itself (a test's) may redirect to its like.
    """

    async def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Follow a redirect. Raises RefusedRedirect."""
        try:
            followed = super().process_response(request, response)
        except ValueError:  # what Scrapy says of a URL that is none
            followed = response
        location = response.headers.get(b"Location")
        if not isinstance(followed, Request):
            if followed.status in {301, 302, 303, 307, 308} and location:
                raise RefusedRedirect(f"redirect from {_shown(request)} to {location.decode('latin-1')!r}: no web page")
            return followed
        target = await _addresses(followed)
        if any(map(is_private, target)) and not await self._is_private_itself(request, response):
            raise RefusedRedirect(
                f"redirect from {_shown(request)} to {_shown(followed)}: the target is on a private network"
            )
        return followed

    async def _is_private_itself(self, request: Request, response: Response) -> bool:
        answered_from = [response.ip_address] if response.ip_address else await _addresses(request)
        return bool(answered_from) and all(map(is_private, answered_from))


def is_private(address: Address) -> bool:
    """Is an address not one of the public internet: private, shared, loopback, link-local, multicast, reserved?"""
    mapped = getattr(address, "ipv4_mapped", None) or address
    return not mapped.is_global or mapped.is_multicast


async def _addresses(request: Request) -> list[Address]:
    """The addresses of a request's host; none for a name that is not known, whose request fails by itself."""
    from twisted.internet import reactor  # Scrapy installs the reactor only when it starts

    host = urlparse_cached(request).hostname or ""
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    try:
        found = await maybe_deferred_to_future(cast(Any, reactor).resolve(host))
    except DNSLookupError:
        return []
    return [ipaddress.ip_address(found)]


def _shown(request: Request) -> str:
    return without_secrets(request.url)
