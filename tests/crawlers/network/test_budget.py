"""A source's budget of requests: kept over the runs of its day or month, and told."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from scrapy.http import Response
from sqlalchemy import Engine

from sms_catalog.runs import latest_runs
from sms_crawlers.budget import Budget
from sms_crawlers.network.pauses import asked_pause
from tests.crawlers.crawling import Crawled, Crawls
from tests.crawlers.example_spiders import ExampleHall
from tests.crawlers.local_server import Answer, LocalServer
from tests.crawlers.scrapy_command import shows, write_recording
from tests.crawlers.stored import count_rows, unlisted

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("per", "now", "start"),
    [
        ("day", "2026-11-20T20:00:00+00:00", "2026-11-20T00:00:00+00:00"),
        ("day", "2026-11-20T20:00:00-08:00", "2026-11-21T00:00:00+00:00"),
        ("month", "2026-11-30T20:00:00-08:00", "2026-12-01T00:00:00+00:00"),
    ],
)
def test_a_period_is_one_of_utc(per: Literal["day", "month"], now: str, start: str) -> None:
    budget = Budget(requests=1, per=per, requests_per_second=1)
    assert budget.period_start(datetime.fromisoformat(now)) == datetime.fromisoformat(start)


@pytest.fixture
def pages(server: LocalServer) -> LocalServer:
    """A listing of three pages, one show on each."""
    server.json("/shows.json", shows("2026-12-01", next="/two.json"))
    server.json("/two.json", {"shows": [{"id": "b", "title": "B", "day": "2026-12-02"}], "next": "/three.json"})
    server.json("/three.json", {"shows": [{"id": "c", "title": "C", "day": "2026-12-03"}]})
    return server


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Five requests a day for the example hall."""
    monkeypatch.setattr(ExampleHall, "budget", Budget(requests=5, per="day", requests_per_second=100))
    return monkeypatch


def told(crawled: Crawled) -> tuple[str, int, int]:
    return crawled.result.verdict, crawled.stats["budget/spent"], crawled.stats["budget/left"]


def test_a_run_goes_on_where_the_days_earlier_runs_stopped(
    storing_crawl: Crawls, pages: LocalServer, engine: Engine, allowed: pytest.MonkeyPatch
) -> None:
    morning, noon, tomorrow = (f"2026-11-{hour}:00:00Z" for hour in ("20T08", "20T20", "21T08"))
    assert told(storing_crawl(base=pages.url, NOW=morning)) == ("ok", 3, 2)
    pages.asked.clear()
    crawled = storing_crawl(base=pages.url, NOW=noon)
    assert told(crawled) == ("failed", 5, 0)
    spent = "the budget of 5 requests a day is spent: the rest is left to a run of the next day"
    assert crawled.result.message == spent
    assert pages.paths() == ["/shows.json", "/two.json"]
    assert (count_rows(engine), unlisted(engine)) == (3, [])
    with engine.connect() as connection:
        assert [run.counts["requests_left"] for run in latest_runs(connection, 2)] == [0, 2], "as `runs` shows it"
    assert told(storing_crawl(base=pages.url, NOW=tomorrow)) == ("ok", 3, 2)


def test_what_a_replay_is_answered_is_not_spent(
    storing_crawl: Crawls, pages: LocalServer, allowed: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    content = shows("2026-12-01")
    recording = write_recording(
        tmp_path, "example_hall", {"url": f"{pages.url}/shows.json", "content": content, "recorded_at": "2026-11-20"}
    )
    for _ in range(3):
        assert "budget/spent" not in storing_crawl(base=pages.url, REPLAY=str(recording)).stats
    assert told(storing_crawl(base=pages.url, NOW="2026-11-20T20:00:00Z")) == ("ok", 3, 2)


def test_without_a_database_a_run_knows_of_itself_alone(
    crawl: Crawls, pages: LocalServer, allowed: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        assert told(crawl(base=pages.url)) == ("ok", 3, 2)
    allowed.setattr(ExampleHall, "budget", Budget(requests=2, per="month", requests_per_second=100))
    crawled = crawl(base=pages.url)
    assert told(crawled) == ("failed", 2, 0)
    assert [item.source_event_id for item in crawled.items] == ["show-0", "b"]


def test_requests_asked_again_count_too(crawl: Crawls, server: LocalServer, allowed: pytest.MonkeyPatch) -> None:
    server.routes["/shows.json"] = Answer(b"", 500)
    assert told(crawl(base=server.url, RETRY_TIMES=2)) == ("failed", 3, 2)


def test_keeps_the_requests_a_second_whatever_the_delay(
    crawl: Crawls, pages: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ExampleHall, "budget", Budget(requests=9, per="day", requests_per_second=4))
    assert crawl(base=pages.url, DOWNLOAD_DELAY=0).result.verdict == "ok"
    pauses = [later.at - earlier.at for earlier, later in pairwise(pages.asked)]
    assert min(pauses) > 0.2, pauses


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Rate-Limit-Reset": str(int(NOW.timestamp() + 90) * 1000)}, 90.0),
        (429, {"Rate-Limit-Reset": str(int(NOW.timestamp() - 90) * 1000)}, 0.0),
        (429, {"Rate-Limit-Reset": str(int(NOW.timestamp() + 90) * 1000), "Retry-After": "7"}, 7.0),
        (429, {"Rate-Limit-Reset": "60"}, None),
        (200, {"Rate-Limit-Reset": str(int(NOW.timestamp() + 90) * 1000)}, None),
        (503, {"Rate-Limit-Reset": str(int(NOW.timestamp() + 90) * 1000)}, None),
        (429, {}, None),
    ],
)
def test_an_exhausted_quota_names_the_end_of_its_pause(
    status: int, headers: dict[str, str], seconds: float | None
) -> None:
    assert asked_pause(Response("https://api.test/", status=status, headers=headers), NOW) == seconds


def test_a_quota_that_returns_later_than_one_waits_is_left_to_the_next_run(crawl: Crawls, server: LocalServer) -> None:
    later = int((datetime.now(UTC).timestamp() + 3600) * 1000)
    server.routes["/shows.json"] = Answer(b"{}", 429, {"Rate-Limit-Reset": str(later)})
    assert "HTTP 429" in crawl(base=server.url).result.message
    assert server.paths() == ["/shows.json"]
