"""Where connections are made: only to an address that was looked at, for every request, whatever made it."""

from __future__ import annotations

import ipaddress
from typing import Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _BindAddressAgent, _ScrapyAgent
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.utils._download_handlers import normalize_bind_address, wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.interfaces import IReactorPluggableNameResolver
from twisted.web.client import Agent
from zope.interface import implementer  # type: ignore[import-untyped]

from sms_crawlers.errors import RefusedAddress
from sms_crawlers.network.addresses import DEFAULT_PORTS, AllowedHosts, literal_address
from sms_crawlers.network.answer_caps import cap_header_bytes, told_in_words


@implementer(IReactorPluggableNameResolver)
class CheckedReactor:
    """The reactor, for the connections of one URL. What Twisted's endpoints have resolved they connect to here, by
    address, so between the look at an address and the connection to it there is nothing.
    """

    def __init__(self, reactor: Any, url: str, host: str, allowed: AllowedHosts) -> None:
        self._reactor = reactor
        self._url = url
        self._host = host
        self._allowed = allowed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, address: str, port: int, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 - Twisted's name
        """Connect to an address. Raises RefusedAddress."""
        if not self._allowed.may_connect(self._host, port, ipaddress.ip_address(address)):
            raise RefusedAddress(self._url, address)
        return self._reactor.connectTCP(address, port, *args, **kwargs)


class CheckedAgent(_ScrapyAgent):
    """Scrapy's own, on a `CheckedReactor`. Through a proxy, which resolves the names itself, nothing can be checked."""

    def __init__(self, allowed: AllowedHosts, **options: Any) -> None:
        super().__init__(**options)
        self._allowed = allowed

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        if request.meta.get("proxy"):
            return super()._get_agent(request, timeout)
        from twisted.internet import reactor  # Scrapy installs the reactor only when it starts

        host = urlparse_cached(request).hostname or ""
        return _BindAddressAgent(
            reactor=CheckedReactor(reactor, request.url, host, self._allowed),  # type: ignore[arg-type]
            contextFactory=self._contextFactory,
            connectTimeout=timeout,
            bindAddress=normalize_bind_address(request.meta.get("bindaddress") or self._bindAddress),
            pool=self._pool,
        )


class CheckedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own for http and https, which connects to no private host but those of PRIVATE_HOSTS_ALLOWED, and takes
    no header larger than HEADERS_MAXSIZE.

    A kept connection was checked when it was made, and is used for the same host and port only.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.allowed = AllowedHosts.stated(crawler.settings)
        cap_header_bytes(self._pool, crawler.settings.getint("HEADERS_MAXSIZE"))

    async def download_request(self, request: Request) -> Response:
        """Ask. Raises RefusedAddress, HeadersTooLarge, and Scrapy's exceptions."""
        refuse_literal(request, self.allowed)
        agent = CheckedAgent(
            self.allowed,
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        with told_in_words(self._default_maxsize), wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


def refuse_literal(request: Request, allowed: AllowedHosts) -> None:
    """Raise RefusedAddress for a URL whose host is itself an address that may not be asked.

    Scrapy's resolver knows IPv4 only: of [::1] it would say that no address is known, and not that it is refused.
    """
    url = urlparse_cached(request)
    address = literal_address(url.hostname or "")
    if address is None or request.meta.get("proxy"):
        return
    if not allowed.may_connect(str(url.hostname), url.port or DEFAULT_PORTS[url.scheme], address):
        raise RefusedAddress(request.url, str(address))
