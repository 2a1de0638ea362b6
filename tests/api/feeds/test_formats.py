"""Each form, read by programs that are not ours: what the catalog says comes out as it went in, and does nothing."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import feedparser
import icalendar
import orjson
import pytest
from hypothesis import given
from ical.calendar_stream import IcsCalendarStream
from lxml import etree

from sms_api.feeds.formats import FORMATS
from sms_api.open_reads import SUFFIXES
from sms_catalog.changes import Revision
from sms_catalog.events import CatalogEvent
from sms_text.printable import as_lines, as_text_cell
from tests.api.feeds.made_feeds import ATTACKS, CATALOG_TEXT, CHANGED_AT, SITE, feed, listed, room, told

ATOM = "{http://www.w3.org/2005/Atom}"

KNOWN_PROPERTIES = frozenset(
    "BEGIN END VERSION PRODID CALSCALE NAME X-WR-CALNAME DESCRIPTION X-WR-CALDESC URL SOURCE REFRESH-INTERVAL"
    " X-PUBLISHED-TTL LAST-MODIFIED TZID COMMENT DTSTART RDATE RRULE TZNAME TZOFFSETFROM TZOFFSETTO UID DTSTAMP"
    " SEQUENCE SUMMARY STATUS CATEGORIES LOCATION GEO DTEND".split()
)


def rendered(suffix: str, events: Sequence[CatalogEvent], **values: Any) -> bytes:
    """A document of these events."""
    news = [told(event, seq=number) for number, event in enumerate(events, 1)]
    return FORMATS[suffix].render(feed(events, news=news, **values))


def attacked(text: str) -> CatalogEvent:
    """An event with the text wherever it may have one."""
    names = ("presenter", "tour", "description", "event_url", "ticket_url", "image_url", "currency")
    acts = [{"id": str(uuid.UUID(int=3)), "name": text, "role": "headliner"}]
    sources = [{"source": "paper", "source_event_id": text, "source_url": text}]
    given: dict[str, Any] = dict.fromkeys(names, text)
    return listed(text, artists=acts, sources=sources, genres=[text], venue=room(text), **given)


def calendars(body: bytes) -> tuple[icalendar.Calendar, Any]:
    """A calendar as both parsers read it."""
    return icalendar.Calendar.from_ical(body), IcsCalendarStream.calendar_from_ics(body.decode())


def test_every_ending_has_one_form() -> None:
    assert set(FORMATS) == set(SUFFIXES)


@pytest.mark.parametrize("suffix", FORMATS)
def test_nothing_to_tell_is_a_whole_document_too(suffix: str) -> None:
    body = rendered(suffix, [])
    match suffix:
        case "ics":
            ours, theirs = calendars(body)
            assert (ours["NAME"], theirs.events) == ("Live music in Seattle, tonight", [])
        case "atom":
            assert feedparser.parse(body).bozo is False
        case "csv":
            assert body.startswith(b"id,title,kind")
            assert body.count(b"\n") == 1
        case "ndjson":
            assert body == b""
        case _:
            assert orjson.loads(body)["title"] == "Live music in Seattle, tonight"


@given(CATALOG_TEXT)
def test_any_text_of_the_catalog_comes_out_of_each_form_as_it_went_in(text: str) -> None:
    event = attacked(text)
    lines = as_lines(text)
    ours, theirs = calendars(rendered("ics", [event]))
    (component,) = ours.walk("VEVENT")
    assert str(component["SUMMARY"]) == theirs.events[0].summary == lines
    assert str(component["LOCATION"]).startswith(lines)
    assert theirs.events[0].uid == str(event.id)
    (row,) = csv.DictReader(io.StringIO(rendered("csv", [event]).decode(), newline=""))
    assert row["title"] == as_text_cell(text)
    for record in (
        orjson.loads(rendered("json", [event]))["events"][0],
        orjson.loads(rendered("ndjson", [event]).strip(b"\n")),
        orjson.loads(rendered("geojson", [event]))["features"][0]["properties"],
    ):
        assert (record["title"], record["artists"][0]["name"], record["description"]) == (text, text, text)
    (item,) = orjson.loads(rendered("feed.json", [event]))["items"]
    assert item["title"] == " ".join(lines.split())
    (entry,) = etree.fromstring(rendered("atom", [event])).iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == " ".join(f"{lines}: announced".split())


@pytest.mark.trust(18)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_a_text_in_each_form(attack: str) -> None:
    events = [attacked(attack), listed("Mossback")]
    body = rendered("ics", events)
    lines = body.decode().replace("\r\n ", "").split("\r\n")
    assert {line.partition(":")[0].partition(";")[0] for line in lines if line} <= KNOWN_PROPERTIES
    assert body.decode().splitlines() == body.decode().split("\r\n")[:-1], "no other line end"
    ours, theirs = calendars(body)
    assert len(ours.walk("VEVENT")) == len(theirs.events) == 2
    assert not ours.walk("VALARM")
    root = etree.fromstring(rendered("atom", events))
    assert {element.tag.removeprefix(ATOM) for element in root.iter()} == set(
        "feed id title updated author name link entry summary".split()
    )
    assert all(link.get("href", "").startswith(SITE) for link in root.iter(f"{ATOM}link"))
    rows = list(csv.reader(io.StringIO(rendered("csv", events).decode(), newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert all(cell == as_text_cell(cell) for row in rows for cell in row)
    assert len(rendered("ndjson", events).splitlines()) == 2
    for item in orjson.loads(rendered("feed.json", events))["items"]:
        assert "content_html" not in item
        assert all(item.get(name, "https:").startswith("https:") for name in ("url", "external_url", "image"))


@given(CATALOG_TEXT)
def test_no_line_of_a_calendar_is_longer_than_75_octets(text: str) -> None:
    assert max(map(len, rendered("ics", [attacked(text * 40)]).split(b"\r\n"))) <= 75


HOURS = (
    datetime(2026, 11, 1, 8, 30, tzinfo=UTC),  # 01:30, before the clock goes back
    datetime(2026, 11, 1, 9, 30, tzinfo=UTC),  # 01:30 again
    datetime(2026, 11, 1, 10, 30, tzinfo=UTC),
    datetime(2027, 3, 14, 9, 30, tzinfo=UTC),
    datetime(2027, 3, 14, 10, 30, tzinfo=UTC),  # 03:30, an hour after 01:30
    datetime(2026, 7, 4, 3, 0, tzinfo=UTC),
)


@pytest.mark.trust(32)
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "America/New_York", "Europe/London", "Asia/Kathmandu"])
def test_an_hour_is_the_same_instant_to_both_parsers(zone: str) -> None:
    events = [
        listed(starts_at=hour, ends_at=hour + timedelta(hours=2), event_day=hour.date(), timezone=zone)
        for hour in HOURS
    ]
    ours, theirs = calendars(rendered("ics", events))
    assert [each["TZID"] for each in ours.walk("VTIMEZONE")] == [zone]
    assert [each.decoded("dtstart").astimezone(UTC) for each in ours.walk("VEVENT")] == list(HOURS)
    read = {event.uid: event.dtstart.astimezone(UTC) for event in theirs.events}
    assert [read[str(event.id)] for event in events] == list(HOURS)
    assert {event.dtend.astimezone(UTC) - event.dtstart.astimezone(UTC) for event in theirs.events} == {
        timedelta(hours=2)
    }


def test_what_has_no_hour_takes_its_days() -> None:
    day = date(2026, 11, 20)
    run = listed(starts_at=None, end_day=date(2026, 12, 22))
    festival = replace(listed(starts_at=None, end_day=date(2026, 11, 22)), kind="festival")
    ours, theirs = calendars(rendered("ics", [listed(starts_at=None), run, festival, listed(timezone=None)]))
    assert [each.decoded("dtstart") for each in ours.walk("VEVENT")] == [day] * 4
    assert {event.dtstart for event in theirs.events} == {day}
    assert [each.decoded("dtend", None) for each in ours.walk("VEVENT")] == [None, None, date(2026, 11, 23), None]
    assert "Until Tuesday 22 December 2026" in str(ours.walk("VEVENT")[1]["description"])


def test_a_calendar_says_what_it_is_and_which_revision_each_event_is() -> None:
    event, other = listed(status="cancelled"), listed("Ash", status="postponed")
    later = CHANGED_AT + timedelta(days=2)
    body = rendered(
        "ics", [event, other], revisions={event.id: Revision(3, later)}, next_address=f"{SITE}/seattle.x?cursor=y"
    )
    ours, theirs = calendars(body)
    assert (ours["NAME"], ours["URL"], ours["SOURCE"]) == (
        "Live music in Seattle, tonight",
        f"{SITE}/seattle",
        f"{SITE}/seattle.x",
    )
    assert ours.decoded("REFRESH-INTERVAL") == timedelta(hours=1)
    assert ours["DESCRIPTION"] == f"The first 2 events. The next ones: {SITE}/seattle.x?cursor=y"
    first, second = ours.walk("VEVENT")
    assert (str(first["UID"]), first["SEQUENCE"], str(first["STATUS"])) == (str(event.id), 3, "CANCELLED")
    assert first.decoded("last-modified") == first.decoded("dtstamp") == later
    assert str(first["SUMMARY"]) == "CANCELLED: Ivory"
    assert (second["SEQUENCE"], str(second["STATUS"])) == (0, "TENTATIVE")
    assert first["URL"] == f"{SITE}/events/2026-11-20-ivory-{event.id.hex[:12]}"
    assert {each.uid: each.sequence for each in theirs.events} == {str(event.id): 3, str(other.id): 0}


def test_a_point_is_longitude_first_and_an_unknown_place_is_none() -> None:
    features = orjson.loads(rendered("geojson", [listed(), listed(venue=None)]))["features"]
    assert [feature["geometry"] for feature in features] == [
        {"type": "Point", "coordinates": [-122.3201, 47.6143]},
        None,
    ]


def test_an_entry_keeps_its_id_and_is_read_as_news() -> None:
    event = listed()
    body = FORMATS["atom"].render(feed([], news=[told(event, "cancelled", seq=9)]))
    again = FORMATS["atom"].render(feed([], news=[told(event, "cancelled", seq=9)], site="https://other.example"))
    read, read_again = feedparser.parse(body), feedparser.parse(again)
    assert read.bozo is False
    assert read.feed.title == "Live music in Seattle, tonight: what is new"
    (entry,) = read.entries
    assert entry.title == "Ivory: cancelled"
    assert entry.summary == "Fri 20 Nov 2026, 20:00 · Neumos · Tin Lantern"
    assert entry.link == f"{SITE}/events/2026-11-20-ivory-{event.id.hex[:12]}"
    assert entry.id == read_again.entries[0].id
    assert read.feed.id == read_again.feed.id
    assert feedparser.parse(FORMATS["atom"].render(feed([], news=[told(event, seq=10)]))).entries[0].id != entry.id
