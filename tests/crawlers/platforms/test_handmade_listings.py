"""Hand-made listings: what their recordings do not show."""

from __future__ import annotations

import pytest

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.spiders.listings.events12 import Events12Spider
from sms_crawlers.spiders.listings.greater_seattle_choral import GreaterSeattleChoralSpider
from sms_crawlers.spiders.listings.lake_union_concerts import LakeUnionConcertsSpider
from sms_crawlers.spiders.listings.nineteen_hz import NineteenHzSpider
from sms_crawlers.spiders.listings.nw_metal_calendar import NwMetalCalendarSpider
from sms_crawlers.spiders.listings.seattle_showlists import SeattleShowlistsSpider
from sms_crawlers.spiders.venues.egans_ballard_jam_house import EgansBallardJamHouseSpider
from sms_crawlers.spiders.venues.jazz_alley import JazzAlleySpider
from sms_crawlers.spiders.venues.meany_center import MeanyCenterSpider
from tests.crawlers.saved_answers import RECORDINGS, errors, items, read, spider_on

TODAY = "2026-11-20"
SPIDERS = (
    SeattleShowlistsSpider,
    NineteenHzSpider,
    NwMetalCalendarSpider,
    Events12Spider,
    GreaterSeattleChoralSpider,
    EgansBallardJamHouseSpider,
    JazzAlleySpider,
    MeanyCenterSpider,
)


@pytest.mark.parametrize("cls", SPIDERS, ids=lambda cls: cls.name)
def test_another_page_is_no_empty_listing(cls: type[SeattleShowlistsSpider]) -> None:
    with pytest.raises(UnreadablePage):
        read(spider_on(cls, TODAY), cls.start_urls[0], "<html><body><p>We are moving. Back soon!</p></body></html>")


def test_metal_days_count_from_the_day_of_the_page() -> None:
    lines = ("Last updated on 8/6/26.", "AUG 10 at Neumos: A", "DEC 1 at Chop Suey: B", "2027", "DEC 2 at X: C")
    page = "".join(f"<p>{line}</p>" for line in lines)
    found = items(read(spider_on(NwMetalCalendarSpider, "2027-11-20"), NwMetalCalendarSpider.start_urls[0], page))
    assert [item.event_day for item in found] == ["2026-08-10", "2026-12-01", "2027-12-02"]


@pytest.mark.parametrize(
    ("line", "room", "town", "bill"),
    [
        ("NOV 21 at El Corazon: A, B", "El Corazon", "Seattle", "A, B"),
        ("NOV 21 at Dante&#8217;s (Portland): A", "Dante’s", "Portland", "A"),
        (
            "Nov. 21 @ Theater of Dust, Old Arena (Tacoma) : A: The Return",
            "Theater of Dust, Old Arena",
            "Tacoma",
            "A: The Return",
        ),
        ("NOV 21 at Substation: A (at last)", "Substation", "Seattle", "A (at last)"),
    ],
)
def test_metal_lines(line: str, room: str, town: str, bill: str) -> None:
    (item,) = items(
        read(spider_on(NwMetalCalendarSpider, TODAY), NwMetalCalendarSpider.start_urls[0], f"<p>{line}</p>")
    )
    assert (item.venue_name, item.venue_city, item.title) == (room, town, bill)


@pytest.mark.parametrize(
    ("printed", "sortable", "reads"),
    [
        ("Fri: Nov 20 <br>(9pm-2am)", "2026/11/20", True),
        ("Fri: Nov 20 <br>(9pm-2am)", "2026/11/21", False),
        ("Fri: Nov 20 <br>(9pm-2am)", "2025/11/20", False),
        ("Sat: Nov 20 <br>(9pm-2am)", "2026/11/20", False),
    ],
)
def test_the_date_to_sort_by_and_the_printed_one_must_agree(printed: str, sortable: str, reads: bool) -> None:
    cells = [printed, "A @ The Room (Seattle, WA)", "techno", "$5 | 21+", "P", "", sortable]
    page = f"<table><tr>{''.join(f'<td>{cell}' for cell in cells)}</table>"
    outcomes = read(spider_on(NineteenHzSpider, TODAY), NineteenHzSpider.start_urls[0], page)
    assert (len(items(outcomes)), len(errors(outcomes))) == (int(reads), int(not reads))


