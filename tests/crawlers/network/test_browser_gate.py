"""A page in the browser gets no further than any other request: its scripts, its pictures, its redirects."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest

from sms_crawlers.network.addresses import AllowedHosts
from sms_crawlers.network.browser import HOW_TO_GET_ONE, find_browser
from sms_crawlers.network.browser_gate import BrowserGate
from tests.crawlers.local_server import Answer, LocalServer, local_server
from tests.crawlers.scrapy_command import ScrapyCommand

pytestmark = pytest.mark.trust(15)

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def inside() -> Iterator[LocalServer]:
    """What runs on this machine beside the site."""
    with local_server() as server:
        server.routes["/secret"] = Answer(b"<title>secret</title>", headers=HTML)
        yield server


async def through_the_gate(allowed: AllowedHosts, kind: int, host: bytes, port: int) -> tuple[int, bytes]:
    """What the gate answers to a wish to be connected, and then the host to a request."""
    gate = BrowserGate(allowed)
    reader, writer = await asyncio.open_connection("127.0.0.1", await gate.start())
    writer.write(b"\x05\x01\x00")
    assert await reader.readexactly(2) == b"\x05\x00"
    writer.write(bytes((5, 1, 0, kind)) + host + struct.pack("!H", port))
    _, code, *_ = await reader.readexactly(10)
    answer = b""
    if code == 0:
        writer.write(b"GET /secret HTTP/1.0\r\n\r\n")
        answer = await reader.read()
    writer.close()
    await gate.close()
    return code, answer


def named(host: str) -> bytes:
    return bytes((len(host),)) + host.encode()


@pytest.mark.parametrize(
    ("kind", "host"),
    [
        (1, bytes((127, 0, 0, 1))),
        (1, bytes(4)),
        (1, bytes((169, 254, 169, 254))),
        (3, named("localhost")),
        (3, named("127.0.0.1")),
        (3, named("2130706433")),
        (4, bytes(15) + b"\x01"),
        (4, bytes(10) + b"\xff\xff\x7f\x00\x00\x01"),
    ],
)
def test_the_gate_connects_to_no_private_address(inside: LocalServer, kind: int, host: bytes) -> None:
    port = urlsplit(inside.url).port or 0
    allowed = AllowedHosts.named(["127.0.0.1:1"])
    assert asyncio.run(through_the_gate(allowed, kind, host, port)) == (2, b"")
    assert inside.asked == []


@pytest.mark.parametrize(("kind", "host"), [(1, bytes((127, 0, 0, 1))), (3, named("127.0.0.1"))])
def test_the_gate_connects_to_what_is_allowed(inside: LocalServer, kind: int, host: bytes) -> None:
    port = urlsplit(inside.url).port or 0
    code, answer = asyncio.run(through_the_gate(AllowedHosts.named([f"127.0.0.1:{port}"]), kind, host, port))
    assert (code, answer.endswith(b"<title>secret</title>")) == (0, True)


def crawl(scrapy: ScrapyCommand, server: LocalServer, output: Path) -> tuple[int, str, list[str]]:
    """Exit code, log and titles of a crawl through the browser, which may ask the site alone."""
    if find_browser() is None:
        pytest.skip(HOW_TO_GET_ONE)  # CI installs one, so that there it always runs
    done = scrapy.run(
        "crawl",
        "browsed_hall",
        f"-abase={server.url}",
        "-O",
        str(output),
        SPIDER_MODULES="tests.crawlers.leading_spiders",
        PRIVATE_HOSTS_ALLOWED=urlsplit(server.url).netloc,
    )
    lines = output.read_bytes().splitlines() if output.exists() else []
    return done.returncode, done.stdout + done.stderr, [orjson.loads(line)["title"] for line in lines]


def test_what_a_page_loads_does_not_come_from_inside(
    scrapy: ScrapyCommand, server: LocalServer, inside: LocalServer, tmp_path: Path
) -> None:
    port = urlsplit(inside.url).port
    server.routes["/hop"] = Answer(b"", 302, {"Location": f"{inside.url}/secret"})
    server.routes["/own.js"] = Answer(b"document.title = 'Tin Heron'", headers={"Content-Type": "text/javascript"})
    server.routes["/page"] = Answer(
        f"""<title>no script ran</title>
        <img src="{inside.url}/secret"><img src="/hop"><iframe src="http://localhost:{port}/secret"></iframe>
        <script src="http://[::1]:{port}/secret"></script><script src="http://2130706433:{port}/secret"></script>
        <script>
            for (const host of ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"]) {{
                fetch(`http://${{host}}:{port}/secret`, {{mode: "no-cors"}}).catch(() => 0)
                navigator.sendBeacon(`http://${{host}}:{port}/secret`, "x")
                new WebSocket(`ws://${{host}}:{port}/secret`)
            }}
        </script><script src="/own.js"></script>""".encode(),
        headers=HTML,
    )
    code, log, titles = crawl(scrapy, server, tmp_path / "items.jsonl")
    assert (code, titles) == (0, ["Tin Heron"]), log
    assert f"a page in the browser asks for 127.0.0.1:{port}: its host is at 127.0.0.1, on a private network" in log
    assert "Traceback" not in log
    assert inside.asked == []


@pytest.mark.parametrize("way", ["redirect", "script"])
def test_a_page_that_is_sent_inside_is_refused(
    scrapy: ScrapyCommand, server: LocalServer, inside: LocalServer, tmp_path: Path, way: str
) -> None:
    target = f"{inside.url}/secret".replace("127.0.0.1", "localhost")
    server.routes["/page"] = (
        Answer(b"", 302, {"Location": target})
        if way == "redirect"
        else Answer(f"<script>location = '{target}'</script>".encode(), headers=HTML)
    )
    code, log, titles = crawl(scrapy, server, tmp_path / "items.jsonl")
    assert (code, titles) == (1, []), log
    assert f"browsed_hall: failed: 0 seen, 0 quarantined, 0 skipped: {target}: its host is at 127.0.0.1" in log
    assert "Traceback" not in log
    assert inside.asked == []
