"""Bad input, the same for every source: whatever a site answers, a record ends as item, error or skip, and a page that
is no calendar is said to be none. Nothing else is raised, nothing is lost, nothing is taken to be gone."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
from scrapy.http import Request
from scrapy.responsetypes import responsetypes
from sqlalchemy import Engine, text

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import ArtistLookupItem, RawEventItem, RecordError, RecordSkip
from sms_crawlers.recordings.recording import META, RecordedPage, read_recording, read_recordings, recorded_instant
from sms_crawlers.spider import SourceSpider
from sms_database.raw_check import ItemRejected, check_item
from tests.crawlers.broken_answers import broken, cut_short, with_rows
from tests.crawlers.replaying import make_spider, replay_with, spider_classes
from tests.crawlers.saved_answers import RECORDINGS
from tests.crawlers.scrapy_command import ScrapyCommand

OURS = sorted(path.parent for path in RECORDINGS.glob("*/meta.json"))
SECRET = "a-key-that-nobody-may-see-5f3a"

CHALLENGE = b"<!doctype html><html><head><title>Just a moment...</title></head><body></body></html>"


@pytest.mark.parametrize("directory", OURS, ids=lambda directory: directory.name)
def test_any_answer_ends_in_items_errors_and_skips_or_is_called_unreadable(directory: Path) -> None:
    for spider, page in pages_of(directory):
        body = page.file.read_bytes()
        for bad in (*cut_short(body), *broken(body)):
            read_without_accident(spider, page, bad)


@pytest.mark.parametrize("directory", OURS, ids=lambda directory: directory.name)
def test_an_answer_of_another_kind_holds_no_event(directory: Path) -> None:
    for spider, page in pages_of(directory):
        for other in (b"<!doctype html><html><body><h1>Welcome</h1><p>We are closed.</p></body></html>", b'"closed"'):
            assert not [o for o in read_without_accident(spider, page, other) if isinstance(o, RawEventItem)], page.url


MANY = 5_000

NO_LIST = {
    "rainier_arts_center",  # a page an event
    "chop_suey",  # an array in JavaScript, which nothing here knows how to repeat
}


def one_of_each_platform() -> list[Path]:
    """For each platform that lists its events, the largest recording."""
    classes = spider_classes()
    largest: dict[str, tuple[int, Path]] = {}
    for directory in OURS:
        recording = read_recording(directory)
        spider = classes[recording.source]
        if recording.pages and spider.kind != "enrichment" and recording.source not in NO_LIST:
            size = max(page.file.stat().st_size for page in recording.pages)
            largest[spider.platform] = max(largest.get(spider.platform, (0, directory)), (size, directory))
    return sorted(directory for _, directory in largest.values())


@pytest.mark.parametrize("directory", one_of_each_platform(), ids=lambda directory: directory.name)
def test_a_page_of_many_rows_is_read_to_its_end(directory: Path) -> None:
    spider, page = max(pages_of(directory), key=lambda entry: entry[1].file.stat().st_size)
    outcomes = read_without_accident(spider, page, with_rows(page.file.read_bytes(), MANY))
    assert len(outcomes) >= MANY / 4, "elements that are alike may be parts of a record"


@pytest.mark.parametrize("name", sorted(name for name, cls in spider_classes().items() if cls.keys))
@pytest.mark.trust(19)
def test_a_key_is_in_nothing_that_is_kept(name: str) -> None:
    spider = make_spider(name)
    spider.key_values = {key.variable: SECRET for key in spider.keys}
    recording = read_recording(RECORDINGS / name)
    now = recorded_instant([recording], None, spider.timezone)
    assert now is not None
    spider.now = now
    outcomes, requests = replay_with(spider, recording)
    assert outcomes
    assert not [outcome for outcome in outcomes if SECRET in repr(outcome)]
    assert any(SECRET in _told_to_the_server(request) for request in requests), "the key is used"
    assert not [request.url for request in requests if SECRET in str(request.meta) + str(request.cb_kwargs)]


def pages_of(directory: Path) -> Iterable[tuple[SourceSpider, RecordedPage]]:
    """Each answer of a recording, with a spider that stands on the recording's day."""
    recording = read_recording(directory)
    for page in recording.pages:
        if page.status == 200:
            spider = make_spider(recording.source)
            now = recorded_instant([recording], None, spider.timezone)
            assert now is not None
            spider.now = now
            yield spider, page


