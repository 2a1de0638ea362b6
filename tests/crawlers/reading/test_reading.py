"""The readers, as tables of what is printed and what it means."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.reading import (
    ShowTimes,
    UnreadableField,
    absolute,
    age_phrase,
    background_image,
    blocks_of,
    donation_phrase,
    doors_and_show,
    find_clock,
    find_days,
    instant_to_local,
    lines_of,
    one,
    price_phrase,
    read_clock,
    read_day,
    read_month,
    show_times,
    slug,
    status_phrase,
    text_of,
    without_days,
)

NEAR = date(2026, 2, 20)
DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))
SEATTLE = "America/Los_Angeles"
NO_YEAR = ("%a %b %d", "%A, %B %d", "%a. %d %b", "%A %m/%d", "%a %m.%d")
"""Forms of a day with its weekday and without its year."""


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("THU 02.26", date(2026, 2, 26)),
        ("THU 01.07", date(2027, 1, 7)),
        ("THU 02.19", date(2026, 2, 19)),
        ("SAT\xa003.07", date(2026, 3, 7)),
        ("SATURDAY 02.28", date(2026, 2, 28)),
        ("THURS 02.26", date(2026, 2, 26)),
        ("May 28, 2026", date(2026, 5, 28)),
        ("May 28, 2026 8:00 PM", date(2026, 5, 28)),
        ("Wednesday, April 22, 2026", date(2026, 4, 22)),
        ("Sunday, May 10, 2026 @ 07:30 PM", date(2026, 5, 10)),
        ("Fri Nov 28", date(2025, 11, 28)),
        ("Fri Aug 14", date(2026, 8, 14)),
        ("Sat. Feb 28th", date(2026, 2, 28)),
        ("Sept. 5", date(2026, 9, 5)),
        ("15 August 2026", date(2026, 8, 15)),
        ("8/15", date(2026, 8, 15)),
        ("8/15/26", date(2026, 8, 15)),
        ("Sun 2/29/2032", date(2032, 2, 29)),
        ("2026-05-10 19:30:00", date(2026, 5, 10)),
        ("Doors 7.30pm on March 6", date(2026, 3, 6)),
    ],
)
def test_read_day(printed: str, day: date) -> None:
    assert read_day(printed, near=NEAR) == day


def test_read_day_of_another_order_and_of_a_year_that_a_heading_told() -> None:
    assert read_day("7/8", near=NEAR) == date(2026, 7, 8)
    assert read_day("7/8", near=NEAR, order="dmy") == date(2026, 8, 7)
    assert read_day("Jul 4", near=NEAR, year=2031) == date(2031, 7, 4)
    assert read_day("Jul 4, 2027", near=NEAR, year=2031) == date(2027, 7, 4)


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("", "no days"),
        ("TBA", "no days"),
        ("7.30pm", "no days"),
        ("$8.50", "no days"),
        ("FRI 03.06 / SAT 03.07", "2 days"),
        ("FRI 02.31", "'FRI 02.31' is no day of the calendar"),
        ("Feb 29, 2026", "'Feb 29, 2026' is no day of the calendar"),
        ("2026-13-01", "is no day of the calendar"),
        ("FRI 01.07", "'FRI 01.07' contradicts itself: 2026-01-07 is a Wednesday, 2027-01-07 is a Thursday"),
        ("FRI 08.15", "'FRI 08.15' contradicts itself: 2026-08-15 is a Saturday"),  # it was one a year ago
        ("Thursday, April 22, 2026", "2026-04-22 is a Wednesday"),
    ],
)
def test_read_day_refuses(printed: str, reason: str) -> None:
    with pytest.raises(UnreadableField) as refusal:
        read_day(printed, near=NEAR)
    assert refusal.value.field == "event_day"
    assert reason in refusal.value.reason


@pytest.mark.trust(20)
@given(day=DAYS, ahead=st.integers(-90, 330))
def test_a_printed_weekday_finds_the_year(day: date, ahead: int) -> None:
    assert read_day(f"{day:%a %m.%d}", near=day - timedelta(ahead)) == day


@pytest.mark.trust(20)
@given(
    turn=st.integers(2001, 2098), past=st.integers(-75, 75), ahead=st.integers(-90, 330), form=st.sampled_from(NO_YEAR)
)
def test_the_turn_of_the_year_is_told_by_the_weekday(turn: int, past: int, ahead: int, form: str) -> None:
    """From October to March, all that a calendar shows then: what is just over, and most of a year to come."""
    near = date(turn, 1, 1) + timedelta(past)
    day = near + timedelta(ahead)
    assert read_day(format(day, form), near=near) == day


@pytest.mark.trust(20)
@given(near=DAYS, day=DAYS, weekday=st.sampled_from(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]))
def test_a_weekday_of_no_near_year_is_an_error_and_not_a_guess(near: date, day: date, weekday: str) -> None:
    printed = f"{weekday} {day:%b %d}"
    try:
        found = read_day(printed, near=near)
    except UnreadableField:
        shown = same_day_near(day, near)
        assert weekday not in {f"{each:%a}" for each in shown}
    else:
        assert f"{found:%a %b %d}" == printed
        assert near - timedelta(days=90) <= found <= date(near.year + 1, 12, 31)


def same_day_near(day: date, near: date) -> list[date]:
    """The last such day, where it is not long over, and the next one, unless the last is just over: a weekday moves no
    day beyond that."""
    found = []
    for year in (near.year - 1, near.year, near.year + 1):
        with contextlib.suppress(ValueError):
            found.append(day.replace(year=year))
    past = [each for each in found if near - timedelta(days=90) <= each < near]
    just_over = [each for each in past if near - each <= timedelta(28)]
    return just_over or past + [each for each in found if each >= near][:1]


@pytest.mark.trust(20)
@given(day=DAYS, ahead=st.integers(-90, 270))
def test_without_weekday_a_day_to_come_is_read_as_one(day: date, ahead: int) -> None:
    assert read_day(f"{day:%B %d}", near=day - timedelta(ahead)) == day


@given(day=DAYS, near=DAYS, form=st.sampled_from(["%Y-%m-%d", "%A, %B %d, %Y", "%b %d, %Y", "%d %B %Y", "%m/%d/%Y"]))
def test_a_printed_year_is_taken(day: date, near: date, form: str) -> None:
    assert read_day(format(day, form), near=near) == day


@given(text=st.text(max_size=40))
def test_any_text_has_a_day_or_is_refused(text: str) -> None:
    with contextlib.suppress(UnreadableField):
        assert isinstance(read_day(text, near=NEAR), date)


def test_days_of_a_heading_and_the_rest_of_it() -> None:
    heading = "FRI 03.06 / SAT 03.07 9:30 PM"
    assert find_days(heading, near=NEAR) == [date(2026, 3, 6), date(2026, 3, 7)]
    assert without_days(heading) == "9:30 PM"
    assert find_days("16TH ANNIVERSARY WEEKEND", near=NEAR) == []
    assert without_days("16TH ANNIVERSARY WEEKEND") == "16TH ANNIVERSARY WEEKEND"


def test_read_month() -> None:
    assert read_month("Entertainment Calendar | July 2026") == (2026, 7)
    assert read_month("DEC 2026") == (2026, 12)
    assert read_month("Entertainment Calendar") is None


@pytest.mark.parametrize(
    ("printed", "clock"),
    [
        ("8:00 PM", "20:00"),
        ("7:30pm", "19:30"),
        ("9pm", "21:00"),
        ("9 P.M.", "21:00"),
        ("8 p.m.", "20:00"),
        ("7.30pm", "19:30"),
        ("12:00 PM", "12:00"),
        ("12 AM", "00:00"),
        ("12:30am", "00:30"),
        ("noon", "12:00"),
        ("Midnight", "00:00"),
        ("19:30", "19:30"),
        ("00:15", "00:15"),
        ("at 8pm", "20:00"),
    ],
)
def test_read_clock(printed: str, clock: str) -> None:
    assert read_clock(printed) == clock
    assert find_clock(f"May 28, {printed}!") == clock


@pytest.mark.parametrize(
    "printed", ["25:00", "13pm", "0pm", "7:61 pm", "TBA", "", "8", "$8.50", "7pm or 8pm", "doors 8pm"]
)
def test_read_clock_refuses(printed: str) -> None:
    with pytest.raises(UnreadableField) as refusal:
        read_clock(printed, field="doors_time")
    assert refusal.value.field == "doors_time"
    assert printed in refusal.value.reason


def test_read_clock_of_the_evening() -> None:
    assert read_clock("8", evening=True) == "20:00"
    assert read_clock("7:30", evening=True) == "19:30"
    assert read_clock("7:30") == "07:30"
    assert read_clock("12", evening=True) == "12:00"


@given(clock=st.times())
def test_every_clock_reads_back(clock: time) -> None:
    for form in ("%H:%M", "%I:%M %p", "%I:%M%p"):
        assert read_clock(clock.strftime(form)) == f"{clock:%H:%M}"


@pytest.mark.parametrize(
    ("printed", "doors", "show", "end"),
    [
        ("Doors 7 music 8", "19:00", "20:00", None),
        ("DOORS 7 / SHOW 8 / $8", "19:00", "20:00", None),
        ("7:30pm doors and jam sign-up / 8pm jam", "19:30", "20:00", None),
        ("Doors: 6:30pm | Show: 7:30pm", "18:30", "19:30", None),
        ("Doors: 6:30pm ⎮ Show: 7:30pm", "18:30", "19:30", None),
        ("Doors: 6:30 | Show: 7:30      Tickets: $20", "18:30", "19:30", None),
        ("Doors at 8, music at 9", "20:00", "21:00", None),
        ("Doors open 7PM // Show starts 8PM", "19:00", "20:00", None),
        ("7pm doors, 8pm show", "19:00", "20:00", None),
        ("7pm doors 8pm show", "19:00", "20:00", None),
        ("8pm show, doors 7", "19:00", "20:00", None),
        ("Doors: 9:00pm  Show: Soon After   Tickets: $15", "21:00", None, None),
        ("Doors: 6:30pm. Set 1: 7:30pm; Set 2: 8:30pm", "18:30", "19:30", None),
        ("Doors: 5:00pm     Lecture: 6:00pm", "17:00", "18:00", None),
        ("Doors: 4:00pm | Show: 5:00pm to 9:00pm", "16:00", "17:00", "21:00"),
        ("Happy Hour: 4:00 PM – 5:30 PM", None, "16:00", "17:30"),
        ("Happy Hour from 4pm to 5:30pm", None, "16:00", "17:30"),
        ("Happy Hour 4-6pm, doors 7, show 8", "19:00", "20:00", None),
        ("Sign up 7, music 7:30. All ages. Free!", None, "19:30", None),
        ("5 PM Early show", None, "17:00", None),
        ("13 Til Midnight – 5 PM Early show", None, "17:00", None),
        ("Music 8-11pm", None, "20:00", "23:00"),
        ("Show 9pm-1", None, "21:00", "01:00"),
        ("show 11 - 1am", None, "23:00", "01:00"),
        ("music 9-midnight", None, "21:00", "00:00"),
        ("Show: noon", None, "12:00", None),
        ("Show: 20:15", None, "20:15", None),
        ("Show: 25:00", None, None, None),
        ("our last show 3 years ago", None, None, None),
        ("2 shows tonight", None, None, None),
        ("show 8 films", None, None, None),
        ("THE DOORS TRIBUTE", None, None, None),
        ("EVERY SUNDAY 6-9PM", None, None, None),
    ],
)
def test_doors_and_show(printed: str, doors: str | None, show: str | None, end: str | None) -> None:
    assert doors_and_show(printed) == ShowTimes(doors, show, end)


def test_two_performances_in_a_text_stay_two() -> None:
    text = """Early Show 1: Doors: 4:00pm | Show: 5:00pm – 6:15pm     Tickets: $20
    Evening Show 2: Doors: 7:00pm | Show: 8:00pm – 9:15pm"""
    assert show_times(text) == [ShowTimes("16:00", "17:00", "18:15"), ShowTimes("19:00", "20:00", "21:15")]


@given(doors=st.integers(1, 10), text=st.text(max_size=10))
def test_bare_hours_of_a_phrase_are_of_the_evening(doors: int, text: str) -> None:
    told = ShowTimes(f"{doors + 12}:00", f"{doors + 13}:00")
    assert doors_and_show(f"DOORS {doors} / SHOW {doors + 1} / {text}") == told


@pytest.mark.parametrize(
    ("printed", "price"),
    [
        ("Tickets: $20 advance, $25 doors", "$20 advance, $25 doors"),
        ("Tickets: $20 in advance |  $25 at the door", "$20 in advance | $25 at the door"),
        ("Tickets: $20-40* advance | $25-40 doors", "$20-40* advance | $25-40 doors"),
        ("Tickets: $15 ADV, $20 DOS", "$15 ADV, $20 DOS"),
        ("$12 at the door, bring a friend", "$12 at the door"),
        ("DOORS 7 / SHOW 8 / $8", "$8"),
        ("$12, all ages", "$12"),
        ("$8.50", "$8.50"),
        ("$10", "$10"),
        ("$5-10 sliding scale", "$5-10 sliding scale"),
        ("ALL SHOWS $10 (unless otherwise noted)", "$10"),
        ("Sign up 7, music 7:30. All ages. Free!", "Free"),
        ("Ticket: FREE – No cover, just great drinks and snacks", "FREE – No cover"),
        ("FREE - No cover", "FREE - No cover"),
        ("This show is free and open to the public.", "free"),
        ("No Cover", "No Cover"),
        ("a $20 donation to the band\nTickets: $40", "$40"),
        ("it has raised over $120,000 since 2017", None),
        ("feel free to dance", None),
        ("gluten-free snacks, a free-flowing bar", None),
        ("there’s never a cover charge", None),
        ("free entrance to kids 12 and under", None),
        ("FREE RADICALS", None),
        ("", None),
    ],
)
def test_price_phrase(printed: str, price: str | None) -> None:
    assert price_phrase(printed) == price


@given(text=st.text(), amount=st.integers(1, 99))
def test_a_price_is_copied_not_reckoned(text: str, amount: int) -> None:
    page = f"{text}\nTickets: ${amount} advance, ${amount + 5} doors"
    found = price_phrase(page)
    assert found is not None
    assert found in " ".join(page.split())


def test_donation_phrase() -> None:
    printed = "Doors: 6:30pm     Donations to the food bank are encouraged!"
    assert donation_phrase(printed) == "Donations to the food bank are encouraged!"
    assert donation_phrase("please make a donation at the end. You are welcome") is None


@pytest.mark.parametrize(
    ("printed", "age"),
    [
        ("ALL AGES evening", "ALL AGES"),
        ("$12, all ages", "all ages"),
        ("The Royal Room is All Ages until 10pm.", "All Ages until 10pm"),
        ("$20. 21+", "21+"),
        ("the festival is all ages, this stage is strictly 21+", "21+"),
        ("Ages 18+", "Ages 18+"),
        ("21 and over only", "21 and over"),
        ("$21+ fees", None),
        ("kids 12 and under", None),
        ("for the ages", None),
    ],
)
def test_age_phrase(printed: str, age: str | None) -> None:
    assert age_phrase(printed) == age


@pytest.mark.parametrize(
    ("printed", "status"),
    [("SOLD OUT: The Band", "SOLD OUT"), ("The Band (Cancelled)", "Cancelled"), ("The Band", None)],
)
def test_status_phrase(printed: str, status: str | None) -> None:
    assert status_phrase(printed) == status


def page(body: str) -> HtmlResponse:
    return HtmlResponse("https://hall.test/calendar/", body=body.encode(), encoding="utf-8")


def test_one_is_strict() -> None:
    content = page("<p>a</p><p>b</p><h1>c</h1>")
    assert text_of(one(content, "h1")) == "c"
    with pytest.raises(UnreadablePage, match="nothing found where 'table' should be once"):
        one(content, "table")
    with pytest.raises(UnreadableField, match="title: 2 found"):
        one(content, "p", "title")


def test_text_is_folded_and_unescaped() -> None:
    assert (
        text_of(Selector(text="<p> Rock&nbsp;&amp;\n  Roll <b>Night</b><script>no()</script></p>"))
        == "Rock & Roll Night"
    )
    assert text_of(Selector(text="<p>&nbsp;</p>")) is None
    assert text_of(None) is None


def test_lines_are_what_a_reader_sees() -> None:
    cell = Selector(text="<td>2<br>\nThe <i>Invented</i>\nWranglers<br/><br>$5<div>9pm</div></td>")
    assert lines_of(cell) == ["2", "The Invented Wranglers", "$5", "9pm"]


def test_blocks_of_a_page_with_open_tags() -> None:
    content = page('<div><h1>DJ NIGHT<p>VINYL<h1>THU 02.26</h1><h1> </h1><p><a href="/a">BAND A</a><br>BAND B</div>')
    blocks = blocks_of(one(content, "div"))
    assert [(block.tag, block.text) for block in blocks] == [
        ("h1", "DJ NIGHT"),
        ("p", "VINYL"),
        ("h1", "THU 02.26"),
        ("p", "BAND A\nBAND B"),
    ]
    assert [line.href for line in blocks[-1].lines] == ["/a", None]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/event/a", "https://hall.test/event/a"),
        (" next.html ", "https://hall.test/calendar/next.html"),
        ("//cdn.test/a.jpg", "https://cdn.test/a.jpg"),
        ("http://other.test/x", "http://other.test/x"),
        ("#", None),
        ("", None),
        (None, None),
        ("javascript:alert(1)", None),
        ("mailto:a@hall.test", None),
        ("http://[broken", None),
    ],
)
def test_absolute(href: str | None, url: str | None) -> None:
    assert absolute(page(""), href) == url


@pytest.mark.parametrize(
    ("style", "url"),
    [
        ("background-image:url(&quot;https://cdn.test/a.jpg&quot;)".replace("&quot;", '"'), "https://cdn.test/a.jpg"),
        ("color: red; background-image: url(/b.jpg)", "/b.jpg"),
        ("background: #fff url('c.jpg') no-repeat", "c.jpg"),
        ("background-image:none", None),
        (None, None),
    ],
)
def test_background_image(style: str | None, url: str | None) -> None:
    assert background_image(style) == url


def test_slug() -> None:
    assert slug("DEVIL’S DUVET & Zoë (solo set)") == "devils-duvet-zoe-solo-set"
    assert slug("!!!") == ""


@pytest.mark.parametrize(
    ("instant", "day", "clock"),
    [
        ("2026-04-30T02:30:00Z", date(2026, 4, 29), "19:30"),
        ("2026-12-06T07:30:00.000Z", date(2026, 12, 5), "23:30"),
        ("2026-11-01T01:30:00-07:00", date(2026, 11, 1), "01:30-07:00"),
        ("2026-11-01T09:30:00Z", date(2026, 11, 1), "01:30-08:00"),
        ("2026-11-01T10:30:00Z", date(2026, 11, 1), "02:30"),
        (datetime(2026, 3, 8, 10, 30, tzinfo=UTC), date(2026, 3, 8), "03:30"),
    ],
)
def test_instant_to_local(instant: Any, day: date, clock: str) -> None:
    assert instant_to_local(instant, SEATTLE) == (day, clock)


@pytest.mark.parametrize("instant", ["2026-04-30T02:30:00", "soon", "0001-01-01T00:00:00Z"])
def test_instant_to_local_refuses(instant: str) -> None:
    with pytest.raises(UnreadableField):
        instant_to_local(instant, SEATTLE)
