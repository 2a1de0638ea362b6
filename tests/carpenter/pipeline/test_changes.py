"""What readers see that has changed: one change for each, in order, and nothing else."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from sqlalchemy import Engine, text

from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import rebuild
from carpenter.store.decisions import NewDecision, undo_decision, write_decisions
from sms_api.cards import store_missing_cards
from sms_catalog.changes import Change, changes_since, heads, last_rebuilt, reach, replay, states_at
from sms_catalog.event_cards import Place, event_of_card, events_page, record_text
from sms_catalog.events import stream_events
from sms_catalog.query import Query
from sms_catalog.states import states
from sms_database.changes import NewChange, publish_changes, write_changes
from sms_database.ids import row_uuid
from sms_database.session import create_engine_for
from tests.carpenter.histories import Build, History
from tests.carpenter.pipeline.test_same_rows_same_catalog import HISTORIES, tried
from tests.carpenter.raw_rows import ALL_SOURCES, clock, raw, store
from tests.carpenter.replay_history import Player

HALL, OTHER = ALL_SOURCES[0], ALL_SOURCES[1]
NIGHT = "2026-11-27"
FIRST = raw(HALL, "1", "Tin Lantern, Mossback", NIGHT, start_time="20:00")


@pytest.fixture
def built(engine: Engine) -> Engine:
    """A catalog of one show, which its first build has announced to nobody."""
    store(engine, [FIRST])
    run(engine, clock=clock)
    return engine


def news(engine: Engine, since: int = 1) -> list[Change]:
    """The changes of events after the first build."""
    with engine.connect() as connection:
        return [change for change in changes_since(connection, since) if change.entity == "event"]


def test_a_first_build_a_rebuild_and_new_rules_are_one_change_each(built: Engine) -> None:
    store(built, [raw(HALL, "2", "Ivory", NIGHT, start_time="22:00")])
    with built.begin() as connection:
        connection.execute(text("UPDATE carpenter_runs SET rules_hash = 'others'"))
    run(built, clock=clock)
    with built.begin() as connection:
        connection.execute(text("UPDATE events SET title = 'Nonsense'"))
    rebuild(built, clock=clock)
    rebuild(built, clock=clock)  # finds nothing to change
    with built.connect() as connection:
        all_changes = changes_since(connection, 0)
    assert [(c.seq, c.kind, c.entity_id, c.scopes) for c in all_changes] == [
        (number, "rebuilt", None, ["all", "catalog"]) for number in (1, 2, 3)
    ]
    assert [change.cause["reason"] for change in all_changes] == ["first build", "new rules", "rebuild"]


def test_a_new_show_and_what_becomes_of_it(built: Engine) -> None:
    show = raw(HALL, "2", "Ivory", NIGHT, start_time="22:00")
    later = show | {"fetched_at": "2026-11-21T17:00:00Z"}
    store(built, [show])
    run(built, clock=clock)
    store(built, [later | {"start_time": "22:30", "status_text": "Cancelled"}])
    run(built, clock=clock)
    run(built, clock=clock)  # nothing is dirty
    created, changed = news(built)
    assert (created.kind, created.before, created.city) == ("created", None, "seattle")
    assert created.after is not None
    assert (created.after["title"], created.after["starts_at"]) == ("Ivory", "2026-11-28T06:00:00+00:00")
    assert (changed.kind, changed.entity_id) == ("updated", created.entity_id)
    assert changed.before == {"starts_at": "2026-11-28T06:00:00+00:00", "status": "scheduled"}
    assert changed.after == {"starts_at": "2026-11-28T06:30:00+00:00", "status": "cancelled"}


def test_the_heads_of_all_that_a_change_concerns_move_and_no_other(built: Engine) -> None:
    store(built, [raw(HALL, "2", "Ivory", NIGHT, start_time="22:00")])
    run(built, clock=clock)
    (created,) = news(built)
    asked = [*created.scopes, "city:portland", "night:seattle:2026-11-28"]
    with built.connect() as connection:
        found = heads(connection, asked)
    assert {scope for scope in asked if found[scope] >= created.seq} == set(created.scopes)
    kinds = {scope.partition(":")[0] for scope in created.scopes}
    assert kinds == {"all", "city", "night", "event", "artist", "venue"}
    store(built, [raw(HALL, "2", "Ivory", "2026-11-28", start_time="22:00", fetched_at="2026-11-21T17:00:00Z")])
    run(built, clock=clock)
    moved = news(built)[-1]
    assert {f"night:seattle:{day}" for day in ("2026-11-27", "2026-11-28")} <= set(moved.scopes), "left, and entered"


def test_merged_and_parted_shows_name_both(built: Engine) -> None:
    store(built, [raw(HALL, "2", "Something Else", NIGHT, start_time="22:45")])
    run(built, clock=clock)
    first, second = row_uuid(HALL.slug, "1"), row_uuid(HALL.slug, "2")
    with built.begin() as connection:
        (number,) = write_decisions(
            connection, [NewDecision(kind="merge", target=first, value=[str(second)], author="ann")], clock()
        )
    run(built, clock=clock)
    with built.begin() as connection:
        undo_decision(connection, number, deleted_by="ann", deleted_at=clock())
    run(built, clock=clock)
    told = [(c.kind, c.entity_id, c.into_id) for c in news(built) if c.kind != "updated"]
    assert told == [("created", second, None), ("merged", second, first), ("split", second, first)]
    assert all({f"event:{first}", f"event:{second}"} <= set(c.scopes) for c in news(built) if c.into_id)


def test_a_hidden_show_leaves_nothing_behind_but_numbers(built: Engine) -> None:
    store(built, [raw(HALL, "2", "Ivory", NIGHT, start_time="22:00")])
    run(built, clock=clock)
    with built.begin() as connection:
        hide = NewDecision(kind="hide", target=row_uuid(HALL.slug, "2"), author="ann")
        (number,) = write_decisions(connection, [hide], clock())
    run(built, clock=clock)
    created, removed = news(built)
    assert (created.kind, created.before, created.after) == ("created", None, None)
    assert (removed.kind, removed.before, removed.after) == ("removed", None, None)
    with built.connect() as connection:
        told = text("SELECT count(*) FROM changes c WHERE entity = 'event' AND c::text LIKE '%Ivory%'")
        assert connection.scalar(told) == 0
        assert list(replay(connection)) == []
    with built.begin() as connection:
        undo_decision(connection, number, deleted_by="ann", deleted_at=clock())
    run(built, clock=clock)
    again = news(built)[-1]
    assert (again.kind, (again.after or {})["title"]) == ("created", "Ivory")


def test_what_is_learnt_of_a_venue_moves_the_nights_on_which_it_is_listed(built: Engine) -> None:
    place = {"venue_name": "Pier Hall", "venue_city": "Seattle", "venue_region": "WA"}
    store(built, [raw(OTHER, "7", "Ash", NIGHT, start_time="21:00") | place])
    run(built, clock=clock)
    before = news(built)[-1].seq
    later = place | {"venue_address": "1 Bay St"}
    store(built, [raw(OTHER, "8", "Ivory", "2026-11-28", start_time="21:00") | later])
    run(built, clock=clock)
    with built.connect() as connection:
        (learnt,) = [change for change in changes_since(connection, before) if change.entity == "venue"]
    assert (learnt.kind, learnt.before, learnt.after) == ("updated", {"address": None}, {"address": "1 Bay St"})
    assert f"night:seattle:{NIGHT}" in learnt.scopes


class Recorder(Player):
    """Plays a history and keeps what readers could see after each build, by the number of the last change."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.seen: dict[int, dict[str, dict[uuid.UUID, Any]]] = {}

    def _build(self, how: Build) -> None:
        super()._build(how)
        self.look()

    def look(self) -> None:
        publish_changes(self.engine)
        self._compare_cards()
        with self.engine.connect() as connection:
            self.seen[reach(connection).newest] = {
                entity: dict(states(connection, entity, connection.scalars(text(f"SELECT id FROM {entity}s")).all()))
                for entity in ("event", "venue", "artist")
            }

    def _compare_cards(self) -> None:
        """Every card that stands shows its event as it is; then the missing ones are stored."""
        with self.engine.connect() as connection:
            events = {event.id: event for event in stream_events(connection, Query())}
            cards = connection.execute(text("SELECT event_id, record, event FROM event_cards")).all()
            waiting = set(connection.scalars(text(_EVENTS_OF_DIRTY_ROWS)))
        for card in cards:
            if card.event_id not in waiting:
                event = events[card.event_id]
                assert (card.record, event_of_card(card.event)) == (record_text(event), event)
        place: Place | None = Place(date.min)
        while place is not None:
            place = store_missing_cards(self.engine, place)


