"""What is counted of requests: sums that equal what was asked, survive, add up, and tell of nobody."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, NullPool, text
from typer.testing import CliRunner

from sms_api.__main__ import app
from sms_api.app import create_app
from sms_api.settings import ApiSettings
from sms_api.usage.book import UsageBook, monday_before
from sms_api.usage.counters import MOST_KEYS, UsageCounters
from sms_database.session import create_engine_for
from sms_database.usage import SLOWNESS_MS, UsageKey, UsageSum, add_usage, forget_hours, roll_up_usage
from tests.api.served import NOW, serving
from tests.api.test_readiness import shut

ASKED = (
    *("/", "/", "/seattle/week?free=yes&hood=Ballard", "/seattle/week?free=yes", "/seattle.ics", "/seattle.ics"),
    *("/v1/events?when=tonight&price=20", "/search?q=nobody+is+called+so", "/search?q=lantern", "/search?q=lantern"),
    *("/nowhere/at/all", "/v1/events?citty=seattle", "/oembed", "/search"),
)

SECRETS = {
    "user-agent": "Zyzzyva-Browser/9 (Ada Prewitt's phone)",
    "x-forwarded-for": "203.0.113.77",
    "referer": "https://diary.example/zyzzyva-page",
    "cookie": "session=zyzzyva-cookie",
    "x-request-id": "zyzzyva-request-id",
}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine_for(database_url, poolclass=NullPool)
    yield engine
    engine.dispose()


def counted(engine: Engine) -> dict[tuple[str, str, str], int]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT subject, name, outcome, sum(times) FROM usage_counts GROUP BY 1, 2, 3"))
        return {(subject, name, outcome): int(times) for subject, name, outcome, times in rows}


def test_an_access_log_that_is_played_again_is_counted_as_it_is(
    catalog_url: str, catalog_engine_without_usage: Engine
) -> None:
    with serving(create_app(catalog_url, ApiSettings(reads_per_minute=0, searches_per_minute=0), lambda: NOW)) as site:
        for path in ASKED:
            site.ask(path)
        tag = site.ask("/seattle.ics").headers["etag"]
        assert site.ask("/seattle.ics", headers={"if-none-match": tag}).status == 304
    found = counted(catalog_engine_without_usage)
    routes = {key[1:]: times for key, times in found.items() if key[0] == "route"}
    assert routes == {
        ("GET /", "2xx"): 2,
        ("GET /{city}/week", "2xx"): 2,
        ("GET /{page:page}.{ending:ending}", "2xx"): 3,
        ("GET /{page:page}.{ending:ending}", "3xx"): 1,
        ("GET /v1/events", "2xx"): 1,
        ("GET /v1/events", "4xx"): 1,
        ("GET /search", "2xx"): 4,
        ("GET /oembed", "4xx"): 1,
        ("GET -", "4xx"): 1,
    }
    assert {key[1:]: times for key, times in found.items() if key[0] == "filter"} == {
        ("free", "2xx"): 2,
        ("hood", "2xx"): 1,
        ("when", "2xx"): 1,
        ("price", "2xx"): 1,
        ("q", "2xx"): 3,
    }
    assert {key[1:]: times for key, times in found.items() if key[0] == "search"} == {
        ("/search", "found"): 2,
        ("/search", "nothing found"): 1,
    }
    assert {key[1:]: times for key, times in found.items() if key[0] == "feed"} == {
        ("ics", "2xx"): 3,
        ("ics", "3xx"): 1,
    }


def test_no_row_tells_of_anybody(catalog_url: str, catalog_engine_without_usage: Engine) -> None:
    asked = (
        "/search?q=zyzzyva+tickets&near=47.61,-122.33",
        "/v1/events?artist=zyzzyva",
        "/zyzzyva",
        "/seattle?zyzzyva=1",
    )
    with serving(create_app(catalog_url, ApiSettings(trusted_proxies="127.0.0.1/32"), lambda: NOW)) as site:
        for path in asked:
            site.ask(path, headers=SECRETS)
            site.ask(path, method="ZYZZYVA", headers=SECRETS)
    with catalog_engine_without_usage.connect() as connection:
        rows = list(connection.execute(text("SELECT c::text FROM usage_counts c")).scalars())
        rows += connection.execute(text("SELECT r::text FROM usage_rollups r")).scalars()
    assert len(rows) > len(asked)
    told = "\n".join(rows).lower()
    assert [word for word in ("zyzzyva", "prewitt", "203.0", "127.0.0.1", "47.61", "diary") if word in told] == []


@pytest.fixture
def catalog_engine_without_usage(catalog_url: str) -> Iterator[Engine]:
    engine = create_engine_for(catalog_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE usage_counts, usage_rollups"))
    yield engine
    engine.dispose()


hours = st.integers(0, 24 * 90).map(lambda hour: datetime(2026, 9, 1, tzinfo=UTC) + timedelta(hours=hour))
keys = st.builds(
    UsageKey,
    hours,
    st.sampled_from(["route", "feed"]),
    st.sampled_from(["GET /", "ics"]),
    st.sampled_from(["2xx", "4xx"]),
)
sums = st.lists(st.floats(0, 9_000), min_size=1, max_size=4).map(
    lambda took: UsageSum(len(took), sum(took), [sum(_class_of(each) == n for each in took) for n in range(11)])
)


def _class_of(milliseconds: float) -> int:
    return sum(milliseconds > bound for bound in SLOWNESS_MS)


@given(st.lists(st.dictionaries(keys, sums, max_size=6), max_size=4), st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_days_and_weeks_are_the_sums_of_their_hours(
    engine: Engine, flushes: list[dict[UsageKey, UsageSum]], forgets: bool
) -> None:
    first, last = monday_before(date(2026, 8, 31)), date(2026, 12, 2)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE usage_counts, usage_rollups"))
        for flush in flushes:
            add_usage(connection, flush)
        assert roll_up_usage(connection, since=first, until=last)
        once = rollups(connection)
        if forgets:  # what is deleted stays in the sums
            middle = monday_before(date(2026, 10, 15))
            forget_hours(connection, middle)
            assert roll_up_usage(connection, since=middle, until=last)
            assert rollups(connection) == once
    for period in ("day", "week"):
        wanted: Counter[tuple[Any, ...]] = Counter()
        slow: dict[tuple[Any, ...], list[int]] = {}
        for key, total in (item for flush in flushes for item in flush.items()):
            day = key.hour.date()
            group = (day if period == "day" else monday_before(day), *key[1:])
            wanted[group] += total.times
            slow[group] = [a + b for a, b in zip(slow.get(group, [0] * 11), total.by_slowness, strict=True)]
        assert {key[1:]: value[0] for key, value in once.items() if key[0] == period} == dict(wanted)
        assert {key[1:]: value[1] for key, value in once.items() if key[0] == period} == slow


def rollups(connection: Connection) -> dict[tuple[Any, ...], tuple[int, list[int]]]:
    rows = connection.execute(
        text("SELECT period, begins, subject, name, outcome, times, by_slowness FROM usage_rollups")
    )
    return {tuple(row)[:5]: (row.times, row.by_slowness) for row in rows}


def test_what_cannot_be_kept_is_counted_on(
    engine: Engine, server_url: str, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    now = NOW
    counters = UsageCounters(lambda: now, ["atom"])
    book = UsageBook(database_url, counters, days=14)
    scope = {"type": "http", "method": "GET", "path": "/seattle.atom", "query_string": b"", "state": {}}
    with shut(server_url, database_url):
        counters.requested(scope, "/{page:page}.{ending:ending}", 200, 3.0)
        book.keep(now)
        book.keep(now)
    assert [record.levelname for record in caplog.records] == ["WARNING"]  # once, however long it takes
    counters.requested(scope, "/{page:page}.{ending:ending}", 200, 30.0)
    book.close(now)
    assert counted(engine)["route", "GET /{page:page}.{ending:ending}", "2xx"] == 2


def test_memory_has_an_end_and_what_is_beyond_is_told(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    hour = iter(range(MOST_KEYS * 2))
    counters = UsageCounters(lambda: NOW + timedelta(hours=next(hour)))
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "state": {}}
    for _ in range(MOST_KEYS + 7):
        counters.requested(scope, "/", 200, 1.0)
    assert (len(counters.taken()), counters.lost) == (MOST_KEYS, 7)
    UsageBook(database_url, counters, days=14).close(NOW)
    assert "7 counts" in caplog.text


def test_the_command_prints_what_was_counted(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    nothing = CliRunner().invoke(app, ["usage", "--since", "2026-11-01", "--until", "2026-11-30"])
    assert (nothing.exit_code, nothing.output.split(" ")[0]) == (0, "nothing")
    key = UsageKey(datetime(2026, 11, 20, 9, tzinfo=UTC), "route", "GET /", "2xx")
    with engine.begin() as connection:
        add_usage(connection, {key: UsageSum(3, 60.0, [0, 0, 3, *[0] * 8])})
        roll_up_usage(connection, since=date(2026, 11, 2), until=date(2026, 11, 30))
    dates = ["--since", "2026-11-01", "--until", "2026-11-30"]
    for by, begins in (("hour", "2026-11-20T09:00:00+00:00"), ("day", "2026-11-20"), ("week", "2026-11-16")):
        told = json.loads(CliRunner().invoke(app, ["usage", "--by", by, "--json", *dates]).output)
        assert told == [
            {
                "begins": begins,
                "subject": "route",
                "name": "GET /",
                "outcome": "2xx",
                "times": 3,
                "mean_ms": 20.0,
                "p95_ms": 25,
            }
        ]
    printed = CliRunner().invoke(app, ["usage", "--csv", *dates]).output
    assert [row["times"] for row in csv.DictReader(io.StringIO(printed))] == ["3"]
    assert "GET /" in CliRunner().invoke(app, ["usage", *dates]).output
    assert "nothing" in CliRunner().invoke(app, ["usage", "--subject", "feed", *dates]).output
    wrong = CliRunner().invoke(app, ["usage", "--since", "yesterday"])
    assert (wrong.exit_code, "give a day" in wrong.output) == (2, True)


def test_nothing_is_counted_where_the_setting_says_so(catalog_url: str, catalog_engine_without_usage: Engine) -> None:
    with serving(create_app(catalog_url, ApiSettings(usage_days=0), lambda: NOW)) as site:
        site.ask("/")
    assert counted(catalog_engine_without_usage) == {}
