"""Both nights of the clock change, from what a crawler hands over to what is printed of the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import Engine, text

from carpenter.parsing.hours import read_times
from carpenter.parsing.instants import Instants, to_instants
from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import check
from sms_crawlers.reading import instant_to_local
from sms_database.raw_check import check_item
from sms_database.sources import SourceFacts
from sms_text.local_hours import hour_words
from tests.carpenter.commands.conftest import Command, carpenter
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, clock, raw, store

__all__ = ["carpenter"]

SEATTLE = "America/Los_Angeles"
ZONES = (SEATTLE, "America/New_York", "Europe/London", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana")
AUTUMN = date(2026, 11, 1)
QUARTER = timedelta(minutes=15)
ELSEWHERE = SourceFacts(slug="elsewhere", kind="feed", title="Shows of the world")


def changes(zone: str) -> list[datetime]:
    """The instants, to the hour, of the year 2026 at which a zone's clock is changed."""
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(365 * 24)]
    offsets = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours]
    return [hour for hour, before, after in zip(hours[1:], offsets, offsets[1:], strict=False) if before != after]


def around_changes() -> Iterator[tuple[str, datetime]]:
    """Each quarter of an hour within three hours of each change."""
    for zone in ZONES:
        for change in changes(zone):
            yield from ((zone, change + n * QUARTER) for n in range(-12, 13))


def name_of(key: str) -> str:
    """An act of its own for each key."""
    letters = blake2b(key.encode(), digest_size=16).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))
    return f"{letters[:9]} {letters[9:16]}".title()


@pytest.mark.trust(20)
def test_the_catalog_has_the_instants_that_a_source_gave(engine: Engine) -> None:
    rows, wanted = [], {}
    for zone, instant in around_changes():
        key, town = f"{zone} {instant:%m-%dT%H:%M}", zone.partition("/")[2].replace("_", " ")
        day, hour = instant_to_local(instant, zone)
        ends = instant + 6 * QUARTER
        place = {"timezone": zone, "venue_name": f"Pier Hall {town}", "venue_city": town}
        hours = {"start_time": hour, "end_time": instant_to_local(ends, zone)[1]}
        rows.append(raw(ELSEWHERE, key, name_of(key), day.isoformat(), **place, **hours))
        wanted[key] = (instant, ends)
    store(engine, rows)
    run(engine, clock=clock)
    with engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT r.source_event_id, e.starts_at, e.ends_at FROM event_sources s"
                " JOIN events e ON e.id = s.event_id JOIN raw_events r ON r.id = s.raw_event_id"
            )
        ).all()
    assert len(wanted) == len(ZONES) * 2 * 25
    assert {row.source_event_id: (row.starts_at, row.ends_at) for row in found} == wanted


@pytest.mark.trust(20)
@given(st.sampled_from(list(around_changes())), st.integers(1, 24), st.integers(0, 8))
def test_doors_start_and_end_are_what_they_were(near: tuple[str, datetime], length: int, wait: int) -> None:
    zone, start = near
    doors, end = start - wait * QUARTER, start + length * QUARTER
    day, hour = instant_to_local(start, zone)
    times = read_times(instant_to_local(doors, zone)[1], hour, instant_to_local(end, zone)[1])
    told = to_instants(day, zone, times)
    same_day_or_late = instant_to_local(doors, zone)[0] == day or times.start is None or times.start.hour < 6
    assert (told.starts_at, told.ends_at, told.problems) == (start, end, ())
    assert told.doors_at == (doors if same_day_or_late else None)
    assert hour_words(start, zone) == hour


@pytest.mark.trust(20)
@pytest.mark.parametrize(
    ("times", "starts", "ends", "said"),
    [
        (("01:30", None), "08:30", None, "the first"),
        (("01:30-07:00", None), "08:30", None, "the first, as its offset -07:00 tells"),
        (("01:30-08:00", None), "09:30", None, "the second, as its offset -08:00 tells"),
        (("01:30-08:00", "01:45"), "09:30", "09:45", "the second"),
        (("01:30", "01:15"), "08:30", "09:15", "the second"),
        (("01:30-07:00", "01:30-08:00"), "08:30", "09:30", "the second"),
        (("01:30", "01:30"), "08:30", None, "is the start"),
        (("01:30-08:00", "01:30-07:00"), "09:30", None, "before the start"),
        (("01:30+05:00", None), "08:30", None, "has the offset +05:00, which America/Los_Angeles has not then"),
        (("20:00-07:00", None), "04:00", None, "has the offset -07:00, which America/Los_Angeles has not then"),
        (("20:00-08:00", None), "04:00", None, ""),
    ],
)
def test_an_hour_that_the_clock_shows_twice(
    times: tuple[str, str | None], starts: str, ends: str | None, said: str
) -> None:
    told = to_instants(AUTUMN, SEATTLE, read_times(None, *times))
    assert [at and f"{at:%H:%M}" for at in (told.starts_at, told.ends_at)] == [starts, ends]
    assert any(said in each for each in (*told.problems, *told.remarks)) if said else told == Instants(told.starts_at)


