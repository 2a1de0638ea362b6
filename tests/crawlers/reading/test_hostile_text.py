"""Pages whose every text acts on a terminal: what crawls print, log and keep of them does nothing."""

from __future__ import annotations

import csv
import io
import os
import pty
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine

from sms_crawlers.exporters import ExchangeCsvExporter
from sms_crawlers.items import RawEventItem
from sms_text.printable import printable
from tests.crawlers.local_server import Answer, LocalServer
from tests.crawlers.recordings.test_read import Reader, read  # noqa: F401 - a fixture
from tests.crawlers.scrapy_command import ScrapyCommand, write_recording
from tests.crawlers.stored import last_run
from tests.hostile_text import ATTACKS, HOSTILE, assert_inert, read_terminal, without_drawing
from tests.program import ROOT

pytestmark = pytest.mark.trust(18)

MEDIA_TYPE = "image/" + "".join(ATTACKS[name] for name in ("screen", "c1", "window title"))
"""A header can hold these, but no line end; a semicolon ends what is told of it."""
SHOWN_TITLE = printable(ATTACKS["window title"])
SHOWN_SCREEN = r"image/\x1b[2j\x1b[h\x1b[8m\x9b2j\x9d0"


def hostile_site(server: LocalServer) -> None:
    """Shows whose texts attack, one of them beyond what is stored, and a second page that is no page."""
    listed = [
        {"id": HOSTILE, "title": HOSTILE, "day": "2026-12-01"},
        {"id": f"long {HOSTILE}", "title": HOSTILE * 100, "day": "2026-12-01"},
        {"id": "none"},
    ]
    server.json("/shows.json", {"shows": listed, "next": "/two"})
    server.routes["/two"] = Answer(b"x", headers={"Content-Type": MEDIA_TYPE})


def assert_lines_of_a_log(log: str) -> None:
    """Each line is a record of the log, or indented as what belongs to one."""
    assert_inert(log)
    assert not [line for line in log.splitlines() if not re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[| {4}", line)]


@pytest.mark.parametrize("spider", ["example_hall", "quoting_hall"])
def test_the_log_and_the_run_of_a_crawl(
    storing_scrapy: ScrapyCommand, server: LocalServer, engine: Engine, spider: str
) -> None:
    hostile_site(server)
    storing_scrapy.settings["SPIDER_MODULES"] += ",tests.crawlers.quoting_spider"
    done = storing_scrapy.run("crawl", spider, f"-abase={server.url}", "-LDEBUG")
    assert done.returncode == 1
    assert_lines_of_a_log(done.stderr)
    assert SHOWN_TITLE in done.stderr
    assert ("    Traceback (most recent call last):" in done.stderr) is (spider == "quoting_hall")
    message = last_run(engine).message
    assert (SHOWN_TITLE if spider == "quoting_hall" else SHOWN_SCREEN) in message
    assert_inert(message)
    assert "\n" not in message


def test_the_tables_and_the_log_of_ingest(scrapy: ScrapyCommand, server: LocalServer) -> None:
    hostile_site(server)
    ours, theirs = pty.openpty()
    arguments = [f"-s{name}={value}" for name, value in scrapy.settings.items()]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "ingest", "example_hall", *arguments],
        cwd=ROOT,
        env=scrapy.environment | {"TERM": "xterm", "COLUMNS": "200", "EXAMPLE_BASE": server.url},
        stderr=theirs,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(theirs)
    assert_inert(without_drawing(read_terminal(ours)))
    assert SHOWN_SCREEN in "".join(done.stdout.split())
    assert_inert(done.stdout)
    assert_lines_of_a_log((Path(scrapy.environment["SMS_HOME"]) / "logs" / "ingest.log").read_text())


def test_what_scout_tells_of_a_page(scrapy: ScrapyCommand, tmp_path: Path) -> None:
    place = {"@type": "MusicVenue", "name": f"Hall {HOSTILE}", "address": {"addressLocality": f"Seattle {HOSTILE}"}}
    events = [
        {"@type": "MusicEvent", "name": f"Act {HOSTILE}", "startDate": day, "url": f"/{HOSTILE}", "location": place,
         "offers": {"price": f"12 {HOSTILE}"}, "eventStatus": HOSTILE}
        for day in ("2026-11-21T20:00:00-08:00", "2026-11-28")
    ]  # fmt: skip
    page = f"<title>{HOSTILE}</title><script type='application/ld+json'>{orjson.dumps(events).decode()}</script>"
    entry = {"url": "https://room.test/", "content": page, "content_type": "text/html; charset=utf-8"}
    recording = write_recording(tmp_path / "site", "room", entry | {"recorded_at": "2026-11-20"})
    done = scrapy.run("scout", "https://room.test/", REPLAY=str(recording))
    assert done.returncode == 0, done.stdout + done.stderr
    assert SHOWN_TITLE in "".join(done.stdout.split())
    assert_inert(done.stdout)
    assert_inert(done.stderr)


def test_a_recording_that_cannot_be_used(scrapy: ScrapyCommand, tmp_path: Path) -> None:
    recording = write_recording(tmp_path / "recording", "example_hall")
    entry = {"file": f"../{HOSTILE}", "url": "https://room.test/"}
    (recording / "meta.json").write_bytes(orjson.dumps({"source": "example_hall", "files": [entry]}))
    done = scrapy.run("crawl", "example_hall", REPLAY=str(recording))
    assert done.returncode == 1
    assert "no plain file beside it" in done.stderr
    assert_inert(done.stderr)


def test_what_read_tells_of_a_file(read: Reader, tmp_path: Path) -> None:  # noqa: F811
    listing = {"shows": [{"id": HOSTILE, "title": "x", "day": "2026-12-01"}], "next": f"/{HOSTILE}"}
    (tmp_path / "page.json").write_bytes(orjson.dumps(listing))
    url = "http://hall.test/shows.json"
    for file in (tmp_path / "page.json", tmp_path / HOSTILE[:60]):
        _, _, told = read("example_hall", file, "--url", url)
        assert told
        assert_inert("\n".join(told))


def test_a_spreadsheet_runs_nothing_of_a_feed() -> None:
    file = io.BytesIO()
    exporter = ExchangeCsvExporter(file)
    exporter.start_exporting()
    formula = '=HYPERLINK("https://evil.test")'
    exporter.export_item(
        RawEventItem(
            source="hall",
            source_event_id="-1",
            fetched_at=datetime(2026, 11, 20, tzinfo=UTC),
            title=formula,
            description=f"Doors;{formula}",
            longitude=-122.3,
            genres=[formula],
            payload=formula,
        )
    )
    exporter.finish_exporting()
    names, cells = csv.reader(io.StringIO(file.getvalue().decode(), newline=""))
    row = dict(zip(names, cells, strict=True))
    assert row["title"] == row["genres"] == row["payload"] == f"'{formula}"
    assert row["description"] == f"Doors;'{formula}"
    assert (row["source_event_id"], row["longitude"], row["latitude"]) == ("-1", "-122.3", "")
