"""Both ways of deploy/scrapyd/README.md, on a real scrapyd: the egg, and a node on which the project is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from scrapyd_client.pyclient import ScrapydClient
from sqlalchemy import Engine, text

from tests.conftest import ROOT

USER, PASSWORD = "calendar", "only-for-this-test"
SATURDAY_BILL = ["Tin Heron", "Paper Ladders", "The Quiet Motors", "Nine Acre Radio", "Marguerite Ashdown"]
"""Of 21 November in our recording of the Blue Moon."""

DEADLINE = 30.0
"""Seconds that scrapyd has to start, and a job to end."""


@dataclass(frozen=True)
class Node:
    """A scrapyd that answers on loopback."""

    url: str
    client: ScrapydClient
    directory: Path

    def crawl(self, project: str, spider: str, **settings: object) -> str:
        """Schedule a spider, wait for its job's end, return the job's log."""
        assigned = [("setting", f"{name}={value}") for name, value in settings.items()]
        job = self.client.schedule(project, spider, assigned)
        wait_for(lambda: job in {done["id"] for done in self.client.jobs(project)["finished"]}, f"the job {job}")
        return (self.directory / "logs" / project / spider / f"{job}.log").read_text(encoding="utf-8")


def wait_for(reached: Callable[[], Any], what: str) -> None:
    """Ask until it is so; fails after DEADLINE."""
    give_up = time.monotonic() + DEADLINE
    while not reached():
        assert time.monotonic() < give_up, f"waited {DEADLINE:g} s for {what}"
        time.sleep(0.1)


@contextmanager
def scrapyd(directory: Path, database_url: str, python: str | Path = sys.executable) -> Iterator[Node]:
    """A scrapyd started in `directory` with the settings that we ship, at a free port."""
    shipped = (ROOT / "deploy/scrapyd/scrapyd.conf").read_text(encoding="utf-8")
    (directory / "scrapyd.conf").write_text(shipped.replace("poll_interval    = 2", "poll_interval = 0.2"))
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    environment = os.environ | {
        "SCRAPYD_USERNAME": USER,
        "SCRAPYD_PASSWORD": PASSWORD,
        "SCRAPYD_HTTP_PORT": str(port),
        "DATABASE_URL": database_url,
    }
    with (directory / "scrapyd.log").open("w") as log:
        process = subprocess.Popen(
            [python, "-m", "scrapyd"], cwd=directory, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(lambda: process.poll() is not None or answers(url), "scrapyd to start")
            assert process.poll() is None, (directory / "scrapyd.log").read_text()
            yield Node(url, ScrapydClient(url, USER, PASSWORD), directory)
        finally:
            process.terminate()
            process.wait(DEADLINE)


def answers(url: str) -> bool:
    """Does anything answer there, were it with 401?"""
    try:
        return requests.get(url, timeout=5).status_code > 0
    except requests.ConnectionError:
        return False


def build_catalog(database_url: str) -> None:
    """What the operator of a node does next, elsewhere."""
    subprocess.run(
        [sys.executable, "-m", "carpenter", "run", "--quiet"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url},
        check=True,
    )


def bill_at_the_blue_moon(engine: Engine, day: str) -> list[str]:
    """Who plays that night by the catalog, in billing order."""
    billed = text(
        "SELECT artists.name FROM events JOIN venues ON venues.id = events.venue_id "
        "JOIN event_artists ON event_artists.event_id = events.id "
        "JOIN artists ON artists.id = event_artists.artist_id "
        "WHERE venues.name = 'Blue Moon Tavern' AND events.event_day = :day ORDER BY event_artists.position"
    )
    with engine.connect() as connection:
        return list(connection.scalars(billed, {"day": day}))


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """A Python with the packages that the project depends on and without the project, as on a node for eggs."""
    environment = tmp_path / "python"
    venv.create(environment, symlinks=True, with_pip=False)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(environment)}))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    python = environment / "bin" / "python"
    found = subprocess.run([python, "-c", "import scrapyd, sms_crawlers"], cwd=tmp_path, capture_output=True, text=True)
    assert "No module named 'sms_crawlers'" in found.stderr
    return python


def test_an_egg_deployed_with_the_password_fills_the_catalog(
    tmp_path: Path, bare_python: Path, database_url: str, engine: Engine
) -> None:
    subprocess.run(
        [sys.executable, "-W", "ignore", "deploy/scrapyd/setup.py", "--quiet", "bdist_egg", "--dist-dir", tmp_path],
        cwd=ROOT,
        check=True,
    )
    (egg,) = tmp_path.glob("*.egg")
    with scrapyd(tmp_path, database_url, bare_python) as node:
        deployed = requests.post(
            f"{node.url}/addversion.json",
            data={"project": "calendar", "version": "1"},
            files={"egg": egg.read_bytes()},
            auth=(USER, PASSWORD),
            timeout=DEADLINE,
        ).json()
        assert deployed["status"] == "ok", deployed
        assert {"blue_moon", "open_mics"} <= set(node.client.spiders("calendar"))
        log = node.crawl("calendar", "blue_moon", REPLAY=ROOT / "tests/recordings/blue_moon")
        assert "blue_moon: ok:" in log
        log = node.crawl("calendar", "open_mics", NOW="2026-11-20T20:00:00+00:00")
        assert "open_mics: ok:" in log
    build_catalog(database_url)
    assert bill_at_the_blue_moon(engine, "2026-11-21") == SATURDAY_BILL


def test_an_installed_project_needs_no_egg(tmp_path: Path, database_url: str, engine: Engine) -> None:
    shutil.copy(ROOT / "scrapy.cfg", tmp_path)
    with scrapyd(tmp_path, database_url) as node:
        assert "blue_moon" in node.client.spiders("default")
        log = node.crawl("default", "blue_moon", REPLAY=ROOT / "tests/recordings/blue_moon")
    assert "blue_moon: ok:" in log
    build_catalog(database_url)
    assert bill_at_the_blue_moon(engine, "2026-11-21") == SATURDAY_BILL


def test_without_the_password_nothing_is_answered_and_nothing_scheduled(tmp_path: Path, database_url: str) -> None:
    shutil.copy(ROOT / "scrapy.cfg", tmp_path)
    order = {"project": "default", "spider": "blue_moon"}
    with scrapyd(tmp_path, database_url) as node:
        for credentials in (None, (USER, ""), (USER, "wrong"), ("admin", PASSWORD)):
            for page in ("daemonstatus.json", "listspiders.json?project=default", "logs/", ""):
                assert requests.get(f"{node.url}/{page}", auth=credentials, timeout=5).status_code == 401
            answer = requests.post(f"{node.url}/schedule.json", data=order, auth=credentials, timeout=5)
            assert answer.status_code == 401
        assert node.client.jobs("default")["pending"] == []


def test_a_node_without_any_password_does_not_start(tmp_path: Path) -> None:
    shutil.copy(ROOT / "deploy/scrapyd/scrapyd.conf", tmp_path)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCRAPYD_")}
    ended = subprocess.run(
        [sys.executable, "-m", "scrapyd"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert ended.returncode != 0
    assert "password_is_not_set" in ended.stderr + ended.stdout
