"""An open page takes itself in anew when something changes, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from carpenter.pipeline.build import run
from sms_api.app import create_app
from sms_api.settings import ApiSettings
from sms_catalog.changes import reach
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


def test_what_was_asked_for_is_made_anew_before_anybody_asks_again(engine: Engine, module_database: str) -> None:
    application = create_app(module_database, ApiSettings(reads_per_minute=0), lambda: NOW)
    with serving(application) as server:
        first = server.ask("/v1/events?city=seattle&night=2026-11-20")
        kept, feed = application.state.kept, application.state.calendar.feed
        made = kept.served["v1", "miss"]
        store(engine, [raw(HALL, "9", "Mossback", NIGHT, start_time="18:00")])
        run(engine, clock=clock)
        with engine.connect() as connection:
            newest = reach(connection).newest
        asked = (server.ask("/health") for _ in range(2_000))
        is_ready = (feed.newest == newest and kept.served["v1", "miss"] > made and not kept.outdated(1) for _ in asked)
        assert any(is_ready), "made by the process itself"
        hits = kept.served["v1", "hit"]
        again = server.ask("/v1/events?city=seattle&night=2026-11-20")
        assert kept.served["v1", "hit"] == hits + 1
        assert again.headers["etag"] != first.headers["etag"]
        assert "Mossback" in again.text
