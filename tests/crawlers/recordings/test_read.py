"""`scrapy read`: looking at one saved page."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from scrapy.cmdline import execute
from scrapy.settings import Settings

from sms_crawlers.commands.read import content_type
from tests.crawlers.scrapy_command import shows

URL = "http://hall.test/shows.json"


class Reader:
    """`scrapy read` in the process of the tests."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, spider: str, file: Path, *more: str) -> tuple[int, list[str], list[str]]:
        """Exit code, and the lines on stdout and stderr."""
        settings = Settings()
        settings.setmodule("sms_crawlers.settings")
        settings.set("SPIDER_MODULES", ["tests.crawlers.example_spiders"], priority="cmdline")
        with pytest.raises(SystemExit) as exiting:
            execute(["scrapy", "read", spider, str(file), *more], settings)
        told = self._capsys.readouterr()
        assert isinstance(exiting.value.code, int)
        return exiting.value.code, told.out.splitlines(), told.err.splitlines()


@pytest.fixture
def read(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "sms_crawlers.settings")
    return Reader(capsys)


def saved(tmp_path: Path, content: object) -> Path:
    file = tmp_path / "page.json"
    file.write_bytes(content.encode() if isinstance(content, str) else orjson.dumps(content))
    return file


def test_prints_the_items_of_that_day_and_tells_the_rest(read: Reader, tmp_path: Path) -> None:
    listing = shows("2026-12-01", next="/two.json?token=abc")
    assert isinstance(listing["shows"], list)
    listing["shows"] += [{"id": "x"}, {"id": "p", "private": True}, {"id": "", "title": "No id"}]
    exit_code, items, told = read("example_hall", saved(tmp_path, listing), "--url", URL, "--at", "2026-11-20")
    assert exit_code == 0
    (item,) = map(orjson.loads, items)
    assert (item["title"], item["event_day"], item["start_time"]) == ("Act 0", "2026-12-01", None)
    assert item["fetched_at"] == "2026-11-20T20:00:00Z"
    assert told == [
        "error: title: none",
        "skip: private party",
        "error: source_event_id: missing",
        "would request: GET http://hall.test/two.json?token=<token>",
    ]


def test_the_url_chooses_the_callback(read: Reader, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<a href="/x?token=abc">')
    exit_code, items, told = read("token_hall", page, "--url", "http://hall.test/page")
    assert (exit_code, items) == (0, [])
    assert told == ["would request: POST http://example-hall.test/shows.json?access_token=<access_token>"]


@pytest.mark.trust(3)
def test_a_page_without_its_end_is_read_and_said_to_be_incomplete(read: Reader, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><body><ul><li id=1>Tin Heron</li><li id=2>Velvet Fe")
    for spider, told in (
        ("paged_hall", ["incomplete: http://hall.test/ is cut short: it has no </html> at its end"]),
        ("hand_typed_hall", []),
    ):
        exit_code, items, said = read(spider, page, "--url", "http://hall.test/")
        assert (exit_code, len(items), said) == (0, 2, told)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "unreadable page: no JSON"),
        ("[" * 10_000 + "]" * 10_000, "unreadable page: no JSON"),
        ("{}", "unreadable page: no shows"),
        ("", "unreadable page: empty body"),
        ("<html><title>Just a moment...</title></html>", "unreadable page: Cloudflare challenge"),
    ],
    ids=["broken", "deep", "another layout", "empty", "challenge"],
)
def test_an_unreadable_page_is_told_in_a_line(read: Reader, tmp_path: Path, content: str, named: str) -> None:
    exit_code, items, told = read("example_hall", saved(tmp_path, content), "--url", URL)
    assert (exit_code, items, len(told)) == (1, [], 1)
    assert told[0].startswith(named)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("no_hall", "page.json", "--url", URL), "Spider not found: no_hall"),
        (("example_hall", "nowhere.json", "--url", URL), "nowhere.json: No such file"),
        (("example_hall", "page.json", "--url", URL, "--at", "yesterday"), "--at is a day"),
        (("keyed_hall", "page.json", "--url", URL), "EXAMPLE_API_KEY is not set"),
        (("example_hall", "page.json"), "--url"),
    ],
)
def test_what_cannot_be_read_at_all_is_told_in_a_line(
    read: Reader, tmp_path: Path, arguments: tuple[str, ...], named: str
) -> None:
    saved(tmp_path, shows())
    exit_code, items, told = read(arguments[0], tmp_path / arguments[1], *arguments[2:])
    assert (exit_code, items) == (2, [])
    assert named in told[-1]


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("feed.ics", b"", "text/calendar"),
        ("feed.xml", b"", "application/xml"),
        ("feed.rss", b"", "application/rss+xml"),
        ("page.html", b"", "text/html"),
        ("answer.json", b"", "application/json"),
        ("answer.txt", b'\xef\xbb\xbf {"a": 1}', "application/json"),
        ("answer", b"[]", "application/json"),
        ("answer", b"BEGIN:VCALENDAR\r\n", "text/calendar"),
        ("answer", b"<?xml version='1.0'?><rss/>", "application/xml"),
        ("answer", b"<!doctype html>", "text/html"),
    ],
)
def test_the_type_is_told_by_name_or_beginning(name: str, body: bytes, expected: str) -> None:
    assert content_type(name, body).replace("text/xml", "application/xml") == expected
