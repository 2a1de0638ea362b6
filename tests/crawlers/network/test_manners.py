"""How a crawl behaves towards the hosts it asks."""

from __future__ import annotations

import gzip
import os
import socket
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from time import monotonic, time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_crawlers.network.pauses import pause_seconds
from sms_database import version as program_version
from sms_database.settings import Settings
from sms_database.version import user_agent
from tests.crawlers.crawling import Crawls
from tests.crawlers.local_server import Answer, Asked, LocalServer
from tests.crawlers.scrapy_command import ScrapyCommand, shows

JSON = {"Content-Type": "application/json"}
NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.mark.trust(11)
def test_says_who_it_is_and_whom_to_write_to(scrapy: ScrapyCommand, server: LocalServer) -> None:
    server.json("/shows.json", shows("2026-12-01"))
    scrapy.environment["SMS_ABOUT_URL"] = "https://calendar.example.test/about"
    assert scrapy.run("crawl", "example_hall", f"-abase={server.url}").returncode == 0
    named = f"live-music-calendar/{version('live-music-calendar')}"
    agent = f"{named} (+https://calendar.example.test/about; crawl@example.test)"
    assert {asked.headers["user-agent"] for asked in server.asked} == {agent}
    assert not any("cookie" in asked.headers for asked in server.asked)


@pytest.mark.parametrize(
    ("settings", "agent"),
    [
        ({"SMS_CONTACT": "me@example.test"}, "live-music-calendar/1.2 (me@example.test)"),
        ({"SMS_ABOUT_URL": "https://a.test/"}, "live-music-calendar/1.2 (+https://a.test/; no contact configured)"),
        ({}, "live-music-calendar/1.2 (no contact configured)"),
    ],
)
@pytest.mark.trust(11)
def test_the_user_agent_leaves_out_what_is_not_known(
    settings: dict[str, str], agent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_version, "program_version", lambda: "1.2")
    for name in ("SMS_CONTACT", "SMS_ABOUT_URL"):
        monkeypatch.setenv(name, settings.get(name, ""))
    assert user_agent(Settings()) == agent
    monkeypatch.setattr(program_version, "program_version", lambda: None)
    assert user_agent(Settings()) == agent.replace("/1.2", "")


def test_waits_a_second_between_requests(crawl: Crawls, server: LocalServer) -> None:
    server.json("/shows.json", shows("2026-12-01", next="/two.json"))
    server.json("/two.json", shows("2026-12-02"))
    for name in ("DOWNLOAD_DELAY", "AUTOTHROTTLE_ENABLED"):
        del crawl.settings[name]
    assert crawl(base=server.url).result.verdict == "ok"
    pauses = [later.at - earlier.at for earlier, later in pairwise(server.asked)]
    assert min(pauses) > 0.5, pauses  # a second, give or take Scrapy's jitter of half of it


@pytest.mark.trust(17)
def test_stops_at_the_size_that_no_page_has(crawl: Crawls, server: LocalServer) -> None:
    server.routes["/shows.json"] = Answer(b" " * 21 * 2**20, headers=JSON)
    crawled = crawl(base=server.url)
    assert crawled.result.verdict == "failed"
    assert f"{server.url}/shows.json" in crawled.log
    assert "larger than" in crawled.log


@pytest.mark.trust(16)
def test_stops_at_that_size_when_unpacking_too(crawl: Crawls, server: LocalServer) -> None:
    packed = gzip.compress(b" " * 60 * 2**20)
    server.routes["/shows.json"] = Answer(packed, headers=JSON | {"Content-Encoding": "gzip"})
    crawled = crawl(base=server.url)
    assert crawled.result.verdict == "failed"
    assert "exceeded DOWNLOAD_MAXSIZE" in crawled.log


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(b"", status, {"Location": to})


@pytest.mark.trust(17)
def test_follows_a_redirect_but_no_maze(crawl: Crawls, server: LocalServer) -> None:
    server.routes["/shows.json"] = redirect("/moved.json")
    server.json("/moved.json", shows("2026-12-01"))
    assert crawl(base=server.url).result.verdict == "ok"
    server.routes["/moved.json"] = redirect("/shows.json")
    server.asked.clear()
    crawled = crawl(base=server.url)
    assert crawled.result.verdict == "failed"
    assert "max redirections reached" in crawled.log
    assert len(server.paths()) == 6


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        (format_datetime(datetime(2026, 11, 20, 20, 1, 30, tzinfo=UTC), usegmt=True), 90.0),
        ("Friday, 20-Nov-26 20:00:10 GMT", 10.0),
        (format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True), 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
@pytest.mark.trust(12)
def test_reads_retry_after_in_both_forms(stated: str, seconds: float | None) -> None:
    assert pause_seconds(stated, NOW) == seconds


@given(st.text())
def test_no_retry_after_is_too_odd(stated: str) -> None:
    seconds = pause_seconds(stated, NOW)
    assert seconds is None or seconds >= 0


def answers(server: LocalServer, *answers: Answer) -> None:
    """Answer /shows.json with each in turn, and on with the last."""
    left = list(answers)
    server.routes["/shows.json"] = lambda _: left.pop(0) if len(left) > 1 else left[0]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.trust(12)
def test_a_host_that_asks_for_a_pause_gets_it(crawl: Crawls, server: LocalServer, status: int) -> None:
    answers(server, Answer(b"", status, {"Retry-After": "2"}), Answer(b'{"shows": [{"id": "a", "title": "A"}]}'))
    crawled = crawl(base=server.url)
    assert crawled.result.verdict == "ok", crawled.log
    first, second = (asked for asked in server.asked if asked.path == "/shows.json")
    assert second.at - first.at >= 2


