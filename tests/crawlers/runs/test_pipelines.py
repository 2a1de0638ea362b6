"""What items go through on their way to the database."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector
from sqlalchemy import Engine, func, select, text

from sms_crawlers import pipelines
from sms_crawlers.items import RawEventItem
from sms_crawlers.pipelines import DATABASE_UNAVAILABLE, DuplicatePipeline, StorePipeline
from sms_crawlers.runs import run_stats
from sms_database.models import QuarantinedItem, RawEvent, RawEventVersion
from tests.crawlers.example_spiders import ExampleHall

FETCHED = datetime(2026, 11, 20, 20, tzinfo=UTC)


def crawler_of(store: bool) -> Crawler:
    """A crawler as the pipelines see it, which does not crawl."""
    crawler = Crawler(ExampleHall, Settings({"STORE": store}))
    crawler.stats = MemoryStatsCollector(crawler)
    crawler.spider = ExampleHall.from_crawler(crawler)
    return crawler


def item(identity: Any = "a", day: str | None = "2026-12-01", title: Any = "Act", **more: Any) -> RawEventItem:
    fields: dict[str, Any] = {"source": "example_hall", "fetched_at": FETCHED} | more
    return RawEventItem(source_event_id=identity, event_day=day, title=title, **fields)


def told_apart(*items: RawEventItem) -> list[RawEventItem]:
    pipeline = DuplicatePipeline(crawler_of(store=False))
    return [pipeline.process_item(met) for met in items]


def test_an_id_of_two_days_is_two_events() -> None:
    met = told_apart(item(day="2026-12-01"), item(day="2026-12-08"), item(day=None), item(day="2026-12-08"))
    assert [m.source_event_id for m in met] == ["a", "a@2026-12-08", "a@undated", "a@2026-12-08"]


def test_what_was_met_later_on_one_day_is_the_later_version_even_of_one_answer() -> None:
    first, second, third = told_apart(item(title="First"), item(title="Second"), item(title="Third"))
    assert first.fetched_at < second.fetched_at < third.fetched_at
    assert (third.fetched_at - first.fetched_at).total_seconds() < 1


def test_doubles_are_counted() -> None:
    crawler = crawler_of(store=False)
    pipeline = DuplicatePipeline(crawler)
    for met in (item(), item(), item(day="2026-12-02")):
        pipeline.process_item(met)
    assert crawler.stats.get_value("duplicates/same_day") == 1
    assert crawler.stats.get_value("duplicates/other_day") == 1


def hang_up(store: StorePipeline) -> None:
    """Close the connection of a pipeline's run, as the run's verdict does in a crawl."""
    if store.run is not None:
        store.run.connection.close()
        store.run.engine.dispose()


async def stored(crawler: Crawler, *items: RawEventItem) -> None:
    """Put items through the pipelines of a crawl that begins and ends with them."""
    doubles, store = DuplicatePipeline(crawler), StorePipeline(crawler)
    await store.open_spider()
    for met in items:
        with suppress(DropItem):
            assert isinstance(await store.process_item(doubles.process_item(met)), RawEventItem)
    await store.close_spider()
    hang_up(store)


@pytest.fixture
def storing_crawler(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Crawler:
    monkeypatch.setenv("DATABASE_URL", database_url)
    return crawler_of(store=True)


def rows(engine: Engine) -> dict[str, str | None]:
    with engine.connect() as connection:
        return dict(connection.execute(select(RawEvent.source_event_id, RawEvent.event_name)).all())


def test_one_row_a_day_holds_the_later_version(storing_crawler: Crawler, engine: Engine) -> None:
    met = [item(title="First"), item(title="Second"), item(day="2026-12-08", title="Other night")]
    asyncio.run(stored(storing_crawler, *met))
    assert rows(engine) == {"a": "Second", "a@2026-12-08": "Other night"}
    assert storing_crawler.stats.get_value(run_stats.ITEMS_SEEN) == 2


def test_the_later_version_wins_across_batches(
    storing_crawler: Crawler, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "BATCH_ROWS", 1)
    titles = [f"Version {number}" for number in range(6)]
    asyncio.run(stored(storing_crawler, *(item(title=title) for title in titles)))
    assert rows(engine) == {"a": titles[-1]}
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(RawEventVersion)) == len(titles) - 1


def test_what_fails_the_check_is_kept_with_its_reasons(storing_crawler: Crawler, engine: Engine) -> None:
    met = [
        item("a", title=""),
        item("b", title="T" * 1_000_000),
        item("c", latitude=[1], artists="Band"),
        item(None),
        item("d", payload=object()),
        item("e", title="Good \x00 \ud800 one", payload={"\x00": "\ud800"}),
    ]
    asyncio.run(stored(storing_crawler, *met))
    assert list(rows(engine)) == ["e"]
    with engine.connect() as connection:
        kept = connection.execute(
            select(QuarantinedItem.field, QuarantinedItem.reasons).order_by(QuarantinedItem.id)
        ).all()
    assert [field for field, _ in kept] == ["title", "title", "latitude", "source_event_id", "payload"]
    assert [len(reasons) for _, reasons in kept] == [1, 1, 2, 1, 1]
    assert storing_crawler.stats.get_value(run_stats.QUARANTINED) == 5
    assert storing_crawler.stats.get_value(run_stats.ITEMS_SEEN) == 1


def test_a_row_that_the_database_does_not_take_does_not_take_others_with_it(
    storing_crawler: Crawler, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE raw_events ADD CHECK (event_name <> 'Poison')"))
    asyncio.run(stored(storing_crawler, item("a"), item("b", title="Poison"), item("c")))
    assert list(rows(engine)) == ["a", "c"]
    with engine.connect() as connection:
        (reasons,) = connection.scalars(select(QuarantinedItem.reasons)).all()
    assert "violates check constraint" in reasons[0]


def test_a_batch_is_written_when_it_is_full_or_old(
    storing_crawler: Crawler, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "BATCH_ROWS", 3)
    monkeypatch.setattr(pipelines, "FLUSH_SECONDS", 0.05)

    async def crawl() -> tuple[list[str], list[str]]:
        store = StorePipeline(storing_crawler)
        await store.open_spider()
        for identity in "abcd":
            await store.process_item(item(identity))
        full = list(rows(engine))
        while store.run is not None and store.run.counts.new < 4:
            await asyncio.sleep(0.01)
        old = list(rows(engine))
        await store.close_spider()
        hang_up(store)
        return full, old

    full, old = asyncio.run(asyncio.wait_for(crawl(), 30))
    assert full == ["a", "b", "c"]
    assert old == ["a", "b", "c", "d"]


def test_without_a_database_items_are_checked_all_the_same() -> None:
    crawler = crawler_of(store=False)
    asyncio.run(stored(crawler, item("a"), item("b", title=None)))
    assert crawler.stats.get_value(run_stats.ITEMS_SEEN) == 1
    assert crawler.stats.get_value(run_stats.QUARANTINED) == 1


def test_a_database_that_cannot_be_opened_ends_the_crawl_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    crawler = crawler_of(store=True)
    with pytest.raises(CloseSpider) as closing:
        asyncio.run(stored(crawler))
    assert closing.value.reason == DATABASE_UNAVAILABLE
    assert "127.0.0.1:1" in crawler.stats.get_value(run_stats.FAILURES)[0][1]
