"""Whole runs with a database: how they are judged, and that none that went wrong does harm."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from sms_database.models import QuarantinedItem
from tests.crawlers.crawling import Crawls
from tests.crawlers.local_server import Answer, LocalServer
from tests.crawlers.scrapy_command import shows
from tests.crawlers.stored import count_rows, last_run, unlisted

HTML = {"Content-Type": "text/html"}
DAYS = [f"2026-12-{day:02}" for day in range(1, 29)]


@pytest.fixture(autouse=True)
def november(storing_crawl: Crawls) -> None:
    """The clock of all runs here."""
    storing_crawl.settings["NOW"] = "2026-11-20T20:00:00Z"


BLOCKED = [
    (Answer(b"", 202, {"sg-captcha": "challenge"}), "refused", "SiteGround captcha"),
    (Answer(b"", 403), "refused", "HTTP 403"),
    (Answer(b"", 429), "refused", "HTTP 429"),
    (Answer(b"", 503), "unreachable", "HTTP 503"),
    (Answer(b"", 200), "empty", "empty body"),
    (Answer(b"\x89PNG", 200, {"Content-Type": "image/png"}), "layout_changed", "content type image/png"),
    (Answer(b"<html><title>Just a moment...</title></html>", 200, HTML), "refused", "Cloudflare"),
    (Answer(b"<html><title>Before you continue</title></html>", 200, HTML), "refused", "consent"),
    (Answer(b"", 404), "unreachable", "HTTP 404"),
    (Answer(b"<html>Another layout</html>", 200, HTML), "layout_changed", "no JSON"),
    (Answer(b'{"shows": []}'), "empty", "nothing was read"),
]


@pytest.mark.trust(6)
def test_a_page_that_is_none_fails_the_run_with_its_cause_and_harms_nothing(
    storing_crawl: Crawls, server: LocalServer, engine: Engine
) -> None:
    storing_crawl.settings["RETRY_ENABLED"] = False
    server.json("/shows.json", shows(*DAYS[:3]))
    storing_crawl(base=server.url)
    for answer, cause, told in BLOCKED:
        server.routes["/shows.json"] = answer
        crawled = storing_crawl(base=server.url)
        assert crawled.result.exit_code == 1, told
        run = last_run(engine)
        assert (run.verdict, run.cause) == ("failed", cause), run.message
        assert told in run.message
        assert "example_hall: failed: 0 seen, 0 quarantined, 0 skipped, 0 new" in crawled.log
        assert "Traceback" not in crawled.log
    assert unlisted(engine) == []


def test_one_page_missing_is_a_failed_run_that_keeps_the_others(
    storing_crawl: Crawls, server: LocalServer, engine: Engine
) -> None:
    server.json("/shows.json", shows(*DAYS[:3], next="/two.json"))
    crawled = storing_crawl(base=server.url)
    assert crawled.result.exit_code == 1
    assert count_rows(engine) == 3
    assert unlisted(engine) == []


def test_a_changed_layout_is_suspect_and_its_records_are_kept(
    storing_crawl: Crawls, server: LocalServer, engine: Engine
) -> None:
    server.json("/shows.json", shows(*DAYS[:10]))
    storing_crawl(base=server.url)
    listing = shows(*DAYS[:10])
    assert isinstance(listing["shows"], list)
    for show in listing["shows"][4:]:
        show["headline"] = show.pop("title")
    server.json("/shows.json", listing)
    crawled = storing_crawl(base=server.url)
    assert crawled.result.exit_code == 0
    run = last_run(engine)
    assert (run.verdict, run.seen, run.quarantined) == ("suspect", 4, 6)
    assert "6 of 10 records could not be read" in crawled.log
    assert unlisted(engine) == []
    with engine.connect() as connection:
        kept = connection.execute(select(QuarantinedItem.field, QuarantinedItem.origin, QuarantinedItem.item)).all()
    assert {(entry.field, entry.origin) for entry in kept} == {("title", f"{server.url}/shows.json")}
    assert sorted(entry.item["headline"] for entry in kept) == [f"Act {number}" for number in range(4, 10)]


@pytest.mark.trust(4)
def test_a_record_that_could_not_be_read_is_not_gone_and_hides_no_other(
    storing_crawl: Crawls, server: LocalServer, engine: Engine
) -> None:
    server.json("/shows.json", shows(*DAYS[:20]))
    storing_crawl(base=server.url)
    listing = shows(*DAYS[:20])
    assert isinstance(listing["shows"], list)
    del listing["shows"][3]["title"]
    server.json("/shows.json", listing)
    for day in (21, 22, 23):
        storing_crawl(base=server.url, NOW=f"2026-11-{day}T20:00:00Z")
        assert (last_run(engine).verdict, last_run(engine).quarantined) == ("ok", 1)
    assert unlisted(engine) == []

    del listing["shows"][5]
    server.json("/shows.json", listing)
    for day in (24, 25):
        storing_crawl(base=server.url, NOW=f"2026-11-{day}T20:00:00Z")
    assert unlisted(engine) == ["show-5"]


@pytest.mark.trust(3)
def test_many_gone_at_once_are_one_warning_and_nothing_is_unlisted(
    storing_crawl: Crawls, server: LocalServer, engine: Engine
) -> None:
    server.json("/shows.json", shows(*DAYS[:10]))
    storing_crawl(base=server.url)
    server.json("/shows.json", shows(*DAYS[:4]))
    for day in (21, 22, 23):
        crawled = storing_crawl(base=server.url, NOW=f"2026-11-{day}T20:00:00Z")
        assert crawled.result.exit_code == 0
        warnings = [line for line in crawled.log.splitlines() if "WARNING" in line]
        assert len(warnings) == 1
        assert warnings[0].endswith("6 of the 10 that it lists for the days ahead were not seen")
        run = last_run(engine)
        assert (run.verdict, run.cause, run.missed) == ("suspect", "incomplete", 6)
    assert unlisted(engine) == []

    storing_crawl(base=server.url, NOW="2026-11-24T20:00:00Z", ACCEPT=True)
    run = last_run(engine)
    assert (run.verdict, run.missed, run.unlisted) == ("ok", 6, 6)
    assert run.message.startswith("accepted: 6 of the 10")


@pytest.mark.trust(4)
def test_one_show_taken_down_is_unlisted_on_the_second_day(
    storing_crawl: Crawls, server: LocalServer, engine: Engine
) -> None:
    server.json("/shows.json", shows(*DAYS[:10]))
    storing_crawl(base=server.url)
    server.json("/shows.json", shows(*DAYS[:9]))
    gone = []
    for day in (21, 22):
        storing_crawl(base=server.url, NOW=f"2026-11-{day}T20:00:00Z")
        gone.append(unlisted(engine))
    assert gone == [[], ["show-9"]]


@pytest.mark.trust(4)
def test_a_show_that_the_source_itself_takes_back_is_unlisted_at_once(
    storing_crawl: Crawls, server: LocalServer, engine: Engine
) -> None:
    server.json("/shows.json", shows(*DAYS[:10]))
    storing_crawl(base=server.url)
    listing = shows(*DAYS[:10])
    assert isinstance(listing["shows"], list)
    listing["shows"][2]["withdrawn"] = True
    server.json("/shows.json", listing)
    storing_crawl(base=server.url)
    assert last_run(engine).verdict == "ok"
    assert unlisted(engine) == ["show-2"]


@pytest.mark.trust(5)
def test_a_field_that_empties_is_said_with_its_numbers_and_nothing_is_unlisted(
    storing_crawl: Crawls, server: LocalServer, engine: Engine
) -> None:
    server.json("/shows.json", shows(*DAYS[:20]))
    storing_crawl(base=server.url)
    listing = shows(*DAYS[:19])
    assert isinstance(listing["shows"], list)
    for show in listing["shows"]:
        del show["day"]
    server.json("/shows.json", listing)
    for day in (21, 22, 23):
        crawled = storing_crawl(base=server.url, NOW=f"2026-11-{day}T20:00:00Z")
        run = last_run(engine)
        assert (run.verdict, run.cause) == ("suspect", "layout_changed")
        assert "event_day is filled in 0 of 19 items, where the last good run had it in 20 of 20" in crawled.log
    assert unlisted(engine) == []


def test_a_mistake_in_a_spider_fails_its_run(storing_crawl: Crawls, server: LocalServer, engine: Engine) -> None:
    server.json("/shows.json", shows(*DAYS[:3]))
    crawled = storing_crawl("broken_hall", base=server.url)
    assert crawled.result.exit_code == 1
    assert last_run(engine).message == f"the spider met ZeroDivisionError: a mistake at {server.url}/shows.json"
    assert count_rows(engine) == 3


def test_a_source_that_may_be_empty_may(storing_crawl: Crawls, server: LocalServer, engine: Engine) -> None:
    server.json("/shows.json", shows())
    assert storing_crawl("quiet_hall", base=server.url).result.exit_code == 0
    assert (last_run(engine).verdict, last_run(engine).cause) == ("ok", "quiet")


def test_a_source_that_may_be_empty_is_not_while_it_lists_shows(
    storing_crawl: Crawls, server: LocalServer, engine: Engine
) -> None:
    server.json("/shows.json", shows(*DAYS[:2]))
    storing_crawl("quiet_hall", base=server.url)
    server.json("/shows.json", shows())
    for day in (21, 22, 23):
        storing_crawl("quiet_hall", base=server.url, NOW=f"2026-11-{day}T20:00:00Z")
        assert (last_run(engine).verdict, last_run(engine).cause) == ("suspect", "empty")
    assert unlisted(engine) == []
