"""`scrapy crawl` from its start to its exit code, with a database and in trouble."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime

import orjson
import pytest
from sqlalchemy import Engine, select, text

from sms_database.models import CrawlRun
from tests.conftest import drop_database
from tests.crawlers.local_server import Answer, Asked, LocalServer
from tests.crawlers.scrapy_command import ScrapyCommand, shows, wait_until
from tests.crawlers.stored import count_rows, last_run, unlisted
from tests.program import Program

DAYS = [f"2026-12-{day:02}" for day in range(1, 29)]


def crawl(
    scrapy: ScrapyCommand, server: LocalServer, spider: str = "example_hall", day: int = 20
) -> subprocess.CompletedProcess[str]:
    """Crawl on a day of November."""
    return scrapy.run("crawl", spider, f"-abase={server.url}", NOW=f"2026-11-{day}T20:00:00Z")


def test_stores_and_counts_and_ends_well(storing_scrapy: ScrapyCommand, server: LocalServer, engine: Engine) -> None:
    server.json("/shows.json", shows(*DAYS[:3]))
    done = crawl(storing_scrapy, server)
    assert done.returncode == 0, done.stderr
    assert (
        "example_hall: ok: 3 seen, 0 quarantined, 0 skipped, 3 new, 0 changed, 0 unchanged, 0 missed, 0 unlisted"
        in done.stderr
    )

    listing = shows(*DAYS[:2])
    assert isinstance(listing["shows"], list)
    listing["shows"][0]["title"] = "Act 0 and guests"
    server.json("/shows.json", listing)
    done = crawl(storing_scrapy, server, day=21)
    assert "ok: 2 seen, 0 quarantined, 0 skipped, 0 new, 1 changed, 1 unchanged, 1 missed, 0 unlisted" in done.stderr
    done = crawl(storing_scrapy, server, day=22)
    assert "ok: 2 seen, 0 quarantined, 0 skipped, 0 new, 0 changed, 2 unchanged, 1 missed, 1 unlisted" in done.stderr
    assert unlisted(engine) == ["show-2"]
    run = last_run(engine)
    assert (run.verdict, run.reason, run.cause, run.seen, run.unchanged) == ("ok", "finished", None, 2, 2)
    assert (run.missed, run.unlisted, run.profile["items"]) == (1, 1, 2)
    assert run.requests == 2  # robots.txt and the listing
    assert run.stats["downloader/response_count"] == 2


@pytest.mark.parametrize(
    ("spider", "named"),
    [("keyed_hall", "EXAMPLE_API_KEY is not set"), ("browser_hall", "no browser is installed")],
)
def test_a_spider_that_lacks_something_says_what_in_a_line(
    scrapy: ScrapyCommand, server: LocalServer, spider: str, named: str
) -> None:
    scrapy.environment["SMS_CHROMIUM"] = "/nowhere/chromium"
    done = crawl(scrapy, server, spider)
    assert done.returncode == 1
    assert sum(named in line for line in done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert server.asked == []


def test_without_its_database_nothing_is_asked_and_one_line_is_said(scrapy: ScrapyCommand, server: LocalServer) -> None:
    scrapy.settings["STORE"] = "1"
    scrapy.environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    done = crawl(scrapy, server)
    assert done.returncode == 2
    assert sum("127.0.0.1:1" in line for line in done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert server.asked == []


@pytest.mark.parametrize("arguments", [("no_hall",), (), ("example_hall", "quiet_hall")])
def test_what_it_cannot_run_is_a_usage_error(scrapy: ScrapyCommand, arguments: tuple[str, ...]) -> None:
    done = scrapy.run("crawl", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.fixture
def held(server: LocalServer) -> Iterator[threading.Event]:
    """600 shows, of which a batch of 500 is stored, and a second page that is held back until the event is set."""
    let_go = threading.Event()

    def second_page(_: Asked) -> Answer:
        let_go.wait(60)
        return Answer(orjson.dumps({"shows": [{"id": "last", "title": "Last", "day": "2026-12-31"}]}))

    many = [{"id": f"show-{n}", "title": f"Act {n}", "day": DAYS[n % len(DAYS)]} for n in range(600)]
    server.json("/shows.json", {"shows": many, "next": "/two.json"})
    server.routes["/two.json"] = second_page
    yield let_go
    let_go.set()


def start_held_crawl(scrapy: ScrapyCommand, server: LocalServer, engine: Engine) -> Program:
    """A crawl in the middle: rows are stored, and its second page is awaited."""
    process = scrapy.start("crawl", "example_hall", f"-abase={server.url}")
    wait_until(lambda: "/two.json" in server.paths() and count_rows(engine) >= 500)
    return process


@pytest.mark.trust(1)
def test_a_killed_crawl_loses_nothing_stored_and_the_next_carries_on(
    storing_scrapy: ScrapyCommand, server: LocalServer, engine: Engine, held: threading.Event
) -> None:
    process = start_held_crawl(storing_scrapy, server, engine)
    process.kill()
    process.communicate()
    held.set()
    assert count_rows(engine) >= 500
    assert last_run(engine).verdict is None

    done = storing_scrapy.run("crawl", "example_hall", f"-abase={server.url}")
    assert done.returncode == 0, done.stderr
    assert count_rows(engine) == 601
    with engine.connect() as connection:
        runs = connection.execute(select(CrawlRun.verdict, CrawlRun.reason).order_by(CrawlRun.id)).all()
    assert runs == [("failed", "killed"), ("ok", "finished")]


@pytest.mark.parametrize("signal_sent", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_crawl_keeps_what_it_read_and_has_failed(
    storing_scrapy: ScrapyCommand,
    server: LocalServer,
    engine: Engine,
    held: threading.Event,
    signal_sent: signal.Signals,
) -> None:
    process = start_held_crawl(storing_scrapy, server, engine)
    process.send_signal(signal_sent)
    held.set()
    _, log = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "ended before its time: shutdown" in log
    run = last_run(engine)
    assert (run.verdict, run.reason) == ("failed", "shutdown")
    assert count_rows(engine) >= 600
    assert unlisted(engine) == []


def test_a_database_lost_in_mid_crawl_fails_the_crawl_visibly(
    storing_scrapy: ScrapyCommand, server: LocalServer, engine: Engine, held: threading.Event
) -> None:
    process = start_held_crawl(storing_scrapy, server, engine)
    with engine.begin() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    held.set()
    _, log = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "was lost" in log
    assert "Traceback" not in log
    run = last_run(engine)
    assert (run.verdict, run.unlisted) == ("failed", 0)
    assert isinstance(run.finished_at, datetime)
    assert count_rows(engine) >= 500


def test_a_database_gone_for_good_fails_the_crawl_visibly(
    storing_scrapy: ScrapyCommand, server: LocalServer, engine: Engine, held: threading.Event, server_url: str
) -> None:
    process = start_held_crawl(storing_scrapy, server, engine)
    engine.dispose()
    assert engine.url.database is not None
    drop_database(server_url, engine.url.database)
    held.set()
    _, log = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "was lost" in log
    assert "Traceback" not in log
