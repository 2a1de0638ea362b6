"""An open page takes itself in anew when something changes, and says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Engine

from carpenter.pipeline.build import run
from sms_api.app import create_app
from sms_api.settings import ApiSettings
from sms_catalog.changes import reach, scopes_since
from sms_crawlers.network.browser import find_browser
from sms_database.session import create_engine_for
from tests.api.served import NOW, Served, serving
from tests.carpenter.raw_rows import ALL_SOURCES, clock, raw, store

sync_api = pytest.importorskip("playwright.sync_api")

CHROMIUM = find_browser()
HALL = ALL_SOURCES[0]
NIGHT = "2026-11-20"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium and no Chrome here")


@pytest.fixture(scope="module")
def engine(module_database: str) -> Iterator[Engine]:
    engine = create_engine_for(module_database)
    store(engine, [raw(HALL, "1", "Tin Lantern", NIGHT, start_time="20:00")])
    run(engine, clock=clock)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def served(engine: Engine, module_database: str) -> Iterator[Served]:
    with serving(create_app(module_database, ApiSettings(reads_per_minute=0), lambda: NOW)) as server:
        yield server


@pytest.fixture(scope="module")
def page(served: Served) -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(f"{served.url}/seattle")
        page.wait_for_function("() => Object.keys(localStorage).length > 0")  # the stream has said where it stands
        yield page
        browser.close()


def test_a_new_show_appears_and_is_told_of(page: Any, engine: Engine) -> None:
    assert page.locator("#news").is_hidden(), "nothing has changed"
    store(engine, [raw(HALL, "2", "Ivory", NIGHT, start_time="22:00")])
    run(engine, clock=clock)
    page.locator("li.show", has_text="Ivory").wait_for()
    news = page.locator("#news")
    assert news.inner_text() == "One line is new or has changed"
    assert news.get_attribute("aria-live") == "polite"
    assert "arrived" in (page.locator("li.show", has_text="Ivory").get_attribute("class") or "")
    assert page.said == []


def test_who_was_away_is_told_how_much_is_new(page: Any, served: Served, engine: Engine) -> None:
    page.goto(f"{served.url}/seattle/week")  # another place, at which nobody has looked
    page.wait_for_function("() => Object.keys(localStorage).length > 1")
    page.goto("about:blank")
    store(engine, [raw(HALL, str(number), f"Act {number}", NIGHT, start_time="23:00") for number in (3,)])
    run(engine, clock=clock)
    page.goto(f"{served.url}/seattle/week")
    page.wait_for_function("() => document.getElementById('news').textContent !== ''")
    assert page.locator("#news").inner_text() == "1 new since you looked"


@pytest.mark.trust(30)
def test_a_show_that_is_called_off_is_so_on_the_next_request(served: Served, engine: Engine) -> None:
    """No answer that is kept outlives what it says; the tag of the old one is worth nothing."""
    before = served.ask("/seattle")
    again = served.ask("/seattle", headers={"If-None-Match": before.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    late = raw(HALL, "1", "Tin Lantern", NIGHT, start_time="20:00", status_text="Cancelled")
    store(engine, [late | {"fetched_at": "2026-11-29T17:00:00Z"}])
    run(engine, clock=clock)
    asked = (served.ask("/seattle", headers={"If-None-Match": before.headers["etag"]}) for _ in range(2_000))
    after = next(answer for answer in asked if answer.status != 304)  # as soon as the server has heard of it
    assert "CANCELLED" in after.text.upper()
    assert after.headers["etag"] != before.headers["etag"]
    held = {"If-None-Match": after.headers["etag"]}
    told = (served.ask("/seattle", headers=held) and _figures(served) for _ in range(200))
    assert any(pages["not modified"] >= 1 for pages in told), "as soon as it is kept again"
    pages = _figures(served)
    assert pages["miss"] + pages["made anew"] >= 2


def _figures(served: Served) -> Mapping[str, int]:
    figures: Mapping[str, int] = served.ask("/health/cache").json["served"]["pages"]
    return figures


def test_what_was_asked_for_is_made_anew_and_what_is_purged_has_changed(engine: Engine, module_database: str) -> None:
    settings = ApiSettings(reads_per_minute=0, surrogate_keys="Surrogate-Key")
    application = create_app(module_database, settings, lambda: NOW)
    with serving(application) as server:
        first = server.ask(f"/v1/events?city=seattle&night={NIGHT}")
        kept, feed = application.state.kept, application.state.calendar.feed
        made = kept.served["v1", "made anew"]
        store(engine, [raw(HALL, "9", "Mossback", NIGHT, start_time="18:00")])
        newest = _built(engine)
        asked = (server.ask("/health") for _ in range(2_000))
        is_new = (feed.newest == newest and kept.served["v1", "made anew"] > made for _ in asked)
        assert any(is_ready and not kept.outdated(1) for is_ready in is_new), "made by the process itself"
        hits = kept.served["v1", "hit"]
        again = server.ask(f"/v1/events?city=seattle&night={NIGHT}")
        assert kept.served["v1", "hit"] == hits + 1
        assert again.headers["etag"] != first.headers["etag"]
        assert "Mossback" in again.text

        before = {path: server.ask(path) for path in _pages(server)}
        store(engine, [raw(HALL, "10", "Hollow Kayak", NIGHT, start_time="19:00")])
        since, newest = newest, _built(engine)
        assert any(feed.newest == newest for _ in range(2_000) if server.ask("/health"))
        after = {path: server.ask(path) for path in before}
        with engine.connect() as connection:
            purged = set(scopes_since(connection, since))
        at_the_edge = {path for path in before if "cdn-cache-control" in before[path].headers}
        keys = {path: set(before[path].headers["surrogate-key"].split()) for path in at_the_edge}
        changed = {path for path in at_the_edge if before[path].body != after[path].body}
        gone = {path for path in at_the_edge if keys[path] & purged}
        assert changed <= gone, "what is purged holds all that has changed"
        assert {"/seattle", "/seattle.ics", f"/seattle/{NIGHT}", "/seattle/week", "/seattle/map"} <= changed
        assert {"/seattle/2026-11-21.json", "/v1/events?city=seattle&night=2026-11-21"} <= at_the_edge - gone
        assert {path.split("/")[1] for path in gone - changed} <= {"seattle", "events"}, (
            "the other night, the same room"
        )
        assert any(path.startswith("/artists/") for path in at_the_edge - gone), "acts of other shows"
        held = server.ask("/seattle", headers={"If-None-Match": after["/seattle"].headers["etag"]})
        assert (held.status, held.headers["surrogate-key"]) == (304, after["/seattle"].headers["surrogate-key"])
        assert 0 < int(held.headers["cdn-cache-control"].removeprefix("max-age=")) <= 3_600


def _built(engine: Engine) -> int:
    """The number of the last change, once all is built."""
    run(engine, clock=clock)
    with engine.connect() as connection:
        return reach(connection).newest


def _pages(server: Served) -> list[str]:
    """Addresses of every kind, and those of the shows, rooms and acts of a night."""
    night = server.ask(f"/seattle/{NIGHT}").text
    linked = re.findall(r'href="(/(?:events|venues|artists)/[^"/#]+)"', night)
    nights = [f"/seattle/{NIGHT}", "/seattle/2026-11-21"]
    lists = ["/seattle", "/seattle/week", *nights, *dict.fromkeys(linked)]
    others = ["/", "/seattle/map", f"/v1/events?city=seattle&night={NIGHT}", "/v1/events?city=seattle&night=2026-11-21"]
    return [*others, *lists, *(f"{path}.{form}" for path in lists for form in ("json", "ics"))]
