"""What pages show, as values: the parts that no small catalog reaches."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_api.pages.structured_data import data_block, music_event
from sms_api.pages.views.map import WIDTH, map_view
from sms_api.pages.views.night import night_view
from sms_api.pages.views.revisions import former_start, former_venue
from sms_api.pages.views.show import show_view
from sms_api.pages.views.show_line import says_more, show_line
from sms_api.pages.views.week import MOST_IN_GRID, MOST_OF_NIGHT, week_view
from sms_api.pages.views.wording import ago_words, silence_words
from sms_catalog.cities import Scene
from sms_catalog.events import CatalogEvent, EventVenue
from sms_catalog.explanations import Explanation
from sms_catalog.lineage import AuditRecord
from tests.catalog.catalog_events import catalog_event

SEATTLE = Scene("seattle", "Seattle", "WA", "US", "America/Los_Angeles", 47.6, -122.3)
FRIDAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def event(title: str = "Mossback", acts: Sequence[str] | None = None, **values: Any) -> CatalogEvent:
    given = {"city": "seattle", "kind": "show", "status": "scheduled", "timezone": "America/Los_Angeles"}
    return catalog_event(FRIDAY, title, [title] if acts is None else acts, **given | values)


def room(name: str, latitude: float | None = None, longitude: float | None = None, **values: Any) -> EventVenue:
    known: dict[str, Any] = dict.fromkeys(field.name for field in fields(EventVenue))
    where = {"id": uuid.uuid5(uuid.NAMESPACE_OID, name), "name": name, "latitude": latitude, "longitude": longitude}
    return EventVenue(**known | where | values)


@given(st.lists(st.none() | st.integers(-600, 1_200), max_size=12))
def test_a_night_begins_with_what_has_begun(minutes: list[int | None]) -> None:
    events = [event(starts_at=None if m is None else NOON + timedelta(minutes=m)) for m in minutes]
    view = night_view(SEATTLE, FRIDAY, events, None, NOON)
    begun, coming = list(view.begun), list(view.coming)
    assert len(begun) + len(coming) == len(events)
    assert all(line.begins_at is not None and line.begins_at <= NOON for line in begun)
    assert all(line.begins_at is None or line.begins_at > NOON for line in coming)
    hours = [line.begins_at for line in begun + coming if line.begins_at is not None]
    assert hours == sorted(hours)
    assert (view.now == "12:00") is bool(begun and coming)


def test_another_night_has_no_now() -> None:
    view = night_view(SEATTLE, FRIDAY, [event(starts_at=NOON)], None, NOON + timedelta(days=1))
    assert (view.near, view.now, list(view.begun)) == ("Last night", None, [])


@pytest.mark.parametrize(
    ("title", "names", "more"),
    [
        ("Juniper Static with Cassette Weather", ["Juniper Static", "Cassette Weather"], False),
        ("SOLD OUT: Crash Bouquet", ["Crash Bouquet"], False),
        ("Early Show: Juniper Static", ["Juniper Static"], True),
        ("Noche de Salmón", ["Noche de Salmon"], False),
    ],
)
def test_a_title_is_shown_where_it_says_more_than_the_bill(title: str, names: list[str], more: bool) -> None:
    assert says_more(title, names) is more


def test_an_area_is_said_where_it_is_not_the_scene_itself() -> None:
    here = show_line(event(venue=room("Neumos", town="Seattle", neighborhood="Capitol Hill")), "seattle")
    beyond = show_line(event(venue=room("Darrell's", town="Shoreline")), "seattle")
    elsewhere = show_line(event(venue=room("Neumos", town="Seattle")), None)
    assert [line.room.area for line in (here, beyond, elsewhere) if line.room] == [
        "Capitol Hill",
        "Shoreline",
        "Seattle",
    ]


def test_a_week_too_full_for_a_grid_is_a_shorter_list() -> None:
    events = [event(venue=room(f"Cellar {n}")) for n in range(MOST_IN_GRID + 1)]
    view = week_view(SEATTLE, FRIDAY, FRIDAY + timedelta(days=6), events, NOON)
    assert not view.grid
    assert (len(view.nights[0].lines), view.nights[0].more) == (MOST_OF_NIGHT, len(events) - MOST_OF_NIGHT)
    assert len(week_view(SEATTLE, FRIDAY, FRIDAY, events[1:], NOON).grid) == MOST_IN_GRID


@pytest.mark.parametrize(
    ("status", "word", "is_off"),
    [
        ("cancelled", "Cancelled", True),
        ("postponed", "Postponed", True),
        ("rescheduled", "Moved", False),
        ("sold_out", "Sold out", False),
        ("unlisted", "No longer listed", False),
    ],
)
def test_what_became_of_a_show_is_a_word_and_a_form_of_its_own(status: str, word: str, is_off: bool) -> None:
    told = show_line(event(status=status), "seattle").status
    assert told is not None
    assert (told.word, told.is_off) == (word, is_off)
    assert told.form


def explained(diff: Mapping[str, Any], **values: Any) -> Explanation:
    """A show of which the audit knows one change."""
    record = AuditRecord(recorded_at=NOON, carpenter_run_id=1, run="run", change="update", diff=diff, reason=None)
    empty: dict[str, Any] = dict.fromkeys(("former_ids", "fields", "rows", "rooms", "decisions", "review"), ())
    return Explanation(event=event(genres=[], **values), provenance={}, audit=[record], **empty)


def test_a_show_moved_to_another_room_says_which_it_was_before() -> None:
    before = uuid.uuid4()
    moved = explained({"venue_id": [str(before), str(uuid.uuid4())]}, status="rescheduled")
    assert former_venue(moved) == before
    assert former_start(moved) is None
    assert show_view(moved, {}, "The Old Room", FRIDAY).moved_from == "The Old Room"


@pytest.mark.parametrize(
    ("diff", "told"),
    [
        ({"event_day": ["2026-11-19", "2026-11-20"]}, "Thursday 19 November"),
        ({"starts_at": ["2026-11-20T03:00:00+00:00", None]}, "Thursday 19 November, 19:00"),
        ({"title": ["a", "b"]}, None),
    ],
)
def test_a_moved_show_says_its_former_day_on_the_clock_of_its_place(diff: dict[str, Any], told: str | None) -> None:
    assert show_view(explained(diff, status="rescheduled"), {}, None, FRIDAY).moved_from == told
    assert show_view(explained(diff), {}, None, FRIDAY).moved_from is None


PLACES = st.lists(
    st.tuples(st.floats(-70, 70, allow_nan=False), st.floats(-179, 179, allow_nan=False)), min_size=1, max_size=8
)


@given(PLACES)
def test_every_room_is_on_the_map_and_in_the_list(places: list[tuple[float, float]]) -> None:
    events = [event(venue=room(f"Cellar {n}", *place)) for n, place in enumerate(places)]
    view = map_view(SEATTLE, FRIDAY, FRIDAY, events, NOON)
    assert [each.number for each in view.rooms] == list(range(1, len(places) + 1))
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= view.height for dot in view.dots)
    anchors = {f"room-{each.number}" for each in view.rooms}
    assert {dot.anchor for dot in view.dots} <= anchors


def test_a_room_without_a_place_is_told_beside_the_map() -> None:
    view = map_view(SEATTLE, FRIDAY, FRIDAY, [event(venue=room("Somewhere")), event(venue=None)], NOON)
    assert (view.rooms, view.dots, len(view.unplaced)) == ([], [], 2)


@given(st.text(), st.text())
def test_structured_data_means_the_same_and_cannot_end_its_element(title: str, name: str) -> None:
    told = music_event(event(title, [name], venue=room(name, address=title)), "https://calendar.example", None)
    block = str(data_block(told))
    assert json.loads(block) == json.loads(json.dumps(told))
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(block)


@pytest.mark.parametrize(
    ("values", "offers"),
    [
        ({}, None),
        ({"is_free": True}, {"@type": "Offer", "price": 0.0, "priceCurrency": "USD"}),
        (
            {"price_min": 10, "price_max": 20, "currency": "EUR", "status": "sold_out"},
            {
                "@type": "AggregateOffer",
                "lowPrice": 10.0,
                "highPrice": 20.0,
                "priceCurrency": "EUR",
                "availability": "https://schema.org/SoldOut",
            },
        ),
        ({"ticket_url": "javascript:alert(1)"}, None),
    ],
)
def test_offers_are_what_is_told_of_them(values: dict[str, Any], offers: object) -> None:
    assert music_event(event(**values), "https://calendar.example", None).get("offers") == offers


def test_a_show_without_an_hour_starts_on_its_day() -> None:
    assert music_event(event(), "https://calendar.example", FRIDAY)["startDate"] == "2026-11-20"


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=90), "just now"),
        (timedelta(minutes=90), "90 minutes ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=9), "9 days ago"),
    ],
)
def test_an_age_is_told_in_the_unit_that_fits(ago: timedelta, words: str) -> None:
    assert ago_words(NOON - ago, NOON) == words


@pytest.mark.parametrize(
    ("last_read_at", "words"),
    [
        (None, ""),
        (NOON - timedelta(hours=47), ""),
        (NOON - timedelta(days=3), "No source has been read since Tue 17 Nov: what follows may have changed."),
    ],
)
def test_a_list_says_when_no_source_was_read_of_late(last_read_at: datetime | None, words: str) -> None:
    assert silence_words(last_read_at, NOON, FRIDAY) == words
