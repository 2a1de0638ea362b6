"""Runs in the database: their rows, what they have not seen any more, and what is left of those that were killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from sms_crawlers.errors import AlreadyCrawled
from sms_crawlers.items import RawEventItem
from sms_crawlers.runs.absence import Listing
from sms_crawlers.runs.store import Closing, CrawlRunStore
from sms_crawlers.runs.verdict import NOTHING_LISTED, Absence
from sms_database.errors import DatabaseProblem
from sms_database.models import City, CrawlRun, DirtyRawEvent, QuarantinedItem, RawEvent, Source
from sms_database.raw_check import check_item
from sms_database.raw_store import QuarantineEntry
from tests.crawlers.example_spiders import ExampleHall

MONDAY = datetime(2026, 11, 16, 20, tzinfo=UTC)
CLOSING = Closing(
    reason="finished",
    verdict="ok",
    cause=None,
    message="",
    seen=2,
    quarantined=0,
    skipped=1,
    requests=3,
    errors=0,
    elapsed=timedelta(seconds=90),
    stats={"start_time": MONDAY, "item_scraped_count": 2, "odd": object},
    profile={"items": 2},
    missed=0,
    listing=None,
    in_full=True,
    at_once=False,
)

Opener = Callable[..., CrawlRunStore]


@pytest.fixture
def open_run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens runs of the example hall, one a day later than the other if it is told so."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    opened: list[CrawlRunStore] = []

    def opener(days_later: int = 0, hours: int = 0, **facts: Any) -> CrawlRunStore:
        spider = type("Hall", (ExampleHall,), facts)(now=MONDAY + timedelta(days=days_later, hours=hours))
        opened.append(CrawlRunStore.open(spider))
        return opened[-1]

    yield opener
    for run in opened:
        run.connection.close()
        run.engine.dispose()


def show(run: CrawlRunStore, day: str) -> RawEventItem:
    """A show of a day, as if fetched when the run began."""
    return RawEventItem(
        source="example_hall", source_event_id=day, fetched_at=run.started_at, title=f"Act of {day}", event_day=day
    )


def write(run: CrawlRunStore, *days: str) -> None:
    """Store a show a day."""
    run.write([check_item(show(run, day)) for day in days], [])


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


def listing(run: CrawlRunStore, **values: Any) -> Listing:
    """What a run of the hall lists: all from its own day on, unless `values` say otherwise."""
    known: dict[str, Any] = {
        "source": run.source,
        "run_id": run.run_id,
        "started_at": run.started_at,
        "first_day": run.started_at.date(),
        "days": None,
        "timezone": "America/Los_Angeles",
    }
    return Listing(**known | values)


def close(
    run: CrawlRunStore, verdict: str = "ok", *, in_full: bool = True, at_once: bool = False, **values: Any
) -> int:
    """End a run; returns how many rows it has unlisted. `values` are the listing's."""
    witness = listing(run, **values) if verdict == "ok" else None
    run.close(replace(CLOSING, verdict=verdict, listing=witness, in_full=in_full, at_once=at_once))
    return run.unlisted


