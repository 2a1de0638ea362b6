"""Bandsintown: who is asked about, and the ways in which it knows nobody."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from scrapy.http import Request, TextResponse
from scrapy.utils.test import get_crawler

from sms_crawlers.errors import BadArgument, NothingToAsk, UnreadablePage
from sms_crawlers.spiders.apis.bandsintown import ARTISTS, KEY, BandsintownSpider
from tests.crawlers.saved_answers import items, read, skips, spider_on

URL = f"{ARTISTS}Tin%20Heron/events?app_id=x&date=upcoming"


def asked(spider: BandsintownSpider) -> list[str]:
    async def urls() -> list[str]:
        return [request.url async for request in spider.start()]

    return asyncio.run(urls())


def test_asks_about_the_artists_that_are_named(tmp_path: Path) -> None:
    names = tmp_path / "artists.txt"
    names.write_text('Salt/Water\n\n  Who? *"\n', "utf-8")
    spider = BandsintownSpider(artists="Tin Heron; Café Étoile;", artists_file=str(names))
    assert [url.removeprefix(ARTISTS).partition("/events")[0] for url in asked(spider)] == [
        "Tin%20Heron",
        "Caf%C3%A9%20%C3%89toile",
        "Salt%252FWater",
        "Who%253F%20%252A%27C",
    ]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match=r"-a artists_file=.*missing\.txt: cannot be read"):
        BandsintownSpider(artists_file=str(tmp_path / "missing.txt"))


def test_without_an_artist_there_is_nothing_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "s3cret")
    with pytest.raises(NothingToAsk, match="-a artists="):
        BandsintownSpider.from_crawler(get_crawler(BandsintownSpider))


@pytest.mark.parametrize(
    "body",
    ["\n{warn=Not found}\n", "{error=Not Found}\n", '{"errorMessage":"[NotFound] The artist was not found"}'],
)
def test_an_artist_that_it_does_not_know_is_no_error(body: str) -> None:
    outcomes = read(spider_on(BandsintownSpider, "2026-11-20"), URL, body)
    assert skips(outcomes) == ["artist not known to Bandsintown"]


def test_neither_is_a_404_nor_an_artist_without_events() -> None:
    spider = spider_on(BandsintownSpider, "2026-11-20")
    spider.artists = ["Tin Heron"]
    (request,) = asyncio.run(_requests(spider))
    assert request.meta["handle_httpstatus_list"] == [404]
    assert skips(list(spider.parse(TextResponse(URL, status=404, body=b"", encoding="utf-8"))))
    assert read(spider, URL, "[]") == []


async def _requests(spider: BandsintownSpider) -> list[Request]:
    return [request async for request in spider.start()]


@pytest.mark.parametrize("body", ['{"Message":"User is not authorized"}', '{"errors":["Rate limit exceeded"]}', "x"])
def test_a_refusal_is_called_one(body: str) -> None:
    with pytest.raises(UnreadablePage, match="Bandsintown's answer"):
        read(spider_on(BandsintownSpider, "2026-11-20"), URL, body)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, {"title": "Tin Heron", "start_time": "20:00", "timezone": None, "price_text": None}),
        ({"title": " Pier Nights "}, {"title": "Pier Nights"}),
        ({"datetime_display_rule": "date"}, {"start_time": None}),
        ({"starts_at": "", "ends_at": "2026-12-01T23:00:00"}, {"start_time": "20:00", "end_time": "23:00"}),
        ({"festival_end_date": "2026-12-03"}, {"end_day": "2026-12-03", "end_time": None}),
        ({"sold_out": True, "free": True}, {"status_text": "Sold out", "price_text": "Free"}),
        (
            {"description": "Doors 7pm / Show 8pm, $5"},
            {"doors_time": "19:00", "start_time": "20:00", "price_text": "$5"},
        ),
    ],
)
def test_rows(more: dict[str, Any], told: dict[str, Any]) -> None:
    event = {"id": "1", "datetime": "2026-12-01T20:00:00", "lineup": ["Tin Heron", "Paper Ladders", "Tin Heron"]}
    (item,) = items(read(spider_on(BandsintownSpider, "2026-11-20"), URL, orjson.dumps([event | more])))
    assert {name: getattr(item, name) for name in told} == told
    assert [artist["name"] for artist in item.artists] == ["Tin Heron", "Paper Ladders"]
