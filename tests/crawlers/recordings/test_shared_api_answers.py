"""Real answers of the APIs, kept beside the project here and in CI: read as a careful reader read them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from scrapy.http import Request, TextResponse

from carpenter.parsing.status import read_status
from sms_crawlers.items import RawEventItem, RecordError
from tests.crawlers.replaying import make_spider

FIELDS = {
    "date": "event_day",
    "start_time": "start_time",
    "doors_time": "doors_time",
    "end_date": "end_day",
    "venue": "venue_name",
    "price_min": "price_min",
    "price_max": "price_max",
    "currency": "currency",
    "ticket_url": "ticket_url",
}
"""A reader's name of a field, and ours."""

ANSWERS = {
    "ticketmaster": [
        "events-page-0.json",
        "events-page-1.json",
        "events-empty.json",
        "events-us-2020-unfiltered.json",
        "event-seattle-2-day-ticket.json",
        "events-reno-2026-excerpt.json",
        "events-postponed-2026-excerpt.json",
    ],
    "songkick": ["artist-calendar-fletcher.json", "artist-calendar-abir.json", "synthetic-metro-page.html"],
}


@pytest.mark.parametrize(("name", "file"), [(name, file) for name, files in ANSWERS.items() for file in files])
def test_read_as_a_careful_reader_did(shared_recordings: Path, name: str, file: str) -> None:
    directory = shared_recordings / name
    answers = orjson.loads((directory / "expected.json").read_bytes())["recordings"]
    rows = next(entry["events"] for entry in answers if entry["file"] == file)
    found = {item.source_event_id: item for item in read_shared(name, directory, file)}
    # A seat sold again is no show of its own.
    wanted = [row for row in rows if not row["source_id"].startswith("Z7r9")]
    assert sorted(found) == sorted(row["source_id"] for row in wanted)
    assert [told for row in wanted for told in differences(row, found[row["source_id"]])] == []


@pytest.mark.parametrize(
    ("name", "file", "count"),
    [
        ("jambase", "events-massachusetts-2024.json", 13),
        ("bandsintown", "artist-events-2018.json", 24),
        ("bandsintown", "artist-events-2019.json", 2),
        ("bandsintown", "artist-events-2026.json", 3),
    ],
)
def test_no_row_is_lost(shared_recordings: Path, name: str, file: str, count: int) -> None:
    found = read_shared(name, shared_recordings / name, file)
    assert len(found) == count
    assert all(item.event_day and item.venue_name and item.artists and item.source_url for item in found)


def read_shared(name: str, directory: Path, file: str) -> list[RawEventItem]:
    """The items of a shared answer."""
    pages = orjson.loads((directory / "meta.json").read_bytes())["files"]
    url = next(page["url"] for page in pages if page["file"] == file)
    response = TextResponse(
        url, body=(directory / file).read_bytes(), encoding="utf-8", request=Request("https://x.test")
    )
    spider = make_spider(name)
    spider.now = datetime(2026, 11, 20, 20, tzinfo=UTC)
    outcomes = list(spider.callback_for(url)(response))
    assert not [outcome for outcome in outcomes if isinstance(outcome, RecordError)]
    return [outcome for outcome in outcomes if isinstance(outcome, RawEventItem)]


def differences(row: dict[str, Any], item: RawEventItem) -> list[str]:
    """How an item differs from what is expected, in the fields that a reader could not dispute."""
    pairs = [(name, row[name], getattr(item, ours)) for name, ours in FIELDS.items()]
    pairs += [("title", row["title"], item.title), ("status", row["status"], read_status(item.status_text, ()))]
    return [
        f"{row['title']}: {name} {said!r}, not {wanted!r}"
        for name, wanted, said in pairs
        if name not in row["uncertain"] and said != wanted
    ]
