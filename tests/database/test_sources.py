"""The facts of sources: stored whole, kept up to date, and without a trace where nothing differs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from sms_database.raw_check import check_item
from sms_database.raw_store import store_raw_events
from sms_database.sources import NeededKey, SourceFacts, ensure_sources, store_cities, store_source, store_sources
from tests.crawlers.scrapy_command import wait_until

HALL = SourceFacts(
    slug="hall",
    kind="venue",
    title="Hall",
    homepage="https://hall.example",
    city="seattle",
    trust=60,
    complete_listing=True,
    terms="Asks for nothing.",
    platform="Its own",
    keys=(NeededKey(variable="HALL_KEY", where="https://hall.example/keys"),),
    by_name_only="the hall has to agree",
    needs_browser=True,
    may_be_empty=True,
    gives=("start_time", "price_text"),
    politeness={"budget": {"requests": 500, "per": "day", "requests_per_second": 2}, "delay_seconds": 1.5},
)
BAR = SourceFacts(slug="bar", kind="feed", title="Bar")

LOCKS_AND_WRITES = """
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()
    AND locktype <> 'virtualxid' AND mode NOT IN ('AccessShareLock', 'ExclusiveLock')
    OR pid = pg_backend_pid() AND locktype IN ('transactionid', 'advisory')
"""


def stored(engine: Engine, slug: str) -> dict[str, object]:
    with engine.connect() as connection:
        return dict(
            connection.execute(text("SELECT * FROM sources WHERE slug = :slug"), {"slug": slug}).mappings().one()
        )


def dirty(engine: Engine) -> set[str]:
    statement = "SELECT r.source FROM dirty_raw_events d JOIN raw_events r ON r.id = d.raw_event_id"
    with engine.connect() as connection:
        return set(connection.scalars(text(statement)))


def test_all_facts_are_stored(engine: Engine) -> None:
    with engine.begin() as connection:
        assert store_sources(connection, [HALL, BAR]) == 2
    row = stored(engine, "hall")
    assert row == {name: getattr(HALL, name) for name in row} | {
        "keys": list(HALL.keys),
        "gives": list(HALL.gives or ()),
    }


def test_what_differs_is_taken_over_and_nothing_else(engine: Engine) -> None:
    with engine.begin() as connection:
        store_sources(connection, [HALL, BAR])
        assert store_sources(connection, [replace(HALL, by_name_only=None, trust=70), BAR]) == 1
    assert (stored(engine, "hall")["by_name_only"], stored(engine, "hall")["trust"]) == (None, 70)


def test_what_a_source_gives_stays_where_it_is_not_known(engine: Engine) -> None:
    with engine.begin() as connection:
        store_source(connection, HALL)
        assert store_sources(connection, [replace(HALL, gives=None)]) == 0
        assert store_sources(connection, [replace(HALL, gives=None, trust=1)]) == 1
    assert stored(engine, "hall")["gives"] == ["start_time", "price_text"]


def test_where_nothing_differs_nothing_is_written_or_locked(engine: Engine) -> None:
    many = [replace(HALL, slug=f"hall_{number}") for number in range(100)]
    with engine.begin() as connection:
        store_sources(connection, many)
    with engine.begin() as connection:
        assert store_sources(connection, many) == 0
        assert connection.scalar(text(LOCKS_AND_WRITES)) == 0
    with engine.begin() as connection:  # the same question sees a write
        store_source(connection, replace(HALL, slug="hall_1", trust=1))
        assert connection.scalar(text(LOCKS_AND_WRITES)) > 0


@pytest.mark.parametrize(
    ("changed", "is_read_again"),
    [
        (replace(HALL, city=None), True),
        (replace(HALL, trust=1), True),
        (replace(HALL, kind="api"), True),
        (replace(HALL, venue="blue_moon"), True),
        (replace(HALL, title="The Hall"), False),
        (replace(HALL, needs_browser=False), False),
        (replace(HALL, gives=()), False),
    ],
)
def test_rows_are_built_again_where_the_carpenter_goes_by_what_differs(
    engine: Engine, changed: SourceFacts, is_read_again: bool
) -> None:
    with engine.begin() as connection:
        store_sources(connection, [HALL, BAR])
        store_raw_events(connection, [check_item(item(slug)) for slug in ("hall", "bar")])
        connection.execute(text("DELETE FROM dirty_raw_events"))
    with engine.begin() as connection:
        store_sources(connection, [changed, BAR])
    assert dirty(engine) == ({"hall"} if is_read_again else set())


def test_a_plain_entry_takes_the_facts_of_its_spider(engine: Engine) -> None:
    with engine.begin() as connection:
        ensure_sources(connection, ["hall"])
        store_raw_events(connection, [check_item(item("hall"))])
        connection.execute(text("DELETE FROM dirty_raw_events"))
    assert (stored(engine, "hall")["kind"], stored(engine, "hall")["platform"]) == ("feed", None)
    with engine.begin() as connection:
        store_source(connection, HALL)
        ensure_sources(connection, ["hall"])
    assert (stored(engine, "hall")["kind"], stored(engine, "hall")["platform"]) == ("venue", "Its own")
    assert dirty(engine) == {"hall"}


def test_rows_of_a_load_under_way_are_read_again_too(engine: Engine) -> None:
    """A load has entered the source, and not committed yet, when a crawl stores the facts."""

    def store_facts() -> None:
        with engine.begin() as connection:
            store_source(connection, HALL)

    with ThreadPoolExecutor() as pool:
        with engine.begin() as loading:
            store_cities(loading)
            ensure_sources(loading, ["hall"])
            store_raw_events(loading, [check_item(item("hall"))])
            loading.execute(text("DELETE FROM dirty_raw_events"))
            crawl = pool.submit(store_facts)
            wait_until(lambda: someone_waits(engine))
        crawl.result()
    assert stored(engine, "hall")["kind"] == "venue"
    assert dirty(engine) == {"hall"}


def item(source: str) -> dict[str, object]:
    return {"source": source, "source_event_id": "1", "title": "Tin Lantern", "fetched_at": "2026-11-20T17:00:00Z"}


def someone_waits(engine: Engine) -> bool:
    of_this_database = "FROM pg_stat_activity WHERE datname = current_database()"
    with engine.connect() as connection:
        return bool(connection.scalar(text(f"SELECT count(*) {of_this_database} AND wait_event_type = 'Lock'")))
