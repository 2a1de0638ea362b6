"""Listings without a day: what they told before, and the one night on which others list their acts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text

from carpenter.nights.undated import night_of_undated
from carpenter.pipeline.build import run
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, SELLER, clock, raw, store
from tests.carpenter.replay_history import unlike_its_rebuild

FOURTH, FIFTH, SIXTH = (date(2026, 12, day) for day in (4, 5, 6))


@pytest.mark.parametrize(
    ("acts", "former_days", "playing", "night"),
    [
        ({1}, [], {FOURTH: {1}}, FOURTH),
        ({1, 2}, [], {FOURTH: {1}, FIFTH: {1, 2}}, FIFTH),
        ({1, 2}, [FOURTH, SIXTH], {FOURTH: {1}, FIFTH: {1, 2}}, FOURTH),
        # Nobody can tell.
        ({1}, [], {FOURTH: {1}, FIFTH: {1}}, None),
        ({1, 2}, [], {FOURTH: {1}, FIFTH: {2}}, None),
        ({1}, [SIXTH], {FOURTH: {1}}, None),
        ({1}, [], {}, None),
        (set(), [], {}, None),
    ],
)
def test_the_night_of_a_row_without_a_day(
    acts: set[int], former_days: list[date], playing: dict[date, set[int]], night: date | None
) -> None:
    named = {on: frozenset(of) for on, of in playing.items()}
    assert night_of_undated(frozenset(acts), former_days, named) == night


LISTED = [
    raw(HOUSE_CALENDAR, "h1", "Mossback", "2026-12-04", start_time="20:00"),
    raw(HOUSE_CALENDAR, "h2", "Tin Lantern", "2026-12-11", start_time="20:00"),
    raw(HOUSE_CALENDAR, "h3", "Tin Lantern", "2026-12-12", start_time="20:00"),
]


def built(engine: Engine) -> dict[str, tuple[str | None, str | None, str | None]]:
    """By row: the title of its event, the room, why it is part of none."""
    run(engine, clock=clock)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT r.source_event_id, e.title || ' ' || e.event_day, v.name, s.skip_reason FROM raw_events r"
                " JOIN event_sources s ON s.raw_event_id = r.id LEFT JOIN events e ON e.id = s.event_id"
                " LEFT JOIN venues v ON v.id = s.venue_id"
            )
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}


@pytest.mark.parametrize(
    ("title", "fields", "event"),
    [
        ("Mossback", {}, "Mossback 2026-12-04"),
        ("MOSSBACK (21+)", {"start_time": "20:00"}, "Mossback 2026-12-04"),
        ("Mossback", {"start_time": "04:00", "timezone": "UTC"}, "Mossback 2026-12-04"),
        ("Mossback", {"status_text": "postponed"}, "Mossback 2026-12-04"),
        ("Tin Lantern", {}, None),
        ("Juniper", {}, None),
        ("Karaoke", {}, None),
    ],
)
def test_a_listing_that_never_had_a_day_is_the_one_show_of_its_bill(
    engine: Engine, title: str, fields: dict[str, Any], event: str | None
) -> None:
    store(engine, [*LISTED, raw(PAPER, "p", title, None, **fields)])
    told = built(engine)["p"]
    reason = None if event else "no day: none given"
    assert told == (event, "Blue Moon Tavern", reason), "the room is known in any case"


@pytest.mark.parametrize(
    ("status", "event"),
    [(None, "Mossback 2026-12-04"), ("sold out", "Mossback 2026-12-04"), ("postponed", None), ("rescheduled", None)],
)
def test_a_listing_that_has_lost_its_day_is_the_show_it_was(
    engine: Engine, status: str | None, event: str | None
) -> None:
    store(engine, [raw(PAPER, "p", "Mossback", "2026-12-04", start_time="20:00")])
    store(engine, [raw(PAPER, "p", "Mossback", None, crawl=1, **({"status_text": status} if status else {}))])
    assert built(engine)["p"][0] == event


def test_what_becomes_of_it_follows_the_other_rows(engine: Engine) -> None:
    store(engine, [raw(PAPER, "p", "Mossback", None), LISTED[0]])
    assert built(engine)["p"][0] == "Mossback 2026-12-04"
    store(engine, [raw(SELLER, "s", "Mossback", "2026-12-05", start_time="20:00")])
    assert built(engine)["p"][0] is None, "it may be of two nights now"
    store(engine, [raw(SELLER, "s", "Mossback", "2026-12-04", start_time="20:00", crawl=1)])
    assert built(engine)["p"][0] == "Mossback 2026-12-04"
    other = {"venue_name": "Pier Hall", "venue_address": "1 Bay St"}
    store(engine, [raw(SELLER, "s", "Mossback", "2026-12-04", crawl=2, **other)])
    store(engine, [{**LISTED[0], **other, "fetched_at": "2026-11-23T17:00:00+00:00"}])
    assert built(engine)["p"][0] is None, "nobody lists it here any more"
    assert unlike_its_rebuild(engine) == []
