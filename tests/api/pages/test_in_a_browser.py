"""Pages in a real Chromium: accessible, narrow, large, without scripts, by keyboard, on paper."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sms_api.app import create_app
from sms_api.pages.static_files import FOR_GOOD
from sms_api.settings import ApiSettings
from sms_crawlers.network.browser import find_browser
from tests.api.pages.rows import CROWDED, EMPTY
from tests.api.served import NOW, Served, serving
from tests.conftest import ROOT

sync_api = pytest.importorskip("playwright.sync_api")

CHROMIUM = find_browser()
AXE = ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

PAGES = {
    "tonight": "/",
    "night with filters": "/seattle/2026-11-28?free=no",
    "night of none": f"/seattle/{EMPTY}",
    "night of hostile names": "/seattle/2026-11-29",
    "week": "/seattle/week",
    "map": "/seattle/map",
    "show": "Mossback",
    "cancelled show": "Nine Acre Radio",
    "hostile show": "Moth Parade",
    "report of a mistake": "Hollow Kayak",
    "report of a hostile show": "Moth Parade",
    "venue": "/venues/blue_moon",
    "artist": "/artists/juniper-ash",
    "search": "/search?q=juniper",
    "sources": "/sources",
    "in sum": "/seattle/trends",
    "about": "/about",
    "unknown": "/atlantis",
}
NIGHTS = {
    "Mossback": "2026-11-20",
    "Hollow Kayak": "2026-11-20",
    "Nine Acre Radio": "2026-11-23",
    "Moth Parade": "2026-11-29",
}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium and no Chrome here")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def paths(browser: Any, site: Served) -> dict[str, str]:
    """The address of each kind of page; those of shows as the rows of their nights link to them."""
    page = browser.new_page()
    found = dict(PAGES)
    for kind, path in PAGES.items():
        if (night := NIGHTS.get(path)) is not None:
            page.goto(f"{site.url}/seattle/{night}")
            row = page.locator(".show", has_text=path).first
            found[kind] = row.locator("a.whole").get_attribute("href") + ("/report" if "report" in kind else "")
    page.close()
    return found


@pytest.fixture(scope="module")
def reader(browser: Any) -> Iterator[Any]:
    """A page of a browser that is as wide as a phone, with what its console says."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    page.close()


@pytest.mark.trust(37)
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_has_no_fault_that_axe_knows_in_light_and_dark(
    site: Served, reader: Any, paths: dict[str, str], kind: str
) -> None:
    reader.goto(site.url + paths[kind])
    reader.evaluate("for (const closed of document.querySelectorAll('details')) closed.open = true")
    for width, scheme in ((360, "light"), (1280, "dark")):
        reader.set_viewport_size({"width": width, "height": 740})
        reader.emulate_media(color_scheme=scheme)
        reader.evaluate(AXE.read_text(encoding="utf-8"))
        found = reader.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
        told = [f"{each['id']}: {each['help']}: {[node['html'] for node in each['nodes'][:3]]}" for each in found]
        assert not told, "\n".join(told)
    reader.emulate_media(color_scheme="light")
    reader.set_viewport_size({"width": 360, "height": 740})


@pytest.mark.parametrize("kind", PAGES)
def test_nothing_scrolls_sideways_on_a_small_phone_or_at_twice_the_size(
    site: Served, reader: Any, paths: dict[str, str], kind: str
) -> None:
    reader.goto(site.url + paths[kind])
    reader.evaluate("for (const closed of document.querySelectorAll('details')) closed.open = true")
    # 200 % zoom of a window of 640 px leaves its page 320 px; text alone at twice its size is harder.
    for width, size in ((320, "100%"), (768, "100%"), (640, "200%")):
        reader.set_viewport_size({"width": width, "height": 740})
        reader.evaluate("size => document.documentElement.style.fontSize = size", size)
        wide = reader.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (width, size)
    reader.set_viewport_size({"width": 360, "height": 740})


def test_text_is_of_a_contrast_of_seven_to_one(site: Served, reader: Any) -> None:
    """AAA, which axe looks at only if it is asked."""
    reader.goto(site.url + "/seattle/2026-11-23")
    for scheme in ("light", "dark"):
        reader.emulate_media(color_scheme=scheme)
        reader.evaluate(AXE.read_text(encoding="utf-8"))
        found = reader.evaluate("axe.run({runOnly: {type: 'rule', values: ['color-contrast-enhanced']}})")
        assert found["passes"]
        assert not found["violations"], [node["html"] for node in found["violations"][0]["nodes"]]
    reader.emulate_media(color_scheme="light")


