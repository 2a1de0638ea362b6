"""Single cases of promise 2: what one change leaves behind elsewhere in the catalog."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, text

from carpenter.pipeline.build import Selection, run
from carpenter.pipeline.limits import BuildLimits
from carpenter.store.decisions import NewDecision, write_decisions
from sms_database.ids import row_uuid
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, SELLER, WEEKLY_NIGHTS, clock, raw, store
from tests.carpenter.replay_history import Killed, unlike_its_rebuild


def test_a_night_that_loses_a_row_to_the_one_before_is_built_without_it(engine: Engine) -> None:
    late = raw(SELLER, "late", "Mossback", "2026-11-29", start_time="04:00", venue_name="Pier Hall")
    sure = raw(PAPER, "sure", "Mossback", "2026-11-29", start_time="22:30", venue_name="Pier Hall")
    before = raw(HOUSE_CALENDAR, "eve", "Juniper Ash", "2026-11-28", start_time="20:00", venue_name="Pier Hall")
    store(engine, [late, sure, before])
    run(engine, clock=clock)
    store(
        engine,
        [raw(HOUSE_CALENDAR, "eve", "Mossback", "2026-11-28", start_time="20:00", venue_name="Pier Hall", crawl=1)],
    )
    run(engine, clock=clock)
    assert unlike_its_rebuild(engine) == []


def test_a_room_that_a_row_not_yet_built_is_linked_to_stays(engine: Engine) -> None:
    store(engine, [raw(SELLER, "1", "Mossback", "2026-11-28", venue_name="Pier Hall")])
    store(engine, [raw(PAPER, "1", "Juniper Ash", "2026-11-28", venue_name="Harbor Palace")])
    run(engine, clock=clock)
    with engine.begin() as connection:
        hall = connection.scalar(text("SELECT id FROM venues WHERE name = 'Pier Hall'"))
        target = row_uuid("paper", "1")
        moved = NewDecision(kind="override", target=target, field="venue_id", value=str(hall), author="test")
        write_decisions(connection, [moved], clock())
    run(engine, clock=clock)
    store(engine, [raw(PAPER, "1", "Juniper Ash", "2026-11-28", venue_name="Gull House", crawl=1)])
    run(engine, clock=clock, selection=Selection(source="boxoffice"))
    run(engine, clock=clock)
    assert unlike_its_rebuild(engine) == []


def test_rooms_are_compared_again_when_fewer_share_a_street(engine: Engine) -> None:
    street = {"venue_address": "1 Bay St"}
    others = ("Copper Barn", "Gorge Yard", "Mill Works", "Tidal Shed")
    rows = [raw(PAPER, name, "Karaoke", "2026-11-27", venue_name=name) for name in others]
    rows.append(raw(WEEKLY_NIGHTS, "1", "Karaoke", "2026-11-27", venue_name="Pier Hall", **street))
    for day in ("2026-11-27", "2026-11-28"):
        rows.append(raw(SELLER, day, "Mossback", day, venue_name="Harbor Palace", **street))
        rows.append(raw(PAPER, day, "Mossback", day, venue_name="Gull House", **street))
    limits = BuildLimits(block_mentions=2)
    store(engine, rows)
    run(engine, clock=clock, limits=limits)
    store(engine, [raw(WEEKLY_NIGHTS, "1", "Karaoke", "2026-11-27", venue_name="Sail Loft", crawl=1)])
    run(engine, clock=clock, limits=limits)
    assert unlike_its_rebuild(engine, limits.block_mentions) == []


def test_of_a_night_that_all_rows_leave_nothing_is_left_to_review(engine: Engine) -> None:
    def reviewed(sellers: str, papers: str, crawl: int) -> list[date]:
        moved = {"venue_name": "Pier Hall", "crawl": crawl}
        rows = [
            raw(SELLER, "1", "Mossback", sellers, start_time="20:00", **moved),
            raw(SELLER, "2", "Juniper Ash", sellers, start_time="23:00", **moved),
            raw(PAPER, "1", "An evening of songs", papers, **moved),
        ]
        store(engine, rows)
        run(engine, clock=clock)
        with engine.connect() as connection:
            nights = "SELECT DISTINCT night FROM review_pairs WHERE kind = 'event'"
            return list(connection.scalars(text(nights)))

    assert reviewed("2026-11-28", "2026-11-28", 0) == [date(2026, 11, 28)]
    assert reviewed("2026-12-05", "2026-12-19", 1) == []


def test_a_row_led_elsewhere_still_tells_the_night_of_those_in_its_own_room(engine: Engine) -> None:
    late = {"venue_name": "Pier Hall", "start_time": "00:30"}
    rows = [
        raw(SELLER, "sure", "Mossback", "2026-11-27", start_time="20:00", venue_name="Pier Hall"),
        raw(PAPER, "late", "Mossback", "2026-11-28", **late),
        raw(PAPER, "far", "Mossback", "2026-12-11", start_time="20:00", venue_name="Gull House"),
    ]
    store(engine, rows)
    run(engine, clock=clock)
    led = NewDecision(
        kind="merge",
        target=row_uuid("paper", "far"),
        value=[str(row_uuid("boxoffice", "sure"))],
        author="test",
    )
    with engine.begin() as connection:
        write_decisions(connection, [led], clock())
    run(engine, clock=clock)
    store(
        engine, [raw(SELLER, "sure", "Juniper Ash", "2026-11-27", start_time="20:00", venue_name="Pier Hall", crawl=1)]
    )
    run(engine, clock=clock)
    assert unlike_its_rebuild(engine) == []


def test_rows_that_a_killed_run_assigned_alone_are_assigned_by_the_others_later(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: object) -> None:
        raise Killed

    store(engine, [raw(SELLER, "sure", "Mossback", "2026-11-27", start_time="20:00", venue_name="Pier Hall")])
    store(engine, [raw(PAPER, "late", "Mossback", "2026-11-27", start_time="01:30", venue_name="Pier Hall")])
    with monkeypatch.context() as patched:
        patched.setattr("carpenter.pipeline.placement.blocks_by_acts", kill)
        with pytest.raises(Killed):
            run(engine, clock=clock)
    run(engine, clock=clock)
    assert unlike_its_rebuild(engine) == []
