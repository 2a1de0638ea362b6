"""Promise 1: what was yielded is kept, every version of it, whatever the order in which it arrives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sms_database.raw_check import ItemRejected, check_item
from sms_database.raw_event import FIELD_NAMES, RawEventItem
from sms_database.raw_store import QuarantineEntry, StoreCounts, quarantine, store_raw_events
from sms_database.sources import ensure_sources

MONDAY = datetime(2026, 11, 16, 17, tzinfo=UTC)


def item(title: str, fetched: int = 0, **fields: Any) -> dict[str, Any]:
    given = {"source": "house", "source_event_id": "1", "title": title, "event_day": "2026-11-27"}
    return given | {"fetched_at": (MONDAY + timedelta(days=fetched)).isoformat()} | fields


def store(engine: Engine, *items: dict[str, Any]) -> StoreCounts:
    with engine.begin() as connection:
        ensure_sources(connection, ["house"])
        return store_raw_events(connection, [check_item(i) for i in items])


def held(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(
            connection.execute(text("SELECT event_name, first_seen_at, last_seen_at FROM raw_events ORDER BY 1"))
        )


def versions(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT data->>'title' FROM raw_event_versions ORDER BY fetched_at")))


@pytest.mark.trust(2)
def test_an_unchanged_row_only_moves_its_sightings(engine: Engine) -> None:
    assert store(engine, item("Tin Lantern")) == StoreCounts(new=1)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM dirty_raw_events"))
    assert store(engine, item("Tin Lantern", fetched=3)) == StoreCounts(unchanged=1)
    assert held(engine) == [("Tin Lantern", MONDAY, MONDAY + timedelta(days=3))]
    assert versions(engine) == []
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM dirty_raw_events")) == 0


def test_a_changed_row_keeps_its_earlier_version(engine: Engine) -> None:
    store(engine, item("Tin Lantern"))
    assert store(engine, item("Tin Lantern, Mossback", fetched=1)) == StoreCounts(changed=1)
    assert [row.event_name for row in held(engine)] == ["Tin Lantern, Mossback"]
    assert versions(engine) == ["Tin Lantern"]


def test_what_a_build_goes_by_makes_a_row_dirty_when_it_changes(engine: Engine) -> None:
    store(engine, item("Tin Lantern", fetched=1), item("Mossback", fetched=1, source_event_id="2"))
    older, newer = item("Tin Lantern at eight"), item("Tin Lantern, Mossback", fetched=2)
    for change in (older, newer):
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM dirty_raw_events"))
        store(engine, change)
        with engine.connect() as connection:
            dirty = "SELECT source_event_id FROM dirty_raw_events JOIN raw_events ON id = raw_event_id"
            assert connection.scalars(text(dirty)).all() == ["1"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_versions_are_ordered_by_when_they_were_fetched(engine: Engine, order: tuple[int, ...]) -> None:
    for number in order:
        store(engine, item(f"Version {number}", fetched=number))
    assert held(engine) == [("Version 2", MONDAY, MONDAY + timedelta(days=2))]
    assert versions(engine) == ["Version 0", "Version 1"]


def test_versions_of_one_id_in_one_batch_are_taken_one_after_the_other(engine: Engine) -> None:
    counts = store(engine, item("Second", fetched=2), item("First"), item("Other", source_event_id="2"))
    assert counts == StoreCounts(new=2, changed=1)
    assert [row.event_name for row in held(engine)] == ["Other", "Second"]
    assert versions(engine) == ["First"]


def test_a_row_that_comes_back_is_listed_and_dirty_again(engine: Engine) -> None:
    store(engine, item("Tin Lantern"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE raw_events SET unlisted_at = last_seen_at"))
        connection.execute(text("DELETE FROM dirty_raw_events"))
    store(engine, item("Tin Lantern", fetched=1))
    with engine.connect() as connection:
        listed = text("SELECT unlisted_at FROM raw_events JOIN dirty_raw_events ON raw_event_id = id")
        assert connection.execute(listed).one() == (None,)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("title", None, "title: missing"),
        ("title", "  \x00 ", "title: missing"),
        ("title", "x" * 1_000_000, "title: 1000000 characters, more than 10000"),
        ("title", {"text": "Tin Lantern"}, "title: text was expected, not dict"),
        ("source_event_id", "", "source_event_id: missing"),
        ("fetched_at", "yesterday", "fetched_at: 'yesterday' is no ISO instant"),
        ("fetched_at", "2026-11-16T09:00:00", "fetched_at: 2026-11-16T09:00:00 has no zone"),
        ("artists", ["Tin Lantern"], "artists: a performer is an object with a name, not str"),
        ("latitude", "north", "latitude: 'north' is no number that can be stored"),
        ("latitude", float("nan"), "latitude: nan is no number that can be stored"),
        ("payload", float, "payload: Type is not JSON serializable: type"),
    ],
)
def test_what_cannot_be_stored_is_rejected_with_the_field_and_the_reason(field: str, value: Any, reason: str) -> None:
    with pytest.raises(ItemRejected) as rejected:
        check_item(item("Tin Lantern") | {field: value})
    assert rejected.value.reasons == [reason]
    assert rejected.value.field == field


@pytest.mark.trust(16)
def test_deep_nesting_is_rejected_and_not_a_crash() -> None:
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(ItemRejected, match="payload: "):
        check_item(item("Tin Lantern", payload=deep))


@pytest.mark.parametrize("day", ["2026-02-31", "TBA", "soon"])
def test_a_bad_day_is_no_reason_to_reject(engine: Engine, day: str) -> None:
    store(engine, item("Tin Lantern", event_day=day))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT event_day, data->>'event_day' FROM raw_events")).one() == (None, day)


def test_text_that_postgresql_cannot_hold_is_stored_without_it(engine: Engine) -> None:
    store(engine, item("Tin\x00 Lan\ud800tern", payload={"a\x00": ["b\udfff"]}))
    with engine.connect() as connection:
        row = connection.execute(text("SELECT event_name, payload FROM raw_events")).one()
    assert row == ("Tin Lan?tern", {"a": ["b?"]})


def test_quarantine_keeps_a_broken_record_once_a_place(engine: Engine) -> None:
    entry = QuarantineEntry(
        source="house", origin="https://x.example", field="title", reasons=["title: missing"], item={}
    )
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    unstorable = QuarantineEntry(source="house", origin="f:2", field=None, reasons=["payload"], item=deep)
    for expected in (2, 0):
        with engine.begin() as connection:
            assert quarantine(connection, [entry, unstorable]) == expected


def test_the_item_and_its_documentation_agree() -> None:
    assert FIELD_NAMES[:4] == ("source", "source_event_id", "source_url", "fetched_at")
    with pytest.raises(TypeError):
        RawEventItem("house", "1")  # type: ignore[misc]


def test_white_space_is_folded_and_a_title_keeps_its_lines() -> None:
    checked = check_item(item(" Tin  Lantern \r\n\n w/ Mossback ") | {"venue_name": "Pier \n Hall"})
    assert checked.data["title"] == "Tin Lantern\nw/ Mossback"
    assert checked.data["venue_name"] == "Pier Hall"