@pytest.mark.parametrize("hour", ["20:00-99:00", "20:00-8", "25:00-08:00", "20:00Z"])
def test_an_offset_that_does_not_exist_is_named(hour: str) -> None:
    times = read_times(None, hour, None)
    assert times.start is None
    assert len(times.problems) == 1


@pytest.mark.trust(20)
def test_the_second_of_two_hours_is_told_everywhere(engine: Engine, carpenter: Command) -> None:
    night = {"doors_time": "00:30", "start_time": "01:30-08:00", "end_time": "02:30"}
    store(
        engine,
        [
            raw(HOUSE_CALENDAR, "late", "Tin Lantern", "2026-11-01", **night),
            raw(PAPER, "late", "Tin Lantern", "2026-11-01", start_time="01:30"),
            raw(HOUSE_CALENDAR, "off", "Mossback", "2026-11-08", start_time="20:00-04:00"),
        ],
    )
    assert carpenter("run").code == 0
    assert carpenter("rebuild", "--check").code == 0
    late, off = carpenter("export").lines()
    assert (late["starts_at"], late["start_time"]) == ("2026-11-01T09:30:00Z", "01:30")
    assert off["starts_at"] == "2026-11-09T04:00:00Z"
    [row, *_] = carpenter("export", "--what", "raw").lines()
    assert row["start_time"] == "01:30-08:00"

    [event, _] = Calendar.from_ical(carpenter("export", "--format", "ics").out).events
    assert event["dtstart"].to_ical() == b"20261101T093000Z", "with a TZID it would be the first"
    assert event.end == datetime(2026, 11, 1, 10, 30, tzinfo=UTC)

    said = " ".join(carpenter("explain", late["id"]).out.split())
    assert "show 01:30-08:00" in said
    assert "01:30 is shown twice by the clock on 2026-11-01: the second, as its offset -08:00 tells" in said
    assert "not 01:30-07:00 (paper/late" in said
    said = " ".join(carpenter("explain", off["id"]).out.split())
    assert "20:00 has the offset -04:00, which America/Los_Angeles has not then: left out" in said


@pytest.mark.trust(20)
def test_a_correction_keeps_and_takes_the_second_of_two_hours(engine: Engine, carpenter: Command) -> None:
    store(engine, [raw(HOUSE_CALENDAR, "late", "Tin Lantern", "2026-11-01", start_time="01:30-08:00")])
    assert carpenter("run").code == 0
    by = ("--author", "ann")
    assert carpenter("decide", "override", "Tin Lantern", "doors_time", "01:15", *by).code == 0
    assert carpenter("run").code == 0
    assert carpenter("export").lines()[0]["starts_at"] == "2026-11-01T09:30:00Z"
    for given_hour, instant in (("1:30-07:00", "08:30"), ("01:30-08:00", "09:30"), ("01:45", "08:45")):
        assert carpenter("decide", "override", "Tin Lantern", "start_time", given_hour, *by).code == 0
        assert carpenter("run").code == 0
        assert carpenter("export").lines()[0]["starts_at"] == f"2026-11-01T{instant}:00Z"
    wrong = carpenter("decide", "override", "Tin Lantern", "start_time", "01:30+05:00", *by)
    assert wrong.code == 2
    assert "offset +05:00" in wrong.err
    assert not any(not difference.is_equal for difference in check(engine, clock=clock))


def test_rows_without_an_offset_are_stored_as_they_always_were() -> None:
    """The contract has no new field: a row of any other hour is what it was, so no crawl finds it changed."""
    row = raw(HOUSE_CALENDAR, "fri", "Tin Lantern", "2026-11-20", start_time="20:00")
    assert check_item(row).content_hash == "f46845a2794d3d7a06e3ab09514d3b72"


@given(st.times(), st.sampled_from(ZONES))
def test_on_other_days_an_offset_changes_nothing(hour: time, zone: str) -> None:
    day = date(2026, 7, 4)
    bare = to_instants(day, zone, read_times(None, f"{hour:%H:%M}", None))
    assert bare.starts_at is not None
    offset = bare.starts_at.astimezone(ZoneInfo(zone)).isoformat()[-6:]
    assert to_instants(day, zone, read_times(None, f"{hour:%H:%M}{offset}", None)) == bare
