"""Pages that are older than what is: kept for a while, shown with their age, and told when nobody looks for news."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from carpenter.pipeline.build import run
from sms_api.app import create_app
from sms_api.settings import ApiSettings
from tests.api.pages.test_pages import page, show_path, words
from tests.api.served import NOW, serving
from tests.api.test_readiness import shut
from tests.carpenter.raw_rows import HOUSE_CALENDAR, clock, raw, store

SETTINGS = ApiSettings(reads_per_minute=0, searches_per_minute=0)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, time: timedelta) -> None:
        self.now += time


def test_a_catalog_that_nobody_has_crawled_for_long_says_so(
    shows_url: str, crawled: Callable[[datetime], None]
) -> None:
    crawled(NOW - timedelta(days=5))
    moving = Clock()
    with serving(create_app(shows_url, SETTINGS, moving)) as site:
        for path in ("/seattle", "/seattle/week", "/seattle/map"):
            assert "No source has been read since Sun 15 Nov" in words(page(site, path))
        crawled(NOW)
        moving.advance(timedelta(minutes=2))
        assert "No source has been read" not in words(page(site, "/seattle"))
        assert "The weekly paper listing 2 minutes ago read well" in words(page(site, "/sources"))


def test_pages_without_their_database_are_what_they_were_with_their_age(
    server_url: str, database_url: str, engine: Engine
) -> None:
    store(engine, [raw(HOUSE_CALENDAR, "fri", "Tin Lantern", "2026-11-20", start_time="20:00")])
    run(engine, clock=clock)
    moving = Clock()
    with serving(create_app(database_url, SETTINGS, moving)) as site:
        seen = ["/", show_path(site, "2026-11-20", "Tin Lantern")]
        before = [words(page(site, path)) for path in seen]
        with shut(server_url, database_url):
            moving.advance(timedelta(hours=2))
            for path, said in zip(seen, before, strict=True):
                told = words(page(site, path))
                assert "The catalog cannot be read just now. This is what it said 2 hours ago." in told
                assert said.partition("Skip to content")[2][-200:] in told
            assert "cannot be read" in words(page(site, "/seattle/2026-11-21", 503))
        assert "2 hours ago" not in words(page(site, "/"))
