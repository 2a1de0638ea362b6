"""Runs in the database: their rows, what they have not seen any more, and what is left of those that were killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from sms_crawlers.items import RawEventItem
from sms_crawlers.storage import Closing, CrawlRunStore
from sms_database.errors import DatabaseProblem
from sms_database.models import City, CrawlRun, DirtyRawEvent, QuarantinedItem, RawEvent, Source
from sms_database.raw_check import check_item
from sms_database.raw_store import QuarantineEntry
from tests.crawlers.example_spiders import ExampleHall

MONDAY = datetime(2026, 11, 16, 20, tzinfo=UTC)
CLOSING = Closing(
    reason="finished",
    verdict="ok",
    message="",
    seen=2,
    quarantined=0,
    skipped=1,
    requests=3,
    errors=0,
    elapsed=timedelta(seconds=90),
    stats={"start_time": MONDAY, "item_scraped_count": 2, "odd": object},
    listing_from=date(2026, 11, 16),
    listing_days=None,
)

Opener = Callable[..., CrawlRunStore]


@pytest.fixture
def open_run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens runs of the example hall, one a day later than the other if it is told so."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    opened: list[CrawlRunStore] = []

    def opener(days_later: int = 0, **facts: Any) -> CrawlRunStore:
        spider = type("Hall", (ExampleHall,), facts)(now=MONDAY + timedelta(days=days_later))
        opened.append(CrawlRunStore.open(spider))
        return opened[-1]

    yield opener
    for run in opened:
        run.connection.close()
        run.engine.dispose()


def write(run: CrawlRunStore, *days: str) -> None:
    """Store an event a day, as if fetched when the run began."""
    items = [
        RawEventItem(
            source="example_hall", source_event_id=day, fetched_at=run.started_at, title=f"Act of {day}", event_day=day
        )
        for day in days
    ]
    run.write([check_item(item) for item in items], [])


def listed(engine: Engine) -> dict[str, bool]:
    with engine.connect() as connection:
        rows = connection.execute(select(RawEvent.source_event_id, RawEvent.unlisted_at.is_(None)))
        return dict(sorted(rows.all()))


def test_a_run_leaves_its_row_its_source_and_its_city(open_run: Opener, engine: Engine) -> None:
    run = open_run()
    write(run, "2026-12-01", "2026-12-02")
    run.close(CLOSING)
    with engine.connect() as connection:
        row = connection.execute(select(CrawlRun)).one()
        source = connection.execute(select(Source)).one()
        assert connection.scalar(select(City.name).where(City.slug == "seattle")) == "Seattle"
    assert (row.source, row.verdict, row.reason, row.started_at) == ("example_hall", "ok", "finished", MONDAY)
    assert row.finished_at == MONDAY + timedelta(seconds=90)
    assert (row.seen, row.new, row.skipped, row.requests) == (2, 2, 1, 3)
    assert row.stats["item_scraped_count"] == 2
    assert (source.title, source.kind, source.city, source.complete_listing) == (
        "Example Hall",
        "venue",
        "seattle",
        True,
    )


def test_a_sources_facts_are_those_of_its_last_run(open_run: Opener, engine: Engine) -> None:
    open_run().close(CLOSING)
    open_run(title="Example Hall & Bar", trust=70).close(CLOSING)
    with engine.connect() as connection:
        assert connection.execute(select(Source.title, Source.trust)).one() == ("Example Hall & Bar", 70)


def test_what_a_complete_good_run_no_longer_sees_is_unlisted(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-12-01", "2026-12-02", "2026-11-16")
    first.close(CLOSING)
    second = open_run(1)
    write(second, "2026-12-01")
    second.close(replace(CLOSING, listing_from=date(2026, 11, 17)))
    assert second.unlisted == 1
    assert listed(engine) == {"2026-11-16": True, "2026-12-01": True, "2026-12-02": False}
    with engine.connect() as connection:
        gone = connection.execute(select(RawEvent).where(RawEvent.source_event_id == "2026-12-02")).one()
    assert gone.unlisted_at == gone.last_seen_at == MONDAY

    third = open_run(2)
    write(third, "2026-12-01", "2026-12-02")
    third.close(CLOSING)
    assert listed(engine)["2026-12-02"]


def test_a_run_that_did_not_list_all_unlists_nothing(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-12-01", "2026-12-02")
    first.close(CLOSING)
    second = open_run(1)
    second.close(replace(CLOSING, listing_from=None))
    assert second.unlisted == 0
    assert all(listed(engine).values())


def test_what_lies_beyond_the_listings_reach_is_not_missed(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-11-20", "2026-12-15", "2026-12-16", "2027-03-01")
    first.close(CLOSING)
    open_run(1).close(replace(CLOSING, listing_days=30, listing_from=date(2026, 11, 15)))
    assert listed(engine) == {"2026-11-20": False, "2026-12-15": False, "2026-12-16": True, "2027-03-01": True}


def test_an_old_recording_does_not_unlist_what_a_later_run_saw(open_run: Opener, engine: Engine) -> None:
    today = open_run(30)
    write(today, "2027-01-01")
    today.close(CLOSING)
    replayed = open_run(0)
    write(replayed, "2026-12-01")
    replayed.close(CLOSING)
    assert all(listed(engine).values())


def test_the_unlisted_are_built_anew(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-12-01", "2026-12-02")
    first.close(CLOSING)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM dirty_raw_events"))
    second = open_run(1)
    write(second, "2026-12-01")
    second.close(CLOSING)
    with engine.connect() as connection:
        dirty = select(RawEvent.source_event_id).join(DirtyRawEvent, DirtyRawEvent.raw_event_id == RawEvent.id)
        assert connection.scalars(dirty).all() == ["2026-12-02"]


def test_recent_runs_are_the_good_ones_latest_first(open_run: Opener) -> None:
    for seen, verdict in enumerate(["ok", "failed", "ok", "suspect", "ok", "ok"]):
        open_run().close(replace(CLOSING, seen=seen, verdict=verdict))
    assert open_run().recent_seen(3) == (5, 4, 2)


@pytest.mark.trust(1)
def test_a_run_whose_process_died_is_closed_by_the_next(open_run: Opener, engine: Engine) -> None:
    killed, alive = open_run(), open_run()
    write(killed, "2026-12-01")
    killed.connection.invalidate()
    later = open_run(1)
    with engine.connect() as connection:
        verdicts = dict(connection.execute(select(CrawlRun.id, CrawlRun.reason)).all())
        assert verdicts == {killed.run_id: "killed", alive.run_id: None, later.run_id: None}
        assert connection.scalar(select(CrawlRun.verdict).where(CrawlRun.id == killed.run_id)) == "failed"
    assert listed(engine) == {"2026-12-01": True}
    alive.close(CLOSING)
    later.close(CLOSING)


def test_a_lost_connection_is_a_problem_and_the_verdict_still_comes_through(open_run: Opener, engine: Engine) -> None:
    run = open_run()
    write(run, "2026-12-01")
    with engine.begin() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    with pytest.raises(DatabaseProblem, match="was lost"):
        write(run, "2026-12-02")
    assert run.broken
    run.close(replace(CLOSING, verdict="failed", reason="database_lost", listing_from=None))
    assert listed(engine) == {"2026-12-01": True}
    with engine.connect() as connection:
        assert connection.execute(select(CrawlRun.verdict, CrawlRun.reason)).one() == ("failed", "database_lost")


def test_quarantined_records_belong_to_their_run(open_run: Opener, engine: Engine) -> None:
    run = open_run()
    entry = QuarantineEntry(
        source="example_hall", origin="https://hall.test", field="title", reasons=["none"], item={"id": "\x00"}
    )
    run.write([], [entry])
    with engine.connect() as connection:
        kept = connection.execute(select(QuarantinedItem)).one()
    assert (kept.crawl_run_id, kept.field, kept.reasons, kept.item) == (run.run_id, "title", ["none"], {"id": ""})
