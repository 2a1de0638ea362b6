"""Calendars that would keep a reader busy for hours: each costs its own entry, and the others are read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from sms_crawlers.calendars import zones as calendar_zones
from sms_crawlers.platforms import icalendar
from sms_crawlers.platforms.icalendar import ids_left_out
from sms_crawlers.runs.listing import INCOMPLETE
from tests.crawlers.calendars.test_icalendar import FEED, RoomSpider, calendar, entry, nights, read_on
from tests.crawlers.saved_answers import errors, read, skips, spider_on

HOURS = "BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11"
GOOD = entry("good", ":20261205T040000Z")


def long_list(count: int) -> str:
    """So many hours of the nights ahead."""
    return ",".join(f"202612{1 + i % 28:02}T{i // 28 % 24:02}{i // 672 % 60:02}{i // 40320:02}Z" for i in range(count))


@pytest.mark.trust(16)
@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([f"RRULE:FREQ=DAILY;COUNT=9;{HOURS};BYSETPOS=366"], "more than 100,000 steps"),
        ([f"RRULE:FREQ=DAILY;COUNT=2000000000;{HOURS}"], "more than 100,000 steps"),
        ([f"RRULE:FREQ=DAILY;COUNT={100_000 + i}" for i in range(50)], "more than 100,000 steps"),
        (["RRULE:FREQ=DAILY", f"EXRULE:FREQ=DAILY;COUNT=2000000000;{HOURS}"], "more than 100,000 steps"),
        (["RRULE:FREQ=DAILY", "DURATION:P36500D"], "more than 1,000 nights ahead"),
        ([f"RRULE:FREQ=DAILY;{HOURS}"], "more than 1,000 nights ahead"),
        ([f"RDATE:{long_list(1_100)}"], "more than 1,000 nights ahead"),
        (["RRULE:FREQ=DAILY;INTERVAL=99999999999999999999"], "cannot be read"),
        (["RRULE:FREQ=DAILY;COUNT=99999999999999999999"], "cannot be read"),
        ([f"RRULE:FREQ=DAILY;BYSETPOS={','.join(['1'] * 5_000)}"], "more than 5,000 characters"),
        (["RRULE:FREQ=DAILY;BYSETPOS=367"], "out of range"),
        (["RRULE:FREQ=DAILY;BYEASTER=0"], "no part of a rule"),
        (["RRULE:FREQ=DAILY", "DESCRIPTION:" + "on and on " * 5_000], "more than 5,000,000 characters"),
    ],
)
def test_an_entry_beyond_its_budget_is_an_error_and_the_others_are_read(lines: list[str], reason: str) -> None:
    outcomes = read_on("2026-11-20", calendar(entry("bad", ":19700102T040000Z", *lines), GOOD))
    [error] = errors(outcomes)
    assert error.field == "event_day"
    assert reason in error.reason
    assert "\n" not in error.reason
    assert len(error.reason) < 300
    assert [uid for uid, _, _ in nights(outcomes)] == ["good"]


@pytest.mark.trust(16)
@pytest.mark.parametrize(
    ("start", "lines"),
    [
        (":19700102T040000Z", [f"RRULE:FREQ=DAILY;{HOURS};BYSETPOS=366"]),
        (":19700102T040000Z", [f"RRULE:FREQ=DAILY;{HOURS};BYSETPOS=366;BYMONTH=2;BYDAY=MO"]),
        (":19700102T040000Z", ["RRULE:FREQ=YEARLY;INTERVAL=2000000000"]),
        (":19700102T040000Z", ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"]),
        (":99991230T040000Z", ["RRULE:FREQ=DAILY"]),
        (":19700102T040000Z", ["RRULE:FREQ=DAILY;UNTIL=19700104"]),
    ],
)
def test_an_entry_without_a_night_ahead_is_a_skip(start: str, lines: list[str]) -> None:
    outcomes = read_on("2026-11-20", calendar(entry("never", start, *lines), GOOD))
    assert skips(outcomes) == ["series without a night ahead"]
    assert [uid for uid, _, _ in nights(outcomes)] == ["good"]


@pytest.mark.trust(16)
def test_a_thousand_changes_of_a_night_are_no_thousand_walks() -> None:
    changes = [
        entry(
            "bad", ":20261204T040000Z", f"RECURRENCE-ID:20271204T{i // 60:02}{i % 60:02}00Z", "EXDATE:20250101T000000Z"
        )
        for i in range(1_000)
    ]
    series = entry("bad", ":19700102T040000Z", "RRULE:FREQ=DAILY;COUNT=200000", "SEQUENCE:5")
    outcomes = read_on("2026-11-20", calendar(series, *changes, GOOD))
    assert ["more than 100,000 steps" in error.reason for error in errors(outcomes)] == [True]
    assert [uid for uid, _, _ in nights(outcomes)] == ["good"]


@pytest.mark.trust(16, 17)
def test_a_calendar_beyond_its_budget_says_so_once_and_is_incomplete(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(icalendar, "STEPS_A_CALENDAR", 100_000)
    spider = spider_on(RoomSpider, "2026-11-20")
    series = [entry(f"daily-{number}", ":20200101T040000Z", "RRULE:FREQ=DAILY") for number in range(20)]
    outcomes = read(spider, FEED, calendar(*series, GOOD))
    whole = {uid.split("@")[0] for uid, _, _ in nights(outcomes)}
    assert whole == {"daily-0", "daily-1", "good"}
    assert skips(outcomes) == ["series beyond the calendar's budget of steps"] * 18
    why = spider.crawler.stats.get_value(INCOMPLETE)
    assert why == "the calendar's series take more than 100,000 steps to expand, the rest is not read"
    assert caplog.text.count(why) == 1


def zone(name: str, rule: str, start: str = "19700101T000000") -> str:
    return (
        f"BEGIN:VTIMEZONE\nTZID:{name}\n"
        f"BEGIN:STANDARD\nDTSTART:{start}\nTZOFFSETFROM:-0700\nTZOFFSETTO:-0800\n{rule}\nEND:STANDARD\n"
        "BEGIN:DAYLIGHT\nDTSTART:19700308T020000\nTZOFFSETFROM:-0800\nTZOFFSETTO:-0700\n"
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
    )


AUTUMN = "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"


def at_home(*moments: str) -> list[str]:
    return [entry(f"home-{moment}", f";TZID=House:{moment}") for moment in moments]


def starts(outcomes: list[Any]) -> list[str]:
    return [f"{day} {hour}" for _, day, hour in nights(outcomes)]


def test_a_zone_of_the_calendars_own_changes_its_clock() -> None:
    zones = zone("House", AUTUMN, "16010101T020000")
    text = calendar(*at_home("20270313T200000", "20270314T200000", "20271106T200000", "20271107T200000"), zones=zones)
    found = starts(read_on("2027-03-01", text))
    assert found == ["2027-03-13 20:00", "2027-03-14 20:00", "2027-11-06 20:00", "2027-11-07 20:00"]


@pytest.mark.trust(16)
@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=DAILY", "FREQ=DAILY;COUNT=2000000000", "FREQ=SOMETIMES"])
def test_a_zone_that_takes_too_long_is_unknown_to_its_entries_only(rule: str) -> None:
    text = calendar(*at_home("20261204T200000"), GOOD, zones=zone("House", f"RRULE:{rule}", "16010101T000000"))
    outcomes = read_on("2026-11-20", text)
    assert ["'House', which nobody knows" in error.reason for error in errors(outcomes)] == [True]
    assert [uid for uid, _, _ in nights(outcomes)] == ["good"]


@pytest.mark.trust(16)
def test_zones_that_no_entry_names_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(icalendar, "STEPS_A_CALENDAR", 2 * calendar_zones.STEPS_A_ZONE)
    zones = "".join(zone(f"Room {number}", AUTUMN) for number in range(300)) + zone("House", AUTUMN)
    assert starts(read_on("2026-11-20", calendar(*at_home("20261204T200000"), zones=zones))) == ["2026-12-04 20:00"]


def test_a_zone_is_known_to_its_own_calendar_alone() -> None:
    read_on("2026-11-20", calendar(*at_home("20261204T200000"), zones=zone("House", AUTUMN)))
    [error] = errors(read_on("2026-11-20", calendar(*at_home("20261204T200000"))))
    assert "nobody knows" in error.reason


def test_nights_that_a_series_leaves_out_have_the_ids_of_its_nights() -> None:
    left_out = [date(2026, 11, 24), datetime.fromisoformat("2026-12-02T04:00:00+00:00")]
    found = ids_left_out("mic", left_out, {"mic@2026-11-24"}, "America/Los_Angeles")
    assert found == ["mic@2026-12-01"]
