"""Which night a row is of: what its clock tells, and how the rows of its house settle a doubt."""

from __future__ import annotations

import random
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carpenter.nights.placement import MAX_VOTES, DatedRow, NightReading, Printed, assign_nights, read_night
from carpenter.parsing.days import named_day

FRIDAY = date(2026, 11, 27)
THURSDAY, SATURDAY = FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=1)
PACIFIC = "America/Los_Angeles"

DAYS = st.sampled_from([THURSDAY, FRIDAY, SATURDAY])
FIRST_HOURS = st.sampled_from([None, time(0, 15), time(1), time(4), time(7), time(12), time(20), time(23, 30)])
ZONES = st.sampled_from([None, PACIFIC, "UTC"])
READINGS = st.builds(read_night, DAYS, FIRST_HOURS, ZONES, st.sampled_from([None, -122.3]), st.none() | DAYS)
CANDIDATES = st.builds(
    DatedRow, READINGS, st.frozensets(st.sampled_from(["tin lantern", "mossback", "ash"]), max_size=2)
)
HOUSES = st.dictionaries(st.integers(0, 1_000), CANDIDATES, max_size=15)


def row(reading: NightReading, *acts: str) -> DatedRow:
    return DatedRow(reading, frozenset(acts))


def evening(night: date, *acts: str) -> DatedRow:
    return row(read_night(night, time(20), PACIFIC, None, None), *acts)


@given(house=HOUSES)
def test_a_row_is_placed_on_a_night_that_it_may_mean_and_one_without_doubt_never_moves(
    house: dict[int, DatedRow],
) -> None:
    placed = assign_nights(house)
    assert placed.keys() == house.keys()
    for key, night in placed.items():
        reading = house[key].reading
        assert night in (reading.night, reading.other)
        if reading.other is None:
            assert night == reading.night


@given(house=HOUSES, seed=st.integers(0, 1_000))
def test_neither_order_nor_numbers_of_rows_change_their_nights(house: dict[int, DatedRow], seed: int) -> None:
    shuffled = random.Random(seed).sample(sorted(house.items()), len(house))
    assert assign_nights(dict(shuffled)) == assign_nights(house)
    renumbered = {number: key for number, (key, _) in enumerate(shuffled)}
    again = assign_nights({number: house[key] for number, key in renumbered.items()})
    assert {renumbered[number]: night for number, night in again.items()} == assign_nights(house)


@given(house=HOUSES)
@pytest.mark.trust(22)
def test_placing_again_what_was_placed_moves_nothing(house: dict[int, DatedRow]) -> None:
    assert assign_nights(house) == assign_nights(dict(house))
    settled = {
        key: DatedRow(NightReading(night, None, is_timed=house[key].reading.is_timed), house[key].acts)
        for key, night in assign_nights(house).items()
    }
    assert assign_nights(settled) == assign_nights(house)


@pytest.mark.parametrize(
    ("first", "zone", "night", "other"),
    [
        (time(20), PACIFIC, FRIDAY, None),
        (time(12), PACIFIC, FRIDAY, None),
        (time(0, 15), PACIFIC, FRIDAY, THURSDAY),
        (time(1, 30), PACIFIC, THURSDAY, FRIDAY),
        (time(4), None, THURSDAY, FRIDAY),
        (time(7), PACIFIC, THURSDAY, FRIDAY),
        (time(4), "UTC", THURSDAY, None),
        (time(23), "UTC", FRIDAY, None),
        (None, PACIFIC, FRIDAY, THURSDAY),
    ],
)
def test_the_night_that_a_clock_tells(first: time | None, zone: str | None, night: date, other: date | None) -> None:
    reading = read_night(FRIDAY, first, zone, None, None)
    assert (reading.night, reading.other) == (night, other)


def test_a_day_in_the_title_settles_a_doubt_and_moves_nothing_else() -> None:
    assert read_night(FRIDAY, time(1), PACIFIC, None, FRIDAY).night == FRIDAY
    assert read_night(FRIDAY, time(20), PACIFIC, None, SATURDAY).night == FRIDAY
    assert named_day("Tin Lantern at Pier Hall (November 27, 2026)") == FRIDAY
    assert named_day("Tin Lantern, 2026-11-27 and 2026-11-28") is None


def test_a_row_in_doubt_goes_where_its_acts_play() -> None:
    after_midnight = read_night(SATURDAY, time(0, 15), PACIFIC, None, None)
    house = {1: evening(FRIDAY, "tin lantern"), 2: evening(SATURDAY, "mossback")}
    assert assign_nights(house | {3: row(after_midnight, "tin lantern")})[3] == FRIDAY
    assert assign_nights(house | {3: row(after_midnight, "mossback")})[3] == SATURDAY
    assert assign_nights(house | {3: row(after_midnight, "ash")})[3] == SATURDAY