@pytest.mark.parametrize(
    ("bracket", "start", "end"),
    [
        ("(7:30 p.m.)", "19:30", None),
        ("(12 to 2:30 p.m.)", "12:00", "14:30"),
        ("(8 p.m. to 12:45 a.m.)", "20:00", "00:45"),
        ("(9 & 11 a.m.)", "09:00", None),
        ("(11 a.m. & 1 p.m.)", "11:00", None),
        ("(7 & 10 p.m.)", "19:00", None),
        ("(noon)", "12:00", None),
        ("(SOLD OUT)", None, None),
        ("", None, None),
    ],
)
def test_hours_behind_a_date(bracket: str, start: str | None, end: str | None) -> None:
    page = f"<h2>November 2026</h2><article><h3>A</h3><p class=date>November 21, 2026 {bracket}</article>"
    (item,) = items(read(spider_on(Events12Spider, TODAY), Events12Spider.start_urls[0], page))
    assert (item.start_time, item.end_time) == (start, end)


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("The choir sings for $20 at the hall. Parking is $5.", "$20"),
        ("Parking is $5.", None),
        ("Children age 5 and younger are free.", None),
        ("Suggested $5 donation.", None),
        ("Friday evening is a $25 preview for adults only.", None),
        ("The $287 ticket includes five courses, but alcohol is extra.", "$287"),
        ("Keeping the toy costs an extra $30.", None),
    ],
)
def test_prices_of_articles_are_those_of_tickets(text: str, price: str | None) -> None:
    page = f"<h2>November 2026</h2><article><h3>A</h3><p class=date>November 21, 2026<p class=event>{text}</article>"
    (item,) = items(read(spider_on(Events12Spider, TODAY), Events12Spider.start_urls[0], page))
    assert item.price_text == price


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("7pm - A Quartet - Ann A (vocals), Bo B (bass) ($20 cover)", "A Quartet"),
        ("7pm - Ann A [<a href='//a.test'>Website</a>] and Bo ($15 cover)", "Ann A and Bo"),
        (
            "7pm - Ann A / Bo B [<a href='//b.test'>HERE</a>]. Purchase tickets [<a href='//t.test'>H</a>]",
            "Ann A / Bo B",
        ),
        ("7pm - Open Mic (no cover)", "Open Mic"),
        ("9:30pm - Ann A Presents Bo B, backed by her trio ($15 cover)", "Ann A Presents Bo B, backed by her trio"),
    ],
)
def test_titles_at_egans(said: str, title: str) -> None:
    page = f"<dl><dt>Fri Nov 20</dt><dd>{said}</dd></dl>"
    cls = EgansBallardJamHouseSpider
    (item,) = items(read(spider_on(cls, TODAY), cls.start_urls[0], page))
    assert item.title == title


@pytest.mark.parametrize("rel", ["", " rel=sponsored"])
def test_the_link_of_a_concert_leads_to_its_tickets(rel: str) -> None:
    row = f"<tr><td>Nov. 20<td><a href='//t.test/a'{rel}>A</a><td>Neumos<tr><td>Nov. 21<td>B<td>Moore"
    page = f"<h2>November 2026</h2><table class=concerts>{row}</table>"
    linked, bare = items(read(spider_on(Events12Spider, TODAY), Events12Spider.start_urls[0], page))
    assert (linked.source_url, linked.ticket_url) == ("https://t.test/a", "https://t.test/a")
    assert bare.ticket_url is None


EVENING = (
    "<h2>November</h2><dl><dt>Fri Nov 20</dt><dd>7pm - A ($15 cover)</dd><dd>9pm - B ($15 cover)</dd>"
    "<dd>9:30pm - C (all ages)</dd><dd>10pm - D</dd><dd>E</dd></dl>"
)


@pytest.mark.parametrize(
    ("notice", "ages"),
    [
        ("For now our 9pm and 9:30pm shows will be 21 and over.", [None, "21 and over", "all ages", None, None]),
        ("Our 9 and 10pm shows are 21+!", [None, "21+", "all ages", "21+", None]),
        ("21+ for shows at 9 p.m. and later.", [None, "21+", "all ages", "21+", None]),
        ("Shows from 9:30pm are 18 and over.", [None, None, "all ages", "18 and over", None]),
        ("Shows starting at 7pm are all ages. Our 10pm shows are 21+.", ["all ages", None, "all ages", "21+", None]),
        ("Minors are only allowed on the premises until 10pm.", [None, None, "all ages", None, None]),
        ("The bar is 21+. We have 2 shows on most nights.", [None, None, "all ages", None, None]),
    ],
)
def test_a_notice_at_egans_tells_the_age_of_the_shows_at_its_hours(notice: str, ages: list[str | None]) -> None:
    cls = EgansBallardJamHouseSpider
    found = items(read(spider_on(cls, TODAY), cls.start_urls[0], f"<h2>Notice</h2><p>{notice}</p>{EVENING}"))
    assert [item.age_text for item in found] == ages


