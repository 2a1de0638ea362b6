"""Prices, hours and starts in the forms that venues print: tests/cases/crawl/phrases.toml."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from scrapy.http import HtmlResponse

from sms_crawlers.reading import ShowTimes, UnreadableField, doors_and_show, price_phrase, read_day
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.schema_event import read_moment
from sms_crawlers.reading.show_days import find_show_days
from sms_crawlers.reading.showtimes import first_hours, is_of_the_evening

TABLES = tomllib.loads((Path(__file__).parents[2] / "cases" / "crawl" / "phrases.toml").read_text("utf-8"))
NEAR = date(2026, 11, 20)


@pytest.mark.parametrize(("text", "price"), TABLES["prices"].items())
def test_the_price_is_that_of_the_show(text: str, price: str) -> None:
    assert price_phrase(text) == (price or None)


@pytest.mark.parametrize(("text", "hours"), TABLES["hours"].items())
def test_doors_and_show_in_one_phrase(text: str, hours: list[str]) -> None:
    told = doors_and_show(text)
    assert [told.doors or "", told.show or ""] == hours


@pytest.mark.parametrize(("text", "hour"), TABLES["first_hours"].items())
def test_the_first_hour_of_a_text(text: str, hour: str) -> None:
    assert (first_hours(text, evening=True).show or "") == hour


@pytest.mark.parametrize("text", ["8:30", "7:30 - 10", "Fri 8:30, $10"])
def test_a_bare_hour_is_not_guessed(text: str) -> None:
    assert first_hours(text, evening=False) == ShowTimes()


@pytest.mark.parametrize(
    ("texts", "is_venue", "evening"),
    [
        (["8:30", "9"], True, True),
        (["8:30", "9"], False, False),
        (["8:30", "8:00 PM"], False, True),
        (["8:30", "8 PM", "10 AM"], False, False),
        (["8:30", "20:00"], True, False),
        (["8:30", "19h30"], True, False),
    ],
)
def test_whose_bare_hours_are_of_the_evening(texts: list[str], *, is_venue: bool, evening: bool) -> None:
    assert is_of_the_evening(texts, is_venue=is_venue) is evening


@pytest.mark.parametrize(("stated", "local"), TABLES["starts"].items())
def test_a_start_with_an_offset_however_written(stated: str, local: str) -> None:
    day, hour = read_moment(stated, zone="America/Los_Angeles", near=NEAR)
    assert f"{day} {hour}" == local


@pytest.mark.parametrize("text", ["Sat Nov 27", "Sunday, November 27", "Thu 11/27", "Sun, Nov 14", "Fri Nov 19"])
def test_a_weekday_moves_no_show_by_a_year(text: str) -> None:
    with pytest.raises(UnreadableField, match="contradicts"):
        read_day(text, near=NEAR)


@pytest.mark.parametrize(
    "text",
    [
        "On sale Friday, November 27. Saturday, December 12, doors 7",
        "Posted November 21, 2026 | Saturday, December 12 at 8pm",
        "December 12: presale begins November 25",
        "Rescheduled from October 3. New date: December 12",
        "Moved from November 28 to December 12, 8pm",
        "The November 28 show has been rescheduled to December 12 at 8pm",
        "NEW DATE: December 12 (was: November 28), 8pm",
        "Originally scheduled for November 28, the show is now Saturday, December 12",
        "New album out December 4! Live Saturday, December 12, 8pm",
        "Early bird tickets end November 30. Sat, Dec 12, 8pm",
        "Saturday, December 12 at 8pm. RSVP by Dec 8",
        "Saturday, December 12 at 8pm. Refunds until December 5.",
        "Tickets available November 27. Show is Dec 12 at 8pm",
        "December 12, 8pm - on sale now!",
    ],
)
def test_another_day_of_a_post_is_not_the_shows(text: str) -> None:
    [days] = find_show_days(text, near=NEAR)
    assert days.nights == ((date(2026, 12, 12), None),)
    assert not days.is_doubtful


@pytest.mark.parametrize("text", ["November 27 at 10am: tickets on sale", "The show on November 28 is postponed."])
def test_words_behind_a_day_may_call_it_another_things(text: str) -> None:
    assert [days.is_doubtful for days in find_show_days(text, near=NEAR)] == [True]


@pytest.mark.parametrize("said", ["utf-8", "iso-8859-1", "cp1252"])
def test_letters_are_those_of_the_bytes(said: str) -> None:
    page = HtmlResponse("https://room.example.org", body="Café Åker".encode(), encoding=said)
    assert as_text(page).text == "Café Åker"
