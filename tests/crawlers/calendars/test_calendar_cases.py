"""Calendars in the forms that programs write: tests/cases/crawl/calendars.toml."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

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