_EVENTS_OF_DIRTY_ROWS = (
    "SELECT s.event_id FROM event_sources s JOIN dirty_raw_events d USING (raw_event_id) WHERE s.event_id IS NOT NULL"
)


@pytest.fixture
def recorder(new_database: Callable[[], str]) -> Iterator[Recorder]:
    engine = create_engine_for(new_database())
    yield Recorder(engine)
    engine.dispose()


@tried(8)
@given(history=HISTORIES)
def test_the_changes_replayed_are_the_tables_and_undone_what_was_before(recorder: Recorder, history: History) -> None:
    recorder.seen = {}
    recorder.play(history)
    recorder.look()
    with recorder.engine.connect() as connection:
        assert list(replay(connection)) == []
        numbers = connection.scalars(text("SELECT seq FROM changes ORDER BY id")).all()
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), "dense, none left unnumbered"
        rebuilt = last_rebuilt(connection, len(numbers))
        told_no_more = "SELECT entity_id FROM changes WHERE kind <> 'rebuilt' AND before IS NULL AND after IS NULL"
        hidden = set(connection.scalars(text(told_no_more)))
        for seq, seen in recorder.seen.items():
            for entity, expected in seen.items() if seq >= rebuilt else ():
                ids = set(connection.scalars(text("SELECT entity_id FROM changes WHERE entity = :e"), {"e": entity}))
                found = states_at(connection, entity, ids | expected.keys(), seq)
                assert {i: s for i, s in found.items() if i not in hidden} == {
                    i: s for i, s in expected.items() if i not in hidden
                }, (seq, entity)


