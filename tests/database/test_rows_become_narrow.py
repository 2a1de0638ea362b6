"""Migration 0008 on what real sources published: `payload` and `source_url` leave `data`, and nothing else changes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

import orjson
import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from carpenter.pipeline.build import run
from carpenter.store.decisions import NewDecision, undo_decision, write_decisions
from sms_catalog.raw_rows import stream_raw
from sms_catalog.records import raw_record
from sms_database import migrations
from sms_database.exchange import exchange_form
from sms_database.ids import row_uuid
from sms_database.raw_check import check_item
from sms_database.raw_store import store_raw_events
from sms_database.schema import REVISION
from sms_database.sources import SourceFacts, store_source
from tests.carpenter.catalog_dump import catalog_dump
from tests.carpenter.raw_rows import clock
from tests.conftest import ROOT
from tests.database.test_migrations_on_data import alembic, reading

pytestmark = pytest.mark.trust(39)

FETCHED = "2026-11-20T17:00:00Z"

_STORED = 'SELECT data, content_hash FROM raw_events ORDER BY source COLLATE "C", source_event_id COLLATE "C"'
_MIGRATE = "import sys; from sms_database.migrations import upgrade; upgrade(sys.argv[1])"


def recorded_items() -> list[dict[str, Any]]:
    """What the sources of all recordings published, each row once."""
    read = [json.loads(path.read_text())["items"] for path in sorted((ROOT / "tests/recordings").glob("*/items.json"))]
    items = {
        (item["source"], item["source_event_id"]): item | {"fetched_at": FETCHED} for each in read for item in each
    }
    return [items[key] for key in sorted(items)]


@pytest.fixture
def recorded(engine: Engine) -> Engine:
    """A database with the items of all recordings and an earlier version of each, decisions, one undone, and the
    catalog of it all.
    """
    items = recorded_items()
    earlier = [item | {"fetched_at": "2020-01-01T00:00:00Z", "payload": {"was": item.get("payload")}} for item in items]
    with engine.begin() as connection:
        for slug in sorted({item["source"] for item in items}):
            store_source(connection, SourceFacts(slug=slug, kind="feed", title=slug, city="seattle"))
        store_raw_events(connection, [check_item(item) for item in (*earlier, *items)])
    run(engine, clock=clock)
    with engine.begin() as connection:
        targets = [row_uuid(item["source"], item["source_event_id"]) for item in items[:2]]
        decisions = [NewDecision(kind="hide", target=target, author="ann") for target in targets]
        _, undone = write_decisions(connection, decisions, clock())
        undo_decision(connection, undone, deleted_by="bob", deleted_at=clock())
    run(engine, clock=clock)
    return engine


def exported(engine: Engine) -> list[bytes]:
    """The lines of `carpenter export --what raw`."""
    with engine.connect() as connection:
        return [orjson.dumps(raw_record(row)) for row in stream_raw(connection)]


def test_real_rows_go_down_and_up_again_and_every_item_id_and_hash_is_the_same(recorded: Engine) -> None:
    raw, catalog = exported(recorded), catalog_dump(recorded)
    items = [check_item(item) for item in recorded_items()]
    assert len(items) > 500
    assert [orjson.loads(line) for line in raw] == [exchange_form(item.data, FETCHED) for item in items]

    alembic(recorded, "downgrade", "0007")
    with recorded.connect() as connection:
        stored = connection.execute(text(_STORED)).all()
        assert [tuple(row) for row in stored] == [(item.data, item.content_hash) for item in items]
        assert connection.scalar(text("SELECT count(*) FROM decisions")) == 1
        versions = "SELECT count(*) FROM raw_event_versions WHERE data->'payload' ? 'was'"
        assert connection.scalar(text(versions)) == len(items)
    alembic(recorded, "upgrade", "0008")

    assert exported(recorded) == raw
    after = catalog_dump(recorded)
    assert [table for table in catalog if table != "events" and after[table] != catalog[table]] == []
    migrations.upgrade(recorded)
    run(recorded, clock=clock)
    assert catalog_dump(recorded) == catalog


def test_the_night_that_the_migration_gives_is_that_of_the_build(recorded: Engine) -> None:
    nights = "SELECT id, night, block_night FROM events ORDER BY id"
    with recorded.connect() as connection:
        built = connection.execute(text(nights)).all()
    assert any(event.night != event.block_night for event in built)
    alembic(recorded, "downgrade", "0007")
    alembic(recorded, "upgrade", "0008")
    with recorded.connect() as connection:
        assert connection.execute(text(nights)).all() == built


def test_killed_after_rows_have_moved_the_next_migration_carries_on(recorded: Engine, database_url: str) -> None:
    raw = exported(recorded)
    alembic(recorded, "downgrade", "0007")
    migrator = subprocess.Popen([sys.executable, "-c", _MIGRATE, database_url], cwd=ROOT)
    url = database_url.replace("+psycopg", "")
    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE events%'"
    with reading(database_url, "events"), psycopg.connect(url, autocommit=True) as other:
        while not other.execute(waiting).fetchone():
            assert migrator.poll() is None
        migrator.send_signal(signal.SIGKILL)
        migrator.wait()
        assert other.execute("SELECT count(*) FROM raw_events WHERE data ? 'payload'").fetchone() == (0,)
        assert migrations.current_revision(recorded) == "0007"

    migrations.upgrade(recorded)

    assert migrations.current_revision(recorded) == REVISION
    assert exported(recorded) == raw


def test_a_program_of_the_schema_before_cannot_write_a_row_half_of_which_would_be_lost(engine: Engine) -> None:
    with engine.begin() as connection:
        store_source(connection, SourceFacts(slug="paper", kind="feed", title="Paper"))
    insert = text(
        "INSERT INTO raw_events (source, source_event_id, data, content_hash, fetched_at, first_seen_at, last_seen_at,"
        " changed_at) VALUES ('paper', '1', :data, '', now(), now(), now(), now())"
    )
    with pytest.raises(IntegrityError, match="data_is_narrow"), engine.begin() as connection:
        connection.execute(insert, {"data": json.dumps({"title": "Tin Lantern", "payload": {}})})


def test_no_list_and_no_build_reads_a_payload(recorded: Engine) -> None:
    """Where the column is unreadable, all but what hands out whole items goes on."""
    with recorded.begin() as connection:
        connection.execute(text("ALTER TABLE raw_events RENAME payload TO nobody_reads_this"))
        connection.execute(text("UPDATE carpenter_runs SET rules_hash = 'others'"))
    catalog = catalog_dump(recorded)
    run(recorded, clock=clock)
    assert catalog_dump(recorded) == catalog