def test_everything_is_reached_by_keyboard_and_seen_where_it_is(site: Served, reader: Any) -> None:
    reader.goto(site.url + "/seattle/2026-11-22")
    wanted = reader.evaluate(
        "[...document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden])')].length"
    )
    reached = set()
    for _ in range(wanted):
        reader.keyboard.press("Tab")
        at = reader.evaluate(
            """() => { const e = document.activeElement, style = getComputedStyle(e);
            return [e.outerHTML, style.outlineStyle, e.getBoundingClientRect().left >= 0] }"""
        )
        assert at[1] == "solid", at
        assert at[2], at
        reached.add(at[0])
    assert len(reached) == wanted
    reader.goto(site.url + "/seattle/2026-11-22")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    assert reader.evaluate("document.activeElement.id") == "content"


def test_a_row_is_a_target_as_high_as_a_thumb(site: Served, reader: Any) -> None:
    reader.goto(f"{site.url}/seattle/{CROWDED}")
    targets = ".show, .ways a, .turn a, .filters :is(a, select, button, input:not([type=hidden]))"
    boxes = reader.locator(targets).evaluate_all("found => found.map(e => e.getBoundingClientRect().toJSON())")
    assert len(boxes) > 300
    assert min(box["height"] for box in boxes) >= 44
    row = reader.locator(".show").first.bounding_box()
    reader.mouse.click(row["x"] + row["width"] - 4, row["y"] + 4)
    reader.wait_for_url("**/events/**")


def test_a_reader_without_scripts_filters_a_night_and_opens_why(site: Served, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site.url}/seattle/{CROWDED}")
    page.get_by_label("up to this price").fill("3")
    page.get_by_role("button", name="Show").click()
    assert page.url == f"{site.url}/seattle/{CROWDED}?price=3"
    assert page.locator(".show").count() == 30
    page.get_by_role("link", name="without filters").click()
    assert page.url == f"{site.url}/seattle/{CROWDED}"
    page.goto(site.url)
    page.locator(".show", has_text="Mossback").locator("a.whole").click()
    page.locator("summary", has_text="Show").first.click()
    assert page.get_by_text("venue's own page goes first").first.is_visible()
    context.close()


def test_a_reader_without_scripts_reports_a_mistake(site: Served, browser: Any, paths: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(site.url + paths["show"])
    page.locator("summary", has_text="Show").first.click()
    page.get_by_role("link", name="Report a mistake in this (Show)").click()
    assert page.get_by_label("What is wrong?").input_value() == "starts_at"
    page.get_by_label("What is right").fill("  ")  # enough for the browser, too little for us
    page.get_by_label("A page that shows it").fill("the flyer")
    page.get_by_role("button", name="Send").click()
    assert page.get_by_role("alert").is_visible()
    assert page.get_by_label("What is wrong?").input_value() == "starts_at"
    assert page.get_by_label("A page that shows it").input_value() == "the flyer"
    described = page.get_by_label("What is right").get_attribute("aria-describedby")
    assert page.locator(f"#{described}").inner_text() == "Say what is right, or what is wrong here."
    page.get_by_label("What is right").fill("It begins at 20:30, says the door.")
    page.get_by_label("A page that shows it").fill("")
    page.get_by_role("button", name="Send").click()
    assert page.url == f"{site.url}{paths['show']}/reported"
    page.get_by_role("link", name="Back to").click()
    assert page.url == site.url + paths["show"]
    assert not context.cookies()
    context.close()


def test_a_browser_finds_nothing_to_refuse_and_keeps_no_cookie(
    site: Served, browser: Any, paths: dict[str, str]
) -> None:
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    for kind, path in paths.items():
        page.goto(site.url + path)
        assert "broken" not in page.title() or "document.title" in page.title(), kind
    assert not [line for line in said if "404" not in line]
    assert all(url.startswith(site.url) for url in asked)
    assert not context.cookies()
    context.close()


def _picture() -> bytes:
    """A tile of 256 pixels, gray with a lighter edge, as PNG."""
    rows = [b"\0" + (b"\xdd" * 256 if y == 0 else b"\xdd" + b"\xaa" * 255) for y in range(256)]
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 256, 256, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"".join(rows))))
    written = b"\x89PNG\r\n\x1a\n"
    for name, body in (*parts, (b"IEND", b"")):
        written += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return written