@pytest.mark.parametrize(
    ("notice", "price"),
    [
        (
            "No reservations. There is also a $10 minimum food/drink order per person",
            "$10 minimum food/drink order per person",
        ),
        ("A $12.50 food and drink minimum applies; cash only.", "$12.50 food and drink minimum applies"),
        ("The guild raised $10,000 and sells gift cards for $25.", None),
    ],
)
def test_a_notice_of_a_festival_at_egans_is_of_its_shows(notice: str, price: str | None) -> None:
    page = (
        f"{EVENING}<h2>Tide Songs</h2><p>{notice}</p><p>All tide song shows at 9pm are 18+.</p>"
        "<dl><dt>Sat Nov 21</dt><dd><a href='//f.test'>TIDE SONGS</a></dd><dd>7pm - F</dd><dd>9pm - G (no cover)</dd>"
        "<dl><dt>Sun Nov 22</dt><dd>9pm - H</dd></dl>"
    )
    cls = EgansBallardJamHouseSpider
    found = {item.title: item for item in items(read(spider_on(cls, TODAY), cls.start_urls[0], page))}
    assert [found[title].price_text for title in "ADFGH"] == ["$15 cover", None, price, "no cover", None]
    assert [found[title].age_text for title in "BFGH"] == [None, None, "18+", None]


@pytest.mark.parametrize(
    ("told", "doors"),
    [
        ("Doors open at 6:00pm Thursday and 5:30pm Friday - Sunday. Enjoy!", ["18:00", "17:30", "17:30", None]),
        ("Doors at 6pm each night. Shows at 7:30pm.", ["18:00", "18:00", "18:00", None]),
        ("Doors open 5:30pm Friday & Saturday.", [None, "17:30", "17:30", None]),
        ("Shows at 7:30pm and 9:30pm.", [None, None, None, None]),
    ],
)
def test_doors_are_of_the_weekday_and_the_first_set(told: str, doors: list[str | None]) -> None:
    nights = (
        "Thu, Dec 3, 2026 7:30 PM",
        "Fri, Dec 4, 2026 7:30 PM",
        "Sat, Dec 5, 2026 7:30 PM",
        "Sat, Dec 5, 2026 9:30 PM",
    )
    options = "".join(f"<option value={n}>{night}</option>" for n, night in enumerate(nights, 1))
    page = f"<div id=content><h1>A</h1><select name=perfnum>{options}</select></div><div class=blurb-box>{told}</div>"
    url = "https://www.jazzalley.com/www-home/artist.jsp?shownum=1"
    found = items(read(spider_on(JazzAlleySpider, TODAY), url, page))
    assert [item.doors_time for item in found] == doors


def test_the_calendar_of_jazz_alley_alone_tells_its_engagements() -> None:
    body = (RECORDINGS / "jazz_alley" / "calendar.html").read_bytes()
    found = items(read(spider_on(JazzAlleySpider, TODAY), JazzAlleySpider.start_urls[0], body))
    assert [(item.source_event_id, item.event_day, item.end_day) for item in found] == [
        ("8901", "2026-11-19", "2026-11-22"),
        ("8902", "2026-11-24", "2026-11-25"),
        ("8903", "2026-12-29", "2027-01-02"),
    ]


def test_the_season_of_meany_alone_tells_its_productions() -> None:
    body = (RECORDINGS / "meany_center" / "season.html").read_bytes()
    found = items(read(spider_on(MeanyCenterSpider, TODAY), MeanyCenterSpider.start_urls[0], body))
    assert [item.event_day for item in found] == ["2026-10-16", "2026-11-24", "2026-12-30", "2027-01-22"]
    assert found[2].end_day == "2027-01-02"


def test_a_sellers_page_without_an_event_is_unreadable() -> None:
    with pytest.raises(UnreadablePage):
        read(
            spider_on(LakeUnionConcertsSpider, TODAY),
            "https://posh.vip/e/raft",
            "<script>self.__next_f.push([0])</script>",
        )