def read_without_accident(spider: SourceSpider, page: RecordedPage, body: bytes) -> list[Any]:
    """What a spider makes of an answer; an unreadable page is nothing. Anything else that is raised fails the test."""
    kind = responsetypes.from_args(headers={b"Content-Type": (page.content_type or "").encode()}, body=body)
    response = kind(page.url, body=body, request=Request(page.url))
    try:
        outcomes = list(spider.callback_for(page.url)(response) or ())
    except UnreadablePage:
        return []
    for outcome in outcomes:
        assert isinstance(outcome, RawEventItem | ArtistLookupItem | RecordError | RecordSkip | Request), outcome
        if isinstance(outcome, RecordError):
            orjson.dumps(outcome.record, default=str)
        if isinstance(outcome, RawEventItem):
            with suppress(ItemRejected):
                check_item(outcome)
    return outcomes


def _told_to_the_server(request: Request) -> str:
    scheme, _, credentials = (request.headers.get(b"Authorization") or b"").partition(b" ")
    basic = base64.b64decode(credentials).decode() if scheme == b"Basic" else ""
    return request.url + str(request.headers) + basic + request.body.decode("utf-8", "replace")


class Fleet:
    """All sources, crawled over recordings into one database."""

    def __init__(self, scrapy: ScrapyCommand, engine: Engine, directory: Path) -> None:
        self._scrapy = scrapy
        self._scrapy.settings |= {"SPIDER_MODULES": "sms_crawlers.spiders", "RETRY_ENABLED": "0"}
        self._engine = engine
        self._directory = directory

    def crawl(self, recordings: Path) -> tuple[int, dict[str, str], str]:
        """Exit code, verdict by source, and the log."""
        done = self._scrapy.run("ingest", "--json", "--replay", str(recordings))
        return done.returncode, {row["source"]: row["verdict"] for row in orjson.loads(done.stdout)}, done.stderr

    def rows(self) -> list[Any]:
        """The rows there are, and whether they are listed."""
        with self._engine.connect() as connection:
            question = "SELECT source, source_event_id, unlisted_at FROM raw_events ORDER BY 1, 2"
            return [tuple(row) for row in connection.execute(text(question))]

    def altered(self, name: str, alter: Any) -> Path:
        """A copy of all recordings, each entry of meta.json and its body as `alter` changes them."""
        for meta in sorted(RECORDINGS.glob(f"*/{META}")):
            copied = self._directory / name / meta.parent.name
            copied.mkdir(parents=True)
            content = orjson.loads(meta.read_bytes())
            for number, page in enumerate(content["files"]):
                body = alter(number, page, (meta.parent / page["file"]).read_bytes())
                (copied / page["file"]).write_bytes(body)
            (copied / META).write_bytes(orjson.dumps(content))
        return self._directory / name


@pytest.fixture
def fleet(storing_scrapy: ScrapyCommand, engine: Engine, tmp_path: Path) -> Fleet:
    return Fleet(storing_scrapy, engine, tmp_path)


@pytest.mark.trust(7)
def test_a_bad_day_of_every_source_does_no_harm(fleet: Fleet) -> None:
    code, verdicts, log = fleet.crawl(RECORDINGS)
    assert (code, set(verdicts.values()) - {"suspect"}) == (0, {"ok"}), verdicts
    before = fleet.rows()

    refusals = (401, 403, 429, 503)

    def later_pages_refused(number: int, page: dict[str, Any], body: bytes) -> bytes:
        page["status"] = refusals[number % len(refusals)] if number else page.get("status", 200)
        return body

    paged = {recording.source for recording in read_recordings(RECORDINGS) if len(recording.pages) > 1}
    code, verdicts, log = fleet.crawl(fleet.altered("refused", later_pages_refused))
    assert code == 1
    assert {source for source, verdict in verdicts.items() if verdict == "failed"} >= paged - FALLS_BACK
    assert "Traceback" not in log
    assert fleet.rows() == before

    def challenged(_: int, page: dict[str, Any], __: bytes) -> bytes:
        page["content_type"] = "text/html"
        return CHALLENGE

    code, verdicts, log = fleet.crawl(fleet.altered("challenged", challenged))
    asking = {recording.source for recording in read_recordings(RECORDINGS) if recording.pages}
    assert code == 1
    assert {source for source, verdict in verdicts.items() if verdict == "failed"} == asking
    assert "Traceback" not in log
    assert fleet.rows() == before


FALLS_BACK = {"blue_moon", "the_royal_room"}
"""Sources of which a later recorded page is another way to the same events; without it the listing is incomplete."""
