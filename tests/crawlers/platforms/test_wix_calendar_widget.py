"""The Google-calendar widget of Wix sites: its token, its entries, and Blue Moon's way from the feed to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from scrapy.http import HtmlResponse, Request

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.network.browser import HOW_TO_GET_ONE, find_browser
from sms_crawlers.platforms.wix_calendar_widget import calendar_id, widget_query
from sms_crawlers.spiders.venues.blue_moon import BlueMoonSpider
from tests.crawlers.local_server import Answer, LocalServer
from tests.crawlers.saved_answers import RECORDINGS, differences, errors, items, read, skips, spider_on
from tests.crawlers.scrapy_command import ScrapyCommand, write_recording

HOST = "google-calendar.galilcloud.wixapps.net"
ENTRIES = f"https://{HOST}/_api/getEvents?compId=comp-kurk0gts&instance=t0ken.for-this_crawl"
PAGE = BlueMoonSpider.calendar_page
FEED = BlueMoonSpider.start_urls[0]
TOKEN = "t0ken.for-this_crawl"
DAY = "2026-11-20"


def entry(**changes: Any) -> dict[str, Any]:
    told = {
        "id": "abc",
        "title": "Tin Heron",
        "startDate": "2026-12-04T20:00:00-08:00",
        "endDate": "2026-12-04T23:00:00-08:00",
    } | changes
    return {name: value for name, value in told.items() if value is not ...}


def answer(*entries: Any, day: str = "2026-12-04") -> bytes:
    return orjson.dumps({"eventsByDates": {day: list(entries)}})


def outcomes_of(*entries: Any) -> list[Any]:
    return read(spider_on(BlueMoonSpider, DAY), ENTRIES, answer(*entries))


def read_one(**changes: Any) -> RawEventItem:
    [item] = items(outcomes_of(entry(**changes)))
    return item


def page_with(address: str) -> str:
    return f'<html><body><iframe src="{address}"></iframe></body></html>'


def test_every_entry_of_a_day_is_read() -> None:
    found = items(outcomes_of(entry(id="early", startDate="2026-12-04T18:00:00-08:00"), entry(id="late")))
    assert [(item.source_event_id, item.start_time) for item in found] == [
        ("early@google.com", "18:00"),
        ("late@google.com", "20:00"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2026-12-04T20:00:00-08:00", "2026-12-05T01:00:00-08:00", ("2026-12-04", "20:00", "01:00", None)),
        ("2026-12-05T04:00:00Z", "2026-12-05T07:00:00Z", ("2026-12-04", "20:00", "23:00", None)),
        ("2026-12-04T20:00:00-08:00", "2026-12-04T20:00:00-08:00", ("2026-12-04", "20:00", None, None)),
        ("2026-12-04T20:00:00-08:00", "2026-12-04T19:00:00-08:00", ("2026-12-04", "20:00", None, None)),
        ("2026-12-04T20:00:00-08:00", "2026-12-06T22:00:00-08:00", ("2026-12-04", "20:00", "22:00", "2026-12-06")),
        ("2026-12-04T20:00:00-08:00", "soon", ("2026-12-04", "20:00", None, None)),
        ("2026-12-04T12:15:00-08:00", ..., ("2026-12-04", "12:15", None, None)),
        ("2026-12-04", "2026-12-05", ("2026-12-04", None, None, None)),
        ("2026-12-04", "2026-12-07", ("2026-12-04", None, None, "2026-12-06")),
        ("2026-12-04", ..., ("2026-12-04", None, None, None)),
    ],
)
def test_days_and_hours(start: str, end: Any, told: tuple[Any, ...]) -> None:
    item = read_one(startDate=start, endDate=end)
    assert (item.event_day, item.start_time, item.end_time, item.end_day) == told


def test_entry_marked_as_all_day_has_no_hours() -> None:
    item = read_one(startDate="2026-12-04T00:00:00-08:00", endDate="2026-12-05T00:00:00-08:00", allDay=True)
    assert (item.event_day, item.start_time, item.end_time, item.end_day) == ("2026-12-04", None, None, None)


def test_description_tells_price_and_age() -> None:
    item = read_one(description="<p>Doors 7, music 8</p><p>No cover. 21+</p>")
    assert (item.doors_time, item.price_text, item.age_text) == ("19:00", "No cover", "21+")


def test_past_days_are_skipped() -> None:
    past = entry(startDate="2026-11-19T20:00:00-08:00", endDate="2026-11-20T01:00:00-08:00")
    running = entry(id="festival", startDate="2026-11-18", endDate="2026-11-21")
    outcomes = outcomes_of(past, running)
    assert skips(outcomes) == ["past day"]
    assert [item.source_event_id for item in items(outcomes)] == ["festival@google.com"]


@pytest.mark.parametrize(
    ("widget_id", "expected"),
    [
        ("abc123", "abc123@google.com"),
        ("abc123_20261125T040000Z", "abc123@google.com@2026-11-24"),
        ("abc123_R20261001T030000_20261125T040000Z", "abc123_R20261001T030000@google.com@2026-11-24"),
        ("abc123_20261125", "abc123@google.com@2026-11-25"),
        ("_60q30c1g60o30e1i60o4ac1g", "_60q30c1g60o30e1i60o4ac1g"),
    ],
)
def test_id_is_the_one_of_the_calendars_feed(widget_id: str, expected: str) -> None:
    assert calendar_id(widget_id, "America/Los_Angeles") == expected


def test_both_ways_to_the_calendar_give_the_same_nights() -> None:
    feed = read(spider_on(BlueMoonSpider, DAY), FEED, (RECORDINGS / "blue_moon" / "basic.ics").read_bytes())
    widget_file = RECORDINGS / "blue_moon_widget" / "getEvents.json"
    widget = read(spider_on(BlueMoonSpider, DAY), ENTRIES, widget_file.read_bytes())
    told = {
        way: {
            item.source_event_id: (item.title, item.event_day, item.end_day, item.start_time, item.doors_time)
            for item in items(outcomes)
        }
        for way, outcomes in (("feed", feed), ("widget", widget))
    }
    assert told["widget"].items() <= told["feed"].items()
    assert len(told["widget"]) == 17


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (entry(id=None), "source_event_id"),
        (entry(title=" "), "title"),
        (entry(title={"text": "Tin Heron"}), "title"),
        (entry(startDate=...), "event_day"),
        (entry(startDate="2026-02-31"), "event_day"),
        (entry(startDate="2026-12-04T25:00:00-08:00"), "event_day"),
        (entry(startDate="2026-12-04T20:00:00"), "event_day"),
        (entry(id="abc_20261399"), "event_day"),
        ("an entry", "title"),
        (None, "title"),
    ],
)
def test_broken_entry_is_one_error_and_the_others_are_read(record: Any, field: str) -> None:
    outcomes = outcomes_of(record, entry(id="good"))
    assert [error.field for error in errors(outcomes)] == [field]
    assert [item.source_event_id for item in items(outcomes)] == ["good@google.com"]
    assert TOKEN not in repr(outcomes)


def test_day_that_holds_no_list_is_an_error_and_the_other_days_are_read() -> None:
    body = orjson.dumps({"eventsByDates": {"2026-12-03": "closed", "2026-12-04": [entry()]}})
    outcomes = read(spider_on(BlueMoonSpider, DAY), ENTRIES, body)
    assert (len(errors(outcomes)), len(items(outcomes))) == (1, 1)


@pytest.mark.parametrize(
    "body", ["<html>Sign in</html>", "", "[]", "{}", '{"eventsByDates": []}', "null", "[" * 10_000 + "]" * 10_000]
)
def test_answer_of_another_shape(body: str) -> None:
    with pytest.raises(UnreadablePage, match="getEvents") as caught:
        read(spider_on(BlueMoonSpider, DAY), ENTRIES, body)
    assert TOKEN not in str(caught.value)


def test_answer_with_an_error_status() -> None:
    response = HtmlResponse(ENTRIES, status=404, body=answer(entry()), request=Request(ENTRIES))
    with pytest.raises(UnreadablePage, match="HTTP 404"):
        list(spider_on(BlueMoonSpider, DAY).parse_entries(response))


@pytest.mark.parametrize(
    "page",
    [
        page_with(f"https://{HOST}/?compId=comp-x1&amp;instance={TOKEN}&amp;locale=en"),
        f'<script>{{"url":"https:\\/\\/{HOST}\\/?compId=comp-x1&instance={TOKEN}"}}</script>',
        f'<script>{{"url":"https://{HOST}/index?a=1\\u0026compId=comp-x1\\u0026instance={TOKEN}"}}</script>',
        f'<div data-frame="{{&quot;src&quot;:&quot;https://{HOST}/?compId=comp-x1&amp;instance={TOKEN}&quot;}}"></div>',
        page_with(f"//{HOST}/?cacheKiller=1") + page_with(f"//{HOST}/?compId=comp-x1&instance={TOKEN}"),
    ],
)
def test_token_is_found_in_the_widgets_address(page: str) -> None:
    query = widget_query(page, HOST)
    assert query is not None
    assert (query["compId"], query["instance"]) == ("comp-x1", TOKEN)


@pytest.mark.parametrize(
    "page",
    [
        "<html>We are moving</html>",
        page_with(f"https://{HOST}/?compId=comp-x1"),
        page_with(f"https://{HOST}/?instance="),
        page_with(f"https://elsewhere.example.org/?instance={TOKEN}"),
    ],
)
def test_page_without_token_and_no_browser_says_why(page: str) -> None:
    with pytest.raises(UnreadablePage, match="no browser is installed"):
        read(spider_on(BlueMoonSpider, DAY), PAGE, page)


def test_request_with_the_token_does_not_show_it() -> None:
    [request] = read(spider_on(BlueMoonSpider, DAY), PAGE, page_with(f"https://{HOST}/?instance={TOKEN}"))
    assert TOKEN in request.url
    assert "compId=comp-kurk0gts" in request.url
    assert TOKEN not in f"{request} {request!r} {request.replace(dont_filter=False)}"


def test_shared_recording_is_read_without_loss(shared_recordings: Path) -> None:
    file = "synthetic-getEvents.json"
    body = (shared_recordings / "blue_moon" / file).read_bytes()
    outcomes = read(spider_on(BlueMoonSpider, "2025-08-10"), ENTRIES, body)
    assert differences(items(outcomes), shared_recordings, "blue_moon", file) == []
    assert errors(outcomes) == []


@pytest.mark.parametrize("body", ["<html>Not shared</html>", "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"])
def test_feed_that_gives_nothing_leads_to_the_calendar_page(body: str) -> None:
    spider = spider_on(BlueMoonSpider, DAY)
    [request] = read(spider, FEED, body)
    assert request.url == PAGE
    assert request.callback == spider.parse_page
    assert spider.crawler.stats.get_value("blue_moon/feed_failed") == 1


def crawl(scrapy: ScrapyCommand, directory: Path, output: Path) -> tuple[int, str, list[Any]]:
    """Exit code, log, and items of a crawl of Blue Moon's recordings in a directory."""
    done = scrapy.run(
        "crawl",
        "blue_moon",
        "-O",
        f"{output}:jsonl",
        SPIDER_MODULES="sms_crawlers.spiders",
        REPLAY=str(directory),
        LOG_LEVEL="DEBUG",
    )
    lines = output.read_bytes().splitlines() if output.exists() else []
    return done.returncode, done.stdout + done.stderr, [orjson.loads(line) for line in lines]


