"""Spiders outside of a crawl: a spider that stands on a day, and what it reads in a body."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import orjson
from scrapy.http import HtmlResponse, Request
from scrapy.utils.test import get_crawler

from sms_crawlers.items import RawEventItem, RecordError, RecordSkip
from sms_crawlers.recordings.recording import noon
from sms_crawlers.spider import SourceSpider

RECORDINGS = Path(__file__).parent.parent / "recordings"

S = TypeVar("S", bound=SourceSpider)


def spider_on(cls: type[S], day: str) -> S:
    """A spider that takes noon of a local day as now."""
    spider = cls.from_crawler(get_crawler(cls, {"OFFLINE": True}))
    assert isinstance(spider, cls)
    spider.now = noon(date.fromisoformat(day), spider.timezone)
    return spider


def read(spider: SourceSpider, url: str, body: bytes | str) -> list[Any]:
    """All that the spider yields for a body answered from a URL."""
    content = body.encode() if isinstance(body, str) else body
    return list(spider.callback_for(url)(HtmlResponse(url, body=content, encoding="utf-8", request=Request(url))))


def items(outcomes: list[Any]) -> list[RawEventItem]:
    return [outcome for outcome in outcomes if isinstance(outcome, RawEventItem)]


def errors(outcomes: list[Any]) -> list[RecordError]:
    return [outcome for outcome in outcomes if isinstance(outcome, RecordError)]


def skips(outcomes: list[Any]) -> list[str]:
    return [outcome.reason for outcome in outcomes if isinstance(outcome, RecordSkip)]


def differences(found: list[RawEventItem], recordings: Path, source: str, file: str) -> list[str]:
    """How items differ from what a careful reader found in a shared recording: rows, hours, price, age, status."""
    content = orjson.loads((recordings / source / "expected.json").read_bytes())
    expected = next(entry["events"] for entry in content["recordings"] if entry["file"] == file)
    left = list(found)
    told = []
    for row in expected:
        item = next((i for i in left if (i.title, i.event_day) == (row["title"], row["date"])), None)
        if item is None:
            told.append(f"missing: {row['date']} {row['title']}")
            continue
        left.remove(item)
        fields = ("start_time", "doors_time", "end_time", "price_text", "age_text")
        told += [f"{row['title']} {name}: {getattr(item, name)}" for name in fields if getattr(item, name) != row[name]]
        if (item.status_text is None) != (row["status"] == "scheduled"):
            told.append(f"{row['title']} status: {item.status_text}")
    return told + [f"not expected: {asdict(item)}" for item in left]
