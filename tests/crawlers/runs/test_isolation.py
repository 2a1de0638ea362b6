"""A source that hangs, spins, eats memory or dies costs itself only, and what it cost is told with its number."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
from scrapy.settings import Settings
from sqlalchemy import Engine, select

from sms_crawlers.errors import CrawlStopped
from sms_crawlers.runs import supervisor
from sms_crawlers.runs.callback_limit import CallbackLimit
from sms_crawlers.runs.progress import Progress
from sms_crawlers.runs.store import CrawlRunStore
from sms_database.models import CrawlRun, RawEvent
from tests.crawlers.crawling import Crawls
from tests.crawlers.example_spiders import ExampleHall
from tests.crawlers.hostile_spiders import HealthyHall, KilledHall
from tests.crawlers.local_server import Answer, Asked, LocalServer
from tests.crawlers.scrapy_command import ScrapyCommand, shows, wait_until, write_recording

HOSTILE = "tests.crawlers.hostile_spiders"
LIMITS = {"PAGE_SECONDS_MAX": "0.2", "SILENT_SECONDS_MAX": "12", "MEMORY_MB_MAX": "200"}

CPU = "took more than 0.2 s of CPU (PAGE_SECONDS_MAX)"
READING = "the reading of http://example-hall.test/shows.json"
MEANT = {
    "backtracking_hall": f"{READING} {CPU}",
    "endless_hall": f"{READING} {CPU}",
    "exiting_hall": "its process died: exit code 4",
    "hostile_hall": "the spider met ZeroDivisionError: a mistake at http://example-hall.test/shows.json",
    "hungry_hall": f"{READING} found no more memory: a run may use 200 MB (MEMORY_MB_MAX)",
    "killed_hall": "its process died: killed by signal 9",
    "leaving_hall": "its process died: exit code 3",
    "list_hall": f"{READING} {CPU}",
    "never_starting_hall": f"the start of the spider {CPU}",
    "spinning_hall": f"{READING} {CPU}",
    "stubborn_hall": f"{READING} {CPU}",
    "waiting_hall": "its process died: killed, for it gave no sign of life for 12 s (SILENT_SECONDS_MAX)",
}


@pytest.fixture
def recordings(tmp_path: Path) -> str:
    """A listing of three shows, the same for every hall."""
    page: dict[str, object] = {
        "url": "http://example-hall.test/shows.json",
        "content": shows("2026-12-01", "2026-12-02", "2026-12-03"),
        "recorded_at": "2026-11-20",
    }
    return str(write_recording(tmp_path / "recordings" / "hall", "example_hall", page).parent)


@pytest.mark.trust(7, 16, 17)
def test_whatever_the_others_do_one_that_is_well_is_whole(
    storing_scrapy: ScrapyCommand, recordings: str, engine: Engine
) -> None:
    storing_scrapy.settings |= {"SPIDER_MODULES": HOSTILE} | LIMITS
    # One from the middle of the alphabet, so that some of the others are before it and some beside it.
    done = storing_scrapy.run("ingest", "healthy_hall", *MEANT, "--json", "--replay", recordings)
    assert done.returncode == 1
    rows = {row["source"]: row for row in orjson.loads(done.stdout)}
    healthy = rows.pop("healthy_hall")
    assert (healthy["verdict"], healthy["new"], healthy["message"]) == ("ok", 3, "")
    assert {source: row["message"] for source, row in rows.items()} == MEANT
    assert {row["verdict"] for row in rows.values()} == {"failed"}
    assert done.stderr.count("Traceback") == 1, done.stderr  # that of the mistake
    for source, message in MEANT.items():
        assert f"{source}: failed: " in done.stderr
        assert message in done.stderr

    with engine.connect() as connection:
        judged = dict(connection.execute(select(CrawlRun.source, CrawlRun.verdict)).all())
        told = dict(connection.execute(select(CrawlRun.source, CrawlRun.message)).all())
        stored = connection.scalars(select(RawEvent.source)).all()
    assert judged == dict.fromkeys(MEANT, "failed") | {"healthy_hall": "ok"}, "the rows of dead runs are closed too"
    assert {source: told[source] for source in MEANT} == MEANT
    whole = ("healthy_hall", "spinning_hall", "stubborn_hall", "backtracking_hall", "endless_hall", "hungry_hall")
    assert {source: stored.count(source) for source in whole} == dict.fromkeys(whole, 3), "what was read before is kept"


@pytest.mark.trust(17)
def test_a_page_is_limited_in_a_crawl_of_one_source_too(scrapy: ScrapyCommand, recordings: str) -> None:
    scrapy.settings["SPIDER_MODULES"] = HOSTILE
    done = scrapy.run("crawl", "spinning_hall", REPLAY=recordings, PAGE_SECONDS_MAX="0.2")
    assert done.returncode == 1
    assert f"spinning_hall: failed: 3 seen, 0 quarantined, 0 skipped: {READING} {CPU}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.trust(17)
def test_a_run_is_limited_in_time_and_memory(crawl: Crawls, server: LocalServer) -> None:
    def one_more(_: Asked) -> Answer:
        return Answer(orjson.dumps(shows("2026-12-01", next=f"/shows.json?{len(server.asked)}")))

    server.routes["/shows.json"] = one_more
    stated = {"SPIDER_MODULES": [HOSTILE], "DOWNLOAD_DELAY": 0.1}
    long = crawl("healthy_hall", base=server.url, RUN_SECONDS_MAX=1, **stated)
    assert long.result.verdict == "failed"
    assert "took 1 s, which is all that a run may take (RUN_SECONDS_MAX)" in long.result.message
    large = crawl("hoarding_hall", base=server.url, MEMORY_MB_MAX=100, **stated)
    assert large.result.verdict == "failed"
    assert "MB of memory of the 100 MB that a run may use (MEMORY_MB_MAX)" in large.result.message
    assert large.items, "what was read until then is kept"


def test_a_run_that_cannot_be_opened_is_one_line_and_the_others_go_on(
    storing_scrapy: ScrapyCommand, recordings: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    ours = CrawlRunStore.open(ExampleHall())
    try:
        done = storing_scrapy.run("ingest", "example_hall", "weekly_hall", "--json", "--replay", recordings)
    finally:
        ours.connection.close()
        ours.engine.dispose()
    rows = {row["source"]: row for row in orjson.loads(done.stdout)}
    assert {source: row["verdict"] for source, row in rows.items()} == {"example_hall": "skipped", "weekly_hall": "ok"}
    assert rows["example_hall"]["message"].startswith("example_hall is being crawled by another process since ")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "example_hall: failed" not in done.stderr


@pytest.fixture
def held(server: LocalServer, scrapy: ScrapyCommand) -> LocalServer:
    """A server that answers robots.txt, and nothing else before its `asked` is let go by the test."""
    scrapy.settings["SPIDER_MODULES"] = HOSTILE
    scrapy.environment["EXAMPLE_BASE"] = server.url
    return server


def hold(server: LocalServer) -> Any:
    """Let the server keep what it is asked for; returns what lets it go."""
    let_go = threading.Event()

    def answer(_: Asked) -> Answer:
        let_go.wait(60)
        return Answer(orjson.dumps(shows("2026-12-01")))

    server.routes["/shows.json"] = answer
    return let_go.set


def children_of(pid: int) -> list[int]:
    """The processes that a process has begun."""
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            parent = stat.read_text().rpartition(") ")[2].split()[1]
            children += [int(stat.parent.name)] if int(parent) == pid else []
    return children


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_a_killed_parent_leaves_nobody_behind(scrapy: ScrapyCommand, held: LocalServer) -> None:
    def one_more(_: Asked) -> Answer:
        return Answer(orjson.dumps(shows("2026-12-01", next=f"/shows.json?{len(held.asked)}")))

    held.routes["/shows.json"] = one_more
    parent = scrapy.start("ingest", "healthy_hall", "quiet_hall", "--json", DOWNLOAD_DELAY="0.1")
    wait_until(lambda: len(children_of(parent.pid)) == 2 and len(held.paths()) > 10)
    children = children_of(parent.pid)
    parent.kill()
    wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
    parent.communicate(timeout=60)


def test_a_second_signal_waits_for_nobody(scrapy: ScrapyCommand, held: LocalServer) -> None:
    let_go = hold(held)
    parent = scrapy.start("ingest", "healthy_hall", "--json")
    wait_until(lambda: len(held.paths()) == 1)
    os.kill(parent.pid, signal.SIGINT)
    os.kill(parent.pid, signal.SIGTERM)
    stdout, _ = parent.communicate(timeout=60)
    let_go()
    (row,) = orjson.loads(stdout)
    assert (row["verdict"], row["message"]) == ("failed", "its process died: killed by signal 9")
    assert parent.returncode == 1


def burn(seconds: float) -> None:
    """Spend CPU."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@pytest.mark.trust(17)
