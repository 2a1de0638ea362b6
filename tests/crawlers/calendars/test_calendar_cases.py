"""Calendars in the forms that programs write: tests/cases/crawl/calendars.toml."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sms_crawlers.calendars.ical_text import split_calendar
from tests.crawlers.calendars.test_icalendar import FEED, RoomSpider
from tests.crawlers.saved_answers import errors, items, read, spider_on

CASES = Path(__file__).parents[2] / "cases" / "crawl" / "calendars.toml"
TABLE: list[dict[str, Any]] = tomllib.loads(CASES.read_text("utf-8"))["case"]


def calendar_of(entries: list[str]) -> str:
    texts = []
    for number, lines in enumerate(entries):
        uid = "" if "UID:" in lines else f"UID:{number}\n"
        texts.append(f"BEGIN:VEVENT\n{uid}SUMMARY:Tin Heron\n{lines}\nEND:VEVENT\n".replace("UID:\n", ""))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{''.join(texts)}END:VCALENDAR\n"


@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{case['kind']}: {case['reason']}")
def test_a_calendar_is_read_as_its_writer_meant_it(case: dict[str, Any]) -> None:
    for entries in (case["entries"], case["entries"][::-1]):
        outcomes = read(spider_on(RoomSpider, "2026-11-20"), FEED, calendar_of(entries))
        rows = items(outcomes)
        assert not errors(outcomes)
        told = [f"{row.event_day} {row.start_time or ''} {row.end_day or ''}".rstrip() for row in rows]
        assert sorted(told) == sorted(night.rstrip() for night in case["nights"])
        assert max(Counter(row.source_event_id for row in rows).values()) == 1


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("SUMMARY:Caf\u00e9 \u00c5ker".encode(), "Café Åker"),
        ("SUMMARY:Caf\u00e9 \u00c5ker".encode().replace(b"\xc3", b"\xc3\r\n "), "Café Åker"),
        ("SUMMARY:Caf\u00e9 \u00c5ker".encode("cp1252"), "Café Åker"),
        ("SUMMARY:\u2018Round".encode("cp1252"), "\u2018Round"),
    ],
)
@pytest.mark.parametrize("before", [b"", b"\r\n\r\n", b"\xef\xbb\xbf", b"\n\xef\xbb\xbf", b"  "])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r\r\n"])
def test_bytes_are_put_together_before_they_are_letters(
    body: bytes, title: str, before: bytes, line_end: bytes
) -> None:
    text = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261203T200000\r\n%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    outcomes = read(spider_on(RoomSpider, "2026-11-20"), FEED, before + (text % body).replace(b"\r\n", line_end))
    assert [row.title for row in items(outcomes)] == [title]


def test_letters_are_those_that_the_server_tells_where_they_are_no_utf8() -> None:
    body = calendar_of(["DTSTART:20261203T200000"]).replace("Tin Heron", "Žluťák").encode("cp1250")
    assert "Žluťák" in split_calendar(body, "windows-1250").events[0]
    assert "Café" in split_calendar(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Caf\xe9\n", "utf-8").events[0]


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le"])
def test_a_calendar_in_utf16(charset: str) -> None:
    [event] = split_calendar(calendar_of(["DTSTART:20261203T200000"]).encode(charset)).events
    assert "SUMMARY:Tin Heron" in event


def test_a_zone_is_known_to_its_own_calendar_of_a_body_alone() -> None:
    one, other = (
        f"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Custom\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:{offset}\n"
        f"TZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:{offset}\nSUMMARY:Tin Heron\n"
        f"DTSTART;TZID=Custom:20261203T{hour}0000\nEND:VEVENT\nEND:VCALENDAR\n"
        for offset, hour in (("-0500", 23), ("-0600", 22))
    )
    rows = items(read(spider_on(RoomSpider, "2026-11-20"), FEED, one + other))
    assert [(row.event_day, row.start_time) for row in rows] == [("2026-12-03", "20:00")] * 2
