"""Cards of events: what is stored is never of before a change that is committed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from carpenter.pipeline.build import run
from sms_api.cards import BATCH, CardsInUse, store_missing_cards
from sms_catalog.changes import changes_since
from sms_catalog.event_cards import Place, read_events
from sms_catalog.query import Query
from sms_database.event_cards import forget_cards
from tests.carpenter.raw_rows import ALL_SOURCES, clock, raw, store

BEFORE_ALL = Place(datetime(2026, 1, 1, tzinfo=UTC).date())
HALL = ALL_SOURCES[0]


@pytest.fixture
def built(engine: Engine) -> Engine:
    """A catalog of one show."""
    store(engine, [raw(HALL, "1", "Tin Lantern", "2026-11-27", start_time="20:00")])
    run(engine, clock=clock)
    return engine


def titles(engine: Engine) -> list[tuple[str, bool]]:
    """What lists show, and whether from a card."""
    with engine.connect() as connection:
        carded = set(connection.scalars(text("SELECT event_id FROM event_cards")))
        return [(event.title, event.id in carded) for event in read_events(connection, Query())]


def rename(connection: Connection) -> None:
    connection.execute(text("UPDATE events SET title = 'Ivory'"))


def forget(connection: Connection) -> None:
    forget_cards(connection, events=connection.scalars(text("SELECT id FROM events")).all())


@pytest.mark.parametrize("steps", [(rename, forget), (forget, rename)], ids=["deleted last", "deleted first"])
def test_no_card_outlives_the_change_that_it_does_not_show(
    built: Engine, steps: tuple[Callable[[Connection], None], ...]
) -> None:
    """At whatever moment of the change cards are stored."""
    for moment in range(len(steps) + 1):
        with built.begin() as writer:
            for at, step in enumerate(steps):
                if at == moment:
                    stored_or_in_use(built)
                step(writer)
            if moment == len(steps):
                stored_or_in_use(built)
        assert titles(built) == [("Ivory", False)], moment
        assert store_missing_cards(built, BEFORE_ALL) is None
        assert titles(built) == [("Ivory", True)]
        with built.begin() as writer:
            writer.execute(text("UPDATE events SET title = 'Tin Lantern'"))
            forget(writer)


def stored_or_in_use(engine: Engine) -> None:
    with suppress(CardsInUse):
        store_missing_cards(engine, BEFORE_ALL)


def test_all_of_the_coming_nights_are_stored_batch_by_batch_and_builds_delete_what_they_rewrite(engine: Engine) -> None:
    first = datetime(2026, 11, 27, tzinfo=UTC)
    days = [(first + timedelta(days=number)).date().isoformat() for number in range(BATCH + 1)]
    store(engine, [raw(HALL, day, f"Tin Lantern {number}", day, start_time="20:00") for number, day in enumerate(days)])
    run(engine, clock=clock)
    place = store_missing_cards(engine, BEFORE_ALL)
    assert place is not None
    assert place.night.isoformat() == days[BATCH - 1]
    assert store_missing_cards(engine, place) is None
    assert all(is_carded for _, is_carded in titles(engine))
    changed = raw(HALL, days[3], "Ivory", days[3], start_time="20:00") | {"fetched_at": "2026-11-21T17:00:00Z"}
    store(engine, [changed])
    run(engine, clock=clock)
    shown = titles(engine)
    assert [title for title, is_carded in shown if not is_carded] == ["Ivory"]
    assert store_missing_cards(engine, BEFORE_ALL) is None
    assert ("Ivory", True) in titles(engine)


def test_a_run_by_new_rules_that_dies_at_its_end_leaves_no_card_of_before(
    built: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store_missing_cards(built, BEFORE_ALL) is None
    store(built, [raw(HALL, "1", "Ivory", "2026-11-27", start_time="20:00") | {"fetched_at": "2026-11-21T17:00:00Z"}])
    with built.begin() as connection:
        connection.execute(text("UPDATE carpenter_runs SET rules_hash = 'others'"))

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("carpenter.pipeline.build.run_housekeeping", dies)
        with pytest.raises(KeyboardInterrupt):
            run(built, clock=clock)
    run(built, clock=clock)
    assert titles(built) == [("Ivory", False)]
    with built.connect() as connection:
        assert [change.kind for change in changes_since(connection, 0)] == ["rebuilt", "rebuilt"]
