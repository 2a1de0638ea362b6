"""One request at a time to a host, whoever asks, and the pauses that it asks for: over sources, runs and processes."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from threading import Event, Lock
from time import monotonic

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.robotstxt import ProtegoRobotParser
from sqlalchemy import Engine, text

from sms_crawlers.network.host_turns import host_of
from sms_crawlers.network.pauses import MAX_PAUSE_SECONDS, stated_delay
from tests.crawlers.crawling import Crawls
from tests.crawlers.local_server import Answer, Asked, LocalServer, Route
from tests.crawlers.scrapy_command import ScrapyCommand, shows, wait_until
from tests.crawlers.stored import last_run

LISTING = orjson.dumps(shows("2026-12-01"))


@pytest.fixture(params=["database", "files"])
def either_crawl(request: pytest.FixtureRequest) -> Crawls:
    """Crawls in this process: with a database, and without one."""
    crawl: Crawls = request.getfixturevalue("storing_crawl" if request.param == "database" else "crawl")
    return crawl


@pytest.fixture(params=["database", "files"])
def either_scrapy(request: pytest.FixtureRequest) -> ScrapyCommand:
    """`scrapy` with a database, and without one."""
    scrapy: ScrapyCommand = request.getfixturevalue("storing_scrapy" if request.param == "database" else "scrapy")
    return scrapy


class SlowHost:
    """Takes its time over each answer, and notes how many it owes at once, and when it was asked and had answered."""

    def __init__(self, server: LocalServer) -> None:
        self.most_at_once = 0
        self.times: list[tuple[float, float]] = []
        self._at_once = 0
        self._counting = Lock()
        server.routes["/robots.txt"] = self._after_a_while(Answer(b"", 404))
        server.routes["/shows.json"] = self._after_a_while(Answer(LISTING))

    def _after_a_while(self, answer: Answer) -> Route:
        def route(asked: Asked) -> Answer:
            began = monotonic()
            with self._counting:
                self._at_once += 1
                self.most_at_once = max(self.most_at_once, self._at_once)
            Event().wait(0.1)
            with self._counting:
                self._at_once -= 1
                self.times.append((began, monotonic()))
            return answer

        return route


@pytest.mark.trust(14)
def test_sources_of_one_host_ask_it_one_after_the_other(either_scrapy: ScrapyCommand, server: LocalServer) -> None:
    host = SlowHost(server)
    names = ("example_hall", "quiet_hall", "public_hall")
    processes = [
        either_scrapy.start("crawl", name, f"-abase={server.url}", DOWNLOAD_DELAY="0.3", DOWNLOAD_DELAY_JITTER="0")
        for name in names
    ]
    for process in processes:
        _, log = process.communicate(timeout=60)
        assert process.returncode == 0, log
    assert len(host.times) == 2 * len(names)
    assert host.most_at_once == 1
    starts = sorted(start for start, _ in host.times)
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 0.3, starts


@contextmanager
def held(server: LocalServer, path: str = "/shows.json") -> Iterator[Event]:
    """The answer to a path does not come until the block sets the event, or ends."""
    released = Event()

    def route(asked: Asked) -> Answer:
        released.wait(120)
        return Answer(LISTING)

    server.routes[path] = route
    try:
        yield released
    finally:
        released.set()


@pytest.mark.trust(14)
def test_the_turn_of_a_killed_crawl_is_free(either_scrapy: ScrapyCommand, server: LocalServer) -> None:
    with held(server):
        killed = either_scrapy.start("crawl", "example_hall", f"-abase={server.url}")
        wait_until(lambda: server.paths() == ["/shows.json"])
        killed.kill()
        killed.communicate()
    server.routes["/shows.json"] = Answer(LISTING)
    done = either_scrapy.run("crawl", "quiet_hall", f"-abase={server.url}")
    assert done.returncode == 0, done.stderr


@pytest.mark.trust(8)
def test_a_source_is_crawled_by_one_process_at_a_time(storing_scrapy: ScrapyCommand, server: LocalServer) -> None:
    crawl = ("crawl", "example_hall", f"-abase={server.url}")
    storing_scrapy.environment["EXAMPLE_BASE"] = server.url
    with held(server):
        first = storing_scrapy.start(*crawl, DOWNLOAD_TIMEOUT="120")
        wait_until(lambda: server.paths() == ["/shows.json"])
        second = storing_scrapy.start(*crawl)
        ingest = storing_scrapy.start("ingest", "example_hall", "--json")
        (_, told), (table, _) = second.communicate(timeout=60), ingest.communicate(timeout=60)
        asked = server.paths()
    _, log = first.communicate(timeout=60)
    assert first.returncode == 0, log
    assert second.returncode == 1
    line = told.splitlines()[-1]
    assert line.startswith("example_hall: example_hall is being crawled by another process since 20")
    assert line.endswith("UTC (run 1): this one asks nothing")
    assert "failed" not in told
    (row,) = orjson.loads(table)
    assert (row["verdict"], ingest.returncode) == ("skipped", 0)
    assert asked == ["/shows.json"]


@pytest.mark.trust(12)
def test_a_long_pause_holds_for_the_next_run_and_for_other_sources(either_crawl: Crawls, server: LocalServer) -> None:
    server.routes["/shows.json"] = Answer(b"", 503, {"Retry-After": "3600"})
    assert either_crawl(base=server.url).result.verdict == "failed"
    server.asked.clear()
    server.routes["/shows.json"] = Answer(LISTING)
    for name in ("example_hall", "quiet_hall"):
        crawled = either_crawl(name, base=server.url)
        assert crawled.result.verdict == "failed"
        ((cause, line),) = crawled.stats["run/failures"]
        assert cause == "refused"
        host = server.url.removeprefix("http://")
        assert line.startswith(f"host {host} is to be left alone until 20")
        assert "UTC, as it asked (HTTP 503 at 20" in line
        assert line.endswith("UTC, for 3600 s)")
    assert server.asked == []


@pytest.mark.trust(12)
def test_a_pause_that_is_over_is_over(storing_crawl: Crawls, server: LocalServer, engine: Engine) -> None:
    server.routes["/shows.json"] = Answer(b"", 429, {"Retry-After": "3600"})
    storing_crawl(base=server.url)
    server.routes["/shows.json"] = Answer(LISTING)
    with engine.begin() as connection:
        connection.execute(text("UPDATE hosts SET not_before = not_before - interval '1 hour'"))
    assert storing_crawl(base=server.url).result.verdict == "ok"
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT asked_for FROM hosts")).all() == [None]


@pytest.mark.trust(12)
def test_a_short_pause_is_waited_for_by_other_sources_too(either_crawl: Crawls, server: LocalServer) -> None:
    server.routes["/shows.json"] = Answer(b"", 503, {"Retry-After": "3"})
    assert either_crawl(base=server.url, RETRY_TIMES=0).result.verdict == "failed"
    server.routes["/shows.json"] = Answer(LISTING)
    waited = either_crawl("quiet_hall", base=server.url, DOWNLOAD_TIMEOUT=2)  # which is for the answer alone
    assert waited.result.verdict == "ok"
    refused, after = (asked.at for asked in server.asked[1:3])
    assert after - refused >= 3


@pytest.mark.parametrize("stated", ["315360000", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
@pytest.mark.trust(12)
def test_no_host_silences_a_source_for_ever(
    storing_crawl: Crawls, server: LocalServer, engine: Engine, stated: str
) -> None:
    server.routes["/shows.json"] = Answer(b"", 503, {"Retry-After": stated})
    crawled = storing_crawl(base=server.url)
    assert f"it is given {MAX_PAUSE_SECONDS:.0f} s" in crawled.log
    with engine.connect() as connection:
        left = connection.scalar(text("SELECT extract(epoch FROM not_before - clock_timestamp()) FROM hosts"))
    assert left is not None
    assert MAX_PAUSE_SECONDS - 60 < left <= MAX_PAUSE_SECONDS


@pytest.mark.parametrize(
    ("robots", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 0.4", 0.4),
        ("User-agent: live-music-calendar\nCrawl-delay: 0.4\n\nUser-agent: *\nCrawl-delay: 3600", 0.4),
        ("User-agent: *\nRequest-rate: 2/1", 0.5),
        ("User-agent: *\nCrawl-delay: 3600", 0.6),
    ],
    ids=["fraction", "our_group", "rate", "cap"],
)
@pytest.mark.trust(10)
def test_a_crawl_delay_is_kept_up_to_a_cap(
    either_crawl: Crawls, server: LocalServer, robots: str, seconds: float
) -> None:
    server.routes["/robots.txt"] = Answer(robots.encode())
    server.json("/shows.json", shows("2026-12-01", next="/two.json"))
    server.json("/two.json", shows("2026-12-02"))
    crawled = either_crawl(base=server.url, CRAWL_DELAY_MAX=0.6)
    assert crawled.result.verdict == "ok"
    assert len(server.asked) == 3
    assert min(later.at - earlier.at for earlier, later in pairwise(server.asked)) >= seconds
    assert ("3600 s between requests; 0.6 s are kept" in crawled.log) is (seconds == 0.6)


AGENT = "live-music-calendar"


def delay_in(robots: str) -> float:
    return stated_delay(ProtegoRobotParser(robots.encode("utf-8", "replace"), None), AGENT)


@pytest.mark.parametrize(
    ("rule", "seconds"),
    [
        ("Crawl-delay: 2", 2.0),
        ("crawl-delay:  2.5 ", 2.5),
        ("Request-rate: 1/10", 10.0),
        ("Request-rate: 1/5m 0600-0845", 300.0),
        ("Crawl-delay: 2\nRequest-rate: 1/10s", 10.0),
        ("Crawl-delay: soon", 0.0),
        ("Crawl-delay: -5", 0.0),
        ("Crawl-delay: inf", 0.0),
        ("Crawl-delay: nan", 0.0),
        ("Crawl-delay:", 0.0),
        ("Request-rate: 0/0", 0.0),
        ("Request-rate: 1/0", 0.0),
        ("Disallow: /", 0.0),
    ],
)
@pytest.mark.trust(10)
def test_reads_the_delay_of_a_robots_txt(rule: str, seconds: float) -> None:
    assert delay_in(f"User-agent: *\n{rule}\n") == seconds
    assert delay_in(f"User-agent: somebody-else\n{rule}\n") == 0.0


numbers = st.one_of(st.integers(-5, 10**400), st.floats(), st.text(max_size=8))


@given(numbers, numbers, numbers, st.sampled_from(["", "s", "m", "h", "d"]))
@pytest.mark.trust(10)
def test_no_delay_of_a_robots_txt_is_too_odd(delay: object, requests: object, period: object, unit: str) -> None:
    seconds = delay_in(f"User-agent: *\nCrawl-delay: {delay}\nRequest-rate: {requests}/{period}{unit}\n")
    assert 0 <= seconds < float("inf")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Venue.Example/x", "venue.example"),
        ("https://venue.example:443/", "venue.example"),
        ("http://venue.example.:80", "venue.example"),
        ("http://venue.example:443/", "venue.example:443"),
        ("https://www.venue.example/", "www.venue.example"),
        ("http://me:secret@venue.example:8080/", "venue.example:8080"),
        ("http://[::1]:8000/", "[::1]:8000"),
    ],
)
def test_a_host_is_its_name_and_port(url: str, host: str) -> None:
    assert host_of(url) == host


def test_a_run_that_is_stopped_waits_for_no_turn(storing_scrapy: ScrapyCommand, server: LocalServer) -> None:
    server.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 3600")
    server.routes["/shows.json"] = Answer(LISTING)
    crawl = storing_scrapy.start("crawl", "example_hall", f"-abase={server.url}", CRAWL_DELAY_MAX="3600")
    assert crawl.stderr is not None
    wait_until(lambda: "between requests" in crawl.stderr.readline())
    crawl.send_signal(signal.SIGINT)
    crawl.communicate(timeout=60)
    assert crawl.returncode == 1
    assert server.paths() == []


def test_a_lost_database_ends_the_run(storing_scrapy: ScrapyCommand, server: LocalServer, engine: Engine) -> None:
    with held(server):
        crawl = storing_scrapy.start("crawl", "example_hall", f"-abase={server.url}")
        wait_until(lambda: server.paths() == ["/shows.json"])
        with engine.begin() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    _, log = crawl.communicate(timeout=60)
    assert crawl.returncode == 1
    assert "Traceback" not in log
    run = last_run(engine)
    assert (run.verdict, run.reason) == ("failed", "database_lost")
    assert "was lost" in run.message


def test_a_replay_waits_for_nobody(storing_crawl: Crawls, server: LocalServer, engine: Engine) -> None:
    storing_crawl(base=server.url, REPLAY="tests/recordings/blue_moon")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM hosts")) == 0
    assert server.asked == []
