"""docs/sources.md says what the spiders, their recordings and the lists beside it say."""

from __future__ import annotations

import json
import os
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from scrapy.http import Request
from scrapy.responsetypes import responsetypes

from sms_crawlers.budget import Budget
from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.keys import ApiKey
from sms_crawlers.recordings.recording import noon
from sms_crawlers.sources_page import Tried, read_tried, read_uncovered, sources_page
from sms_crawlers.spider import SourceSpider
from tests.conftest import ROOT
from tests.crawlers.replaying import make_spider, spider_classes
from tests.crawlers.saved_answers import RECORDINGS
from tests.crawlers.scrapy_command import shows, write_recording
from tests.crawlers.shared_sources import SPIDER_OF_FOLDER

PAGE = ROOT / "docs" / "sources.md"
UNCOVERED = ROOT / "docs" / "sources.toml"
TRIED = ROOT / "docs" / "sources_tried.toml"
EDITED = {"edited-fixture"}
REAL = {"real", "real-trimmed", "real-extract", "real-partial", "real-redacted", "transcribed"}


class HallSpider(SourceSpider):
    """A hall with everything that a row tells."""

    name = "hall"
    title = "Hall"
    homepage = "https://hall.test"
    kind = "api"
    city = None
    venue = None
    platform = "Its | own"
    keys = (ApiKey("HALL_KEY", "https://hall.test/keys"),)
    by_name_only = "Hall"
    budget = Budget(requests=500, per="day", requests_per_second=2)
    tried_live = "2026-11-19"
    complete_listing = True
    listing_days = 30


def test_the_page_is_as_the_spiders_are() -> None:
    written = sources_page(
        spider_classes().values(), RECORDINGS, read_tried(TRIED.read_text()), read_uncovered(UNCOVERED.read_text())
    )
    assert PAGE.read_text(encoding="utf-8") == written, "write it anew: scrapy sources > docs/sources.md"


def test_a_room_without_a_spider_is_covered_by_spiders_that_exist() -> None:
    named = {name for entry in read_uncovered(UNCOVERED.read_text()) for name in entry.covered_by}
    assert named <= spider_classes().keys()


@pytest.mark.parametrize(
    ("tried", "recording"),
    [
        (None, "made to a description only"),
        (
            Tried(records=7, days=["2026-01-02", "2026-03-04"]),
            "made to a description; reader tried on 7 real records of 2026-01-02, 2026-03-04",
        ),
    ],
)
def test_a_row_tells_what_its_source_asks_for_and_gives(tmp_path: Path, tried: Tried | None, recording: str) -> None:
    directory = write_recording(tmp_path / "hall", "hall", {"content": shows(), "url": "u", "fidelity": "synthetic"})
    items = [{"title": "A", "venue_name": "B"}, {"title": "C", "start_time": "20:00"}]
    (directory / "items.json").write_bytes(orjson.dumps({"items": items, "errors": [], "skips": {}}))
    page = sources_page([HallSpider], tmp_path, {"hall": tried} if tried else {}, [])
    (row,) = [line for line in page.splitlines() if line.startswith("| [`hall`]")]
    assert row == (
        "| [`hall`](https://hall.test) | wherever its rows say | Its \\| own | api | `HALL_KEY`; only by name "
        f"| yes, 30 days ahead | 500 requests a day, 2 a second | room, show | {recording} | 2026-11-19 |"
    )


def test_readers_were_tried_on_the_records_that_are_stated(shared_recordings: Path) -> None:
    found = {
        folder: told
        for folder, spider in SPIDER_OF_FOLDER.items()
        if (shared_recordings / folder / "meta.json").exists() and (told := tried_on(shared_recordings, folder, spider))
    }
    if os.environ.get("UPDATE_SOURCES"):
        TRIED.write_text(as_toml(found), encoding="utf-8")
    stated = tomllib.loads(TRIED.read_text(encoding="utf-8"))
    assert {folder: found.get(folder) for folder in stated} == stated


def tried_on(shared: Path, folder: str, name: str) -> dict[str, Any] | None:
    """What a spider reads of the real answers of a folder, else of edited ones."""
    return records_read(shared, folder, name, REAL) or records_read(shared, folder, name, EDITED)


def records_read(shared: Path, folder: str, name: str, fidelities: set[str]) -> dict[str, Any] | None:
    """How many records a spider reads of the answers of a folder that are so true to life; None for no such ones."""
    ids: set[tuple[str, str | None]] = set()
    days: set[str] = set()
    for page in orjson.loads((shared / folder / "meta.json").read_bytes())["files"]:
        stated = re.match(r"\d{4}-\d\d-\d\d(?!\d)", page.get("recorded_at") or page.get("recorded") or "")
        day = stated[0] if stated else None
        if page["fidelity"] not in fidelities or "://" not in page["url"]:
            continue
        spider = make_spider(name)
        spider.now = noon(date.fromisoformat(day or "2010-01-01"), spider.timezone)
        body = (shared / folder / page["file"]).read_bytes()
        kind = responsetypes.from_args(headers={b"Content-Type": page["content_type"].encode()}, body=body)
        response = kind(page["url"], body=body, request=Request(page["url"]))
        try:
            outcomes = list(spider.callback_for(page["url"])(response) or ())
        except (UnreadablePage, AttributeError):
            continue
        read = {(item.source_event_id, item.event_day) for item in outcomes if isinstance(item, RawEventItem)}
        ids |= read
        days |= {day} if read and day else set()
    told = {"spider": name, "records": len(ids), "days": sorted(days), "edited": fidelities != REAL}
    return told if ids else None


def as_toml(found: dict[str, dict[str, Any]]) -> str:
    """The file of what readers were tried on."""
    head = (
        "# Answers that sources really gave, on which their readers were tried: how many records were read, and of\n"
        "# which days the answers are. They stand beside the project where it is tried, and are no part of it.\n"
        "# Written by `UPDATE_SOURCES=1 pytest tests/crawlers/spiders/test_sources.py`.\n"
    )
    entries = [
        f'\n["{folder}"]\nspider = "{told["spider"]}"\n'
        f"records = {told['records']}\ndays = {json.dumps(told['days'])}\nedited = {json.dumps(told['edited'])}\n"
        for folder, told in sorted(found.items())
    ]
    return head + "".join(entries)
