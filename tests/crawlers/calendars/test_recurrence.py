"""Recurrence rules and series: the same nights as the libraries that others use, and never more work than allowed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event
from icalendar.prop import vRecur

from sms_crawlers.calendars import recurrence
from sms_crawlers.calendars.ical_text import end_of, first_property, parse_event, start_of
from sms_crawlers.calendars.recurrence import days_of, expand
from sms_crawlers.calendars.recurrence_rule import Rule, read_rule
from sms_crawlers.calendars.step_budget import BudgetSpent, StepBudget
from sms_crawlers.reading import UnreadableField

TODAY = date(2026, 11, 20)
LAST = TODAY + timedelta(days=180)
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
CALLS_A_STEP = 40
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


local = datetime.fromisoformat


@contextmanager
def counted_calls() -> Iterator[list[int]]:
    """Counts every call that Python makes: work that is the same on every machine."""
    calls = [0]

    def count(_frame: object, event: str, _arg: object) -> None:
        if event in ("call", "c_call"):
            calls[0] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def numbers(*ranges: tuple[int, int], most: int = 4) -> st.SearchStrategy[str]:
    number = st.one_of(*(st.integers(low, high) for low, high in ranges))
    return st.lists(number, min_size=1, max_size=most).map(lambda found: ",".join(map(str, found)))


def optional(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), values.map(lambda value: f";{name}={value}"))


@st.composite
def hostile_rules(draw: st.DrawFn) -> str:
    """All parts of RFC 5545, with numbers that no calendar has among them."""
    odd = st.sampled_from(["0", "-1", "366", "2147483647", "-366"])
    return "".join(
        [
            "FREQ=" + draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY", "SECONDLY"])),
            draw(optional("INTERVAL", st.one_of(st.sampled_from(["1", "2", "7", "400"]), odd))),
            draw(optional("COUNT", st.one_of(st.sampled_from(["1", "50", "100000"]), odd))),
            draw(optional("UNTIL", st.sampled_from(["19990101", "20270101T000000Z", "99991231T235959Z", "00010101"]))),
            draw(optional("BYMONTH", numbers((1, 12), (0, 13)))),
            draw(optional("BYMONTHDAY", numbers((1, 31), (-31, 32)))),
            draw(optional("BYYEARDAY", numbers((1, 366), (-367, 367)))),
            draw(optional("BYWEEKNO", numbers((1, 53), (-54, 54)))),
            draw(
                optional("BYDAY", st.sampled_from(["MO", "TU,WE", "1MO", "-1FR,2TU", "53SU", "MO,TU,WE,TH,FR,SA,SU"]))
            ),
            draw(optional("BYHOUR", numbers((0, 23), (-1, 25), most=12))),
            draw(optional("BYMINUTE", numbers((0, 59), most=2))),
            draw(optional("BYSETPOS", numbers((1, 366), (-366, -1), (0, 0)))),
            draw(optional("WKST", st.sampled_from(WEEKDAYS))),
        ]
    )


@pytest.mark.trust(16)
@settings(max_examples=150, deadline=None)
@given(rule=hostile_rules(), start=st.datetimes(), limit=st.integers(0, 3000))
def test_no_rule_takes_more_work_than_its_budget(rule: str, start: datetime, limit: int) -> None:
    steps = StepBudget(limit)
    with counted_calls() as calls:
        try:
            found = list(read_rule(vRecur.from_ical(rule), start).starts(start, TODAY, LAST, steps))
        except (UnreadableField, BudgetSpent, ValueError):
            found = []
    a_period = 366 * 13
    assert calls[0] <= CALLS_A_STEP * (limit + a_period)
    assert all(TODAY <= moment.date() <= LAST and moment >= start for moment in found)
    assert found == sorted(set(found))


@pytest.mark.trust(16)
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYSETPOS=366",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYSETPOS=366;BYMONTH=2;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
    ],
)
def test_a_rule_that_never_matches_costs_no_more_than_the_window(rule: str) -> None:
    steps = StepBudget(1_000_000)
    begin = local("1970-01-01T20:00")
    assert list(read_rule(vRecur.from_ical(rule), begin).starts(begin, TODAY, LAST, steps)) == []
    assert steps.taken < 2 * 366 + 12 * 366 * 2


@st.composite
def plain_rules(draw: st.DrawFn) -> str:
    """Rules that dateutil reads as RFC 5545 has them: it has week positions in a first week that is cut short, an n-th
    weekday beside a plain one, and weeks at the turn of a year otherwise."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    some_days = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3, unique=True)
    days = some_days.map(",".join)
    rule = f"FREQ={frequency}" + draw(optional("INTERVAL", st.sampled_from(["1", "2", "3", "5"])))
    rule += draw(st.one_of(optional("COUNT", numbers((0, 300), most=1)), st.just(";UNTIL=20270215T200000")))
    rule += draw(optional("BYMONTH", numbers((1, 12))))
    if frequency in ("MONTHLY", "YEARLY"):
        nth = st.sampled_from(["1", "2", "3", "4", "-1", "-2"])
        counted = st.tuples(nth, some_days).map(lambda told: ",".join(told[0] + day for day in told[1]))
        rule += draw(optional("BYDAY", st.one_of(days, counted)))
        rule += draw(optional("BYMONTHDAY", numbers((1, 31), (-31, -1))))
        rule += draw(
            st.one_of(optional("BYYEARDAY", numbers((1, 366), (-366, -1))), optional("BYWEEKNO", numbers((2, 51))))
        )
    else:
        rule += draw(optional("BYDAY", days))
    rule += draw(optional("BYHOUR", numbers((0, 23), most=3)))
    if frequency != "WEEKLY":
        rule += draw(optional("BYSETPOS", numbers((1, 4), (-4, -1))))
    return rule + draw(optional("WKST", st.sampled_from(WEEKDAYS)))


