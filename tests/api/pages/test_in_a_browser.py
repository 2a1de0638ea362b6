"""Pages in a real Chromium: accessible, narrow, large, without scripts, by keyboard, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sms_crawlers.network.browser import find_browser
from tests.api.pages.rows import CROWDED, EMPTY
from tests.api.served import Served
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


def test_a_night_prints_on_little_paper(site: Served, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{site.url}/seattle/{CROWDED}")
    paper = page.pdf(format="A4")
    assert paper.count(b"/Type /Page\n") <= 20
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    assert page.locator(".show").first.is_visible()
    page.close()
