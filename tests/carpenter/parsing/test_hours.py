"""Days, hours and instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carpenter.parsing.days import read_day
from carpenter.parsing.hours import (
    LABEL_FIRST,
    LABEL_LAST,
    LocalTimes,
    hour_of_title,
    hours_in_text,
    places_of_hours,
    read_times,
    search_labels,
    with_titles_hour,
)
from carpenter.parsing.instants import LONGEST_NIGHT, Instants, to_instants
from carpenter.parsing.problem import Problem

SEATTLE = "America/Los_Angeles"
DAY = date(2026, 7, 4)


def hour(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def local_times(doors: str | None = None, start: str | None = None, end: str | None = None) -> LocalTimes:
    return LocalTimes(doors=hour(doors), start=hour(start), end=hour(end))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (None, None),
        (" ", None),
        ("2026-07-04", DAY),
        (" 2026-07-04 ", DAY),
        ("2026-07-04T20:00:00-07:00", DAY),
        ("2028-02-29", date(2028, 2, 29)),
    ],
)
def test_days(text: str | None, day: date | None) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    "text", ["2026-02-31", "2026-13-01", "TBA", "July 4", "07-04", "0000-01-01", "9999-12-31", "20260704"]
)
def test_a_day_that_does_not_exist_is_a_problem_in_words(text: str) -> None:
    problem = read_day(text)
    assert isinstance(problem, Problem)
    assert text in problem


def test_hours() -> None:
    assert read_times("19:00", "20:30", "23:15") == local_times("19:00", "20:30", "23:15")
    assert read_times(None, "", "9:05") == local_times(None, None, "09:05")


@pytest.mark.parametrize("text", ["25:00", "24:00", "19:60", "TBA", "8pm", "19.30"])
def test_an_hour_that_does_not_exist_is_left_out_and_named(text: str) -> None:
    times = read_times("19:00", text, None)
    assert (times.doors, times.start) == (time(19), None)
    assert len(times.problems) == 1
    assert "start" in times.problems[0]
    assert text in times.problems[0]


@pytest.mark.parametrize(
    ("title", "hour"),
    [
        ("Ada Fox (9:30 PM)", time(21, 30)),
        ("Ada Fox [7pm show] with Hare", time(19)),
        ("Ada Fox 7:30pm set", time(19, 30)),
        ("Ada Fox at 11 a.m. show", time(11)),
        ("Ada Fox (7 PM) (9 PM)", None),
        ("Ada Fox | 8PM | $15", time(20)),
        ("8pm: Ada Fox w/ Hare", time(20)),
        ("Ada Fox - 8:30 pm - All Ages", time(20, 30)),
        ("Ada Fox, Hare @ 9pm", time(21)),
        ("Ada Fox / Hare, 9pm", time(21)),
        ("Ada Fox, 2PM", None),
        ("Ada Fox 7pm - 10pm", None),
        ("Ada Fox, 7 - 10pm", None),
        ("Ada Fox | 7pm | 9pm", None),
        ("Awake at 4 AM", None),
        ("Radio 4 AM, Hare", None),
        ("Ada Fox (1975)", None),
    ],
)
def test_the_hour_that_a_title_names(title: str, hour: time | None) -> None:
    assert hour_of_title(title) == hour


def test_what_begins_before_the_hour_of_the_title_is_the_doors() -> None:
    nine, half_past = time(21), time(21, 30)
    assert with_titles_hour(LocalTimes(start=nine), half_past) == LocalTimes(doors=nine, start=half_past)
    assert with_titles_hour(LocalTimes(), half_past) == LocalTimes(start=half_past)
    for told in (LocalTimes(start=time(19, 30)), LocalTimes(start=time(22)), LocalTimes(doors=nine, start=time(22))):
        assert with_titles_hour(told, half_past) == told
    assert with_titles_hour(LocalTimes(start=nine), None) == LocalTimes(start=nine)


def test_local_times_become_instants() -> None:
    assert to_instants(DAY, SEATTLE, local_times("19:00", "20:00", "23:30")) == Instants(
        doors_at=datetime(2026, 7, 5, 2, 0, tzinfo=UTC),
        starts_at=datetime(2026, 7, 5, 3, 0, tzinfo=UTC),
        ends_at=datetime(2026, 7, 5, 6, 30, tzinfo=UTC),
    )


@pytest.mark.trust(20)
def test_an_unknown_time_stays_unknown() -> None:
    assert to_instants(DAY, SEATTLE, local_times()) == Instants()
    assert to_instants(DAY, SEATTLE, local_times(), end_day=DAY + timedelta(days=1)) == Instants()


@pytest.mark.trust(20)
def test_an_end_before_the_start_is_after_midnight() -> None:
    instants = to_instants(DAY, SEATTLE, local_times(None, "21:00", "01:30"))
    assert instants.ends_at == datetime(2026, 7, 5, 8, 30, tzinfo=UTC)
    assert instants.problems == ()


def test_an_end_of_several_days_is_on_the_last() -> None:
    instants = to_instants(DAY, "UTC", local_times(None, "14:00", "11:00"), end_day=date(2026, 7, 6))
    assert instants.ends_at == datetime(2026, 7, 6, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "end_day", "field"),
    [
        (local_times(None, "20:00", "19:00"), None, "ends_at"),
        (local_times(None, "20:00", "20:00"), None, "ends_at"),
        (local_times(None, "20:00", "23:00"), date(2026, 7, 1), "ends_at"),
        (local_times("21:00", "20:00", None), None, "doors_at"),
        (local_times("09:00", "02:00", None), None, "doors_at"),
    ],
)
def test_what_cannot_be_is_left_out_and_named(times: LocalTimes, end_day: date | None, field: str) -> None:
    instants = to_instants(DAY, SEATTLE, times, end_day)
    assert instants.starts_at is not None
    assert getattr(instants, field) is None
    assert len(instants.problems) == 1


@pytest.mark.trust(20)
def test_doors_of_the_evening_before_a_start_after_midnight() -> None:
    instants = to_instants(DAY, "UTC", local_times("23:00", "00:30", None))
    assert instants.doors_at == datetime(2026, 7, 3, 23, 0, tzinfo=UTC)


@pytest.mark.trust(20)
def test_the_hour_that_spring_skips_is_named() -> None:
    instants = to_instants(date(2026, 3, 8), SEATTLE, local_times(None, "02:30", None))
    assert instants.starts_at == datetime(2026, 3, 8, 10, 30, tzinfo=UTC)
    assert "03:30" in instants.problems[0]


@pytest.mark.trust(20)
def test_the_hour_that_autumn_repeats_is_the_first() -> None:
    instants = to_instants(date(2026, 11, 1), SEATTLE, local_times(None, "01:30", None))
    assert instants.starts_at == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "\x00", "America"])
def test_an_unknown_zone_is_a_problem(zone: str) -> None:
    instants = to_instants(DAY, zone, local_times(None, "20:00", None))
    assert instants.starts_at is None
    assert len(instants.problems) == 1


@given(
    st.dates(date(1950, 1, 1), date(2100, 12, 31))
    | st.sampled_from([date(2026, 3, 8), date(2026, 11, 1), date(2011, 12, 30), date(2023, 4, 28), date(2017, 10, 15)]),
    st.times().map(lambda hour: hour.replace(fold=0)),
    st.sampled_from([SEATTLE, "UTC", "Africa/Cairo", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_an_instant_is_the_one_that_the_zone_database_gives(day: date, start: time, zone: str) -> None:
    instant = to_instants(day, zone, LocalTimes(start=start)).starts_at
    assert instant == datetime.combine(day, start, ZoneInfo(zone)).astimezone(UTC)


def test_each_hour_of_a_day_that_a_zone_left_out_is_named() -> None:
    """Samoa went from the 29th to the 31st of December 2011."""
    assert to_instants(date(2011, 12, 30), "Pacific/Apia", local_times(None, "20:00")).problems
    assert not to_instants(date(2011, 12, 31), "Pacific/Apia", local_times(None, "20:00")).problems


@given(
    st.dates(),
    st.times(),
    st.times(),
    st.times(),
    st.none() | st.dates(),
    st.sampled_from([SEATTLE, "UTC", "Asia/Tokyo"]),
)
def test_instants_are_in_order(day: date, doors: time, start: time, end: time, end_day: date | None, zone: str) -> None:
    instants = to_instants(day, zone, LocalTimes(doors=doors, start=start, end=end), end_day)
    known = [instant for instant in (instants.doors_at, instants.starts_at, instants.ends_at) if instant]
    clock_changes = timedelta(hours=1)
    assert all(instant.tzinfo is UTC for instant in known)
    assert all(earlier <= later + clock_changes for earlier, later in pairwise(known))
    if instants.starts_at and instants.ends_at and end_day is None:
        assert instants.ends_at - instants.starts_at <= max(LONGEST_NIGHT, timedelta(days=1)) + clock_changes


@pytest.mark.parametrize(
    ("text", "doors", "start", "end"),
    [
        (None, None, None, None),
        ("Doors at 7:30pm, show at 9pm", "19:30", "21:00", None),
        ("Doors 7 / Show 8", "19:00", "20:00", None),
        ("Doors 7 music 8", "19:00", "20:00", None),
        ("Doors: 6:30pm | Show: 7:30pm | $20 advance, $25 doors", "18:30", "19:30", None),
        ("7:30PM Doors\n8:00PM Show", "19:30", "20:00", None),
        ("doors 7:30 p.m., show 8:30 p.m.", "19:30", "20:30", None),
        ("Doors 7pm Show 8", "19:00", "20:00", None),
        ("Doors: 9:00pm Show: soon after", "21:00", None, None),
        ("Doors: 5:00pm Lecture: 6:00pm FREE", "17:00", "18:00", None),
        ("Doors: 4:00pm | Show: 5:00pm to 9:00pm", "16:00", "17:00", "21:00"),
        ("Copper Kettle Band – 5 PM Early show", None, "17:00", None),
        ("Happy Hour from 4pm to 5:30pm", None, "16:00", "17:30"),
        ("Happy hour 8pm-11", None, "20:00", "23:00"),
        ("Music from 1-5 PM", None, "13:00", "17:00"),
        ("Music from 9pm - 1", None, "21:00", "01:00"),
        ("Show at 8", None, "20:00", None),
        ("Doors 19:30", "19:30", None, None),
        ("Show: 12:00 AM", None, "00:00", None),
        ("Show at noon", None, "12:00", None),
    ],
)
def test_hours_in_prose(text: str | None, doors: str | None, start: str | None, end: str | None) -> None:
    assert hours_in_text(text) == local_times(doors, start, end)


@pytest.mark.parametrize(
    "text",
    [
        "$25 doors",
        "show 2 of 3",
        "a show 8 years in the making",
        "Show 12",
        "This show is 21+",
        "May 7th show",
        "the music of 1-800",
    ],
)
def test_no_hour_is_invented(text: str) -> None:
    assert hours_in_text(text) == LocalTimes()


PROSE = [
    *(
        "doors",
        "show",
        "SHOWS",
        "music",
        "first set",
        "set 1",
        "happy hour",
        "early show",
        "7",
        "8pm",
        "7:30 p.m.",
        "12",
    ),
    *("noon", "midnight", "afternoon", "-", "to", "until", "at", ":", "@", "2026", "$20", "21+", "8th", "program"),
]


@given(st.lists(st.sampled_from(PROSE)).map(" ".join))
def test_hours_stay_the_same_in_a_long_description(text: str) -> None:
    beside = "\nThe lanterns have been lit by the same two friends for many years.\n"
    assert hours_in_text(beside + text + beside) == hours_in_text(text)
    assert hours_in_text(text.upper()) == hours_in_text(text)


@given(st.lists(st.sampled_from(PROSE)).map(" ".join))
def test_labelled_hours_are_found_where_a_search_of_the_whole_text_finds_them(text: str) -> None:
    for name in ("doors", "start"):
        found = search_labels(text.lower(), name, places_of_hours(text.lower()))
        searched = LABEL_FIRST[name].search(text.lower()), LABEL_LAST[name].search(text.lower())
        assert [match and match.span() for match in found] == [match and match.span() for match in searched]


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["doors", "show", "7", ":", "8pm", "-", "12", "at", "music", "1am"])).map(" ".join)
)
def test_any_text_is_read(text: str) -> None:
    hours_in_text(text)
    read_times(text, text, text)
    read_day(text)
    to_instants(DAY, text, LocalTimes(start=time(20)))
