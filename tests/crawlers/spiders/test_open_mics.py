"""The generator spider: its data file, its rules, and entries that are wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sms_crawlers.errors import CannotStart
from sms_crawlers.items import RawEventItem
from sms_crawlers.spiders.generators.open_mics import OpenMicsSpider
from sms_crawlers.spiders.generators.weekly_nights import read_tables
from sms_database.venues import venue_facts
from tests.crawlers.saved_answers import errors, items, spider_on

FRIDAY = "2026-11-20"
NIGHT = {
    "venue": "conor_byrne",
    "title": "Open Mic",
    "rrule": "FREQ=WEEKLY;BYDAY=WE",
    "checked": date(2026, 8, 10),
    "witness": "a test",
}


def spider_with(**entries: dict[str, Any]) -> OpenMicsSpider:
    spider = spider_on(OpenMicsSpider, FRIDAY)
    spider.tables = entries
    return spider


def days(**changes: Any) -> list[str | None]:
    return [item.event_day for item in items(list(spider_with(night=NIGHT | changes).nights()))]


def read_toml(text: str) -> RawEventItem:
    """The first night of a data file with one entry."""
    spider = spider_with(**read_tables(text, "test.toml"))
    return items(list(spider.nights()))[0]


def test_nights_of_the_shipped_file() -> None:
    spider = spider_on(OpenMicsSpider, FRIDAY)
    outcomes = list(spider.nights())
    found = items(outcomes)
    assert errors(outcomes) == []
    assert len({item.source_event_id for item in found}) == len(found)
    assert {item.event_day for item in found if item.event_day} <= {
        date.fromordinal(date.fromisoformat(FRIDAY).toordinal() + ahead).isoformat() for ahead in range(61)
    }
    by_id = {item.source_event_id: item for item in found}
    jam = by_id["little_red_hen_sunday_jam@2026-11-22"]
    assert (jam.title, jam.start_time, jam.end_time, jam.price_text) == (
        "Bodacious Sunday Open Mic Jam",
        "19:30",
        "22:00",
        "Free",
    )
    late = by_id["conor_byrne_open_mic@2026-11-22"]
    assert (late.event_day, late.end_time, late.end_day) == ("2026-11-22", "00:30", None)
    abbey = [item.event_day for item in found if item.venue_name == venue_facts("fremont_abbey").name]
    assert abbey == ["2026-12-01", "2026-12-15", "2027-01-05", "2027-01-19"]


def test_venue_is_told_by_its_fixed_facts() -> None:
    [item, *_] = items(list(spider_with(night=NIGHT).nights()))
    facts = venue_facts("conor_byrne").item_fields()
    assert {name: getattr(item, name) for name in facts} == facts
    assert item.fetched_at == spider_with().now


def test_nights_of_sixty_days_from_today() -> None:
    found = days(rrule="FREQ=DAILY")
    assert (found[0], found[-1], len(found)) == ("2026-11-20", "2027-01-19", 61)


def test_today_counts_also_late_in_the_evening() -> None:
    assert days(rrule="FREQ=WEEKLY;BYDAY=FR")[0] == FRIDAY


def test_exceptions_and_further_days() -> None:
    found = days(left_out=[date(2026, 11, 25), date(2026, 12, 23)], added=[date(2026, 11, 26), date(2026, 12, 2)])
    assert found == [
        "2026-11-26",
        "2026-12-02",
        "2026-12-09",
        "2026-12-16",
        "2026-12-30",
        "2027-01-06",
        "2027-01-13",
    ]


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
            date(2026, 11, 18),
            ["2026-12-02", "2026-12-16", "2026-12-30", "2027-01-13"],
        ),
        ("FREQ=WEEKLY;BYDAY=WE;COUNT=3", date(2026, 11, 18), ["2026-11-25", "2026-12-02"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", None, ["2026-11-27", "2026-12-25"]),
        ("FREQ=WEEKLY;BYDAY=WE;UNTIL=20261202", None, ["2026-11-25", "2026-12-02"]),
    ],
)
def test_rules(rule: str, first: date | None, expected: list[str]) -> None:
    assert days(rrule=rule, first_day=first) == expected


def test_sign_up_is_no_doors_hour() -> None:
    item = read_toml(
        "[night]\nvenue = 'conor_byrne'\ntitle = 'Open Mic'\nrrule = 'FREQ=WEEKLY;BYDAY=WE'\nstarts = 20:00:00\n"
        "sign_up = 19:00:00\ndescription = 'Three songs'\nage_text = '21+'\nchecked = 2026-08-10\nwitness = 'a test'\n"
    )
    assert (item.start_time, item.doors_time, item.age_text) == ("20:00", None, "21+")
    assert item.description == "Three songs. Sign-up 19:00"
    assert item.payload["checked"] == "2026-08-10"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rrule": "FREQ=WEEKLY;BYDAY=XX"}, "rrule"),
        ({"rrule": "every Wednesday"}, "rrule"),
        ({"rrule": "FREQ=SECONDLY"}, "rrule"),
        ({"rrule": "FREQ=WEEKLY;BYDAY=WE\nRRULE:FREQ=DAILY"}, "rrule"),
        ({"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"}, "first_day"),
        ({"venue": "no_such_room"}, "venue"),
        ({"starts": "8 pm"}, "starts"),
        ({"starst": "20:00"}, "starst"),
        ({"title": " "}, "title"),
        ({"left_out": ["2026-02-31"]}, "left_out.0"),
        ({"url": "javascript:alert(1)"}, "url"),
    ],
)
def test_wrong_entry_is_one_error_that_names_it_and_the_others_go_on(changes: dict[str, Any], field: str) -> None:
    outcomes = list(spider_with(wrong=NIGHT | changes, right=NIGHT).nights())
    [error] = errors(outcomes)
    assert error.field == field
    assert error.reason.startswith(f"open_mics.toml [wrong] {field}: ")
    assert "\n" not in error.reason
    assert {item.source_event_id.partition("@")[0] for item in items(outcomes)} == {"right"}


@pytest.mark.parametrize("missing", ["venue", "title", "rrule", "checked", "witness"])
def test_what_an_entry_must_tell(missing: str) -> None:
    entry = {name: value for name, value in NIGHT.items() if name != missing}
    [error] = errors(list(spider_with(wrong=entry).nights()))
    assert error.field == missing


def test_entry_that_is_no_table() -> None:
    [error] = errors(list(spider_with(**read_tables("night = 'FREQ=WEEKLY'", "test.toml")).nights()))
    assert "[night]" in error.reason


def test_file_that_is_no_toml_names_the_file_and_line() -> None:
    with pytest.raises(CannotStart, match=r"test\.toml.*line 2"):
        read_tables("[night]\nstarts = eight\n", "test.toml")
