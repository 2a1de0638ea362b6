"""Calendars that a house types by hand: what a slip of the hand does to its night, and to the others."""

from __future__ import annotations

import pytest

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.venues.darrells_tavern import DarrellsTavernSpider
from sms_crawlers.spiders.venues.little_red_hen import LittleRedHenSpider
from tests.crawlers.saved_answers import errors, items, read, skips, spider_on

SHOWS = "https://darrellstavern.com/show-calendar/"
MONTH = "http://www.littleredhen.com/pages/cal.html"
RULES = "<p>THURSDAY SHOWS 8PM / FRI/SAT SHOWS 9PM<br>ALL SHOWS $10 (unless otherwise noted)</p>"


def darrells(*sections: str) -> list[object]:
    body = f'<div class="entry-content">{"".join(sections)}</div>'
    return read(spider_on(DarrellsTavernSpider, "2026-11-20"), SHOWS, body)


def hen(cells: str, *, heading: str = "Calendar | November 2026", link: str = "", weekdays: str = "") -> list[object]:
    names = weekdays or "".join(
        f"<td>{name}day</td>" for name in ("Sun", "Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur")
    )
    body = f"<p>{heading}</p>{link}<table><tr>{names}</tr><tr>{cells}</tr></table>"
    return read(spider_on(LittleRedHenSpider, "2026-11-20"), MONTH, body)


@pytest.mark.parametrize(
    ("section", "field", "reason"),
    [
        ("<h1>FRI 12.12</h1><p>BAND</p>", "event_day", "contradicts itself"),
        ("<h1>FRI 02.31</h1><p>BAND</p>", "event_day", "no day of the calendar"),
        ("<h1>12.11/12.12</h1><p>BAND</p>", "event_day", "no day that can be read"),
        ("<h1>FRI 12.11</h1><p>more soon</p>", "title", "neither an act"),
        ("<h1>FRI 12.11</h1>", "title", "neither an act"),
    ],
)
def test_darrells_night_that_cannot_be_read_leaves_the_others(section: str, field: str, reason: str) -> None:
    outcomes = darrells(section, "<h1>SAT 12.12</h1><p>THE OTHERS</p>")
    assert [item.title for item in items(outcomes)] == ["THE OTHERS"]
    (error,) = errors(outcomes)
    assert error.field == field
    assert reason in error.reason
    assert error.record["heading"]


def test_darrells_house_rules_fill_only_what_a_night_leaves_out() -> None:
    outcomes = darrells(
        RULES,
        "<h1>THU 12.10</h1><p>A</p>",
        "<h1>FRI 12.11</h1><p>B<br>DOORS 8PM</p>",
        "<h1>SAT 12.12<br>7:30 pm</h1><p>C<br>FREE</p>",
        "<h1>SUN 12.13</h1><p>D</p>",
        "<h1>MON 12.14</h1><p>CLOSED</p>",
    )
    assert [(i.title, i.doors_time, i.start_time, i.price_text) for i in items(outcomes)] == [
        ("A", None, "20:00", "$10 (default)"),
        ("B", "20:00", None, "$10 (default)"),
        ("C", None, "19:30", "FREE"),
        ("D", None, None, "$10 (default)"),
        ("CLOSED", None, None, None),
    ]


def test_darrells_without_house_rules_nothing_is_filled_in() -> None:
    (item,) = items(darrells("<h1>FRI 12.11</h1><p>THE BAND</p>"))
    assert (item.start_time, item.price_text) == (None, None)


def test_darrells_lines_are_told_apart() -> None:
    (item,) = items(
        darrells(
            "<h1>FRI 12.11</h1><p><a href='/a'>THE SHOW PONIES</a><br>MIDNIGHT OWLS w/ THE 9TH WARD<br>"
            "AND AND AND<br>McTAVISH (solo set)<br>311<br>AND MORE TBA<br>21+<br>from Ohio, on tour</p>"
        )
    )
    assert item.artists == [
        {"name": "THE SHOW PONIES", "url": "https://darrellstavern.com/a"},
        {"name": "MIDNIGHT OWLS w/ THE 9TH WARD"},
        {"name": "AND AND AND"},
        {"name": "McTAVISH"},
        {"name": "311"},
    ]
    assert item.title.endswith("McTAVISH, 311, AND MORE TBA")
    assert item.description == "21+\nfrom Ohio, on tour"
    assert item.age_text == "21+"
    assert item.source_event_id == "2026-12-11-the-show-ponies"


