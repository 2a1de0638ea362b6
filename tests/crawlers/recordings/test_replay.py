"""Recordings: which answer a request gets, what "now" is, and what a recording keeps."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest

from sms_crawlers.errors import BadRecording
from sms_crawlers.recordings.items import write_outcomes
from sms_crawlers.recordings.recording import Answers, read_recordings, recorded_instant, recordings_of_source
from sms_text.redaction import without_secrets
from tests.crawlers.crawling import Crawls
from tests.crawlers.local_server import Answer, LocalServer
from tests.crawlers.scrapy_command import ScrapyCommand, shows, write_recording

SEATTLE = "America/Los_Angeles"
CALENDAR = "https://hall.test/calendar"


def page(url: str = CALENDAR, content: object = "page", **more: object) -> dict[str, object]:
    return {"url": url, "content": content, "recorded_at": "2026-08-08", **more}


def found(tmp_path: Path, *pages: dict[str, object], **request: object) -> str | None:
    """The content that answers a request, of the recording that the pages make."""
    recordings = read_recordings(write_recording(tmp_path / "recording", "hall", *pages))
    at, method, body = request.get("at"), request.get("method", "GET"), request.get("body", b"")
    assert isinstance(at, date | None)
    assert isinstance(body, bytes)
    answer = Answers(recordings, at).find(str(method), str(request.get("url", CALENDAR)), body)
    return answer.file.read_text() if answer else None


@pytest.mark.parametrize(
    ("recorded", "requested"),
    [
        (CALENDAR, CALENDAR),
        ("https://hall.test", "https://HALL.test/"),
        ("https://hall.test/a%40b/x", "https://hall.test/a@b/x"),
        ("https://hall.test/?b=2&a=1", "https://hall.test/?a=1&b=2"),
        ("https://hall.test/?q=x y", "https://hall.test/?q=x+y"),
        ("https://hall.test/e?id=1&instance=<signed token>", "https://hall.test/e?id=1&instance=abc.def%3D"),
        ("https://hall.test/e?id=1&instance=...", "https://hall.test/e?instance=other&id=1"),
    ],
)
def test_the_same_address_is_answered(tmp_path: Path, recorded: str, requested: str) -> None:
    assert found(tmp_path, page(recorded), url=requested) == "page"


@pytest.mark.parametrize(
    ("recorded", "requested"),
    [
        (CALENDAR, "http://hall.test/calendar"),
        (CALENDAR, CALENDAR + "?page=2"),
        ("https://hall.test/e?id=1&instance=...", "https://hall.test/e?id=2&instance=..."),
        ("https://hall.test/e?id=1&key=abc", "https://hall.test/e?id=1&key=def"),
    ],
)
def test_another_address_is_not(tmp_path: Path, recorded: str, requested: str) -> None:
    assert found(tmp_path, page(recorded), url=requested) is None


def test_the_exact_address_goes_before_one_with_a_token(tmp_path: Path) -> None:
    pages = [page("https://hall.test/e?key=abc", "exact"), page("https://hall.test/e?key=...", "any")]
    assert found(tmp_path, *pages, url="https://hall.test/e?key=abc") == "exact"
    assert found(tmp_path, *pages, url="https://hall.test/e?key=xyz") == "any"


def test_the_method_and_what_was_posted_must_match(tmp_path: Path) -> None:
    first = page(content="first", method="POST", form={"page": "1", "order": "ASC"})
    second = page(content="second", method="POST", form={"page": "2", "order": "ASC"})
    assert found(tmp_path, first, second, method="POST", body=b"order=ASC&page=2") == "second"
    assert found(tmp_path, first, second, method="POST", body=b"order=ASC&page=3") is None
    assert found(tmp_path, first, second) is None


def test_posted_json_matches_whatever_its_spelling(tmp_path: Path) -> None:
    query = page(method="POST", body='{"page": 1, "venue": "hall"}')
    assert found(tmp_path, query, method="POST", body=b'{"venue":"hall","page":1}') == "page"
    assert found(tmp_path, query, method="POST", body=b'{"venue":"hall","page":2}') is None


def test_a_post_of_which_nothing_was_noted_answers_any(tmp_path: Path) -> None:
    assert found(tmp_path, page(method="POST"), method="POST", body=b"page=7") == "page"


EDITIONS = [
    page(content="august"),
    page(content="april", recorded_at="2026-04-29"),
    page(content="july", recorded_at="2026-07-01"),
]


@pytest.mark.parametrize(
    ("at", "edition", "now"),
    [
        (None, "august", datetime(2026, 8, 8, 19, tzinfo=UTC)),
        (date(2026, 7, 1), "july", datetime(2026, 7, 1, 19, tzinfo=UTC)),
        (date(2026, 7, 31), "july", datetime(2026, 7, 1, 19, tzinfo=UTC)),
        (date(2025, 1, 1), "april", datetime(2026, 4, 29, 19, tzinfo=UTC)),
    ],
    ids=["the newest", "of its day", "the latest by then", "the first of all"],
)
def test_an_edition_is_picked_by_its_day_and_is_now(
    tmp_path: Path, at: date | None, edition: str, now: datetime
) -> None:
    assert found(tmp_path, *EDITIONS, at=at) == edition
    recordings = read_recordings(tmp_path / "recording")
    assert recorded_instant(recordings, at, SEATTLE) == now


def test_of_two_editions_of_a_day_the_later_listed_answers(tmp_path: Path) -> None:
    assert found(tmp_path, page(content="first"), page(content="second")) == "second"


def test_noon_is_local_in_summer_and_in_winter(tmp_path: Path) -> None:
    recordings = read_recordings(write_recording(tmp_path, "hall", page(recorded_at="2026-12-01")))
    assert recorded_instant(recordings, None, SEATTLE) == datetime(2026, 12, 1, 20, tzinfo=UTC)


def test_an_instant_is_taken_as_it_stands(tmp_path: Path) -> None:
    recordings = read_recordings(write_recording(tmp_path, "hall", page(recorded_at="2026-12-01T23:30:00-08:00")))
    assert recorded_instant(recordings, None, SEATTLE) == datetime(2026, 12, 2, 7, 30, tzinfo=UTC)


def test_of_a_tree_a_source_has_its_own_recording_by_name_or_by_host(tmp_path: Path) -> None:
    write_recording(tmp_path / "a", "other_hall", page("https://other.test/"))
    write_recording(tmp_path / "b", "the_hall", page("https://www.hall.test/"))
    recordings = read_recordings(tmp_path)
    assert [r.source for r in recordings_of_source(recordings, "other_hall", CALENDAR)] == ["other_hall"]
    assert [r.source for r in recordings_of_source(recordings, "hall", CALENDAR)] == ["the_hall"]
    assert recordings_of_source(recordings, "jam", "https://jam.test") == []


@pytest.mark.parametrize("content", [None, "[]", '{"source": "hall"}', '{"source": "hall", "files": [{}]}', "{"])
def test_a_directory_that_holds_no_recording_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "meta.json").write_text(content)
    with pytest.raises(BadRecording, match=str(tmp_path)):
        read_recordings(tmp_path)


@pytest.mark.parametrize(
    "name",
    ["../outside", "{tmp_path}/outside", "sub/page", "..", ".", "", "a\0b", "a\\b", "\n../outside", 7, None, ["a"],
     "link", "loop", "directory", "pipe"],
)  # fmt: skip
def test_a_recording_has_files_of_its_own_only(tmp_path: Path, name: object) -> None:
    outside = tmp_path / "outside"
    outside.write_text("private")
    recording = write_recording(tmp_path / "recording", "hall", page())
    (recording / "sub").mkdir()
    (recording / "sub" / "page").write_text("page")
    (recording / "link").symlink_to(outside)
    (recording / "loop").symlink_to("loop")
    (recording / "directory").mkdir()
    os.mkfifo(recording / "pipe")
    stated = name.format(tmp_path=tmp_path) if isinstance(name, str) else name
    entry = {"file": stated, "url": CALENDAR}
    (recording / "meta.json").write_bytes(orjson.dumps({"source": "hall", "files": [entry]}))
    with pytest.raises(BadRecording, match="no plain file beside it") as refused:
        read_recordings(recording)
    assert len(str(refused.value).splitlines()) == 1


def test_a_recording_whose_meta_is_a_link_is_refused(tmp_path: Path) -> None:
    other = write_recording(tmp_path / "other", "hall", page())
    (tmp_path / "recording").mkdir()
    (tmp_path / "recording" / "meta.json").symlink_to(other / "meta.json")
    with pytest.raises(BadRecording, match=r"meta\.json is a link"):
        read_recordings(tmp_path / "recording")


def test_nothing_is_written_outside_of_a_recording(crawl: Crawls, server: LocalServer, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("private")
    server.json("/shows.json", shows("2026-12-01"))
    linked = tmp_path / "linked"
    linked.mkdir()
    for name in ("shows-2026-11-20.json", "items.json"):
        (linked / name).symlink_to(outside)
    (linked / "meta.json").symlink_to(tmp_path / "made")
    assert crawl(base=server.url, RECORD=str(linked), NOW="2026-11-20T20:00:00Z").result.verdict == "ok"
    write_outcomes(linked, [])
    assert (linked / "items.json").read_text().startswith("{")
    (recorded,) = read_recordings(linked)[0].pages
    assert b"Act 0" in recorded.file.read_bytes()

    astray = write_recording(tmp_path / "astray", "example_hall")
    entry = {"file": "../outside", "url": f"{server.url}/shows.json", "recorded_at": "2026-11-20"}
    (astray / "meta.json").write_bytes(orjson.dumps({"source": "example_hall", "files": [entry]}))
    for setting in ("RECORD", "REPLAY"):
        result = crawl(base=server.url, **{setting: str(astray)}, NOW="2026-11-20T20:00:00Z").result
        assert result.verdict == "failed"
        assert "lists '../outside', which is no plain file beside it" in result.message
    assert outside.read_text() == "private"
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.test/x?instance=abc.d&compId=c1", "https://a.test/x?instance=<instance>&compId=c1"),
        ("https://a.test/x?apikey=1&access_token=2&X-Signature=3#f", None),
        ("https://user:secret@a.test/x", "https://a.test/x"),
        ("https://a.test/x?monkey=1&page=2", "https://a.test/x?monkey=1&page=2"),
        ("https://a.test/x?key=", "https://a.test/x?key="),
    ],
)
@pytest.mark.trust(19)
def test_secrets_are_left_out_of_urls(url: str, shown: str | None) -> None:
    expected = shown or "https://a.test/x?apikey=<apikey>&access_token=<access_token>&X-Signature=<X-Signature>#f"
    assert without_secrets(url) == expected
    assert without_secrets(expected) == expected


BASE = "http://nowhere.invalid"


def test_a_replay_asks_nobody_and_lives_on_the_day_of_the_recording(crawl: Crawls, tmp_path: Path) -> None:
    recording = write_recording(
        tmp_path / "recording",
        "example_hall",
        page(f"{BASE}/shows.json", shows("2026-08-09", next="/two.json")),
        page(f"{BASE}/two.json", {"shows": [{"id": "b", "title": "Second", "day": "2026-08-10"}]}),
    )
    crawled = crawl(base=BASE, REPLAY=str(recording))
    assert crawled.result.verdict == "ok", crawled.log
    assert [item.title for item in crawled.items] == ["Act 0", "Second"]
    assert {item.fetched_at for item in crawled.items} == {datetime(2026, 8, 8, 19, tzinfo=UTC)}
    assert "robotstxt/request_count" not in crawled.stats


@pytest.mark.parametrize(("at", "act"), [({}, "August"), ({"REPLAY_AT": "2026-07-15"}, "July")])
def test_replay_at_picks_the_edition(crawl: Crawls, tmp_path: Path, at: dict[str, str], act: str) -> None:
    editions = [
        page(f"{BASE}/shows.json", {"shows": [{"id": "a", "title": name, "day": day}]}, recorded_at=day)
        for name, day in (("July", "2026-07-01"), ("August", "2026-08-08"))
    ]
    crawled = crawl(base=BASE, REPLAY=str(write_recording(tmp_path, "example_hall", *editions)), **at)
    (item,) = crawled.items
    assert item.title == act
    assert item.fetched_at.date().isoformat() == item.event_day


def test_what_was_not_recorded_is_a_404_and_said(crawl: Crawls, tmp_path: Path) -> None:
    listing = shows("2026-08-09", next="/2?token=abc")
    recording = write_recording(tmp_path, "example_hall", page(f"{BASE}/shows.json", listing))
    crawled = crawl(base=BASE, REPLAY=str(recording))
    assert len(crawled.items) == 1
    assert f"not recorded: GET {BASE}/2?token=<token>" in crawled.log
    assert crawled.result.message == f"HTTP 404 from {BASE}/2?token=<token>"


def test_a_source_without_pages_lives_on_the_day_of_the_tree(crawl: Crawls, tmp_path: Path) -> None:
    write_recording(tmp_path / "hall", "other", page())
    crawled = crawl("weekly_hall", base=BASE, REPLAY=str(tmp_path))
    assert [item.event_day for item in crawled.items] == ["2026-08-08"]


def test_a_source_without_pages_may_have_a_day_of_its_own(crawl: Crawls, tmp_path: Path) -> None:
    write_recording(tmp_path / "hall", "other", page())
    (tmp_path / "meta.json").write_text('{"source": "weekly_hall", "recorded_at": "2026-02-03", "files": []}')
    crawled = crawl("weekly_hall", base=BASE, REPLAY=str(tmp_path))
    assert [item.event_day for item in crawled.items] == ["2026-02-03"]


@pytest.mark.parametrize(
    ("settings", "named"),
    [({}, "no recording under"), ({"REPLAY_AT": "in May"}, "REPLAY_AT is a day, YYYY-MM-DD, not 'in May'")],
)
def test_a_replay_that_cannot_be_is_told_in_a_line(
    crawl: Crawls, tmp_path: Path, settings: dict[str, str], named: str
) -> None:
    result = crawl(base=BASE, REPLAY=str(tmp_path), **settings).result
    assert result.exit_code == 1
    assert named in result.message


def test_a_recording_holds_the_pages_and_what_was_read_but_no_secret(
    scrapy: ScrapyCommand, crawl: Crawls, server: LocalServer, tmp_path: Path
) -> None:
    secret = "s3cr3t-token-of-theirs"
    html = {"Content-Type": "text/html", "Set-Cookie": "session=abc"}
    listing = {"shows": [{"id": "a", "title": "Act", "day": "2026-12-01"}, {"id": "x"}, {"id": "p", "private": True}]}
    server.routes["/page"] = Answer(b"", 302, {"Location": "/moved/page"})
    server.routes["/moved/page"] = Answer(f'<html><a href="/x?token={secret}">x</a></html>'.encode(), headers=html)
    server.json("/shows.json", listing)
    recording = tmp_path / "recording"

    done = scrapy.run("record", "token_hall", str(recording), f"-abase={server.url}")
    assert done.returncode == 0, done.stderr
    written = b"".join(file.read_bytes() for file in recording.iterdir())
    assert secret.encode() not in written
    assert b"session" not in written
    meta = orjson.loads((recording / "meta.json").read_bytes())
    assert [(f["method"], f["url"], f.get("form")) for f in meta["files"]] == [
        ("GET", f"{server.url}/page", None),
        ("POST", f"{server.url}/shows.json?access_token=<access_token>", {"page": "1"}),
    ]
    read = orjson.loads((recording / "items.json").read_bytes())
    assert [item["title"] for item in read["items"]] == ["Act"]
    assert read["errors"] == [{"field": "title", "reason": "none"}]
    assert read["skips"] == {"private party": 1}

    asked = len(server.asked)
    replayed = crawl("token_hall", base=server.url, REPLAY=str(recording))
    assert [item.title for item in replayed.items] == ["Act"]
    assert len(server.asked) == asked


@pytest.mark.trust(2)
def test_recording_again_keeps_the_earlier_edition(crawl: Crawls, server: LocalServer, tmp_path: Path) -> None:
    earlier = page(f"{server.url}/shows.json", shows("2026-08-09"))
    recording = write_recording(tmp_path / "recording", "example_hall", earlier)
    server.json("/shows.json", shows("2026-12-01", "2026-12-02"))
    for _ in range(2):
        assert crawl(base=server.url, RECORD=str(recording), NOW="2026-11-20T20:00:00Z").result.verdict == "ok"
    files = orjson.loads((recording / "meta.json").read_bytes())["files"]
    assert [file["recorded_at"] for file in files] == ["2026-08-08", "2026-11-20"]
    assert len({file["file"] for file in files}) == 2

    refused = crawl("quiet_hall", base=server.url, RECORD=str(recording)).result
    assert "holds a recording of example_hall" in refused.message