@pytest.mark.parametrize(
    "feed",
    [
        None,
        {"status": 403, "content": "<html><title>403 Forbidden</title></html>", "content_type": "text/html"},
        {"content": "<html><title>Just a moment...</title></html>", "content_type": "text/html"},
    ],
)
def test_crawl_without_the_feed_reads_the_widget_and_is_no_failure(
    scrapy: ScrapyCommand, tmp_path: Path, feed: dict[str, Any] | None
) -> None:
    pages: list[dict[str, object]] = [
        {"url": PAGE, "content": page_with(f"https://{HOST}/?instance={TOKEN}"), "content_type": "text/html"},
        {"url": ENTRIES.replace(TOKEN, "<secret>"), "content": answer(entry()).decode()},
        *([{"url": FEED} | feed] if feed else []),
    ]
    dated = [page | {"recorded_at": DAY} for page in pages]
    directory = write_recording(tmp_path / "recording", "blue_moon", *dated)
    code, log, found = crawl(scrapy, directory, tmp_path / "items.jsonl")
    assert (code, [item["title"] for item in found]) == (0, ["Tin Heron"]), log
    assert "reading the widget instead" in log
    assert "blue_moon: ok" in log
    assert TOKEN not in log
    assert TOKEN not in repr(found)


def test_crawl_in_which_both_ways_fail_is_failed(scrapy: ScrapyCommand, tmp_path: Path) -> None:
    scrapy.environment["SMS_CHROMIUM"] = "no-such-browser"
    page: dict[str, object] = {"url": PAGE, "content": "<html>We are moving</html>", "content_type": "text/html"}
    directory = write_recording(tmp_path / "recording", "blue_moon", page | {"recorded_at": DAY})
    code, log, found = crawl(scrapy, directory, tmp_path / "items.jsonl")
    assert (code, found) == (1, [])
    assert "blue_moon: failed" in log
    assert "tells the widget's token only after its scripts ran" in log


