"""A change in words: what a reader would call news, each told once, and nothing made up."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sms_catalog.change_words import change_news, change_words, states_along
from sms_catalog.changes import Change

SHOW = uuid.UUID(int=1)
ROOM, OTHER_ROOM = str(uuid.UUID(int=7)), str(uuid.UUID(int=8))
NAMES = {ROOM: "Neumos", OTHER_ROOM: "Barboza"}


def _act(name: str) -> dict[str, str]:
    return {"id": name.lower(), "name": name, "role": "headliner"}


STATE: Mapping[str, Any] = {
    "title": "Ivory",
    "status": "scheduled",
    "event_day": "2026-11-20",
    "end_day": None,
    "night": "2026-11-20",
    "timezone": "America/Los_Angeles",
    "starts_at": "2026-11-21T04:00:00+00:00",
    "doors_at": None,
    "ends_at": None,
    "venue_id": ROOM,
    "price_min": 10,
    "price_max": 10,
    "currency": "USD",
    "is_free": False,
    "min_age": 21,
    "artists": [_act("Ivory"), _act("Ash")],
}
"""20:00 in Seattle."""


def change(kind: str = "updated", **values: Any) -> Change:
    """A change of the show."""
    given: dict[str, Any] = {
        "seq": 2,
        "at": datetime(2026, 11, 3, tzinfo=UTC),
        "kind": kind,
        "entity": "event",
        "entity_id": SHOW,
        "into_id": None,
        "city": "seattle",
        "night": date(2026, 11, 20),
        "scopes": ["all"],
        "before": None,
        "after": None,
        "cause": {},
    }
    return Change(**given | values)


def updated(**after: Any) -> Change:
    """The show of STATE gets these values."""
    return change(before={name: STATE.get(name) for name in after}, after=after)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "sold_out"}, "sold out"),
        ({"status": "unlisted"}, "no longer listed"),
        ({"starts_at": "2026-11-21T04:30:00+00:00"}, "now 20:30 (was 20:00)"),
        ({"starts_at": None}, "hour of the show not known any more (was 20:00)"),
        ({"doors_at": "2026-11-21T03:00:00+00:00"}, "doors at 19:00"),
        (
            {"event_day": "2026-11-21", "night": "2026-11-21", "starts_at": "2026-11-22T04:00:00+00:00"},
            "moved from Fri 20 Nov to Sat 21 Nov",
        ),
        (
            {"event_day": "2027-01-02", "starts_at": "2027-01-03T05:00:00+00:00", "status": "rescheduled"},
            "rescheduled; moved from Fri 20 Nov 2026 to Sat 2 Jan 2027; now 21:00 (was 20:00)",
        ),
        ({"end_day": "2026-11-22"}, "now until Sun 22 Nov"),
        ({"venue_id": OTHER_ROOM}, "moved from Neumos to Barboza"),
        ({"venue_id": str(uuid.UUID(int=9))}, "no longer at Neumos"),
        ({"price_min": 8}, "price $8–10 (was $10)"),
        ({"price_max": 15}, "price $10–15 (was $10)"),
        ({"price_min": None, "price_max": None, "is_free": True}, "price free (was $10)"),
        ({"price_min": None, "price_max": None}, "price not known any more (was $10)"),
        ({"min_age": 0}, "all ages (was 21+)"),
        ({"min_age": None}, "age not known any more (was 21+)"),
        ({"artists": [_act("Ivory"), _act("Mossback")]}, "line-up with Mossback and without Ash"),
        ({"artists": [_act("Ash"), _act("Ivory")]}, "line-up in another order"),
        ({"title": "Ivory & Friends"}, "now called “Ivory & Friends” (was “Ivory”)"),
        ({"description": "With cake", "ticket_url": "https://t.example"}, "details"),
    ],
)
def test_a_show_that_changes(after: dict[str, Any], words: str) -> None:
    assert change_words(updated(**after), {**STATE, **after}, NAMES) == words


@pytest.mark.parametrize(("was", "words"), [("cancelled", "no longer cancelled"), ("sold_out", "no longer sold out")])
def test_what_is_on_again(was: str, words: str) -> None:
    assert change_words(change(before={"status": was}, after={"status": "scheduled"})) == words


def test_what_comes_and_goes() -> None:
    assert change_words(change("created", after=STATE)) == "announced"
    assert change_words(change("created", after={**STATE, "status": "sold_out"})) == "announced; sold out"
    assert change_words(change("removed", before=STATE)) == "taken off the calendar"
    assert change_words(change("merged", before=STATE)) == "found to be the same show as another"
    assert change_words(change("split", after=STATE)) == "found to be a show of its own"
    rebuilt = change("rebuilt", entity="catalog", entity_id=None, cause={"run": 1, "reason": "rebuild"})
    assert change_words(rebuilt) == "the calendar was rebuilt"


def test_nothing_is_made_up_where_the_state_is_not_known() -> None:
    moved = updated(starts_at="2026-11-21T04:30:00+00:00", price_min=12, venue_id=OTHER_ROOM)
    assert change_words(moved) == "new price; at another venue"
    assert change_words(change()) == "details", "hidden since"
    assert change_words(change("created")) == "announced", "hidden since"


def test_venues_and_artists_have_names() -> None:
    renamed = change(entity="venue", before={"name": "Pier"}, after={"name": "Pier Hall"})
    assert change_words(renamed) == "now called “Pier Hall” (was “Pier”)"
    assert change_news(change(entity="artist", before={"links": []}, after={"links": [1]})) == []


def test_a_history_is_told_with_the_state_of_each_time() -> None:
    created = change("created", seq=1, after={**STATE, "timezone": "America/New_York", "starts_at": None})
    timed = change(before={"starts_at": None}, after={"starts_at": "2026-11-21T01:00:00+00:00"})
    placed = change(
        before={"timezone": "America/New_York", "starts_at": "2026-11-21T01:00:00+00:00"},
        after={"timezone": "America/Los_Angeles", "starts_at": "2026-11-21T04:00:00+00:00"},
    )
    dearer = change(before={"price_max": 12}, after={"price_max": 10})
    told = [change_words(*step) for step in states_along([created, timed, placed, dearer], STATE)]
    assert told == ["price $10 (was $10–12)", "details", "show at 20:00", "announced"]
