"""schema.org events in the forms that sites state: tests/cases/crawl/events.toml, as JSON-LD; microdata and RDFa."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse, Request

from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.json_ld import JsonLdSpider
from tests.crawlers.saved_answers import items, read, spider_on

CASES = Path(__file__).parents[2] / "cases" / "crawl" / "events.toml"
TABLE: list[dict[str, Any]] = tomllib.loads(CASES.read_text("utf-8"))["case"]
PAGE = "https://room.example.org/shows"


class RoomSpider(JsonLdSpider):
    name = "room"
    title = "Room"
    homepage = "https://room.example.org"
    kind = "venue"
    city = "seattle"
    venue = None
    start_urls = [PAGE]  # noqa: RUF012 - as spiders state it


def shown(row: RawEventItem, names: list[str]) -> str:
    values = [getattr(row, name) for name in names]
    told = [", ".join(part["name"] for part in value) if isinstance(value, list) else str(value) for value in values]
    return " ".join([str(row.event_day), row.start_time or "-", *told])


def rows_of(body: str) -> list[RawEventItem]:
    return items(read(spider_on(RoomSpider, "2026-11-20"), PAGE, body))


@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{case['kind']}: {case['reason']}")
def test_an_event_is_read_as_its_site_meant_it(case: dict[str, Any]) -> None:
    plain = {"@type": "MusicEvent", "name": "Tin Heron", "startDate": "2026-11-25T20:00:00-08:00"}
    script = f'<script type="application/ld+json">{json.dumps(plain | case["event"])}</script>'
    assert sorted(shown(row, case.get("shows", [])) for row in rows_of(script)) == sorted(case["rows"])


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        ('itemscope itemtype="https://schema.org/MusicEvent"', "itemprop='{}'"),
        ('vocab="https://schema.org/" typeof="MusicEvent"', "property='{}'"),
        ('prefix="schema: http://schema.org/" typeof="schema:MusicEvent"', "property='schema:{}'"),
    ],
)
def test_starts_in_markup(scope: str, name: str) -> None:
    start = name.format("startDate")
    starts = "".join(f'<time {start} datetime="2026-11-{day}T20:00-08:00">one</time>' for day in (25, 26))
    page = f"<div {scope}><b {name.format('name')}>Tin Heron</b>{starts}</div>"
    assert [shown(row, []) for row in rows_of(page)] == ["2026-11-25 20:00", "2026-11-26 20:00"]


def test_properties_elsewhere_in_the_page() -> None:
    page = (
        '<div itemscope itemtype="https://schema.org/Event" itemref="when"><b itemprop="name">Tin Heron</b></div>'
        '<p id="when"><time itemprop="startDate" datetime="2026-11-25T20:00">one</time></p>'
    )
    assert [shown(row, []) for row in rows_of(page)] == ["2026-11-25 20:00"]


@pytest.mark.parametrize(
    ("charset", "told"),
    [
        ("utf-8", "text/html; charset=iso-8859-1"),
        ("utf-8", "text/html; charset=utf8mb4"),
        ("cp1252", "text/html; charset=utf-8"),
        ("cp1252", "text/html"),
        ("cp1252", "text/html; charset=iso-8859-1"),
        ("utf-8-sig", "text/html; charset=iso-8859-1"),
        ("utf-16", "text/html"),
    ],
)
def test_letters_whatever_the_server_calls_them(charset: str, told: str) -> None:
    event = {"@type": "Event", "name": "Café Åker – Trio", "startDate": "2026-11-25T20:00"}
    body = f'<script type="application/ld+json">{json.dumps(event, ensure_ascii=False)}</script>'.encode(charset)
    answer = HtmlResponse(PAGE, body=body, headers={"Content-Type": told}, request=Request(PAGE))
    [row] = items(list(spider_on(RoomSpider, "2026-11-20").parse(answer)))
    assert row.title == "Café Åker – Trio"