@pytest.mark.trust(41)
def test_a_reader_loses_nothing_though_eight_writers_commit_out_of_order(engine: Engine) -> None:
    each, writers = 30, 8
    barrier = threading.Barrier(writers + 1)

    def write(writer: int) -> None:
        barrier.wait()
        for number in range(each):
            with engine.connect() as connection:
                transaction = connection.begin()
                for part in range(1 + number % 3):
                    change = NewChange(
                        at=clock(),
                        kind="created",
                        entity="artist",
                        entity_id=uuid.uuid4(),
                        scopes=["all"],
                        after={"writer": writer, "number": number, "part": part},
                    )
                    write_changes(connection, [change])
                if number % 7 == 6:
                    transaction.rollback()
                else:
                    transaction.commit()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    read: list[Change] = []

    def follow() -> None:
        publish_changes(engine)
        with engine.connect() as connection:
            read.extend(changes_since(connection, read[-1].seq if read else 0, limit=10_000))

    barrier.wait()
    while any(thread.is_alive() for thread in threads):
        follow()
    follow()
    assert [change.seq for change in read] == list(range(1, len(read) + 1))
    expected = {
        (writer, number, part)
        for writer in range(writers)
        for number in range(each)
        if number % 7 != 6
        for part in range(1 + number % 3)
    }
    told = [tuple((change.after or {})[name] for name in ("writer", "number", "part")) for change in read]
    assert (set(told), len(told)) == (expected, len(expected))
    order = {key: place for place, key in enumerate(told)}
    assert all(order[w, n, p] < order[w, n, p + 1] for w, n, p in told if (w, n, p + 1) in order)


def test_the_calendar_as_it_was_is_asked_by_the_same_query(built: Engine) -> None:
    """Each build has its day; what it changed is not there the day before."""
    days = [clock() + timedelta(days=day) for day in range(4)]
    show = raw(HALL, "2", "Ivory", NIGHT, start_time="22:00", price_text="$10")
    later = [
        show,
        show | {"title": "Ivory, Ash", "price_text": "$30", "fetched_at": "2026-11-21T17:00:00Z"},
        show | {"event_day": "2026-11-28", "fetched_at": "2026-11-22T17:00:00Z"},
    ]
    for day, row in zip(days[1:], later, strict=True):
        store(built, [row])
        run(built, clock=lambda day=day: day)
    night = Query(city="seattle", first_night=date(2026, 11, 27), last_night=date(2026, 11, 27))
    asked = {
        "all": night,
        "cheap": replace(night, price_max=Decimal(20)),
        "words": replace(night, words="ash"),
        "moved": Query(city="seattle", first_night=date(2026, 11, 28)),
    }

    def found(at: date | datetime | None) -> dict[str, list[tuple[str, list[str]]]]:
        with built.connect() as connection:
            return {
                name: [
                    (event.title, [act["name"] for act in event.artists])
                    for event in events_page(connection, replace(query, at=at), limit=10).events
                ]
                for name, query in asked.items()
            }

    first = ("Tin Lantern, Mossback", ["Tin Lantern", "Mossback"])
    assert found(days[0] - timedelta(seconds=1)) == {"all": [], "cheap": [], "words": [], "moved": []}, "not begun"
    assert found(days[0]) == {"all": [first], "cheap": [], "words": [], "moved": []}
    ivory, both = ("Ivory", ["Ivory"]), ("Ivory, Ash", ["Ivory", "Ash"])
    assert found(days[1]) == {"all": [first, ivory], "cheap": [ivory], "words": [], "moved": []}
    assert found(days[2]) == {"all": [first, both], "cheap": [], "words": [both], "moved": []}
    assert found(days[2].date()) == found(days[2])
    assert found(days[3]) == found(None) == {"all": [first], "cheap": [], "words": [], "moved": [ivory]}