def test_darrells_headings_without_a_day_are_skipped_by_name() -> None:
    assert skips(darrells("<h1>WEDNESDAY DJ NIGHT</h1>", "<h2>HOLIDAY HOURS</h2><p>OPEN LATE</p>")) == [
        "weekly night",
        "heading without a day",
    ]


def test_darrells_page_without_its_calendar_is_unreadable() -> None:
    with pytest.raises(UnreadablePage, match=r"div\.entry-content"):
        read(spider_on(DarrellsTavernSpider, "2026-11-20"), SHOWS, "<h1>Just a moment</h1>")


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ("<td colspan=5></td><td>21<br>The Band<br>$5</td>", "event_day", "a Saturday but stands under Friday"),
        ("<td colspan=5></td><td>31<br>The Band<br>$5</td>", "event_day", "'31' is no day of 2026-11"),
        ("<td colspan=5></td><td>Friday<br>The Band<br>$5</td>", "event_day", "'Friday' is no day"),
        ("<td colspan=5></td><td>20<br>Happy birthday!</td>", "title", "'Happy birthday!' stands alone"),
        ("<td colspan=5></td><td>20<br>$5<br>9pm</td>", "title", "no band"),
    ],
)
def test_hen_cell_that_cannot_be_read_leaves_the_others(cells: str, field: str, reason: str) -> None:
    outcomes = hen(cells + "<td>21<br>The Others<br>$5</td>")
    assert [item.title for item in items(outcomes)] == ["The Others"]
    (error,) = errors(outcomes)
    assert error.field == field
    assert reason in error.reason


@pytest.mark.parametrize(
    ("cell", "title"),
    [
        ("Early Act<br>Late Act<br>$5", "Early Act / Late Act"),
        ("June Tackett &amp;<br>The Menders<br>$5", "June Tackett & The Menders"),
        ("June Tackett<br>with The Menders<br>$5", "June Tackett with The Menders"),
        ("Close Enough<br>$5", "Close Enough"),
        ("Traffic Jam<br>No Cover", "Traffic Jam"),
    ],
)
def test_hen_lines_of_a_band(cell: str, title: str) -> None:
    (item,) = items(hen(f"<td colspan=6></td><td>21<br>{cell}</td>"))
    assert item.title == title


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("TBA", "to be announced"),
        ("T.B.A.<br>$5", "to be announced"),
        ("Closed", "closed"),
        ("Closed for<br>Private Party", "closed"),
        ("Karaoke<br>9pm", "weekly night"),
    ],
)
def test_hen_night_without_a_band_is_skipped_by_name(cell: str, reason: str) -> None:
    assert skips(hen(f"<td colspan=6></td><td>21<br>{cell}</td>")) == [reason]


def test_hen_columns_may_stand_in_another_order() -> None:
    monday_first = "".join(
        f"<td>{n}</td>" for n in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
    )
    (item,) = items(hen("<td colspan=4></td><td>20. The Band<br>$5</td>", weekdays=monday_first))
    assert (item.event_day, item.title) == ("2026-11-20", "The Band")


def test_hen_without_a_next_month_has_an_incomplete_listing() -> None:
    spider = spider_on(LittleRedHenSpider, "2026-11-20")
    page = "<p>Calendar | November 2026</p><table><tr>{}</tr></table>{}"
    weekdays = "".join(f"<td>{name}</td>" for name in ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday"))
    weekdays += "<td>Friday</td><td>Saturday</td>"
    link = "<a href='dec.html'>See Next  Month</a>"
    (request,) = read(spider, MONTH, page.format(weekdays, link))
    assert request.url == "http://www.littleredhen.com/pages/dec.html"
    assert spider.crawler.stats.get_value(INCOMPLETE) is None
    assert read(spider, MONTH, page.format(weekdays, "")) == []
    assert spider.crawler.stats.get_value(INCOMPLETE) == "the page links to no next month"


@pytest.mark.parametrize(
    "body", ["<p>Calendar | November 2026</p><table><tr><td>Sunday</td></tr></table>", "<table></table>", "<p>404"]
)
def test_hen_page_without_its_calendar_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadablePage):
        read(spider_on(LittleRedHenSpider, "2026-11-20"), MONTH, body)
