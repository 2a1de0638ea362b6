"""Every recording is read as expected: ours as its items.json says, the shared ones as a careful reader read them.

Where a change of items.json is meant, `UPDATE_RECORDINGS=1 pytest tests/crawlers/recordings/test_recordings.py` writes
it anew; its diff is the review.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from parsel import Selector
from rapidfuzz import fuzz
from scrapy.http import Request
from scrapy.responsetypes import responsetypes

from sms_crawlers.items import RawEventItem, RecordError
from sms_crawlers.reading import find_clocks
from sms_crawlers.recordings.items import ITEMS, outcomes_json, write_outcomes
from sms_crawlers.recordings.recording import noon
from tests.crawlers.replaying import make_spider, replay
from tests.crawlers.saved_answers import RECORDINGS
from tests.crawlers.shared_sources import (
    API_FOLDERS,
    KEPT_ASIDE,
    NOT_NOTED,
    READ_OTHERWISE,
    READERS_OWN_WORDS,
    SPIDER_OF_FOLDER,
)

OURS = sorted(path.parent for path in RECORDINGS.glob("*/meta.json"))


@pytest.mark.parametrize("directory", OURS, ids=lambda directory: directory.name)
def test_our_recording_is_read_as_expected(directory: Path) -> None:
    outcomes = replay(directory)
    if os.environ.get("UPDATE_RECORDINGS"):
        write_outcomes(directory, outcomes)
    assert outcomes_json(outcomes) == orjson.loads((directory / ITEMS).read_bytes())


@pytest.mark.parametrize("directory", sorted(SPIDER_OF_FOLDER.keys() - API_FOLDERS))
def test_shared_recording_is_read_without_loss(shared_recordings: Path, directory: str) -> None:
    if directory in KEPT_ASIDE and not (shared_recordings / directory).is_dir():
        pytest.skip(f"the recording {directory} is kept aside")
    spider, told = SPIDER_OF_FOLDER[directory], []
    for page, expected in shared_pages(shared_recordings / directory):
        # A reader noted days that were just over, too; a spider may leave those out, so it reads on the first of them.
        day = min([page["recorded_at"], *(row["date"] for row in expected or ())])
        outcomes = read_page(spider, shared_recordings / directory, page, day)
        errors = [outcome for outcome in outcomes if isinstance(outcome, RecordError)]
        items = [outcome for outcome in outcomes if isinstance(outcome, RawEventItem)]
        told += [f"{page['file']}: {error.field}: {error.reason}" for error in errors]
        assert items, page["file"]
        if expected is not None:
            if words := READERS_OWN_WORDS.get(directory):
                assert words.strip(" ;").encode() not in (shared_recordings / directory / page["file"]).read_bytes()
                expected = [row | {"price_text": (row["price_text"] or "").replace(words, "")} for row in expected]
            undisputed = [d for d in differences(expected, items) if d not in READ_OTHERWISE.get(directory, ())]
            told += [f"{page['file']}: {difference}" for difference in undisputed]
    assert told == []


def shared_pages(directory: Path) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]] | None]]:
    """Each answer of a shared recording with the events expected of it; None where those are kept elsewhere.

    What was rebuilt from a log is left out, for no server ever sent it.
    """
    answers = directory / "expected.json"
    expected = (
        {entry["file"]: entry["events"] for entry in orjson.loads(answers.read_bytes())["recordings"]}
        if answers.exists()
        else {}
    )
    for page in orjson.loads((directory / "meta.json").read_bytes())["files"]:
        if page["fidelity"] != "real-derived":
            yield page, expected.get(page["file"])


def read_page(spider_name: str, directory: Path, page: dict[str, Any], day: str) -> list[Any]:
    """What a spider yields for one answer on a day, as `scrapy read` asks it."""
    spider = make_spider(spider_name)
    spider.now = noon(date.fromisoformat(day), spider.timezone)
    body = (directory / page["file"]).read_bytes()
    kind = responsetypes.from_args(headers={b"Content-Type": page["content_type"].encode()}, body=body)
    response = kind(page["url"], body=body, request=Request(page["url"]))
    outcomes = list(spider.callback_for(page["url"])(response) or ())
    # Some of the pages are another venue's, of the same platform.
    asked = [outcome.url for outcome in outcomes if isinstance(outcome, Request)]
    elsewhere = [url for url in asked if urlsplit(url).hostname != urlsplit(page["url"]).hostname]
    assert [url for url in elsewhere if not spider.may_ask(url)] == []
    return outcomes


def differences(expected: list[dict[str, Any]], items: list[RawEventItem]) -> list[str]:
    """How items differ from what is expected, in the fields that a reader could not dispute."""
    told, left = [], list(items)
    for row in expected:
        same = [item for item in left if is_of(row, item)]
        if not same:
            told.append(f"lost: {row['date']} {row['title']}")
            continue
        left.remove(same[0])
        for ours, theirs in (
            ("start_time", "start_time"),
            ("doors_time", "doors_time"),
            ("end_time", "end_time"),
            ("price_text", "price_text"),
            ("age_text", "age_text"),
            ("source_url", "event_url"),
            ("ticket_url", "ticket_url"),
        ):
            said, wanted = getattr(same[0], ours), row[theirs]
            meaning = age_as_read if ours == "age_text" else as_read
            if wanted is None and theirs in NOT_NOTED.get(row.get("row_kind", ""), ()):
                if said is not None and not stands_in(same[0].payload, said):
                    told.append(f"{row['title']}: {ours} {said!r} does not stand there")
            elif theirs not in row.get("uncertain", ()) and meaning(said) != meaning(wanted):
                told.append(f"{row['title']}: {ours} {said!r}, not {wanted!r}")
    return told + [f"invented: {item.event_day} {item.title}" for item in left]


def is_of(row: dict[str, Any], item: RawEventItem) -> bool:
    """Is this the row's item? Same night, and a title of the same words; of two shows in a night, the same hour."""
    hour_fits = "start_time" in row.get("uncertain", ()) or item.start_time == row["start_time"]
    alike = fuzz.token_set_ratio(as_read(item.title), as_read(row["title"])) >= 90
    return item.event_day == row["date"] and alike and hour_fits


def stands_in(markup: str, said: str) -> bool:
    """Does a piece of a page print some words, lead to an address, or tell an hour, `HH:MM`?"""
    piece = Selector(text=markup)
    text = " ".join(piece.css("::text").getall())
    return as_read(said) in as_read(text) or said in piece.css("::attr(href)").getall() or said in find_clocks(text)


def age_as_read(text: str | None) -> str:
    """An age without what is a matter of writing: "21 and over" is "21+", "All-ages" is "all ages"."""
    return re.sub(r"\s*(?:and|&|or)\s+(?:over|older|up)\b", "+", as_read(text).replace("-", " "))


def as_read(text: str | None) -> str:
    """Text without its capitals, which are a matter of display; "" for none."""
    return re.sub(r"\s+", " ", text or "").casefold()
