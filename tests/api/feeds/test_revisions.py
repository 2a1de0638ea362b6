"""What subscribers see from build to build: an event keeps its UID, its SEQUENCE grows, its news are told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import feedparser
import icalendar
import pytest
from sqlalchemy import Engine

from carpenter.pipeline.build import run
from carpenter.store.decisions import NewDecision, write_decisions
from sms_api.feeds.feed import Feed
from sms_api.feeds.formats import FORMATS
from sms_api.feeds.reading import FeedRequest, read_feed
from sms_api.pages.queries import PageKind, Place
from sms_catalog.news import News, news_of
from sms_catalog.query import Query
from sms_database.changes import publish_changes
from sms_database.ids import row_uuid
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, clock, raw, store

FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)
SHOW = row_uuid(PAPER.slug, "1")
ROOM = {"venue_name": "Neumos", "venue_city": "Seattle", "venue_region": "WA"}


def told(engine: Engine, **fields: Any) -> None:
    """The paper tells of its show, and the carpenter builds. `crawl` counts days."""
    built_at = clock() + timedelta(days=fields.get("crawl", 0))
    given: dict[str, Any] = {"start_time": "20:00", "price_min": 10, "currency": "USD"} | ROOM
    store(
        engine, [raw(PAPER, "1", fields.pop("title", "Ivory, Ash"), fields.pop("day", "2026-11-27"), **given | fields)]
    )
    run(engine, clock=lambda: built_at)
    publish_changes(engine)


def night_feed(
    engine: Engine, suffix: str, night: date, *, hides_cancelled: bool = False, at: datetime | None = None
) -> bytes:
    """The document of a night."""
    query = Query(city="seattle", first_night=night, last_night=night)
    asked = FeedRequest(
        suffix=suffix,
        site="https://calendar.example",
        home_city="seattle",
        place=Place(PageKind.NIGHT, "seattle", night),
        defaults=query,
        query=replace(query, at=at),
        hides_cancelled=hides_cancelled,
        cursor=None,
    )
    with engine.connect() as connection:
        feed: Feed = read_feed(connection, asked, asked.query)
    return FORMATS[suffix].render(feed)


def revision(engine: Engine, night: date = FRIDAY) -> tuple[str, int, str, Any]:
    """UID, SEQUENCE, STATUS and LAST-MODIFIED of the night's show."""
    events = icalendar.Calendar.from_ical(night_feed(engine, "ics", night)).walk("VEVENT")
    (show,) = [event for event in events if str(event["UID"]) == str(SHOW)]
    return str(show["UID"]), show["SEQUENCE"], str(show["STATUS"]), show.decoded("last-modified")


def words(engine: Engine, query: Query) -> list[str]:
    """The news of a query, the oldest first."""
    with engine.connect() as connection:
        return [news.words for news in reversed(news_of(connection, query, 100))]


@pytest.fixture
def built(engine: Engine) -> Engine:
    """A catalog of another show, after its first build."""
    store(engine, [raw(HOUSE_CALENDAR, "1", "Tin Lantern", "2026-11-27", start_time="21:00")])
    run(engine, clock=clock)
    publish_changes(engine)
    return engine


@pytest.mark.trust(32)
def test_sequence_grows_with_each_change_and_with_nothing_else(built: Engine) -> None:
    told(built)
    first = revision(built)
    run(built, clock=clock)  # nothing is dirty
    publish_changes(built)
    assert revision(built) == first
    told(built, crawl=1, start_time="20:30")
    second = revision(built)
    told(built, crawl=2, start_time="20:30", status_text="Cancelled")
    third = revision(built)
    assert [each[:3] for each in (first, second, third)] == [
        (str(SHOW), 1, "CONFIRMED"),
        (str(SHOW), 2, "CONFIRMED"),
        (str(SHOW), 3, "CANCELLED"),
    ]
    assert first[3] < second[3] < third[3]
    shown = icalendar.Calendar.from_ical(night_feed(built, "ics", FRIDAY, hides_cancelled=True)).walk("VEVENT")
    assert str(SHOW) not in {str(event["UID"]) for event in shown}