@pytest.mark.trust(4)
def test_two_good_runs_on_different_days_unlist_what_they_miss(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-12-01", "2026-12-02", "2026-11-16")
    close(first)
    second = open_run(1)
    write(second, "2026-12-01")
    assert close(second) == 0
    assert all(listed(engine).values())
    third = open_run(2)
    write(third, "2026-12-01")
    assert close(third) == 1
    assert listed(engine) == {"2026-11-16": True, "2026-12-01": True, "2026-12-02": False}
    with engine.connect() as connection:
        gone = connection.execute(select(RawEvent).where(RawEvent.source_event_id == "2026-12-02")).one()
    assert gone.unlisted_at == gone.last_seen_at == MONDAY

    fourth = open_run(3)
    write(fourth, "2026-12-01", "2026-12-02")
    close(fourth)
    assert listed(engine)["2026-12-02"]


@pytest.mark.trust(4)
@pytest.mark.parametrize(
    ("between", "hours", "unlisted"),
    [
        ((), 11, 0),
        ((), 13, 1),
        (("failed", "suspect"), 24, 1),
        (("seen",), 24, 0),
        (("in part",), 24, 1),
    ],
    ids=["the same day", "the next day", "others in between are none", "seen again", "read in part"],
)
def test_who_is_a_witness(
    open_run: Opener, engine: Engine, between: tuple[str, ...], hours: int, unlisted: int
) -> None:
    first = open_run()
    write(first, "2026-12-01", "2026-12-02")
    close(first)
    close(open_run(1))
    for number, what in enumerate(between, start=1):
        run = open_run(1, hours=number)
        if what == "seen":
            write(run, "2026-12-01", "2026-12-02")
        close(run, what if what in ("failed", "suspect") else "ok", in_full=what == "seen")
    last = open_run(1, hours=hours)
    assert close(last) == 2 * unlisted
    assert list(listed(engine).values()) == [not unlisted] * 2


@pytest.mark.trust(4)
def test_two_runs_around_midnight_see_the_same_trouble(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-12-01")
    close(first)
    close(open_run(1, hours=11))  # 23:00 in Seattle
    assert close(open_run(1, hours=13)) == 0
    assert close(open_run(1, hours=17)) == 1


def test_what_a_person_vouches_for_needs_no_second_witness(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-12-01", "2026-12-02")
    close(first)
    assert close(open_run(1), at_once=True) == 2


@pytest.mark.trust(4)
def test_the_sources_own_word_needs_no_second_witness(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-12-01", "2026-12-02")
    close(first)
    suspect = open_run(1)
    close(suspect, "suspect", gone=("2026-12-01",))
    assert all(listed(engine).values())
    second = open_run(1)
    assert close(second, in_full=False, gone=("2026-12-01", "never seen")) == 1
    assert listed(engine) == {"2026-12-01": False, "2026-12-02": True}


@pytest.mark.trust(4)
def test_a_show_that_comes_back_under_another_id_is_not_missed(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-12-01", "2026-12-02", "2026-12-03")
    close(first)
    second = open_run(1)
    renamed = [replace(show(second, day), source_event_id=f"{day}-tin-heron") for day in ("2026-12-01", "2026-12-02")]
    matinee = replace(show(second, "2026-12-03"), source_event_id="2026-12-03-matinee", start_time="14:00")
    second.write([check_item(item) for item in (*renamed, matinee)], [])
    absence, _ = second.history(listing(second), in_full=True)
    assert (absence.listed, absence.missed) == (1, 1)
    assert close(second) == 2
    assert listed(engine) == {
        "2026-12-01": False,
        "2026-12-01-tin-heron": True,
        "2026-12-02": False,
        "2026-12-02-tin-heron": True,
        "2026-12-03": True,
        "2026-12-03-matinee": True,
    }


def test_what_the_run_itself_has_seen_is_not_gone(open_run: Opener, engine: Engine) -> None:
    run = open_run()
    write(run, "2026-12-01")
    assert close(run, gone=("2026-12-01",)) == 0


def test_a_run_that_did_not_list_all_unlists_nothing(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-12-01", "2026-12-02")
    close(first)
    for day in (1, 2, 3):
        assert close(open_run(day), in_full=False) == 0
    assert all(listed(engine).values())


def test_what_lies_beyond_the_listings_reach_is_not_missed(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-11-20", "2026-12-15", "2026-12-16", "2027-03-01")
    close(first)
    for day in (1, 2):
        close(open_run(day), days=30, first_day=date(2026, 11, 15))
    assert listed(engine) == {"2026-11-20": False, "2026-12-15": False, "2026-12-16": True, "2027-03-01": True}


def test_an_old_recording_does_not_unlist_what_a_later_run_saw(open_run: Opener, engine: Engine) -> None:
    today = open_run(30)
    write(today, "2027-01-01")
    close(today)
    for day in (0, 1):
        replayed = open_run(day)
        write(replayed, "2026-12-01")
        close(replayed)
    assert all(listed(engine).values())


def test_the_unlisted_are_built_anew(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    write(first, "2026-12-01", "2026-12-02")
    close(first)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM dirty_raw_events"))
    for day in (1, 2):
        run = open_run(day)
        write(run, "2026-12-01")
        close(run)
    with engine.connect() as connection:
        dirty = select(RawEvent.source_event_id).join(DirtyRawEvent, DirtyRawEvent.raw_event_id == RawEvent.id)
        assert connection.scalars(dirty).all() == ["2026-12-02"]


def test_what_a_source_lists_is_counted_from_the_second_run_on(open_run: Opener) -> None:
    first = open_run()
    write(first, "2026-11-17", "2026-12-01", "2026-12-02", "2026-12-03")
    assert first.history(listing(first), in_full=True) == (
        NOTHING_LISTED,
        None,
    )
    close(first)
    second = open_run(2)
    write(second, "2026-12-01", "2026-12-09")
    absence, profile = second.history(listing(second), in_full=True)
    assert absence == Absence(listed=3, missed=2, gap=2, at_the_end=0)
    assert profile == {"items": 2}


def test_of_a_source_read_in_part_that_counts_which_its_last_good_run_saw(open_run: Opener) -> None:
    for day, seen in enumerate([("2026-12-01", "2026-12-02"), ("2026-12-02", "2026-12-03")]):
        run = open_run(day)
        write(run, *seen)
        close(run, in_full=False)
    third = open_run(2)
    write(third, "2026-12-03", "2026-12-04")
    absence, _ = third.history(listing(third), in_full=False)
    assert (absence.listed, absence.missed) == (2, 1)


@pytest.mark.trust(1)
def test_a_run_whose_process_died_is_closed_by_the_next(open_run: Opener, engine: Engine) -> None:
    killed = open_run()
    write(killed, "2026-12-01")
    killed.connection.invalidate()
    later = open_run(1)
    with engine.connect() as connection:
        verdicts = dict(connection.execute(select(CrawlRun.id, CrawlRun.reason)).all())
        assert verdicts == {killed.run_id: "killed", later.run_id: None}
        assert connection.scalar(select(CrawlRun.verdict).where(CrawlRun.id == killed.run_id)) == "failed"
    assert listed(engine) == {"2026-12-01": True}
    later.close(CLOSING)


@pytest.mark.trust(8)
def test_a_source_has_one_run_at_a_time(open_run: Opener, engine: Engine) -> None:
    first = open_run()
    with pytest.raises(AlreadyCrawled, match=rf"example_hall is being crawled .* 20:00 UTC \(run {first.run_id}\)"):
        open_run(1)
    first.close(CLOSING)
    open_run(1).close(CLOSING)
    with engine.connect() as connection:
        assert connection.scalars(select(CrawlRun.verdict)).all() == ["ok", "ok"]


def test_a_lost_connection_is_a_problem_and_the_verdict_still_comes_through(open_run: Opener, engine: Engine) -> None:
    run = open_run()
    write(run, "2026-12-01")
    with engine.begin() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    with pytest.raises(DatabaseProblem, match="was lost"):
        write(run, "2026-12-02")
    assert run.broken
    run.close(replace(CLOSING, verdict="failed", reason="database_lost"))
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
