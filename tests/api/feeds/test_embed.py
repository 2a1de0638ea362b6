"""A list of shows in other people's pages: as a frame, by the component in a real browser, and as oEmbed says."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import sync_playwright

from sms_crawlers.network.browser import find_browser
from tests.api.served import Served
from tests.catalog.conftest import FOUNDER

EMPTY = "/seattle?kind=film"

CHROMIUM = find_browser()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def elsewhere(directory: Path) -> Iterator[str]:
    """Another site, whose pages are the files of a directory; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(directory))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_list_may_be_framed_and_leads_to_the_page(served: Served) -> None:
    asked = "/seattle/week?kind=all&q=mossback"
    answer = served.ask(f"/embed{asked}")
    assert answer.status == 200
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert f'<{served.url}{asked}>; rel="canonical"' in answer.headers["link"]
    assert answer.text.count('<li class="show') == len(
        served.ask("/seattle/week.json?kind=all&q=mossback").json["events"]
    )
    held = {"If-None-Match": answer.headers["etag"]}
    assert served.ask(f"/embed{asked}", headers=held).status == 304
    assert served.ask("/embed/seattle/week?hod=Ballard").status == 422
    assert served.ask("/embed/sources").status == 404
    assert served.ask("/embed/nothing.js").status == 404
    assert "frame-ancestors 'none'" in served.ask("/seattle/week").headers["content-security-policy"]


def copied(page: str) -> list[str]:
    """The texts that a reader copies from a page."""
    return [unescape(code) for code in re.findall("<code>(.*?)</code>", page, re.DOTALL)]


def test_pages_with_shows_tell_what_to_copy_to_embed_them(served: Served) -> None:
    (event,) = served.ask(f"/v1/events.json?id={FOUNDER}").json["events"]
    show = urlsplit(event["links"]["page"]).path
    hostile = quote('"><script>alert(1)</script>')
    for path in (show, "/seattle", "/seattle/week?free=no&hood=Ballard", "/seattle/map", f"/search?q={hostile}"):
        frame, component = copied(served.ask(path).text)
        source = unescape(frame.partition('src="')[2].partition('"')[0])
        assert served.ask(source.removeprefix(served.url)).status == 200
        page = unescape(component.partition('<live-music href="')[2].partition('"')[0])
        assert source == page.replace(served.url, f"{served.url}/embed", 1)
        assert f'<script src="{served.url}/embed/component.js" async></script>' in component
        assert re.fullmatch(r"<iframe( [a-z]+=\"[^\"<>]*\")+></iframe>", frame)
    assert "<code>" not in served.ask("/sources").text
    assert served.ask("/embed/seattle/week?at=2026-11-01").text.count("at: 2026-11-01") >= 1


@pytest.mark.trust(18)
def test_what_is_asked_does_nothing_in_the_frame(served: Served) -> None:
    attack = "</title><script>alert(1)</script>"
    answer = served.ask(f"/embed/seattle/week?q={quote(attack)}")
    assert "<script>alert" not in answer.text
    assert "\n" not in answer.headers["link"]
    assert "<script" not in answer.headers["link"]


def test_oembed_tells_how_to_frame_a_page(served: Served) -> None:
    page = f"{served.url}/seattle/week?free=no&kind=all"
    told = served.ask(f"/oembed?url={quote(page)}&maxwidth=300").json
    assert (told["type"], told["version"], told["width"], told["height"]) == ("rich", "1.0", 300, 480)
    source = unescape(told["html"]).partition('src="')[2].partition('"')[0]
    assert source == f"{served.url}/embed/seattle/week?free=no&kind=all"
    assert served.ask(source.removeprefix(served.url)).status == 200
    assert f"/oembed?url={quote(f'{served.url}/seattle/week')}" in served.ask("/seattle/week").text
    hostile = quote(f'{served.url}/seattle/week?q="><script>alert(1)</script>')
    assert "<script" not in served.ask(f"/oembed?url={hostile}").json["html"]
    for wrong, status in (
        ("url=https://evil.example/seattle", 404),
        (f"url={quote(served.url)}.evil.example/seattle", 404),
        (f"url={quote(served.url)}/sources", 404),
        ("", 404),
        (f"url={quote(page)}&format=xml", 501),
        (f"url={quote(page)}&maxwidth=wide", 422),
    ):
        assert served.ask(f"/oembed?{wrong}").status == status, wrong


def _fitted(page: Any, shows: Any) -> int:
    """Wait until the frame is as high as the list in it, and return how high that is."""
    height: int = shows.locator("html").evaluate("root => Math.ceil(root.getBoundingClientRect().height)")
    frame = "document.querySelector('live-music').shadowRoot.querySelector('iframe')"
    page.wait_for_function(f"height => {frame}.clientHeight === height", arg=height)
    return height


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium and no Chrome here")
def test_the_component_shows_the_list_on_another_site_as_high_as_it_is(served: Served, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        f'<!doctype html><link rel="icon" href="data:,"><script src="{served.url}/embed/component.js"></script>'
        f'<live-music href="{served.url}/seattle/week"></live-music>'
        '<live-music id="other" href="https://evil.example/seattle"></live-music>'
    )
    with elsewhere(tmp_path) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
        page.goto(site)
        shows = page.frame_locator("live-music:not(#other) iframe")
        shows.locator("li.show").first.wait_for()
        assert shows.locator("li.show").count() == len(served.ask("/seattle/week.json").json["events"])
        high = _fitted(page, shows)
        assert page.locator("#other iframe").get_attribute("src") is None
        page.locator("live-music:not(#other)").evaluate(
            "(it, href) => it.setAttribute('href', href)", f"{served.url}/seattle?kind=film"
        )
        shows.locator(".nothing").wait_for()
        assert _fitted(page, shows) < high
        assert refused == []
        browser.close()
