"""Every source's facts are in the database before its first crawl, whoever begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, text

from tests.crawlers.replaying import spider_classes
from tests.crawlers.scrapy_command import ScrapyCommand
from tests.program import ROOT, Program

ALL_KEYS = {
    "BANDSINTOWN_APP_ID",
    "DICE_API_KEY",
    "EVENTBRITE_TOKEN",
    "JAMBASE_API_KEY",
    "SETLISTFM_API_KEY",
    "SONGKICK_API_KEY",
    "SPOTIFY_CLIENT_ID",
    "SPOTIFY_CLIENT_SECRET",
    "TICKETMASTER_API_KEY",
    "TIXR_CPK",
    "TIXR_SECRET",
}

UNSOUND = """
from sms_crawlers.spider import SourceSpider

class Nowhere(SourceSpider):
    name = "nowhere"
    title = "Nowhere"
    homepage = "http://nowhere.test"
    kind = "venue"
    city = "atlantis"
    venue = None

class Unfinished(SourceSpider):
    name = "unfinished"
"""


@pytest.fixture
def our_scrapy(storing_scrapy: ScrapyCommand) -> ScrapyCommand:
    """`scrapy` with the spiders of the project, and a database."""
    storing_scrapy.settings["SPIDER_MODULES"] = "sms_crawlers.spiders"
    return storing_scrapy


def sources(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        return {row.slug: row for row in connection.execute(text("SELECT * FROM sources"))}


def test_the_command_stores_the_facts_of_all(our_scrapy: ScrapyCommand, engine: Engine) -> None:
    classes = spider_classes()
    done = our_scrapy.run("sources", "--store")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"the facts of {len(classes)} sources are stored; {len(classes)} were new or differed\n"
    stored = sources(engine)
    assert stored.keys() == classes.keys()
    assert {key["variable"] for row in stored.values() for key in row.keys} == ALL_KEYS
    assert {name for name, row in stored.items() if row.by_name_only} == {
        name for name, cls in classes.items() if cls.by_name_only
    }
    blue_moon, musicbrainz = stored["blue_moon"], stored["artists_musicbrainz"]
    assert (blue_moon.city, blue_moon.venue, blue_moon.platform) == ("seattle", "blue_moon", "iCalendar")
    assert {"start_time", "price_text"} <= set(blue_moon.gives)
    assert "venue_name" not in blue_moon.gives
    assert "venue_name" in stored["do206"].gives
    assert (musicbrainz.gives, musicbrainz.politeness) == (["artist_links"], {"delay_seconds": 1})
    assert stored["ticketmaster"].politeness["budget"]["per"] == "day"
    again = our_scrapy.run("sources", "--store")
    assert again.stdout.endswith("; 0 were new or differed\n")


def test_without_its_database_the_command_says_so(scrapy: ScrapyCommand) -> None:
    scrapy.environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    done = scrapy.run("sources", "--store")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == "error: the PostgreSQL server at 127.0.0.1:1 does not answer: start it, or correct DATABASE_URL\n"
    )


@pytest.mark.parametrize("command", [("crawl", "weekly_hall"), ("ingest", "weekly_hall")])
def test_a_crawl_of_one_stores_the_facts_of_all(
    storing_scrapy: ScrapyCommand, engine: Engine, command: tuple[str, ...]
) -> None:
    done = storing_scrapy.run(*command)
    assert done.returncode == 0, done.stderr
    stored = sources(engine)
    assert {"weekly_hall", "example_hall", "keyed_hall"} <= stored.keys()
    assert stored["browser_hall"].needs_browser


def test_a_spider_with_unsound_facts_keeps_no_other_from_its_crawl(
    storing_scrapy: ScrapyCommand, engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "unsound_spiders.py").write_text(UNSOUND, encoding="utf-8")
    storing_scrapy.environment["PYTHONPATH"] = f"{tmp_path}:{ROOT}"
    storing_scrapy.settings["SPIDER_MODULES"] = "tests.crawlers.example_spiders,unsound_spiders"
    done = storing_scrapy.run("crawl", "weekly_hall")
    assert done.returncode == 0, done.stderr
    assert "the facts of nowhere cannot be stored: " in done.stderr
    assert {"weekly_hall", "example_hall"} <= sources(engine).keys()


def carpenter(database_url: str, *arguments: str) -> None:
    environment = {**ScrapyCommand(ROOT, database_url).environment, "SMS_HOME": str(ROOT / ".sms")}
    program = Program("carpenter", arguments, environment)
    _, log = program.communicate()
    assert program.returncode == 0, log


@pytest.mark.parametrize("stored_first", [True, False])
def test_rows_of_a_file_are_read_as_those_of_their_source(
    our_scrapy: ScrapyCommand, engine: Engine, database_url: str, tmp_path: Path, stored_first: bool
) -> None:
    """A file tells neither city nor room; the source is the calendar of one room in Seattle."""
    line = {
        "source": "blue_moon",
        "source_event_id": "1",
        "fetched_at": "2026-11-20T17:00:00Z",
        "title": "Tin Lantern",
        "event_day": "2026-11-21",
        "start_time": "20:00",
    }
    if stored_first:
        assert our_scrapy.run("sources", "--store").returncode == 0
    (tmp_path / "row.jsonl").write_bytes(orjson.dumps(line))
    carpenter(database_url, "load", str(tmp_path / "row.jsonl"))
    carpenter(database_url, "run", "--quiet")
    if not stored_first:
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM events")) == 0  # which room it is nobody says
        assert our_scrapy.run("sources", "--store").returncode == 0
        carpenter(database_url, "run", "--quiet")
    with engine.connect() as connection:
        told = "SELECT e.city, e.timezone, v.name FROM events e JOIN venues v ON v.id = e.venue_id"
        assert connection.execute(text(told)).all() == [("seattle", "America/Los_Angeles", "Blue Moon Tavern")]
