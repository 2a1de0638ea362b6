"""How large an answer may be. Its header: HEADERS_MAXSIZE, for Scrapy and Twisted have no such limit
(https://github.com/scrapy/scrapy/issues/7813) but one of 16 KiB a line. Its body: Scrapy's DOWNLOAD_MAXSIZE, in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.exceptions import DownloadCancelledError
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import Request as SentRequest
from twisted.web._newclient import ResponseFailed
from twisted.web.client import HTTPConnectionPool
from twisted.web.iweb import IResponse

from sms_crawlers.errors import HeadersTooLarge


def cap_header_bytes(pool: HTTPConnectionPool, most: int) -> None:
    """Let every answer over the pool's connections end with HeadersTooLarge once its header has more than `most` bytes.

    What bounds the bytes bounds the lines too. Answers that go before the one asked for (1xx) count with it.
    """

    class Factory(_LenientHTTP11ClientFactory):
        def buildProtocol(self, addr: IAddress | None) -> _CappedProtocol:  # noqa: ARG002, N802 - Twisted's
            return _CappedProtocol(self._quiescentCallback, most)

    pool._factory = Factory


@contextmanager
def told_in_words(most: int) -> Iterator[None]:
    """Around a download: Scrapy cancels one that turns out to have more than `most` bytes, but does not say why."""
    try:
        yield
    except DownloadCancelledError as cancelled:
        if str(cancelled):
            raise
        raise DownloadCancelledError(f"a body of more than {most:,} bytes (DOWNLOAD_MAXSIZE)") from cancelled


class _CappedParser(_LenientHTTPClientParser):
    """Counts the bytes of a header's lines; Twisted keeps less than 16 KiB of a line that has not ended."""

    most = 0
    host = ""
    taken = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take a line of the header. Raises HeadersTooLarge."""
        self.taken += len(line) + len(self.delimiter)
        self._check()
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002, N802 - Twisted's name
        """Twisted would hang up without a word. Raises HeadersTooLarge."""
        raise HeadersTooLarge(f"host {self.host} sent a header line of more than {self.MAX_LENGTH:,} bytes")

    def _check(self) -> None:
        if self.taken > self.most:
            raise HeadersTooLarge(f"host {self.host} sent a header of more than {self.most:,} bytes (HEADERS_MAXSIZE)")


class _CappedProtocol(_LenientHTTP11ClientProtocol):
    def __init__(self, quiescent: Any, most: int) -> None:
        super().__init__(quiescent)  # type: ignore[no-untyped-call]
        self._most = most

    def request(self, request: SentRequest) -> Deferred[IResponse]:
        """Send a request; the answer's parser, which the base class has made, becomes one that counts."""
        answer = super().request(request)
        parser = cast(Any, self._parser)
        parser.__class__ = _CappedParser
        parser.most, parser.host = self._most, _host_of(request)
        return answer.addErrback(_as_it_was_raised)


def _as_it_was_raised(failure: Failure) -> Failure:
    """HeadersTooLarge itself, which Twisted wraps among others: it is not retried, and says it all."""
    if isinstance(failure.value, ResponseFailed):
        for reason in cast(Any, failure.value).reasons:
            if reason.check(HeadersTooLarge):
                return cast(Failure, reason)
    return failure


def _host_of(request: SentRequest) -> str:
    (host,) = cast(Any, request).headers.getRawHeaders(b"host") or (b"",)
    return cast(bytes, host).decode("latin-1")
