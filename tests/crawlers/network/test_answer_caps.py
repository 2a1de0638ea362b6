"""How large an answer may be and how long it may take, and that whatever goes wrong with a request has a reason."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

import pytest
from scrapy import exceptions
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError

from sms_crawlers.error_messages import cause_of, describe_exception
from sms_crawlers.runs import run_stats
from sms_database.vocabulary import CAUSES
from tests.crawlers.crawling import Crawled, Crawls
from tests.crawlers.raw_server import raw_server

MANY = 2_000_000
OK = b"HTTP/1.1 200 OK\r\n"


def causes_of(crawled: Crawled) -> list[str]:
    """The causes noted of a run."""
    return [cause for cause, _ in crawled.stats[run_stats.FAILURES]]


def many_header_lines() -> Iterator[bytes]:
    yield OK
    for _ in range(MANY // 100):
        yield b"X-Padding: 1\r\n" * 100


def one_continued_header() -> Iterator[bytes]:
    yield OK + b"X-Padding: 1\r\n"
    for _ in range(MANY // 100):
        yield b" and more of it\r\n" * 100


def answers_before_the_answer() -> Iterator[bytes]:
    for _ in range(MANY // 100):
        yield b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100


def one_endless_line() -> Iterator[bytes]:
    yield OK + b"X-Padding: "
    for _ in range(MANY // 100):
        yield b"1" * 1_300


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (many_header_lines, "sent a header of more than 65,536 bytes (HEADERS_MAXSIZE)"),
        (one_continued_header, "sent a header of more than 65,536 bytes (HEADERS_MAXSIZE)"),
        (answers_before_the_answer, "sent a header of more than 65,536 bytes (HEADERS_MAXSIZE)"),
        (one_endless_line, "sent a header line of more than 16,384 bytes"),
    ],
)
@pytest.mark.trust(16, 17)
def test_a_header_without_end_is_not_taken(crawl: Crawls, answer: Iterable[bytes], told: str) -> None:
    with raw_server(answer) as server:
        crawled = crawl(base=server.url)
    assert crawled.result.verdict == "failed"
    assert f"host {server.url.removeprefix('http://')} {told}" in crawled.result.message
    assert causes_of(crawled) == ["stopped"]
    assert len(server.sent) == 1, "it is not asked again"
    assert server.sent[0] < sum(map(len, answer())), "the connection is closed before all has come"
    assert "Traceback" not in crawled.log


@pytest.mark.trust(16)
def test_a_header_as_long_as_servers_send_is_taken(crawl: Crawls) -> None:
    body = b'{"shows": [{"id": "1", "title": "Act", "day": "2026-12-01"}]}'
    policy = b"Content-Security-Policy: " + b"https://a.test " * 1_000 + b"\r\n"
    cookies = b"".join(b"Set-Cookie: c%d=%s\r\n" % (number, b"v" * 500) for number in range(60))
    head = OK + policy + cookies + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    with raw_server(lambda: [head + body]) as server:
        crawled = crawl(base=server.url)
    assert crawled.result.verdict == "ok", crawled.log
    assert len(head) > 45_000


@pytest.mark.parametrize("length", [None, 200_000])
@pytest.mark.trust(17)
def test_a_body_that_is_too_large_is_told_with_the_limit(crawl: Crawls, length: int | None) -> None:
    def answer() -> Iterator[bytes]:
        yield OK + (b"Content-Length: %d\r\n\r\n" % length if length else b"\r\n")
        for _ in range(20):
            yield b" " * 10_000

    with raw_server(answer) as server:
        crawled = crawl(base=server.url, DOWNLOAD_MAXSIZE=50_000)
    assert crawled.result.verdict == "failed"
    assert crawled.result.message.startswith(f"{server.url}/shows.json: ")
    assert "50000" in crawled.result.message.replace(",", "")
    assert causes_of(crawled) == ["stopped"]


@pytest.mark.parametrize("before", [OK, OK + b"Content-Length: 100000\r\n\r\n", OK + b"\r\n"])
@pytest.mark.trust(16, 17)
def test_what_drips_is_given_up(crawl: Crawls, before: bytes) -> None:
    never = threading.Event()

    def answer() -> Iterator[bytes]:
        yield before
        while True:
            never.wait(0.05)
            yield b"x"

    with raw_server(answer) as server:
        crawled = crawl(base=server.url, DOWNLOAD_TIMEOUT=1)
    assert crawled.result.verdict == "failed"
    assert crawled.result.message == f"host {server.url.removeprefix('http://')} did not answer in time"
    assert len(server.sent) == 1


def of_every_kind() -> list[BaseException]:
    """Exceptions that a request may end with, none of which says anything."""
    response = Response("http://hall.test/shows.json", status=500)
    special: list[BaseException] = [HttpError(response)]
    for kind in (
        exceptions.CannotResolveHostError,
        exceptions.DownloadCancelledError,
        exceptions.DownloadConnectionRefusedError,
        exceptions.DownloadFailedError,
        exceptions.DownloadTimeoutError,
        exceptions.IgnoreRequest,
        exceptions.NotSupported,
        exceptions.ResponseDataLossError,
        exceptions.UnsupportedURLSchemeError,
        *(Exception, KeyError, MemoryError, OSError, RecursionError, UnicodeError, ValueError),
    ):
        special += [kind(), kind(" \n ")]
    return special


@pytest.mark.parametrize("exception", of_every_kind(), ids=lambda exception: f"{type(exception).__name__}")
@pytest.mark.trust(17)
def test_every_failed_request_has_a_reason(exception: BaseException) -> None:
    line = describe_exception(exception, Request("http://hall.test/shows.json?key=secret"))
    assert "hall.test" in line
    assert "\n" not in line
    assert not line.rstrip().endswith(":")
    assert not line.startswith(":")
    assert "secret" not in line
    assert cause_of(exception) in CAUSES
