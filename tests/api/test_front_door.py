"""What every request passes, and every answer has, whatever it is about."""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
import socket
from collections.abc import Iterator

import brotli
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from sms_api.bounded_http import BoundedHttp
from sms_api.catalog import CatalogUnavailable
from sms_api.edge import EdgeHeaders
from sms_api.middleware import front_door
from sms_api.middleware.kept_responses import KeptResponses
from sms_api.middleware.rate_limits import Window
from sms_api.problems import HANDLERS, Problem
from sms_api.responses import cacheable
from sms_api.settings import ApiSettings
from tests.api.served import NOW, Served, serving

LONG = b'{"words":"' + b"tin lantern " * 200 + b'"}'


async def _json(request: Request) -> Response:
    return cacheable(request, LONG)


async def _echo(request: Request) -> Response:
    return Response(await request.body())


async def _whoever(request: Request) -> Response:
    assert request.client is not None
    return PlainTextResponse(f"{request.client.host} {request.url.scheme}")


async def _broken(request: Request) -> Response:
    raise ValueError(f"cannot read {request.query_params['words']}")


async def _gone(_: Request) -> Response:
    raise CatalogUnavailable("connection to server at 10.1.2.3 failed")


async def _never(request: Request) -> Response:
    await request.is_disconnected()
    await request.app.state.never.wait()
    raise AssertionError


async def _page(_: Request, problem: Problem) -> Response:
    return HTMLResponse(f"<h1>{problem.title}</h1>")


ROUTES = [
    Route("/v1/json/{id}", _json),
    Route("/echo", _echo, methods=["POST"]),
    Route("/who", _whoever),
    Route("/broken", _broken),
    Route("/gone", _gone),
    Route("/embed/night", _json),
    Route("/never", _never),
]


def _application(**settings: object) -> Starlette:
    values: dict[str, object] = {"reads_per_minute": 0, "searches_per_minute": 0, "request_seconds": 0.3} | settings
    application = Starlette(
        routes=ROUTES,
        middleware=front_door(ApiSettings(**values), KeptResponses(0, lambda: NOW), None),
        exception_handlers=HANDLERS,  # type: ignore[arg-type]
    )
    application.state.never = asyncio.Event()
    application.state.stopping = asyncio.Event()
    return application


@pytest.fixture(scope="module")
def door() -> Iterator[Served]:
    """Handlers of the tests' own behind the front door."""
    application = _application(trusted_proxies="127.0.0.0/8, 10.9.0.0/16")
    application.state.error_page = _page
    with serving(application) as server:
        yield server


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/json/1", 200),
        ("HEAD", "/v1/json/1", 200),
        ("OPTIONS", "/v1/json/1", 204),
        ("POST", "/v1/json/1", 405),
        ("GET", "/nowhere", 404),
        ("GET", "/gone", 503),
        ("GET", "/broken?words=x", 500),
        ("GET", f"/who?{'q' * 9000}", 414),
        ("GET", "/never", 503),
    ],
)
def test_every_answer_has_an_id_and_tells_a_browser_what_it_may(
    door: Served, method: str, path: str, status: int
) -> None:
    answer = door.ask(path, method)
    assert answer.status == status
    assert re.fullmatch("[0-9a-f]{24}", answer.headers["x-request-id"])
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert {"referrer-policy", "permissions-policy", "cross-origin-opener-policy"} <= set(answer.headers)
    assert "strict-transport-security" not in answer.headers
    assert "server" not in answer.headers
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json["status"] == status
        assert answer.json["request_id"] == answer.headers["x-request-id"]


def test_the_embed_alone_may_be_framed(door: Served) -> None:
    answer = door.ask("/embed/night")
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers


def test_a_clients_own_id_is_kept_where_it_is_plain(door: Served) -> None:
    assert door.ask("/who", headers={"X-Request-ID": "job-2026.11"}).headers["x-request-id"] == "job-2026.11"
    assert door.ask("/who", headers={"X-Request-ID": "a b status=200"}).headers["x-request-id"] != "a b status=200"