@settings(max_examples=150, deadline=None)
@given(rule=plain_rules(), begin=st.datetimes(local("2018-01-01"), local("2027-03-01")))
def test_a_rule_falls_where_dateutil_has_it(rule: str, begin: datetime) -> None:
    begin = begin.replace(microsecond=0)
    ours = read_rule(vRecur.from_ical(rule), begin)
    assume(matches_later(ours, begin))  # else dateutil walks to the year 9999
    low, high = datetime.combine(TODAY, time.min), datetime.combine(LAST, time.max)
    theirs = rrulestr(rule, dtstart=begin).between(low, high, inc=True)
    assert list(ours.starts(begin, TODAY, LAST, StepBudget(100_000))) == theirs


def matches_later(rule: Rule, begin: datetime) -> bool:
    endless = replace(rule, count=None, until=None)
    after = max(LAST, begin.date()) + timedelta(days=1)
    return any(endless.starts(begin, after, after + timedelta(days=1500), StepBudget(100_000)))


Kind = str


def written(moment: datetime, kind: Kind) -> str:
    return {
        "day": f";VALUE=DATE:{moment:%Y%m%d}",
        "utc": f":{moment:%Y%m%dT%H%M%S}Z",
        "zone": f";TZID=America/Los_Angeles:{moment:%Y%m%dT%H%M%S}",
        "floating": f":{moment:%Y%m%dT%H%M%S}",
    }[kind]


@st.composite
def series(draw: st.DrawFn) -> list[Event]:
    """A series with nights left out, added, moved, and moved from then on."""
    kind = draw(st.sampled_from(["day", "utc", "zone", "floating"]))
    hour = 0 if kind == "day" else draw(st.sampled_from([0, 3, 20]))
    begin = local("2026-06-01") + timedelta(hours=hour) + timedelta(days=draw(st.integers(0, 200)))
    near = st.integers(0, 250).map(lambda days: begin + timedelta(days=days))
    told = draw(st.lists(near, max_size=8, unique=True))
    rules = st.sampled_from(
        ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=DAILY;INTERVAL=3;COUNT=40", "FREQ=MONTHLY;BYDAY=1TU,-1FR"]
    )
    length = draw(st.sampled_from(["", "DURATION:P1D", "DURATION:P10D"]))
    lines = [
        "UID:x",
        f"DTSTART{written(begin, kind)}",
        *(f"RRULE:{rule}" for rule in draw(st.lists(rules, max_size=2))),
    ]
    lines += [length, *(f"EXDATE{written(day, kind)}" for day in told[:2])]
    lines += [f"RDATE{written(day, kind)}" for day in told[2:4]]
    entries = [lines]
    for day in told[4:]:
        later = timedelta(days=draw(st.sampled_from([0, 1, 10])), hours=0 if kind == "day" else draw(st.integers(0, 3)))
        named = written(day, kind)
        if kind == "zone" and draw(st.booleans()):
            named = written(day.replace(tzinfo=LOS_ANGELES).astimezone(UTC), "utc")
        onwards = draw(st.sampled_from(["", ";RANGE=THISANDFUTURE"]))
        entries.append(["UID:x", f"RECURRENCE-ID{onwards}{named}", f"DTSTART{written(day + later, kind)}", length])
    return [parse_event("\n".join(["BEGIN:VEVENT", *filter(None, entry), "END:VEVENT"]), "UTC") for entry in entries]


@settings(max_examples=100, deadline=None)
@given(series())
def test_a_series_has_the_nights_that_recurring_ical_events_finds(events: list[Event]) -> None:
    calendar = Calendar()
    calendar.subcomponents.extend(events)
    around = timedelta(days=1)
    theirs = recurring_ical_events.of(calendar).between(TODAY - around, LAST + around + around)
    assert told_of(night.event for night in expand(events, TODAY, LAST).nights) == told_of(theirs)


def told_of(events: Iterable[Event]) -> list[tuple[str, str, str]]:
    """Start, end and RECURRENCE-ID of those that begin in the window: at its edge the library loses some."""
    found = [(start_of(event), event) for event in events]
    inside = [(start, event) for start, event in found if f"{start}" < f"{LAST}"]
    return sorted(
        (f"{start}", f"{end_of(event, start)}", f"{first_property(event, 'RECURRENCE-ID').dt}")
        for start, event in inside
    )


