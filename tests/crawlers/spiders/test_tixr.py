"""Tixr's API: signatures, pages, and secrets that stay secret."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from sms_crawlers.errors import BadArgument, MissingKey, UnreadablePage
from sms_crawlers.spiders.apis.tixr import MAX_PAGES, PAGE_SIZE, TixrSpider, signature
from sms_text.redaction import without_secrets
from tests.crawlers.saved_answers import errors, items, read, spider_on

URL = "https://studio.tixr.com/v1/groups/748/events?cpk=abc&page_number=1&page_size=100&t=1&hash=def"


def record(**values: Any) -> dict[str, Any]:
    return {"id": 77, "name": "Tin Heron", "start_date": 1796529600000} | values


def test_a_request_is_signed_over_its_path_and_query() -> None:
    spider = spider_on(TixrSpider, "2026-11-20")

    async def first() -> Request:
        return await anext(aiter(spider.start()))

    signed, _, stated = asyncio.run(first()).url.removeprefix("https://studio.tixr.com").rpartition("&hash=")
    names = [pair.partition("=")[0] for pair in signed.partition("?")[2].split("&")]
    assert signed.startswith("/v1/groups/748/events?")
    assert names == sorted(names)
    assert stated == signature(signed, spider.key_values["TIXR_SECRET"])
    # The value of `printf '/a?b=c' | openssl dgst -sha256 -hmac secret`.
    assert signature("/a?b=c", "secret") == "db4733247e0c5a45354115cea05de68f6604eb2fd926464ff5df4eae2fc38077"


def test_key_and_signature_are_not_shown() -> None:
    assert without_secrets(URL).endswith("?cpk=<cpk>&page_number=1&page_size=100&t=1&hash=<hash>")


def test_a_full_page_is_followed_by_another() -> None:
    spider = spider_on(TixrSpider, "2026-11-20")
    full = HtmlResponse(URL, body=orjson.dumps([record(id=n) for n in range(PAGE_SIZE)]), request=Request(URL))
    [following] = [outcome for outcome in spider.parse(full) if isinstance(outcome, Request)]
    assert "/v1/groups/748/events?" in following.url
    assert "page_number=2&" in following.url
    assert not any(isinstance(o, Request) for o in spider.parse(full, group="748", page=MAX_PAGES))
    assert not any(isinstance(o, Request) for o in read(spider, URL, orjson.dumps([record()])))


@pytest.mark.parametrize(
    ("milliseconds", "zone", "day", "hour"),
    [
        (1796529600000, "America/Los_Angeles", "2026-12-05", "20:00"),
        (1796529600000, "America/New_York", "2026-12-05", "23:00"),
        (1796529600000, "Nowhere/Land", "2026-12-05", "20:00"),
        (1796547600000.0, None, "2026-12-06", "01:00"),
    ],
)
def test_milliseconds_are_local_to_the_room(milliseconds: float, zone: str | None, day: str, hour: str) -> None:
    body = orjson.dumps([record(start_date=milliseconds, timezone=zone)])
    [item] = items(read(spider_on(TixrSpider, "2026-11-20"), URL, body))
    assert (item.event_day, item.start_time) == (day, hour)


@pytest.mark.parametrize("start", [None, "2026-12-05", True, 1e300, -1e17])
def test_a_start_that_is_none_is_an_error(start: Any) -> None:
    outcomes = read(spider_on(TixrSpider, "2026-11-20"), URL, orjson.dumps([record(start_date=start)]))
    assert [error.field for error in errors(outcomes)] == ["event_day"]


def test_a_refusal_is_unreadable() -> None:
    with pytest.raises(UnreadablePage, match="bad hash"):
        read(spider_on(TixrSpider, "2026-11-20"), URL, '{"message": "bad hash"}')


def test_asks_for_its_keys_and_for_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIXR_CPK", raising=False)
    with pytest.raises(MissingKey, match="TIXR_CPK"):
        TixrSpider.from_crawler(get_crawler(TixrSpider))
    with pytest.raises(BadArgument, match="numbers"):
        TixrSpider.from_crawler(get_crawler(TixrSpider, {"OFFLINE": True}), groups="nectarlounge")
