"""The nights on which the clock is changed: whatever form a source gives its instants in, they stay what they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, Request

from carpenter.parsing.hours import read_times
from carpenter.parsing.instants import to_instants
from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.dice import API as DICE
from sms_crawlers.reading import instant_to_local
from sms_crawlers.spider import SourceSpider
from sms_crawlers.spiders.apis.axs import AxsSpider
from sms_crawlers.spiders.apis.dice import DiceSpider
from sms_crawlers.spiders.apis.songkick import SongkickSpider
from sms_crawlers.spiders.apis.ticketmaster import TicketmasterSpider
from sms_crawlers.spiders.apis.tixr import TixrSpider
from sms_crawlers.spiders.venues.blue_moon import BlueMoonSpider
from sms_crawlers.spiders.venues.kremwerk import KremwerkSpider
from sms_crawlers.spiders.venues.monkey_loft import MonkeyLoftSpider
from sms_crawlers.spiders.venues.nectar_lounge import NectarLoungeSpider
from sms_crawlers.spiders.venues.sea_monster_lounge import SeaMonsterLoungeSpider
from tests.crawlers.calendars import test_icalendar as icalendar
from tests.crawlers.platforms import test_dice as dice
from tests.crawlers.platforms import test_eventbrite as eventbrite
from tests.crawlers.platforms import test_json_ld as json_ld
from tests.crawlers.platforms import test_squarespace as squarespace
from tests.crawlers.platforms import test_tixr_theme as tixr_theme
from tests.crawlers.platforms import test_wix_calendar_widget as widget
from tests.crawlers.platforms import test_wix_events as wix_events
from tests.crawlers.saved_answers import items, read, spider_on
from tests.crawlers.spiders import test_axs as axs
from tests.crawlers.spiders import test_songkick as songkick
from tests.crawlers.spiders import test_ticketmaster as ticketmaster
from tests.crawlers.spiders import test_tixr as tixr

SEATTLE = "America/Los_Angeles"
AUTUMN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
"""When the clock of Seattle is set back, from two to one."""
SPRING = datetime(2027, 3, 14, 10, 0, tzinfo=UTC)

Answer = Callable[[datetime, datetime], tuple[type[SourceSpider], str, bytes | str]]
"""A start and an end as a source gives them: who reads the answer, its address and body."""


def utc(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def local(instant: datetime) -> datetime:
    return instant.astimezone(ZoneInfo(SEATTLE))


def milliseconds(instant: datetime) -> int:
    return int(instant.timestamp()) * 1000


def moment(instant: datetime) -> dict[str, str]:
    """As Eventbrite writes one."""
    return {"local": f"{local(instant):%Y-%m-%dT%H:%M:%S}", "utc": utc(instant), "timezone": SEATTLE}


def parts(instant: datetime, day: str, time: str, whole: str, form: str) -> dict[str, str]:
    """As Ticketmaster and Songkick write one: local day and hour, and the instant beside them."""
    return {day: f"{local(instant):%Y-%m-%d}", time: f"{local(instant):%H:%M:%S}", whole: form}


ANSWERS: dict[str, Answer] = {
    "calendar in UTC": lambda begins, ends: (
        icalendar.RoomSpider,
        icalendar.FEED,
        icalendar.calendar(icalendar.entry("a", f":{begins:%Y%m%dT%H%M%SZ}", f"DTEND:{ends:%Y%m%dT%H%M%SZ}")),
    ),
    "calendar in another zone": lambda begins, ends: (
        icalendar.RoomSpider,
        icalendar.FEED,
        icalendar.calendar(
            icalendar.entry(
                "a",
                f";TZID=Asia/Tokyo:{begins.astimezone(ZoneInfo('Asia/Tokyo')):%Y%m%dT%H%M%S}",
                f"DTEND;TZID=Asia/Tokyo:{ends.astimezone(ZoneInfo('Asia/Tokyo')):%Y%m%dT%H%M%S}",
            )
        ),
    ),
    "schema.org": lambda begins, ends: (
        json_ld.RoomSpider,
        json_ld.URL,
        json_ld.page(json_ld.EVENT | {"startDate": local(begins).isoformat(), "endDate": local(ends).isoformat()}),
    ),
    "DICE": lambda begins, ends: (
        DiceSpider,
        DICE,
        dice.answer(dice.partner(date=utc(begins), date_end=utc(ends))),
    ),
    "Tixr": lambda begins, ends: (
        TixrSpider,
        tixr.URL,
        orjson.dumps([tixr.record(start_date=milliseconds(begins), end_date=milliseconds(ends))]),
    ),
    "Tixr theme": lambda begins, ends: (
        NectarLoungeSpider,
        tixr_theme.PAGE,
        tixr_theme.script(tixr_theme.record(startDate=begins.isoformat(), endDate=ends.isoformat())),
    ),
    "Wix Events": lambda begins, ends: (
        SeaMonsterLoungeSpider,
        wix_events.PAGE,
        wix_events.page(wix_events.scheduled(startDate=utc(begins), endDate=utc(ends))),
    ),
    "Google calendar on Wix": lambda begins, ends: (
        BlueMoonSpider,
        widget.ENTRIES,
        widget.answer(widget.entry(startDate=local(begins).isoformat(), endDate=local(ends).isoformat())),
    ),
    "Squarespace": lambda begins, ends: (
        KremwerkSpider,
        squarespace.JSON,
        orjson.dumps(
            {
                "website": {"timeZone": SEATTLE},
                "upcoming": [
                    squarespace.EVENT | {"startDate": milliseconds(begins), "endDate": milliseconds(ends)},
                ],
            }
        ),
    ),
    "Eventbrite": lambda begins, ends: (
        MonkeyLoftSpider,
        eventbrite.EVENTS,
        orjson.dumps({"events": [eventbrite.v3(start=moment(begins), end=moment(ends))], "pagination": {}}),
    ),
    "Ticketmaster": lambda begins, ends: (
        TicketmasterSpider,
        ticketmaster.window(utc(AUTUMN - timedelta(days=1)), utc(SPRING)),
        ticketmaster.answer(
            1,
            ticketmaster.event(
                dates={
                    "start": parts(begins, "localDate", "localTime", "dateTime", utc(begins)),
                    "end": parts(ends, "localDate", "localTime", "dateTime", utc(ends)),
                    "timezone": SEATTLE,
                }
            ),
        ),
    ),
    "Songkick": lambda begins, ends: (
        SongkickSpider,
        songkick.URL,
        songkick.page(
            1,
            1,
            {
                "id": 1,
                "displayName": "Tin Heron",
                "start": parts(begins, "date", "time", "datetime", f"{local(begins):%Y-%m-%dT%H:%M:%S%z}"),
                "end": parts(ends, "date", "time", "datetime", f"{local(ends):%Y-%m-%dT%H:%M:%S%z}"),
            },
        ),
    ),
    "AXS": lambda begins, _: (
        AxsSpider,
        axs.FEED,
        axs.feed(
            eventDateTime=f"{local(begins):%Y-%m-%dT%H:%M:%S}",
            eventDateTimeISO=local(begins).isoformat(),
            eventDateTimeZone=SEATTLE,
        ),
    ),
}
TELL_NO_END = {"AXS"}

instants_near_a_change = st.builds(
    # Not on the hour: midnight stands for no hour in many sources.
    lambda change, quarters: change + timedelta(minutes=15 * quarters + 5),
    st.sampled_from([AUTUMN, SPRING]),
    st.integers(-16, 15),
)


@cache
def reader(cls: type[SourceSpider]) -> SourceSpider:
    return spider_on(cls, "2026-10-20")


def read_one(source: str, begins: datetime, ends: datetime) -> RawEventItem:
    cls, url, body = ANSWERS[source](begins, ends)
    [item] = items(read(reader(cls), url, body))
    return item


def instants_of(item: RawEventItem) -> tuple[datetime | None, datetime | None, tuple[str, ...]]:
    """Start and end as the carpenter reads them."""
    last = date.fromisoformat(item.end_day) if item.end_day else None
    times = read_times(item.doors_time, item.start_time, item.end_time)
    told = to_instants(date.fromisoformat(item.event_day or ""), SEATTLE, times, last)
    return told.starts_at, told.ends_at, (*times.problems, *told.problems)


@pytest.mark.trust(20)
@pytest.mark.parametrize("source", sorted(ANSWERS))
@given(begins=instants_near_a_change, quarters=st.integers(1, 24))
@settings(max_examples=40, deadline=None)
def test_an_instant_stays_what_it_was(source: str, begins: datetime, quarters: int) -> None:
    ends = begins + timedelta(minutes=15 * quarters)
    item = read_one(source, begins, ends)
    assert instants_of(item) == (begins, None if source in TELL_NO_END else ends, ())


@pytest.mark.trust(20)
@pytest.mark.parametrize("source", sorted(ANSWERS))
def test_an_hour_has_an_offset_only_where_the_clock_shows_it_twice(source: str) -> None:
    """Rows of all other hours are what they have always been, to the byte."""
    an_hour = timedelta(hours=1)
    for begins, told in (
        (AUTUMN - timedelta(minutes=65), "00:55"),
        (AUTUMN - timedelta(minutes=55), "01:05-07:00"),
        (AUTUMN + timedelta(minutes=5), "01:05-08:00"),
        (AUTUMN + timedelta(minutes=65), "02:05"),
        (SPRING + timedelta(minutes=5), "03:05"),
    ):
        assert read_one(source, begins, begins + 6 * an_hour).start_time == told


@pytest.mark.parametrize(
    ("instant", "zone", "day", "hour"),
    [
        ("2026-10-25T00:30:00Z", "Europe/Berlin", date(2026, 10, 25), "02:30+02:00"),
        ("2026-10-25T01:30:00Z", "Europe/Berlin", date(2026, 10, 25), "02:30+01:00"),
        ("2026-04-04T14:45:00Z", "Australia/Lord_Howe", date(2026, 4, 5), "01:45+11:00"),
        ("2026-04-04T15:15:00Z", "Australia/Lord_Howe", date(2026, 4, 5), "01:45+10:30"),
        ("2026-04-04T15:35:00Z", "Australia/Lord_Howe", date(2026, 4, 5), "02:05"),
        ("2026-11-01T05:30:00Z", "America/Havana", date(2026, 11, 1), "00:30-05:00"),
    ],
)
@pytest.mark.trust(20)
def test_hours_of_other_zones(instant: str, zone: str, day: date, hour: str) -> None:
    assert instant_to_local(instant, zone) == (day, hour)


def test_doors_in_the_first_of_two_hours_are_not_the_start_in_the_second() -> None:
    record: dict[str, Any] = {
        "id": "1",
        "name": "Tin Heron",
        "dates": {
            "event_start_date": "2026-11-01T01:30:00-08:00",
            "event_end_date": "2026-11-01T04:00:00-08:00",
            "timezone": SEATTLE,
        },
        "venues": [{"doors_open_date": "2026-11-01T01:30:00-07:00"}],
    }
    spider = spider_on(DiceSpider, "2026-10-20")
    url = "https://dice.fm/venue/a"
    response = HtmlResponse(url, body=b"", request=Request(url))
    told = spider.site_event(record, response)
    assert (told.doors_time, told.start_time, told.end_time) == ("01:30-07:00", "01:30-08:00", "04:00")
    record["venues"][0]["doors_open_date"] = "2026-11-01T01:30:00-08:00"
    assert spider.site_event(record, response).start_time is None