def events_of(*entries: str) -> list[Event]:
    return [parse_event(f"BEGIN:VEVENT\nUID:x\n{entry}\nEND:VEVENT", "America/Los_Angeles") for entry in entries]


@pytest.mark.parametrize(
    ("start", "exception", "left_out"),
    [
        (";VALUE=DATE:20261101", "EXDATE;VALUE=DATE:20261122", [date(2026, 11, 22)]),
        (":20261101T200000", "EXDATE:20261122T200000,20261122T210000", [local("2026-11-22T20:00")]),
        (":20261101T200000", "EXDATE;VALUE=DATE:20261122", [local("2026-11-22T20:00")]),
        (":20261101T200000Z", "EXRULE:FREQ=MONTHLY;BYMONTHDAY=29", [datetime(2026, 11, 29, 20, tzinfo=UTC)]),
        (":20261101T200000", "EXDATE:20261115T200000", []),
        (":20261101T200000", "EXDATE:20261123T200000", []),
    ],
)
def test_a_series_tells_which_of_its_nights_it_leaves_out(start: str, exception: str, left_out: list[date]) -> None:
    found = expand(events_of(f"DTSTART{start}\nRRULE:FREQ=WEEKLY;COUNT=6\n{exception}"), TODAY, date(2026, 12, 4))
    assert found.left_out == left_out
    assert len(found.nights) == 2 - len(left_out)


def test_a_night_left_out_is_not_told_by_its_change() -> None:
    rule = "DTSTART:20261101T200000\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20261122T200000"
    found = expand(events_of(rule, "RECURRENCE-ID:20261122T200000\nDTSTART:20261123T200000"), TODAY, LAST)
    assert (found.nights, found.left_out) == ([], [local("2026-11-22T20:00")])


@pytest.mark.parametrize("until", ["20261129", "20261129T193000", "20261130T033000Z"])
def test_the_last_day_of_a_rule_is_a_night(until: str) -> None:
    zone = "" if until.endswith("3000") else ";TZID=America/Los_Angeles"
    found = expand(events_of(f"DTSTART{zone}:20261127T193000\nRRULE:FREQ=DAILY;UNTIL={until}"), TODAY, LAST)
    assert [start_of(night.event).day for night in found.nights] == [27, 28, 29]


def test_a_change_may_name_its_night_by_the_day() -> None:
    rule = "DTSTART;TZID=America/Los_Angeles:20261117T200000\nRRULE:FREQ=WEEKLY;COUNT=2"
    late = "DTSTART;TZID=America/Los_Angeles:20261124T213000\nRECURRENCE-ID;VALUE=DATE:20261124"
    [night] = expand(events_of(rule, late), TODAY, LAST).nights
    assert start_of(night.event) == datetime(2026, 11, 24, 21, 30, tzinfo=LOS_ANGELES)


def test_two_starts_of_one_day_are_told_apart_by_their_hours() -> None:
    """12:00 here is 20:00 in Greenwich: an exception at 20:00 here does not mean it."""
    rule = "DTSTART;TZID=America/Los_Angeles:20261204T120000\nRRULE:FREQ=DAILY;COUNT=2;BYHOUR=12,20"
    [night] = expand(events_of(f"{rule}\nEXDATE;TZID=America/Los_Angeles:20261204T200000"), TODAY, LAST).nights
    assert start_of(night.event) == datetime(2026, 12, 4, 12, tzinfo=LOS_ANGELES)


@pytest.mark.trust(16)
def test_the_work_of_a_series_is_the_same_every_time() -> None:
    events = events_of("DTSTART:20100101T200000\nRRULE:FREQ=DAILY;COUNT=8000\nEXDATE:20261124T200000")
    taken = []
    for _ in range(2):
        steps = StepBudget(10_000_000)
        expand(events, TODAY, LAST, steps)
        taken.append(steps.taken)
    assert taken[0] == taken[1]


@pytest.mark.trust(16)
@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;COUNT=2000000000;BYSETPOS=3", "FREQ=YEARLY;COUNT=5;BYMONTHDAY=31;BYMONTH=1;BYDAY=MO;BYWEEKNO=30"],
)
def test_a_rule_written_by_hand_has_a_budget_too(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurrence, "STEPS_A_SERIES", 1_000)
    with pytest.raises(UnreadableField, match=r"rrule: .* takes more than 1,000 steps to expand"):
        days_of(rule, date(1971, 1, 1), TODAY, LAST)


@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;BYDAY WE", "FREQ=WEEKLY;", "FREQ=WEEKLY;BYDAI=WE", "FREQ=DAILY;BYHOUR=24"]
)
def test_a_slip_in_a_rule_written_by_hand_is_an_error(rule: str) -> None:
    with pytest.raises(UnreadableField, match="rrule: "):
        days_of(rule, TODAY, TODAY, LAST)