def test_a_row_without_an_hour_follows_a_show_after_midnight_unless_its_own_day_names_its_acts() -> None:
    after_midnight = row(read_night(SATURDAY, time(1), PACIFIC, None, None), "tin lantern")
    dated = row(read_night(SATURDAY, None, PACIFIC, None, None), "tin lantern")
    assert assign_nights({1: after_midnight, 2: dated})[2] == FRIDAY
    assert assign_nights({1: after_midnight, 2: dated, 3: evening(SATURDAY, "tin lantern")})[2] == SATURDAY


def test_votes_beyond_the_most_add_nothing_and_a_tie_leaves_a_row_on_its_own_night() -> None:
    doubtful = row(read_night(SATURDAY, time(0, 15), PACIFIC, None, None), "tin lantern")
    on_its_day = {n: evening(SATURDAY, "tin lantern") for n in range(MAX_VOTES)}
    before = {1_000 + n: evening(FRIDAY, "tin lantern") for n in range(MAX_VOTES * 3)}
    assert assign_nights({-1: doubtful} | on_its_day | before)[-1] == SATURDAY
    fewer = {n: on_its_day[n] for n in range(MAX_VOTES - 1)}
    assert assign_nights({-1: doubtful} | fewer | before)[-1] == FRIDAY


def printed(day: date, start: time, zone: str = PACIFIC, source: str = "paper") -> DatedRow:
    """A row that names Mossback, as its source prints it."""
    reading = read_night(day, start, zone, None, None)
    said = Printed(day.isoformat(), f"{start:%H:%M}", None, zone)
    return DatedRow(reading, frozenset({1}), source, said)


def test_of_two_nights_with_the_same_acts_the_hour_tells_which_is_meant_in_utc() -> None:
    """Half past eight on Thursday is half past four on Friday by UTC; more rows on Friday mean nothing."""
    run_of_two = {1: printed(THURSDAY, time(20, 30)), **{n: printed(FRIDAY, time(20)) for n in range(2, 6)}}
    assert assign_nights(run_of_two | {9: printed(FRIDAY, time(4, 30))})[9] == THURSDAY
    assert assign_nights(run_of_two | {9: printed(SATURDAY, time(4, 0))})[9] == FRIDAY
    eastern = {1: printed(THURSDAY, time(19, 15), "America/New_York"), 2: printed(FRIDAY, time(20), "America/New_York")}
    assert assign_nights(eastern | {9: printed(FRIDAY, time(0, 15), "America/New_York")})[9] == THURSDAY


@pytest.mark.parametrize(
    ("rows", "nights"),
    [
        # By the calendar's day and by the night's.
        ([(FRIDAY, time(1), "house"), (THURSDAY, time(1), "clubs")], [THURSDAY, THURSDAY]),
        ([(FRIDAY, time(0, 15), "house"), (THURSDAY, time(1), "clubs")], [THURSDAY, THURSDAY]),
        # Two nights by both.
        (
            [(d, time(1), s) for s, days in (("a", (FRIDAY, SATURDAY)), ("b", (THURSDAY, FRIDAY))) for d in days],
            [THURSDAY, FRIDAY, THURSDAY, FRIDAY],
        ),
        # One source alone tells nothing of itself; a row without doubt speaks against it.
        ([(FRIDAY, time(1), "house"), (THURSDAY, time(1), "house")], [THURSDAY, THURSDAY - timedelta(days=1)]),
        (
            [(FRIDAY, time(1), "house"), (THURSDAY, time(1), "clubs"), (THURSDAY - timedelta(days=1), time(22), "a")],
            [THURSDAY, THURSDAY - timedelta(days=1), THURSDAY - timedelta(days=1)],
        ),
    ],
)
def test_doubtful_rows_of_one_act_that_can_meet_on_one_night_do(
    rows: list[tuple[date, time, str]], nights: list[date]
) -> None:
    placed = assign_nights({n: printed(day, start, source=source) for n, (day, start, source) in enumerate(rows)})
    assert list(placed.values()) == nights


def test_midnight_is_that_at_the_end_of_the_day_where_others_print_that_day_without_an_hour() -> None:
    dated = DatedRow(read_night(THURSDAY, None, PACIFIC, None, None), frozenset({1}), "radio")
    assert assign_nights({1: printed(FRIDAY, time(0)), 2: dated})[1] == THURSDAY