@pytest.mark.trust(12)
def test_a_pause_too_long_for_one_run_is_left_to_the_next(crawl: Crawls, server: LocalServer) -> None:
    answers(server, Answer(b"", 503, {"Retry-After": "3600"}))
    began = monotonic()
    crawled = crawl(base=server.url)
    assert crawled.result.verdict == "failed"
    assert "HTTP 503" in crawled.log
    assert server.paths() == ["/shows.json"]
    assert monotonic() - began < 30


@pytest.mark.parametrize(
    "validator",
    [{"ETag": '"v1"'}, {"Last-Modified": "Fri, 20 Nov 2026 20:00:00 GMT"}],
    ids=lambda validator: next(iter(validator)),
)
@pytest.mark.trust(13)
def test_a_page_that_has_not_changed_is_not_sent_again_but_read(
    crawl: Crawls, server: LocalServer, validator: dict[str, str]
) -> None:
    body = b'{"shows": [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}]}'

    def route(asked: Asked) -> Answer:
        known = asked.headers.get("if-none-match") or asked.headers.get("if-modified-since")
        return Answer(b"", 304) if known in validator.values() else Answer(body, headers=JSON | validator)

    server.routes["/shows.json"] = route
    first, second = crawl(base=server.url), crawl(base=server.url)
    assert first.stats["downloader/response_status_count/200"] == 1
    assert second.stats["downloader/response_status_count/304"] == 1
    assert [item.title for item in first.items] == [item.title for item in second.items] == ["A", "B"]


@pytest.mark.trust(13)
def test_a_page_that_has_changed_is_taken_new(crawl: Crawls, server: LocalServer) -> None:
    server.json("/shows.json", shows("2026-12-01"), ETag='"v1"')
    crawl(base=server.url)
    server.json("/shows.json", shows("2026-12-01", "2026-12-02"), ETag='"v2"')
    crawled = crawl(base=server.url)
    assert server.asked[-1].headers["if-none-match"] == '"v1"'
    assert "2 seen" in crawled.log


@pytest.mark.trust(13)
def test_trouble_is_never_hidden_behind_a_kept_page(crawl: Crawls, server: LocalServer) -> None:
    server.json("/shows.json", shows("2026-12-01"), ETag='"v1"')
    assert crawl(base=server.url).result.verdict == "ok"
    server.routes["/shows.json"] = Answer(b"", 500)
    crawled = crawl(base=server.url, RETRY_TIMES=0)
    assert crawled.result.verdict == "failed"
    assert "0 seen" in crawled.log


@pytest.mark.trust(13)
def test_a_kept_page_that_is_damaged_is_asked_for_anew(crawl: Crawls, server: LocalServer, sms_home: Path) -> None:
    server.json("/shows.json", shows("2026-12-01"), ETag='"v1"')
    crawl(base=server.url)
    (kept,) = kept_files(sms_home)
    whole = kept.read_bytes()
    head, _, body = whole.partition(b"\n")
    known = orjson.loads(head)
    heads = [[], None, 7, "x", {}, known | {"headers": [1]}, known | {"headers": {"ETag": 1}}, known | {"size": "9"}]
    heads += [known | {"headers": {"ETag": "\N{SNOWMAN}"}}, known | {"headers": None}, {"headers": {}}]
    for damaged in [*map(orjson.dumps, heads), head[:-4], b"", b"\xff"]:
        kept.write_bytes(damaged + b"\n" + body)
        server.asked.clear()
        assert crawl(base=server.url).result.verdict == "ok", damaged
        assert "if-none-match" not in server.asked[-1].headers, damaged
        assert kept.read_bytes() == whole


def kept_files(sms_home: Path) -> list[Path]:
    return [file for file in (sms_home / "cache" / "pages").rglob("*") if file.is_file()]


def test_what_must_not_be_kept_is_not(crawl: Crawls, server: LocalServer, sms_home: Path) -> None:
    server.json("/shows.json", shows(next="/two.json?token=s3cr3t"), **{"ETag": '"v1"', "Cache-Control": "no-store"})
    server.json("/two.json", shows("2026-12-01"), ETag='"v2"')
    assert crawl(base=server.url).result.verdict == "ok"
    assert kept_files(sms_home) == []


def test_pages_not_asked_for_in_a_month_are_forgotten(crawl: Crawls, server: LocalServer, sms_home: Path) -> None:
    server.json("/shows.json", shows("2026-12-01"), ETag='"v1"')
    crawl(base=server.url)
    (kept,) = kept_files(sms_home)
    old = kept.with_name("old")
    old.write_bytes(kept.read_bytes())
    os.utime(old, (time() - 40 * 86400,) * 2)
    crawl(base=server.url)
    assert kept.exists()
    assert not old.exists()


def test_no_network_is_told_at_once_with_the_host(crawl: Crawls) -> None:
    began = monotonic()
    crawled = crawl(base="http://hall.invalid")
    assert crawled.result.exit_code == 1
    assert "no address is known of host hall.invalid" in crawled.result.message
    assert monotonic() - began < 60


def test_a_closed_door_is_told_at_once_with_the_host(crawl: Crawls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    crawled = crawl(base=f"http://127.0.0.1:{port}")
    assert f"host 127.0.0.1:{port} refuses the connection" in crawled.result.message
    assert "Traceback" not in crawled.log


@pytest.mark.trust(17)
def test_a_host_that_never_answers_is_waited_for_once(crawl: Crawls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        crawled = crawl(base=f"http://127.0.0.1:{port}", DOWNLOAD_TIMEOUT=1)
        silent.setblocking(False)
        calls = 0
        try:
            while True:
                silent.accept()[0].close()
                calls += 1
        except BlockingIOError:
            pass
    assert f"host 127.0.0.1:{port} did not answer in time" in crawled.result.message
    assert calls == 1
