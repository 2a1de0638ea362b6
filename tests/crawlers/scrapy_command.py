"""Running `scrapy` as a user does: in a process of its own, from the project's root."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic

import orjson

from tests.program import DEADLINE, Program

_BETWEEN_LOOKS = 0.05


class ScrapyCommand:
    """`scrapy` with the example spiders, a home of its own and without delays; with a database if it is given one."""

    def __init__(self, home: Path, database_url: str | None = None) -> None:
        proxies = {name: "" for name in os.environ if name.lower().endswith("_proxy")}
        self.environment = os.environ | proxies | {"SMS_HOME": str(home), "SMS_CONTACT": "crawl@example.test"}
        self.environment |= {"DATABASE_URL": database_url} if database_url else {}
        self.settings = {
            "SPIDER_MODULES": "tests.crawlers.example_spiders",
            "DOWNLOAD_DELAY": "0",
            "AUTOTHROTTLE_ENABLED": "0",
            "STORE": "1" if database_url else "0",
            "PRIVATE_HOSTS_ALLOWED": "127.0.0.1",
        }

    def start(self, *arguments: str, **settings: str) -> Program:
        """Start a command; what it writes can be read from its stdout and stderr."""
        stated = [f"-s{name}={value}" for name, value in (self.settings | settings).items()]
        return Program("scrapy", [*arguments, *stated], self.environment)

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*arguments, **settings)
        stdout, stderr = process.communicate()
        assert process.returncode is not None
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)


def write_recording(directory: Path, source: str, *pages: dict[str, object]) -> Path:
    """Write a recording; a page's `content` becomes its body, JSON unless it is text."""
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    for number, page in enumerate(pages):
        entry = {"file": f"{number}.body", "method": "GET", "content_type": "application/json", "status": 200} | page
        content = entry.pop("content")
        body = content.encode() if isinstance(content, str) else orjson.dumps(content)
        (directory / str(entry["file"])).write_bytes(body)
        files.append(entry)
    (directory / "meta.json").write_bytes(orjson.dumps({"source": source, "files": files}))
    return directory


def shows(*days: str, **more: object) -> dict[str, object]:
    """A listing of the example spiders: a show on each day, whose number is its id."""
    listed = [{"id": f"show-{number}", "title": f"Act {number}", "day": day} for number, day in enumerate(days)]
    return {"shows": listed, **more}


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does; fails after a minute."""
    never, deadline = Event(), monotonic() + DEADLINE
    while not holds():
        assert monotonic() < deadline, "what was waited for did not happen"
        never.wait(_BETWEEN_LOOKS)
