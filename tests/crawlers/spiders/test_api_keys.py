"""The APIs that take a key: it reaches the server, and nothing that is kept or said."""

from __future__ import annotations

import logging
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine, text

from sms_crawlers.spiders.apis import bandsintown, jambase, songkick, ticketmaster
from tests.crawlers.crawling import Crawls
from tests.crawlers.local_server import Answer, Asked, LocalServer
from tests.crawlers.saved_answers import RECORDINGS

KEY = "k3y-that-nobody-may-see-7f"
APIS = {
    "ticketmaster": (ticketmaster, "EVENTS", ticketmaster.KEY, "first-half-1.json"),
    "jambase": (jambase, "EVENTS", jambase.KEY, "page-2.json"),
    "songkick": (songkick, "CALENDAR", songkick.KEY, "calendar-2.json"),
    "bandsintown": (bandsintown, "ARTISTS", bandsintown.KEY, "velvet-ferry.json"),
}


@pytest.mark.parametrize("name", APIS)
def test_a_key_is_in_no_log_no_row_no_recording_and_no_stats(
    name: str,
    storing_crawl: Crawls,
    server: LocalServer,
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    module, constant, variable, body = APIS[name]
    monkeypatch.setenv(variable, KEY)
    monkeypatch.setattr(module, constant, f"{server.url}/api/")
    answer = echoing((RECORDINGS / name / body).read_bytes())

    def echo(asked: Asked) -> Answer:
        assert KEY in asked.path + asked.headers.get("authorization", "")
        return Answer(answer, headers={"Content-Type": "application/json"})

    server.routes["/api/"] = server.routes["/api/Velvet%20Ferry/events"] = echo
    storing_crawl.settings["SPIDER_MODULES"] = ["sms_crawlers.spiders.apis"]
    monkeypatch.setattr(bandsintown.BandsintownSpider, "get_ready", ask_about_one_artist)
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(getattr(module, f"{name.title()}Spider"), "further_hosts", ("127.0.0.1",))
    crawled = storing_crawl(name, base=server.url, RECORD=str(tmp_path / "recorded"))
    assert crawled.items, crawled.log
    recorded = [file.read_bytes().decode() for file in (tmp_path / "recorded").iterdir()]
    with engine.connect() as connection:
        tables = ("crawl_runs", "raw_events", "quarantined_items", "sources")
        rows = [str(connection.execute(text(f"SELECT * FROM {table}")).all()) for table in tables]
    for kept in (crawled.log, str(crawled.stats), str(crawled.items), *recorded, *rows):
        assert KEY not in kept


def ask_about_one_artist(spider: bandsintown.BandsintownSpider, *, offline: bool) -> None:
    spider.artists = ["Velvet Ferry"]


def echoing(body: bytes) -> bytes:
    """An answer that says the key again: in its envelope and in every address of its records."""
    text = orjson.dumps(orjson.loads(body)).decode()
    text = text.replace("velvet-demo-id", KEY).replace("/event/", f"/event/?apikey={KEY}&x=")
    return (text if text.startswith("[") else f'{{"request":{{"params":{{"apikey":"{KEY}"}}}},{text[1:]}').encode()


@pytest.mark.parametrize("name", APIS)
def test_without_its_key_an_api_is_not_asked(
    name: str, crawl: Crawls, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, constant, variable, _ = APIS[name]
    monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(module, constant, f"{server.url}/api/")
    crawl.settings["SPIDER_MODULES"] = ["sms_crawlers.spiders.apis"]
    result = crawl(name, base=server.url).result
    assert result.verdict == "skipped"
    assert result.message.startswith(f"{variable} is not set: get a key at http")
    assert server.asked == []


@pytest.mark.parametrize(("name", "gated"), [(name, name in ("songkick", "bandsintown")) for name in APIS])
def test_what_takes_an_agreement_says_whose(name: str, gated: bool) -> None:
    module, *_ = APIS[name]
    spider = getattr(module, f"{name.title()}Spider")
    assert bool(spider.by_name_only) == gated
