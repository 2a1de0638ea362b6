"""Ticketmaster: what its searches reach, refusals, and dates that are none."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from scrapy.http import Request

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.reading import UnreadableField
from sms_crawlers.reading.geohash import geohash
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.apis.ticketmaster import EVENTS, REACH, TicketmasterSpider
from sms_crawlers.spiders.apis.ticketmaster_records import schedule_of, sold_beside
from tests.crawlers.saved_answers import items, read, skips, spider_on

ZONE = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("latitude", "longitude", "known"),
    [
        (47.6657, -122.3828, "c22zp"),
        (47.6062, -122.3321, "c23nb"),
        (57.64911, 10.40744, "u4pruydqqvj"),
        (42.6, -5.6, "ezs42"),
    ],
)
def test_geohashes(latitude: float, longitude: float, known: str) -> None:
    assert geohash(latitude, longitude, len(known)) == known


def answer(total: int, *events: dict[str, Any], page: int = 0, size: int = 200) -> bytes:
    pages = -(-total // size)
    told = {"page": {"size": size, "totalElements": total, "totalPages": pages, "number": page}}
    return orjson.dumps(told | ({"_embedded": {"events": list(events)}} if events else {}))


def event(id: str = "a", name: str = "Tin Heron", **more: Any) -> dict[str, Any]:
    start = {"localDate": "2026-12-01", "localTime": "20:00:00"}
    return {"id": id, "name": name, "url": f"https://www.ticketmaster.com/event/{id}", "dates": {"start": start}} | more


def window(first: str, last: str, page: int = 0) -> str:
    return f"{EVENTS}?startDateTime={first}&endDateTime={last}&size=200&page={page}&apikey=x"


def asked(outcomes: list[Any]) -> list[dict[str, str]]:
    requests = [outcome for outcome in outcomes if isinstance(outcome, Request)]
    return [{name: values[0] for name, values in parse_qs(urlsplit(r.url).query).items()} for r in requests]


def test_a_crowded_city_is_read_whole_through_ever_smaller_windows() -> None:
    """A city with three shows a day, and 1,500 on one of them: every day is reached, and that one said to be cut."""
    spider = spider_on(TicketmasterSpider, "2026-11-20")
    crowded = date(2027, 3, 9)
    waiting = [window("2026-11-20T08:00:00Z", "2027-11-20T07:59:59Z")]
    reached: set[date] = set()
    while waiting:
        url = waiting.pop()
        query = parse_qs(urlsplit(url).query)
        first, last = (
            datetime.fromisoformat(query[name][0]).astimezone(spider.now.tzinfo) - timedelta(hours=8)
            for name in ("startDateTime", "endDateTime")
        )
        days = [first.date() + timedelta(days=n) for n in range((last.date() - first.date()).days + 1)]
        total = sum(1500 if day == crowded else 3 for day in days)
        outcomes = read(spider, url, answer(total, event(), page=int(query["page"][0])))
        if items(outcomes):
            reached.update(days)
            assert total <= REACH or days == [crowded]
        waiting += [outcome.url for outcome in outcomes if isinstance(outcome, Request)]
        assert all(200 * int(parse_qs(urlsplit(u).query)["page"][0]) < REACH for u in waiting)
    assert reached == {date(2026, 11, 20) + timedelta(days=n) for n in range(365)}
    assert "1500 events in one search" in spider.crawler.stats.get_value(INCOMPLETE)


def test_the_last_page_is_the_last() -> None:
    spider = spider_on(TicketmasterSpider, "2026-11-20")
    url = window("2026-11-20T08:00:00Z", "2026-12-20T07:59:59Z", page=1)
    (following,) = asked(read(spider, url, answer(500, event(), page=1)))
    assert (following["page"], following["apikey"]) == ("2", "no-key-in-a-replay")
    assert asked(read(spider, url.replace("page=1", "page=2"), answer(500, event(), page=2))) == []
    assert read(spider, url, answer(0)) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            '{"fault":{"faultstring":"Invalid ApiKey","detail":{"errorcode":"oauth.v2.InvalidApiKey"}}}',
            "Invalid ApiKey",
        ),
        ('{"errors":[{"code":"DIS1035","detail":"Max paging depth exceeded"}]}', "Max paging depth exceeded"),
        ('{"errors":["odd"]}', "odd"),
        ('{"page":{"totalElements":3}}', "neither events nor a page without any"),
        ("[1", "no JSON"),
    ],
)
def test_a_refusal_is_called_one(body: str, told: str) -> None:
    with pytest.raises(UnreadablePage, match=told):
        read(spider_on(TicketmasterSpider, "2026-11-20"), EVENTS, body)


def test_an_events_own_record_is_read_like_a_row() -> None:
    spider = spider_on(TicketmasterSpider, "2026-11-20")
    url = "https://app.ticketmaster.com/discovery/v2/events/a.json?apikey=x"
    (item,) = items(read(spider, url, orjson.dumps(event(id="a"))))
    assert (item.source_event_id, item.event_day, item.start_time) == ("a", "2026-12-01", "20:00")


def test_resale_is_known_by_its_id_and_by_its_shop() -> None:
    rows = event(id="Z7r9jZ1"), event(id="b", url="http://www.ticketsnow.com/List.aspx?PID=1"), event(id="Z7x")
    outcomes = read(spider_on(TicketmasterSpider, "2026-11-20"), EVENTS, answer(3, *rows))
    assert skips(outcomes) == ["resale listing", "resale listing"]
    assert [item.source_event_id for item in items(outcomes)] == ["Z7x"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("2 Day Pass: Tin Heron", "package"),
        ("Tin Heron: The Long Tour - 2 Day Ticket", "package"),
        ("GA 3-Day Pass", "package"),
        ("Lantern Fair 2026 Season Pass", "package"),
        ("The Harbor Country Megaticket", "package"),
        ("Tin Heron VIP Packages", "package"),
        ("Premier Parking: Tin Heron", "parking"),
        ("Harbor County Parking Garage", "parking"),
        ("Tin Heron - VIP Upgrade", "upgrade"),
        ("Tin Heron - Upgrades & Extras", "upgrade"),
        ("Fast Lane: Tin Heron", "upgrade"),
        ("Meet & Greet Add-On - Not A Concert Ticket", "upgrade"),
        ("The Parking Lot Sutras", None),
        ("The Total Package Tour", None),
        ("Joe Passmore", None),
        ("VIP", None),
        ("Cello Suites", None),
        ("Upgraded Minds", None),
        ("One Night Only", None),
    ],
)
def test_what_is_sold_beside_shows(name: str, kind: str | None) -> None:
    assert sold_beside({"name": name}) == kind


@pytest.mark.parametrize(("type", "kind"), [("Parking", "parking"), ("Upsell", "upgrade"), ("Undefined", None)])
def test_a_classification_says_it_too(type: str, kind: str | None) -> None:
    assert sold_beside({"name": "Tin Heron", "classifications": [{"primary": True, "type": {"name": type}}]}) == kind


NIGHT = {"localDate": "2026-04-01", "localTime": "20:00:00"}


@pytest.mark.parametrize(
    ("start", "code", "told"),
    [
        ({"dateTime": "2026-04-01T02:00:00Z"}, None, ["2026-03-31", "19:00", None, None]),
        ({"localDate": "2026-04-01", "dateTime": "odd"}, None, ["2026-04-01", None, None, None]),
        ({"localDate": "2026-04-01", "dateTime": "2026-04-02T02:30:00Z"}, None, ["2026-04-01", "19:30", None, None]),
        ({**NIGHT, "noSpecificTime": True}, None, ["2026-04-01", None, None, None]),
        ({**NIGHT, "timeTBA": True}, None, ["2026-04-01", None, None, None]),
        (NIGHT, "offsale", ["2026-04-01", "20:00", None, None]),
        (NIGHT, "canceled", ["2026-04-01", "20:00", None, "canceled"]),
        (NIGHT, "rescheduled", ["2026-04-01", "20:00", None, "rescheduled (was 2026-01-25)"]),
        (NIGHT, "postponed", ["2026-04-01", "20:00", None, "postponed (was 2026-01-25)"]),
        ({"dateTBA": True}, "postponed", ["2026-01-25", "19:30", "postponed from 2026-01-25", "postponed"]),
        ({"dateTBA": True}, "onsale", [None, None, "date to be announced", None]),
        ({**NIGHT, "dateTBD": True}, "onsale", [None, None, "date to be determined (2026-04-01)", None]),
    ],
)
def test_days_hours_and_status(start: dict[str, Any], code: str | None, told: list[str | None]) -> None:
    was = {"localDate": "2026-01-25", "localTime": "19:30:00"}
    fields = schedule_of({"dates": {"start": start, "initialStartDate": was, "status": {"code": code}}}, ZONE)
    assert [fields[name] for name in ("event_day", "start_time", "date_text", "status_text")] == told


@pytest.mark.parametrize("dates", [None, {}, {"start": {}}, {"start": {"localDate": "soon"}}])
def test_a_row_without_a_day_says_so(dates: Any) -> None:
    with pytest.raises(UnreadableField, match="event_day"):
        schedule_of({"dates": dates}, ZONE)