def test_news_are_told_in_words_once_each(built: Engine) -> None:
    night = Query(city="seattle", first_night=FRIDAY, last_night=FRIDAY)
    assert words(built, night) == [], "a first build tells nobody"
    told(built)
    told(built, crawl=1, start_time="20:30")
    told(built, crawl=2, start_time="20:30", description="With cake")  # no news
    told(built, crawl=3, start_time="20:30", price_min=12, title="Ivory, Mossback")
    told(built, crawl=4, start_time="20:30", price_min=12, title="Ivory, Mossback", status_text="Sold out")
    expected = [
        "announced",
        "now 20:30 (was 20:00)",
        "line-up with Mossback and without Ash; price $12 (was $10)",
        "sold out",
    ]
    assert [line.replace("now called “Ivory, Mossback” (was “Ivory, Ash”); ", "") for line in words(built, night)] == (
        expected
    )
    entries = feedparser.parse(night_feed(built, "atom", FRIDAY)).entries
    assert len({entry.id for entry in entries}) == len(entries) == 4
    assert entries[0].title == "Ivory, Mossback: sold out"
    with built.connect() as connection:
        instants = [news.change.at for news in reversed(news_of(connection, night, 100))]
    for number, at in enumerate(instants, start=1):
        then = feedparser.parse(night_feed(built, "atom", FRIDAY, at=at))
        assert [entry.id for entry in then.entries] == [entry.id for entry in entries[-number:]]
        assert then.feed.updated_parsed == at.utctimetuple()
        assert "at: 2026" in then.feed.title
    (show,) = (
        each
        for each in icalendar.Calendar.from_ical(night_feed(built, "ics", FRIDAY, at=instants[1])).walk("VEVENT")
        if str(each["UID"]) == str(SHOW)
    )
    assert (str(show["SUMMARY"]), show["SEQUENCE"], str(show["STATUS"])) == ("Ivory, Ash", 2, "CONFIRMED")


def test_a_show_that_leaves_is_told_where_it_was_and_where_it_is(built: Engine) -> None:
    told(built)
    told(built, crawl=1, day="2026-11-28")
    friday, saturday = (Query(city="seattle", first_night=day, last_night=day) for day in (FRIDAY, SATURDAY))
    moved = "moved from Fri 27 Nov to Sat 28 Nov"
    assert words(built, friday) == [moved]
    assert words(built, saturday) == [moved]
    assert words(built, Query(city="seattle", kinds=["show"])) == ["announced", moved]
    assert words(built, Query(city="seattle", first_night=FRIDAY, last_night=FRIDAY, neighborhoods=["Ballard"])) == []
    told(built, crawl=2, day="2026-11-28", status_text="Cancelled")
    standing = Query(city="seattle", statuses=["scheduled"])
    assert words(built, standing) == ["cancelled"]


def test_a_hidden_show_is_not_told(built: Engine) -> None:
    told(built)
    with built.begin() as connection:
        write_decisions(connection, [NewDecision(kind="hide", target=SHOW, author="ann")], clock())
    run(built, clock=clock)
    publish_changes(built)
    assert words(built, Query(city="seattle")) == []
    assert b"Ivory" not in night_feed(built, "atom", FRIDAY)


def test_a_merged_show_leads_to_the_one_it_is_part_of(built: Engine) -> None:
    told(built)
    other = row_uuid(HOUSE_CALENDAR.slug, "1")
    with built.begin() as connection:
        write_decisions(connection, [NewDecision(kind="merge", target=other, value=[str(SHOW)], author="ann")], clock())
    run(built, clock=clock)
    publish_changes(built)
    with built.connect() as connection:
        found: Sequence[News] = news_of(connection, Query(city="seattle"), 100)
    merged: Mapping[str, News] = {news.words: news for news in found}
    assert merged["found to be the same show as another"].change.into_id == other
    entries = feedparser.parse(night_feed(built, "atom", FRIDAY)).entries
    assert any(entry.link.endswith(other.hex[:12]) for entry in entries)
