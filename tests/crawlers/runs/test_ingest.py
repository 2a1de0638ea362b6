"""`scrapy ingest`: many sources in one process."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, select

from sms_database.models import CrawlRun
from tests.crawlers.local_server import Answer, Asked, LocalServer
from tests.crawlers.scrapy_command import ScrapyCommand, shows, wait_until, write_recording
from tests.program import ROOT

BASE = "http://example-hall.test"


@pytest.fixture
def recordings(tmp_path: Path) -> str:
    """What the example spiders are answered."""
    page: dict[str, object] = {
        "url": f"{BASE}/shows.json",
        "content": shows("2026-12-01", "2026-12-02"),
        "recorded_at": "2026-11-20",
    }
    return str(write_recording(tmp_path / "recordings" / "hall", "example_hall", page).parent)


def summary(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The rows of `--json` by source."""
    return {row["source"]: row for row in orjson.loads(done.stdout)}


def test_runs_those_named_and_stores_what_they_find(
    storing_scrapy: ScrapyCommand, recordings: str, engine: Engine
) -> None:
    done = storing_scrapy.run("ingest", "quiet_hall", "example_hall", "weekly_hall", "--json", "--replay", recordings)
    assert done.returncode == 0, done.stderr
    assert list(summary(done)) == ["example_hall", "quiet_hall", "weekly_hall"]
    row = summary(done)["example_hall"]
    assert row.pop("seconds") > 0
    assert row == {
        "source": "example_hall",
        "verdict": "ok",
        "seen": 2,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "unlisted": 0,
        "quarantined": 0,
        "message": "",
    }
    with engine.connect() as connection:
        runs = connection.execute(select(CrawlRun.source, CrawlRun.verdict)).all()
    assert sorted(runs) == [("example_hall", "ok"), ("quiet_hall", "ok"), ("weekly_hall", "ok")]


@pytest.mark.trust(7)
def test_runs_all_and_tells_failed_from_skipped(scrapy: ScrapyCommand, recordings: str) -> None:
    scrapy.environment["SMS_CHROMIUM"] = "/nowhere/chromium"
    done = scrapy.run("ingest", "--json", "--replay", recordings)
    assert done.returncode == 1
    verdicts = {source: row["verdict"] for source, row in summary(done).items()}
    assert verdicts == {
        "broken_hall": "failed",
        "browser_hall": "ok",
        "example_hall": "ok",
        "hand_typed_hall": "failed",
        "keyed_hall": "skipped",
        "paged_hall": "failed",
        "public_hall": "ok",
        "quiet_hall": "ok",
        "token_hall": "failed",
        "weekly_hall": "ok",
    }
    assert "EXAMPLE_API_KEY is not set" in summary(done)["keyed_hall"]["message"]
    assert "not recorded" in done.stderr
    assert done.stderr.count("Traceback") == 1  # that of the spider with a mistake in it


def test_a_skipped_source_is_no_failure(scrapy: ScrapyCommand, recordings: str) -> None:
    done = scrapy.run("ingest", "keyed_hall", "weekly_hall", "--replay", recordings)
    assert done.returncode == 0
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.strip()}
    assert re.search(r"keyed_hall\s+skipped\s.*EXAMPLE_API_KEY is not set", lines["keyed_hall"])
    assert re.search(r"weekly_hall\s+ok\s+1\s", lines["weekly_hall"])
    assert "weekly_hall: ok: 1 seen" in done.stderr


def test_quiet_says_nothing_of_what_went_well(scrapy: ScrapyCommand, recordings: str) -> None:
    done = scrapy.run("ingest", "example_hall", "weekly_hall", "--quiet", "--replay", recordings)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_sources_of_a_city(scrapy: ScrapyCommand, recordings: str) -> None:
    done = scrapy.run("ingest", "weekly_hall", "--city", "seattle", "--json", "--replay", recordings)
    assert list(summary(done)) == ["weekly_hall"]
    nowhere = scrapy.run("ingest", "--city", "atlantis")
    assert nowhere.returncode == 2
    assert "no spider of the city atlantis" in nowhere.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("no_hall", "weekly_hall"), "no spider no_hall"),
        (("weekly_hall", "--replay", "/nowhere"), "there is no directory /nowhere"),
    ],
)
def test_what_it_cannot_run_is_a_usage_error(scrapy: ScrapyCommand, arguments: tuple[str, ...], named: str) -> None:
    done = scrapy.run("ingest", *arguments)
    assert done.returncode == 2
    assert named in done.stderr


def test_without_its_database_nothing_is_begun(scrapy: ScrapyCommand) -> None:
    scrapy.settings["STORE"] = "1"
    scrapy.environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    done = scrapy.run("ingest", "weekly_hall", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == "error: the PostgreSQL server at 127.0.0.1:1 does not answer: start it, or correct DATABASE_URL\n"
    )


def test_a_signal_ends_what_runs_and_begins_no_more(scrapy: ScrapyCommand, server: LocalServer) -> None:
    def one_more(_: Asked) -> Answer:
        return Answer(orjson.dumps(shows("2026-12-01", next=f"/shows.json?{len(server.asked)}")))

    server.routes["/shows.json"] = server.routes["/page"] = one_more
    names = ["example_hall", "public_hall", "quiet_hall", "token_hall", "weekly_hall"]
    scrapy.environment["EXAMPLE_BASE"] = server.url
    process = scrapy.start("ingest", *names, "--json", DOWNLOAD_DELAY="0.1")
    wait_until(lambda: [asked.path for asked in server.asked].count("/robots.txt") == 4 and len(server.paths()) > 8)
    process.send_signal(signal.SIGTERM)
    stdout, log = process.communicate(timeout=60)
    assert process.returncode == 1
    rows = orjson.loads(stdout)
    assert [row["source"] for row in rows] == names[:4]
    told = {(row["verdict"], row["message"]) for row in rows}
    assert told == {("failed", "ended before its time: shutdown")}
    assert "Traceback" not in log


def test_on_a_terminal_it_draws_a_line_for_each_and_keeps_the_log_out_of_it(
    scrapy: ScrapyCommand, recordings: str
) -> None:
    ours, theirs = pty.openpty()
    arguments = ["ingest", "example_hall", "weekly_hall", "--replay", recordings]
    settings = [f"-s{name}={value}" for name, value in scrapy.settings.items()]
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", *arguments, *settings],
        cwd=ROOT,
        env=scrapy.environment | {"TERM": "xterm", "COLUMNS": "120"},
        stderr=theirs,
        stdout=subprocess.PIPE,
        text=True,
    )
    stdout, _ = process.communicate(timeout=60)
    os.close(theirs)
    drawn = b""
    while True:
        try:
            drawn += os.read(ours, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
    assert process.returncode == 0
    assert "example_hall" in stdout
    assert b"example_hall" in drawn
    assert b"INFO" not in drawn
    log = Path(scrapy.environment["SMS_HOME"]) / "logs" / "ingest.log"
    assert "example_hall: ok: 2 seen" in log.read_text()