def test_only_what_a_callback_spends_itself_is_counted() -> None:
    async def callback(spent: float) -> AsyncIterator[int]:
        yield 1
        await asyncio.sleep(0)
        burn(spent)
        await asyncio.sleep(0)
        yield 2

    async def both(spent: float) -> list[int]:
        async def read() -> list[int]:
            return [outcome async for outcome in CallbackLimit(0.3, 100).each(callback(spent))]

        async def others() -> None:
            for _ in range(6):
                burn(0.1)
                await asyncio.sleep(0)

        outcomes, _ = await asyncio.gather(read(), others())
        return outcomes

    assert asyncio.run(both(0.0)) == [1, 2]
    with pytest.raises(CrawlStopped):
        asyncio.run(both(5.0))


def test_systems_that_cannot_fork_start_their_processes_another_way(
    recordings: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "START_METHOD", "forkserver")
    settings = Settings()
    settings.setmodule("sms_crawlers.settings")
    settings.setdict({"REPLAY": recordings, "STORE": False, "SPIDER_MODULES": [HOSTILE]})
    progress = Progress(["healthy_hall", "killed_hall"], live=False)
    crawls = supervisor.Supervisor(settings, concurrency=2, quiet=True, progress=progress)
    results = crawls.crawl({HealthyHall: {}, KilledHall: {}})
    assert {result.source: result.verdict for result in results} == {"healthy_hall": "ok", "killed_hall": "failed"}