def test_a_request_is_one_line_of_the_log_without_words_address_or_path(
    door: Served, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="sms_api"):
        door.ask("/v1/json/secret-show?q=tender+words", headers={"X-Request-ID": "line-0001", "Cookie": "key=hunter2"})
        door.ask("/nowhere/tender?q=words", headers={"X-Request-ID": "line-0002"})
        door.ask("/broken?words=tender", headers={"X-Request-ID": "line-0003", "X-Forwarded-For": "198.51.100.7"})
    lines = [record.getMessage() for record in caplog.records if record.name == "sms_api.requests"]
    assert re.fullmatch(r"GET /v1/json/\{id\} 200 \d+\.\d ms id=line-0001", lines[0])
    assert re.fullmatch(r"GET - 404 \d+\.\d ms id=line-0002", lines[1])
    assert re.fullmatch(r"GET /broken 500 \d+\.\d ms id=line-0003", lines[2])
    assert len(lines) == 3
    assert not re.search(r"tender|words=|secret-show|hunter2|127\.0\.0\.1|198\.51", caplog.text)
    assert "ValueError" in caplog.text
    assert "_broken" in caplog.text


@pytest.mark.trust(31)
def test_trouble_tells_nothing_of_the_inside(door: Served) -> None:
    gone = door.ask("/gone")
    assert gone.headers["retry-after"] == "5"
    assert b"10.1.2.3" not in gone.body
    assert b"ValueError" not in door.ask("/broken?words=x").body


def test_people_get_a_page_and_programs_an_object(door: Served) -> None:
    page = door.ask("/nowhere", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status, page.text) == (404, "<h1>Not Found</h1>")
    assert page.headers["cache-control"] == "no-store"
    assert door.ask("/v1/nowhere", headers={"Accept": "text/html,*/*;q=0.8"}).json["status"] == 404


def test_what_the_client_has_is_not_sent_again(door: Served) -> None:
    first = door.ask("/v1/json/1")
    for held in (first.headers["etag"], first.headers["etag"].removeprefix("W/"), f'"x", {first.headers["etag"]}', "*"):
        again = door.ask("/v1/json/1", headers={"If-None-Match": held, "Accept-Encoding": "gzip"})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert again.headers["vary"] == first.headers["vary"] == "Accept-Encoding"
    assert door.ask("/v1/json/1", headers={"If-None-Match": 'W/"other"'}).status == 200


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("br;q=0.1, gzip", "gzip"),
        ("*", "br"),
        ("gzip;q=0, br;q=0", None),
        ("gzip;q=x", None),
        ("identity", None),
        ("", None),
    ],
)
def test_an_answer_is_compressed_as_the_client_takes_it(door: Served, accepted: str, encoding: str | None) -> None:
    answer = door.ask("/v1/json/1", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}[encoding]
    assert unpack(answer.body) == LONG
    assert int(answer.headers["content-length"]) == len(answer.body)


def test_head_tells_what_get_would(door: Served) -> None:
    got, head = door.ask("/v1/json/1"), door.ask("/v1/json/1", "HEAD")
    assert head.body == b""
    assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers["etag"] == got.headers["etag"]


def test_methods_that_are_not_allowed_say_which_are(door: Served) -> None:
    assert door.ask("/echo").headers["allow"] == "OPTIONS, POST"
    assert door.ask("/v1/json/1", "DELETE").headers["allow"] == "GET, HEAD, OPTIONS"
    assert door.ask("/v1/json/1", "OPTIONS").headers["allow"] == "GET, HEAD, OPTIONS"


def test_scripts_of_other_hosts_may_read_what_is_for_programs(door: Served) -> None:
    asked = {"Origin": "https://example.org"}
    read = door.ask("/v1/json/1", headers=asked)
    assert read.headers["access-control-allow-origin"] == "*"
    assert "ETag" in read.headers["access-control-expose-headers"]
    assert read.headers["cross-origin-resource-policy"] == "cross-origin"
    before = door.ask("/v1/json/1", "OPTIONS", asked | {"Access-Control-Request-Method": "GET"})
    assert before.status == 204
    assert before.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    page = door.ask("/who", headers=asked)
    assert "access-control-allow-origin" not in page.headers
    assert page.headers["cross-origin-resource-policy"] == "same-origin"


