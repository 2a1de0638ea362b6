"""Public iCalendar feeds: series, zones, days, and entries that are broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RecordSkip
from sms_crawlers.network.whole_bodies import missing_end
from sms_crawlers.platforms.icalendar import ICalendarSpider
from tests.crawlers.saved_answers import RECORDINGS, differences, errors, items, read, skips, spider_on

FEED = "https://calendar.example.org/public/basic.ics"


class RoomSpider(ICalendarSpider):
    """A room in Seattle with nothing but a feed."""

    name = "room"
    title = "Room"
    homepage = "https://room.example.org"
    kind = "venue"
    city = "seattle"
    venue = "blue_moon"
    event_page = "https://room.example.org/calendar"


def calendar(*entries: str, zones: str = "") -> str:
    events = "".join(f"BEGIN:VEVENT\n{entry.strip()}\nEND:VEVENT\n" for entry in entries)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{zones}{events}END:VCALENDAR\n".replace("\n", "\r\n")


def entry(uid: str, start: str, *more: str, title: str = "Tin Heron") -> str:
    return "\n".join((f"UID:{uid}", f"DTSTART{start}", f"SUMMARY:{title}", *more))


def read_on(day: str, text: str | bytes) -> list[Any]:
    return read(spider_on(RoomSpider, day), FEED, text)


def nights(outcomes: list[Any]) -> list[tuple[str, str | None, str | None]]:
    return [(item.source_event_id, item.event_day, item.start_time) for item in items(outcomes)]


def test_evening_in_utc_belongs_to_the_local_day_before() -> None:
    text = calendar(entry("a", ":20261122T040000Z", "DTEND:20261122T090000Z"))
    [item] = items(read_on("2026-11-20", text))
    assert (item.event_day, item.start_time, item.end_time, item.end_day) == ("2026-11-21", "20:00", "01:00", None)


@pytest.mark.parametrize(
    ("start", "local"),
    [
        (";TZID=America/New_York:20261121T230000", "20:00"),
        (";TZID=Pacific Standard Time:20261121T200000", "20:00"),
        (":20261121T200000", "20:00"),
        (":20260922T030000Z", "20:00"),
    ],
)
@pytest.mark.trust(20)
def test_hours_are_told_in_the_venues_zone(start: str, local: str) -> None:
    [item] = items(read_on("2026-09-20", calendar(entry("a", start))))
    assert item.start_time == local
    assert item.timezone == "America/Los_Angeles"


def test_zone_that_the_calendar_defines_itself() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:House Time\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0500\n"
        "TZOFFSETTO:-0500\nTZNAME:HT\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    [item] = items(read_on("2026-11-20", calendar(entry("a", ";TZID=House Time:20261121T230000"), zones=zone)))
    assert (item.event_day, item.start_time) == ("2026-11-21", "20:00")


def test_series_with_a_night_left_out_a_night_moved_and_a_night_added() -> None:
    series = entry(
        "mic",
        ";TZID=America/Los_Angeles:20250108T200000",
        "RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20261217T075959Z",
        "EXDATE;TZID=America/Los_Angeles:20261125T200000",
        "RDATE;TZID=America/Los_Angeles:20261204T200000",
    )
    moved = entry(
        "mic",
        ";TZID=America/Los_Angeles:20261210T213000",
        "RECURRENCE-ID;TZID=America/Los_Angeles:20261209T200000",
        title="Tin Heron (a day late)",
    )
    assert nights(read_on("2026-11-20", calendar(series, moved))) == [
        ("mic@2026-12-02", "2026-12-02", "20:00"),
        ("mic@2026-12-04", "2026-12-04", "20:00"),
        ("mic@2026-12-09", "2026-12-10", "21:30"),
        ("mic@2026-12-16", "2026-12-16", "20:00"),
    ]


@pytest.mark.trust(4)
def test_a_night_that_a_series_leaves_out_is_the_calendars_own_word_that_it_is_gone() -> None:
    zone = ";TZID=America/Los_Angeles"
    without = f"EXDATE{zone}:20261125T200000,20261209T200000"
    instead = f"RDATE{zone}:20261209T210000"
    series = entry("mic", f"{zone}:20261118T200000", "RRULE:FREQ=WEEKLY;COUNT=5", without, instead)
    outcomes = read_on("2026-11-20", calendar(series))
    gone = [outcome.source_event_id for outcome in outcomes if isinstance(outcome, RecordSkip)]
    assert gone == ["mic@2026-11-25"]
    assert [night for night, _, _ in nights(outcomes)] == ["mic@2026-12-02", "mic@2026-12-09", "mic@2026-12-16"]


def test_hour_of_a_series_stays_when_the_clocks_change() -> None:
    text = calendar(entry("mic", ";TZID=America/Los_Angeles:20261028T200000", "RRULE:FREQ=WEEKLY;COUNT=2"))
    assert [start for _, _, start in nights(read_on("2026-10-20", text))] == ["20:00", "20:00"]


def test_series_rescheduled_from_a_night_on() -> None:
    series = entry("mic", ";TZID=America/Los_Angeles:20261202T200000", "RRULE:FREQ=WEEKLY;COUNT=3")
    later = entry(
        "mic",
        ";TZID=America/Los_Angeles:20261210T190000",
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/Los_Angeles:20261209T200000",
    )
    assert nights(read_on("2026-11-20", calendar(series, later))) == [
        ("mic@2026-12-02", "2026-12-02", "20:00"),
        ("mic@2026-12-10", "2026-12-10", "19:00"),
        ("mic@2026-12-17", "2026-12-17", "19:00"),
    ]


def test_two_starts_of_a_series_on_one_day_have_two_ids() -> None:
    text = calendar(entry("set", ";TZID=America/Los_Angeles:20261204T190000", "RRULE:FREQ=DAILY;COUNT=2;BYHOUR=19,21"))
    assert nights(read_on("2026-11-20", text)) == [
        ("set@2026-12-04", "2026-12-04", "19:00"),
        ("set@2026-12-04T21:00", "2026-12-04", "21:00"),
    ]


@pytest.mark.trust(16)
def test_endless_series_is_read_as_far_as_the_window_reaches() -> None:
    text = calendar(entry("daily", ":20100101T040000Z", "RRULE:FREQ=DAILY"))
    found = nights(read_on("2026-11-20", text))
    assert len(found) == RoomSpider.days_ahead + 1
    assert found[0][1] == "2026-11-20"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=HOURLY;COUNT=3",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=0,10,20",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SOMETIMES",
        "FREQ=WEEKLY;UNTIL=never",
        "COUNT=3",
    ],
)
def test_rule_that_is_no_rule_of_nights_is_an_error_and_the_others_are_read(rule: str) -> None:
    text = calendar(entry("bad", ":20261204T040000Z", f"RRULE:{rule}"), entry("good", ":20261205T040000Z"))
    outcomes = read_on("2026-11-20", text)
    [error] = errors(outcomes)
    assert error.field == "event_day"
    assert f"RRULE:{rule}" in error.record
    assert [uid for uid, _, _ in nights(outcomes)] == ["good"]


def test_series_since_the_year_one_is_an_error() -> None:
    [error] = errors(read_on("2026-11-20", calendar(entry("old", ":00010101T040000Z", "RRULE:FREQ=DAILY"))))
    assert "starts in the year 1" in error.reason


def test_days_without_hours_and_their_last_day() -> None:
    text = calendar(
        entry("one", ";VALUE=DATE:20261128", "DTEND;VALUE=DATE:20261129"),
        entry("bare", ";VALUE=DATE:20261129"),
        entry("three", ";VALUE=DATE:20261119", "DTEND;VALUE=DATE:20261122"),
        entry("told", ";VALUE=DATE:20261130", "DESCRIPTION:Doors 7\\, music 8"),
    )
    found = {item.source_event_id: item for item in items(read_on("2026-11-20", text))}
    assert [(found[uid].start_time, found[uid].end_time, found[uid].end_day) for uid in ("one", "bare")] == [
        (None, None, None),
        (None, None, None),
    ]
    assert (found["three"].event_day, found["three"].end_day) == ("2026-11-19", "2026-11-21")
    assert (found["told"].doors_time, found["told"].start_time) == ("19:00", "20:00")


def test_end_before_start_or_unreadable_is_left_out_and_stays_in_the_payload() -> None:
    text = calendar(
        entry("before", ":20261204T040000Z", "DTEND:20261204T010000Z"),
        entry("banana", ":20261205T040000Z", "DTEND:banana"),
        entry("series", ":20261206T040000Z", "DTEND:20261206T010000Z", "RRULE:FREQ=WEEKLY;COUNT=1"),
    )
    found = items(read_on("2026-11-20", text))
    assert [(item.start_time, item.end_time) for item in found] == [("20:00", None)] * 3
    assert ["DTEND:" in item.payload for item in found] == [True] * 3


def test_show_hour_of_the_description_where_the_entry_begins_with_the_doors() -> None:
    told = "DESCRIPTION:Doors 7pm\\, show 8pm\\n$10-$15 sliding scale\\, all ages"
    text = calendar(entry("doors", ";TZID=America/Los_Angeles:20261204T190000", told))
    [item] = items(read_on("2026-11-20", text))
    assert (item.doors_time, item.start_time) == ("19:00", "20:00")
    assert (item.price_text, item.age_text) == ("$10-$15 sliding scale", "all ages")


def test_cancelled_is_transcribed_and_confirmed_is_no_news() -> None:
    text = calendar(
        entry("off", ":20261204T040000Z", "STATUS:CANCELLED"), entry("on", ":20261205T040000Z", "STATUS:CONFIRMED")
    )
    assert [item.status_text for item in items(read_on("2026-11-20", text))] == ["CANCELLED", None]


def test_folded_and_escaped_text() -> None:
    text = calendar(entry("a", ":20261204T040000Z", title="Rust Belt Botanists &amp\n ; Friends\\, Ørn\n lund  Trio "))
    [item] = items(read_on("2026-11-20", text))
    assert item.title == "Rust Belt Botanists & Friends, Ørnlund Trio"


def test_what_is_over_or_private_is_skipped_by_name() -> None:
    text = calendar(
        entry("past", ":20261119T040000Z"),
        entry("over", ":20240102T040000Z", "RRULE:FREQ=WEEKLY;COUNT=3"),
        entry("private", ":20261204T040000Z", title="Busy"),
        entry("twice", ":20261205T040000Z", "SEQUENCE:1"),
        entry("twice", ":20261205T050000Z", "SEQUENCE:2"),
    )
    outcomes = read_on("2026-11-20", text)
    assert sorted(skips(outcomes)) == [
        "past day",
        "private entry",
        "series without a night ahead",
        "superseded entry",
    ]
    assert nights(outcomes) == [("twice", "2026-12-04", "21:00")]


def test_tonight_is_not_past_after_midnight_utc() -> None:
    text = calendar(entry("tonight", ";TZID=America/Los_Angeles:20261120T090000"))
    assert len(items(read_on("2026-11-20", text))) == 1


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ("UID:x\nSUMMARY:No start", "event_day"),
        ("UID:x\nDTSTART:20261331T200000Z\nSUMMARY:Thirteenth month", "event_day"),
        ("UID:x\nDTSTART;VALUE=PERIOD:20261201T000000Z/PT1H\nSUMMARY:A period", "event_day"),
        ("UID:x\nDTSTART;TZID=Mars/Base:20261204T200000\nSUMMARY:Nobody's zone", "start_time"),
        ("UID:x\nDTSTART:20261204T040000Z\nDTSTART:20261205T040000Z\nSUMMARY:Two in one", "event_day"),
        ("UID:x\nDTSTART:20261204T040000Z\nSUMMARY:  ", "title"),
        ("UID:x\nDTSTART:20261204T040000Z\nSUMMARY:Bad\nRRULE:FREQ=WEEKLY\nEXDATE:soon", "event_day"),
        ("UID:x\nDTSTART:00010101T000000Z\nRECURRENCE-ID:never\nSUMMARY:Bad", "event_day"),
    ],
)
def test_broken_entry_is_one_error_and_the_others_are_read(broken: str, field: str) -> None:
    outcomes = read_on("2026-11-20", calendar(broken, entry("good", ":20261205T040000Z")))
    assert [error.field for error in errors(outcomes)] == [field]
    assert errors(outcomes)[0].record.startswith("BEGIN:VEVENT")
    assert len(items(outcomes)) == 1


def test_entry_that_nobody_closed_does_not_swallow_the_next() -> None:
    text = calendar(entry("open", ":20261204T040000Z"), entry("good", ":20261205T040000Z"))
    outcomes = read_on("2026-11-20", text.replace("END:VEVENT\r\n", "", 1))
    assert len(errors(outcomes)) == 1
    assert [uid for uid, _, _ in nights(outcomes)] == ["good"]


def test_calendar_cut_short_gives_what_is_whole_and_says_that_it_is_not_all() -> None:
    spider = spider_on(RoomSpider, "2026-11-20")
    text = calendar(entry("whole", ":20261204T040000Z"), entry("half", ":20261205T040000Z"))
    outcomes = read(spider, FEED, text[:-45])
    assert [uid for uid, _, _ in nights(outcomes)] == ["whole"]
    assert len(errors(outcomes)) == 1
    assert missing_end(text[:-45].encode()) == "it has no END:VCALENDAR at its end"


@pytest.mark.parametrize("body", ["<!DOCTYPE html><p>Sign in</p>", "", "{}", "\x00\x01", "BEGIN:VCARD\nEND:VCARD"])
def test_body_that_is_no_calendar(body: str) -> None:
    with pytest.raises(UnreadablePage, match="no iCalendar"):
        read_on("2026-11-20", body)


def test_broken_bytes_in_a_title_cost_only_themselves() -> None:
    text = calendar(entry("a", ":20261204T040000Z", title="Caf?")).encode().replace(b"?", b"\xe9\x00")
    [item] = items(read_on("2026-11-20", text))
    assert item.title.startswith("Caf")


def test_payload_does_not_change_with_the_hour_of_the_download() -> None:
    payloads = []
    for stamp in ("20261120T200000Z", "20261121T200000Z"):
        text = calendar(entry("a", ":20261204T040000Z", f"DTSTAMP:{stamp}", "LOCATION:Upstairs"))
        [item] = items(read_on("2026-11-20", text))
        payloads.append(item.payload)
    assert payloads[0] == payloads[1]
    assert "LOCATION:Upstairs" in payloads[0]


@settings(max_examples=60, deadline=None)
@given(
    cut=st.integers(0, 8000),
    splice=st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Z", "C")), max_size=30),
)
def test_damaged_calendar_never_raises_anything_but_unreadable_page(cut: int, splice: str) -> None:
    body = (RECORDINGS / "blue_moon" / "basic.ics").read_text("utf-8")
    try:
        outcomes = read_on("2026-11-20", body[:cut] + splice + body[cut + 40 :])
    except UnreadablePage:
        return
    assert all(item.event_day and item.title for item in items(outcomes))


def test_shared_recording_is_read_without_loss(shared_recordings: Path) -> None:
    file = "synthetic-google-calendar.ics"
    outcomes = read_on("2025-08-13", (shared_recordings / "blue_moon" / file).read_bytes())
    assert differences(items(outcomes), shared_recordings, "blue_moon", file) == []
    assert errors(outcomes) == []
