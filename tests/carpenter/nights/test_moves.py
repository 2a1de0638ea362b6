"""A show that has moved: the sources that still list its old night do not keep it on the calendar twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from carpenter.merge.survivorship import merge
from carpenter.nights.moves import Listed, moved_nights
from carpenter.parsing.days import former_day
from carpenter.pipeline import build, placement
from carpenter.pipeline.build import run
from tests.carpenter.raw_rows import HOUSE_CALENDAR, MORNING, PAPER, SELLER, clock, raw, store
from tests.carpenter.readings import reading
from tests.carpenter.replay_history import Killed, unlike_its_rebuild

NEW = date(2026, 12, 11)


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("Mossback (Rescheduled from 12/04)", date(2026, 12, 4)),
        ("Mossback (rescheduled from Fri, Dec. 4)", date(2026, 12, 4)),
        ("Mossback - moved from December 4th", date(2026, 12, 4)),
        ("Mossback (Originally scheduled for 1/9/27)", date(2027, 1, 9)),
        ("Mossback [postponed from 03/12/2026]", date(2026, 3, 12)),
        ("Mossback (Rescheduled from 01/09)", date(2027, 1, 9)),
        # What only looks like it.
        ("Mossback (Rescheduled to 12/18)", None),
        ("Mossback *Rescheduled*", None),
        ("Moved From Ohio 12 Times", None),
        ("Mossback (Rescheduled from 13/40)", None),
        (None, None),
    ],
)
def test_the_day_that_a_title_says_the_show_has_left(title: str | None, day: date | None) -> None:
    assert former_day(title, NEW) == day


def listed(source: str, night: int, *acts: int, left: int | None = None, **said: Any) -> Listed:
    former = frozenset[date]() if left is None else frozenset({date(2026, 12, left)})
    told: dict[str, Any] = {
        "is_unlisted": False,
        "first_seen_at": MORNING,
        "gave_before": frozenset(),
        "is_called_off": False,
    }
    return Listed(source, date(2026, 12, night), former, frozenset(acts), **(told | said))


OLD = [date(2026, 12, 4)]


@pytest.mark.parametrize(
    ("other", "goes"),
    [
        (listed("paper", 4, 1, 2), {1: NEW}),
        # The announcer's second ticket, or its listing for each act, that it has left behind.
        (listed("house", 4, 1), {1: NEW}),
        # Another act's night, another night, what the announcer keeps called off, one that announces itself.
        (listed("paper", 4, 3), {}),
        (listed("paper", 5, 1), {}),
        (listed("house", 4, 1, is_called_off=True), {}),
        (listed("paper", 4, 1, left=2), {}),
    ],
)
def test_who_follows_an_announcement(other: Listed, goes: dict[int, date]) -> None:
    assert moved_nights({0: listed("house", 11, 1, left=4), 1: other}, OLD) == goes


@pytest.mark.parametrize("source", ["paper", "house"])
def test_a_source_that_lists_both_nights_keeps_them_apart(source: str) -> None:
    rows = {0: listed("house", 11, 1, left=4), 1: listed("paper", 4, 1)}
    both = listed(source, 4, 1, is_called_off=True) if source == "house" else listed(source, 11, 1)
    assert moved_nights(rows | {2: both}, OLD) == {}
    assert moved_nights(rows | {2: replace(both, is_unlisted=True)}, OLD)[1] == NEW


@pytest.mark.parametrize(
    "new_entry",
    [
        listed("paper", 11, 1, first_seen_at=MORNING + timedelta(days=1)),  # after the move
        listed("paper", 11, 1, gave_before=frozenset(OLD)),  # moved by its source, which says nothing of it
    ],
)
def test_an_entry_that_follows_the_move_is_no_second_show(new_entry: Listed) -> None:
    rows = {0: listed("house", 11, 1, left=4), 1: listed("paper", 4, 1), 2: new_entry}
    assert moved_nights(rows, OLD) == {1: NEW}


def test_where_announcements_differ_most_decide() -> None:
    rows = [listed("house", 11, 1, left=4), listed("seller", 11, 1, left=4), listed("blog", 10, 1, left=4)]
    assert moved_nights(dict(enumerate([*rows, listed("paper", 4, 1)])), OLD) == {3: NEW}


def catalog(engine: Engine) -> list[tuple[Any, ...]]:
    """Day, start in Seattle, status and number of rows of each event."""
    query = """
    SELECT e.event_day::text, to_char(e.starts_at AT TIME ZONE 'America/Los_Angeles', 'HH24:MI'), e.status, count(*)
    FROM events e JOIN event_sources s ON s.event_id = e.id GROUP BY e.id, 1, 2, 3 ORDER BY 1, 2
    """
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_a_moved_show_is_listed_once_on_its_new_night_until_the_announcement_is_withdrawn(engine: Engine) -> None:
    first = raw(HOUSE_CALENDAR, "1", "Mossback", "2026-12-04", start_time="20:00")
    store(
        engine,
        [
            first,
            raw(PAPER, "a", "Mossback, Juniper Ash", "2026-12-04", start_time="19:30"),
            raw(PAPER, "b", "Harbor Kings", "2026-12-04", start_time="23:30"),
            raw(SELLER, "x", "Mossback", "2026-12-04", start_time="20:00"),
        ],
    )
    run(engine, clock=clock)
    assert catalog(engine) == [("2026-12-04", "20:00", "scheduled", 3), ("2026-12-04", "23:30", "scheduled", 1)]

    announced = {"event_day": "2026-12-11", "start_time": "21:00", "status_text": "Rescheduled"}
    store(engine, [first | announced | {"fetched_at": "2026-11-22T17:00:00+00:00"}])
    run(engine, clock=clock)
    assert catalog(engine) == [("2026-12-04", "23:30", "scheduled", 1), ("2026-12-11", "21:00", "rescheduled", 3)]
    assert unlike_its_rebuild(engine) == []
    with engine.connect() as connection:
        notes = connection.scalars(text("SELECT notes->0->>'reason' FROM event_sources WHERE notes <> '[]'")).all()
        moved = "SELECT provenance->'event_day' FROM events WHERE status = 'rescheduled'"
        assert connection.scalar(text(moved)) == {"from": f"{HOUSE_CALENDAR.slug}/1", "rule": "the only one that tells"}
    assert notes == ["still those of 2026-12-04, which others say the show has moved from"] * 2

    store(engine, [first | {"fetched_at": "2026-11-23T17:00:00+00:00"}])
    run(engine, clock=clock)
    assert catalog(engine) == [("2026-12-04", "20:00", "scheduled", 3), ("2026-12-04", "23:30", "scheduled", 1)]
    assert unlike_its_rebuild(engine) == []


def test_an_older_version_that_arrives_late_tells_the_old_night_too(engine: Engine) -> None:
    now = raw(HOUSE_CALENDAR, "1", "Mossback", "2026-12-11", status_text="Rescheduled", crawl=3)
    store(engine, [raw(HOUSE_CALENDAR, "1", "Mossback", "2026-12-09"), now])
    store(engine, [raw(PAPER, "a", "Mossback", "2026-12-04")])
    run(engine, clock=clock)
    assert [day for day, *_ in catalog(engine)] == ["2026-12-04", "2026-12-11"]

    store(engine, [raw(HOUSE_CALENDAR, "1", "Mossback", "2026-12-04", crawl=1)])
    run(engine, clock=clock)
    assert [day for day, *_ in catalog(engine)] == ["2026-12-11"]
    assert unlike_its_rebuild(engine) == []


def test_a_row_goes_back_when_its_source_lists_the_new_night_as_well(engine: Engine) -> None:
    announced = raw(HOUSE_CALENDAR, "1", "Mossback (rescheduled from 12/04)", "2026-12-11")
    store(engine, [announced, raw(PAPER, "a", "Mossback", "2026-12-04")])
    run(engine, clock=clock)
    assert [day for day, *_ in catalog(engine)] == ["2026-12-11"]

    store(engine, [raw(PAPER, "b", "Mossback", "2026-12-11")])
    run(engine, clock=clock)
    assert [day for day, *_ in catalog(engine)] == ["2026-12-04", "2026-12-11"]
    assert unlike_its_rebuild(engine) == []


def test_an_event_of_rows_that_all_follow_says_that_its_day_is_announced_elsewhere() -> None:
    event = merge([replace(reading("paper", "a", "Mossback"), has_others_day=True)], NEW, [])
    assert event.columns["event_day"] == NEW
    assert event.columns["provenance"]["event_day"]["rule"] == "the night that other rows tell"


def test_what_a_killed_run_placed_is_not_built_before_it_is_placed_to_the_end(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = raw(SELLER, "x", "Harbor Kings", "2026-12-11")
    store(engine, [beside, raw(PAPER, "a", "Mossback", "2026-12-04")])
    run(engine, clock=clock)
    list_blocks = build.dirty_blocks
    beginning = [True]

    def list_and_see_another_killed(*arguments: Any) -> Any:
        blocks = list_blocks(*arguments)
        if beginning:
            beginning.clear()
            store(engine, [raw(HOUSE_CALENDAR, "1", "Mossback (Rescheduled from 12/04)", "2026-12-11")])
            with monkeypatch.context() as killing:
                killing.setattr(placement, "_follow_moves", _die)
                with pytest.raises(Killed):
                    run(engine, clock=clock)
        return blocks

    store(engine, [beside | {"price_text": "$12", "fetched_at": "2026-11-22T17:00:00+00:00"}])
    monkeypatch.setattr(build, "dirty_blocks", list_and_see_another_killed)
    run(engine, clock=clock)
    assert sorted((day, rows) for day, _, _, rows in catalog(engine)) == [("2026-12-11", 1), ("2026-12-11", 2)]
    assert unlike_its_rebuild(engine) == []


def _die(*_: object) -> bool:
    raise Killed