def crawl_hall(scrapy: ScrapyCommand, server: LocalServer, output: Path) -> tuple[int, str, list[Any]]:
    """Exit code, log, and items of a crawl of a room whose page has its scripts make the widget's frame."""
    frame = f"const f = document.createElement('iframe'); f.src = '{server.url}/?compId=comp-x1&instance=' + token;"
    script = f"const token = '{TOKEN}'; {frame} document.body.append(f);"
    page = f"<html><body><h1>Calendar</h1><script>{script}</script></body></html>"
    html = {"Content-Type": "text/html"}
    server.routes |= {"/calendar": Answer(page.encode(), headers=html), "/": Answer(b"<p>widget</p>", headers=html)}
    server.json("/_api/getEvents", {"eventsByDates": {"2026-12-04": [entry()]}})
    done = scrapy.run(
        "crawl",
        "widget_hall",
        f"-abase={server.url}",
        "-O",
        f"{output}:jsonl",
        SPIDER_MODULES="tests.crawlers.widget_spiders",
        NOW="2026-11-20T20:00:00Z",
        LOG_LEVEL="DEBUG",
    )
    found = [orjson.loads(line) for line in output.read_bytes().splitlines()] if output.exists() else []
    return done.returncode, done.stdout + done.stderr, found


def test_token_that_only_the_pages_scripts_make(scrapy: ScrapyCommand, server: LocalServer, tmp_path: Path) -> None:
    if find_browser() is None:
        pytest.skip(HOW_TO_GET_ONE)  # CI installs one, so that there it always runs
    code, log, found = crawl_hall(scrapy, server, tmp_path / "items.jsonl")
    assert (code, [item["title"] for item in found]) == (0, ["Tin Heron"]), log
    assert [path for path in server.paths() if "/_api/" in path] == [f"/_api/getEvents?compId=comp-x1&instance={TOKEN}"]
    assert TOKEN not in log
    assert TOKEN not in repr(found)


def test_page_that_needs_a_browser_where_there_is_none(
    scrapy: ScrapyCommand, server: LocalServer, tmp_path: Path
) -> None:
    scrapy.environment["SMS_CHROMIUM"] = "no-such-browser"
    code, log, found = crawl_hall(scrapy, server, tmp_path / "items.jsonl")
    assert (code, found) == (1, [])
    assert "only after its scripts ran, and no browser is installed" in log
    assert "Traceback" not in log