def test_what_is_too_much_is_refused(door: Served) -> None:
    assert door.ask("/echo", "POST", body=b"x" * 65_536).body == b"x" * 65_536
    assert door.ask("/echo", "POST", body=b"x" * 65_537).status == 413
    pieces = door.ask("/echo", "POST", {"Transfer-Encoding": "chunked"}, _chunked(b"x" * 40_000, b"x" * 40_000))
    assert pieces.status == 413
    assert door.ask("/who", headers={"X-Long": "y" * 17_000}).status == 431
    slow = door.ask("/never")
    assert slow.status == 503
    assert slow.headers["retry-after"] == "5"


def test_a_head_without_an_end_is_cut_off(door: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    host, _, port = door.url.removeprefix("http://").partition(":")
    endless = b"GET /who HTTP/1.1\r\nHost: x\r\nX-Long: " + b"y" * 100_000_000
    with (
        socket.create_connection((host, int(port)), timeout=20) as connection,
        pytest.raises(OSError, match=r"reset|[Bb]roken pipe"),
    ):
        connection.sendall(endless)
    monkeypatch.setattr(BoundedHttp, "head_seconds", 0.1)
    with socket.create_connection((host, int(port)), timeout=20) as silent:
        assert silent.recv(100) == b""
    with socket.create_connection((host, int(port)), timeout=20) as slow:
        slow.sendall(b"GET /who HTTP/1.1\r\nHost: x\r\nX-Slow: y")
        assert slow.recv(100) == b""
    assert door.ask("/who").status == 200


def test_a_proxy_is_believed_if_it_is_known(door: Served) -> None:
    told = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7, 10.9.0.4", "X-Forwarded-Proto": "https"}
    assert door.ask("/who", headers=told).text == "198.51.100.7 https"
    assert door.ask("/who", headers=told).headers["strict-transport-security"] == "max-age=31536000"
    with serving(_application()) as unproxied:
        assert unproxied.ask("/who", headers=told).text == "127.0.0.1 http"


def test_a_network_that_asks_too_often_is_told_when_to_return() -> None:
    with serving(_application(reads_per_minute=3, trusted_proxies="127.0.0.1")) as server:
        first, second, third, fourth = (
            server.ask("/who", headers={"X-Forwarded-For": f"198.51.100.{host}"}) for host in range(4)
        )
        assert [answer.status for answer in (first, second, third, fourth)] == [200, 200, 200, 429]
        assert first.headers["ratelimit-policy"] == '"reads";q=3;w=60'
        assert re.fullmatch(r'"reads";r=2;t=\d+', first.headers["ratelimit"])
        assert 0 < int(fourth.headers["retry-after"]) <= 60
        assert fourth.headers["content-type"] == "application/problem+json"
        assert server.ask("/who", headers={"X-Forwarded-For": "198.51.101.1"}).status == 200
        assert server.ask("/health").status == 404


def test_of_the_minute_before_as_much_counts_as_is_left_of_it() -> None:
    window = Window(allowed=10)
    assert [window.take("a", 30)[0] for _ in range(11)] == [True] * 10 + [False]
    assert not window.take("a", 60)[0]
    assert [window.take("a", 90)[0] for _ in range(6)] == [True] * 5 + [False]
    assert window.take("a", 240) == (True, 9, 60)


def _chunked(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, b""))


def test_keys_for_an_edge_fit_into_what_a_proxy_takes() -> None:
    few, many = ["catalog", "night:seattle:2026-11-20"], [f"event:{number:032}" for number in range(200)]
    assert EdgeHeaders("Surrogate-Key").keys(few) == (b"surrogate-key", b"catalog night:seattle:2026-11-20")
    assert EdgeHeaders("Cache-Tag").keys(few) == (b"cache-tag", b"catalog,night:seattle:2026-11-20")
    assert EdgeHeaders("Cache-Tag").keys(many) == (b"cache-tag", b"all"), "what every change purges"
