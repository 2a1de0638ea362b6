"""The whole of a scene as files: what the manifest says of them is so, and a mirror can go on from there."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from carpenter.pipeline.build import run
from sms_api.feeds.bulk_files import FRESH_FOR, Edition, current_edition, write_records
from sms_catalog.changes import changes_since
from sms_database.changes import publish_changes
from tests.api.served import Served
from tests.carpenter.raw_rows import HOUSE_CALENDAR, MORNING, clock, raw, store

FACTS = {"licence": "facts"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Editions are written where nobody else's are."""
    monkeypatch.setenv("SMS_HOME", str(tmp_path))


def test_each_file_is_what_the_manifest_says(served: Served) -> None:
    manifest = served.ask("/bulk/seattle/manifest.json").json
    assert manifest["licence"].startswith("Facts.")
    assert manifest["changes"] == f"{served.url}/v1/changes?since={manifest['seq']}"
    for kind, told in manifest["files"].items():
        answer = served.ask(told["url"].removeprefix(served.url))
        assert answer.headers["content-type"] == "application/x-ndjson"
        assert hashlib.sha256(answer.body).hexdigest() == told["sha256"]
        assert (len(answer.body), len(answer.body.splitlines())) == (told["bytes"], told["records"])
        assert told["records"] > 0
        held = {"If-None-Match": answer.headers["etag"]}
        assert served.ask(told["url"].removeprefix(served.url), headers=held).status == 304
        short = served.ask(f"/bulk/seattle/{kind}.ndjson")
        assert (short.status, short.headers["location"]) == (302, told["url"].removeprefix(served.url))
    events = served.ask("/bulk/seattle/events.ndjson").headers["location"]
    listed = served.ask("/v1/events?city=seattle&limit=200").json["events"]
    assert [orjson.loads(line) for line in served.ask(events).body.splitlines()] == listed
    assert served.ask("/bulk/seattle/manifest.json").json == manifest


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/bulk/atlantis/manifest.json", 404),
        ("/bulk/..%2f..%2fx/manifest.json", 404),
        ("/bulk/%2e%2e/1-000000000000/events.ndjson", 404),
        ("/bulk/seattle/raw.ndjson", 404),
        ("/bulk/seattle/1-000000000000/events.ndjson", 410),
        ("/bulk/seattle/../events.ndjson", 410),
    ],
)
def test_there_is_nothing_else_to_fetch(served: Served, path: str, status: int) -> None:
    assert served.ask(path).status == status


def test_an_edition_is_given_out_until_more_has_changed_and_it_is_old(engine: Engine, tmp_path: Path) -> None:
    def build(source_event_id: str) -> None:
        store(engine, [raw(HOUSE_CALENDAR, source_event_id, "Tin Lantern", f"2026-12-0{source_event_id}")])
        run(engine, clock=clock)
        publish_changes(engine)

    def current(minutes: int) -> Edition:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            return current_edition(connection, tmp_path, "seattle", FACTS, MORNING + timedelta(minutes=minutes))

    late = FRESH_FOR.seconds // 60
    build("1")
    first = current(0)
    assert current(late) == first, "nothing has changed"
    build("2")
    assert current(late - 1) == first
    second = current(late)
    assert second.manifest["seq"] > first.manifest["seq"]
    assert (first.manifest["files"]["events"]["records"], second.manifest["files"]["events"]["records"]) == (1, 2)
    with engine.connect() as connection:
        since = changes_since(connection, first.manifest["seq"])
    assert [change.kind for change in since if change.entity == "event"] == ["created"], "a mirror goes on with these"
    assert first.directory.is_dir(), "whoever reads it may finish"
    build("3")
    third = current(2 * late)
    assert (first.directory.exists(), second.directory.is_dir(), third.directory.is_dir()) == (False, True, True)
    assert {entry.name for entry in tmp_path.iterdir()} == {second.directory.name, third.directory.name}


def test_a_file_of_any_length_takes_the_same_memory(tmp_path: Path) -> None:
    def records(count: int) -> Iterator[dict[str, Any]]:
        return ({"id": number, "title": "x" * 500} for number in range(count))

    tracemalloc.start()
    told = write_records(tmp_path / "long.ndjson", records(20_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told["bytes"] > 10_000_000
    assert peak < 500_000
