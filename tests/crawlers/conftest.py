"""What the tests of the crawler share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawlers.crawling import Crawls, ReactorThread
from tests.crawlers.local_server import LocalServer, local_server
from tests.crawlers.scrapy_command import ScrapyCommand


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A web server on loopback."""
    with local_server() as server:
        yield server


@pytest.fixture
def sms_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """SMS_HOME of the test's own."""
    monkeypatch.setenv("SMS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def reactor_thread() -> ReactorThread:
    """Twisted's reactor for all crawls in this process."""
    return ReactorThread()


@pytest.fixture
def crawl(
    reactor_thread: ReactorThread, sms_home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Crawls:
    """Crawls in this process, without a database."""
    for name in os.environ:
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    return Crawls(reactor_thread, caplog)


@pytest.fixture
def storing_crawl(crawl: Crawls, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Crawls:
    """Crawls in this process, into a database of the test's own."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    crawl.settings["STORE"] = True
    return crawl


@pytest.fixture
def scrapy(tmp_path: Path) -> ScrapyCommand:
    """`scrapy` without a database."""
    return ScrapyCommand(tmp_path / "home")


@pytest.fixture
def storing_scrapy(tmp_path: Path, database_url: str) -> ScrapyCommand:
    """`scrapy` that stores into a database of the test's own."""
    return ScrapyCommand(tmp_path / "home", database_url)