class _Tiles(SimpleHTTPRequestHandler):
    """One picture at every address, which any site may read."""

    def do_GET(self) -> None:
        self.path = "/tile.png"
        super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def tiles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of tiles on this machine."""
    directory = tmp_path_factory.mktemp("tiles")
    (directory / "tile.png").write_bytes(_picture())
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Tiles, directory=str(directory))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_map_has_ground_where_a_setting_names_tiles(shows_url: str, browser: Any, reader: Any, tiles: str) -> None:
    settings = ApiSettings(
        reads_per_minute=0,
        searches_per_minute=0,
        tile_url=f"{tiles}/{{z}}/{{x}}/{{y}}.png",
        tile_attribution="© Invented <Maps>",
    )
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.said.clear()
    with serving(create_app(shows_url, settings, lambda: NOW)) as served:
        with reader.expect_response(f"{tiles}/**"):
            reader.goto(f"{served.url}/seattle/map")
        reader.locator(".tiles .dot").first.wait_for()
        assert "© Invented <Maps>" in reader.locator("figcaption").inner_text()
        assert not reader.locator("svg.map").is_visible()
        assert reader.locator(".tiles .dot").count() == reader.locator("svg.map a").count() > 0
        assert all(url.startswith((served.url, tiles, f"blob:{served.url}")) for url in asked)
        for width, scheme in ((360, "light"), (1280, "dark")):
            reader.set_viewport_size({"width": width, "height": 740})
            reader.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            reader.evaluate(AXE.read_text(encoding="utf-8"))
            found = reader.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
            assert not found, [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
            assert reader.evaluate("document.documentElement.scrollWidth") <= width
        reader.locator(".maplibregl-canvas").focus()
        reader.keyboard.press("+")
        reader.locator(".tiles .dot").first.focus()
        reader.keyboard.press("Enter")
        assert "#room-" in reader.url
        # A graphics driver without a card speaks of itself.
        assert not [line for line in reader.said if "GL Driver Message" not in line]
        assert tiles in served.ask("/seattle/map").headers["content-security-policy"]
        assert tiles not in served.ask("/seattle").headers["content-security-policy"]
        large = served.ask("/seattle/map").text.partition('data-library="')[2].partition('"')[0]
        packed = served.ask(large, headers={"Accept-Encoding": "br"})
        assert packed.headers["cache-control"] == FOR_GOOD
        assert (packed.headers["content-encoding"], len(packed.body) < 350_000) == ("br", True)
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{served.url}/seattle/map")
        assert page.locator("svg.map").is_visible()
        context.close()
    reader.emulate_media(color_scheme="light", reduced_motion="no-preference")
    reader.set_viewport_size({"width": 360, "height": 740})


@pytest.mark.parametrize("kind", ["tonight", "show", "map"])
def test_a_first_screen_is_small_and_stands_still(site: Served, browser: Any, paths: dict[str, str], kind: str) -> None:
    """60 kB over the wire, font and script included, and no layout shift that a reader would see."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto(site.url + paths[kind])
    page.evaluate("document.fonts.ready")
    shift = page.evaluate(
        """() => new Promise(done => { let sum = 0;
        new PerformanceObserver(seen => { for (const each of seen.getEntries()) sum += each.value })
            .observe({type: "layout-shift", buffered: true});
        requestAnimationFrame(() => requestAnimationFrame(() => done(sum))) })"""
    )
    assert shift < 0.05
    assert len(sizes) >= 3
    assert sum(sizes) <= 60_000
    assert not page.evaluate("performance.getEntriesByType('resource').some(each => each.name.includes('maplibre'))")
    page.close()


def test_a_night_prints_on_little_paper(site: Served, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{site.url}/seattle/{CROWDED}")
    paper = page.pdf(format="A4")
    assert paper.count(b"/Type /Page\n") <= 20
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    assert page.locator(".show").first.is_visible()
    page.close()
