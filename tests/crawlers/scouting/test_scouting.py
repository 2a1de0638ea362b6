"""The parts of a scout: where to click, what a page says of its place, what proves a day, selectors, and files."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse, TextResponse, XmlResponse

from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.rows import RowListSpider
from sms_crawlers.scouting.clicks import next_clicks
from sms_crawlers.scouting.evidence import day_proof, known_event
from sms_crawlers.scouting.new_source import literal
from sms_crawlers.scouting.place import Place, place_by, site_name, witnesses_in
from sms_crawlers.scouting.platform_detection import candidates_for, platform_classes
from sms_crawlers.scouting.project_files import CannotWrite, write_all
from sms_crawlers.scouting.rows_proposal import propose_rows
from sms_database.venues import city_facts
from tests.catalog.catalog_events import catalog_event
from tests.crawlers.saved_answers import errors, items, read, skips, spider_on

URL = "https://room.test/"
TODAY = date(2026, 11, 20)
SEATTLE = city_facts()["seattle"]


def html(body: str, url: str = URL) -> HtmlResponse:
    return HtmlResponse(url, body=body.encode(), encoding="utf-8")


def item(**values: Any) -> RawEventItem:
    given = {"title": "Cedar Line", "event_day": "2026-11-21"} | values
    return RawEventItem(source="x", source_event_id="1", fetched_at=datetime(2026, 11, 20, tzinfo=UTC), **given)


@pytest.mark.parametrize(
    ("links", "clicks"),
    [
        ("<a href='/shows'>Shows</a>", ["shows"]),
        ("<a href='https://www.room.test/calendar.html#top'>All nights</a>", ["calendar.html"]),
        ("<a href='/a'>Live Music</a><a href='/events'>Events</a>", ["events", "a"]),
        (
            "<a href='/1'>Shows</a><a href='/2'>Gigs</a><a href='/3'>Events</a><a href='/4'>Calendar</a>",
            ["1", "2", "3"],
        ),
        ("<a href='/past-events'>Past events</a><a href='/private'>Private events</a>", []),
        ("<a href='https://tickets.test/events'>Events</a><a href='mailto:events@room.test'>Events</a>", []),
        ("<a href='/calendar.pdf'>Calendar</a><a href='/#shows'>Shows</a><a href='http://[x'>Shows</a>", []),
        ("<a href='/event/1'>Cedar Line with Paper Tugboat: all their shows of the year</a>", []),
    ],
)
def test_what_one_would_click_next(links: str, clicks: list[str]) -> None:
    assert [url.rpartition("/")[2] for url in next_clicks(html(links))] == clicks


PLACE = {"address": "1 Test St", "town": "Seattle", "region": "WA", "postal_code": "98101", "country": "US"}
ADDRESS = """{"streetAddress": "1 Test St", "addressLocality": "Seattle", "addressRegion": "WA",
"postalCode": "98101", "addressCountry": "USA"}"""


@pytest.mark.parametrize(
    ("body", "known"),
    [
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "BarOrPub", "name": "The Room", '
            f'"telephone": "555-0100", "address": {ADDRESS}, "geo": {{"latitude": "47.61", "longitude": -122.33}}}}]}}'
            "</script>",
            PLACE | {"name": "The Room", "phone": "555-0100", "latitude": 47.61, "longitude": -122.33},
        ),
        (
            '<script type="application/ld+json">{"@type": "Restaurant", "name": "The Room", '
            '"address": "1 Test St, Seattle, WA 98101, USA"}</script>',
            PLACE | {"name": "The Room"},
        ),
        (
            '<div itemscope itemtype="https://schema.org/NightClub"><b itemprop="name">The Room</b>'
            '<p itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">'
            '<i itemprop="streetAddress">1 Test St</i></p></div>',
            {"name": "The Room", "address": "1 Test St"},
        ),
        (
            '<meta property="og:latitude" content="47.61"><meta property="og:longitude" content="-122.33">'
            '<meta property="business:contact_data:street_address" content="1 Test St">',
            {"address": "1 Test St", "latitude": 47.61, "longitude": -122.33},
        ),
        ('<meta name="geo.position" content="47.61; -122.33">', {"latitude": 47.61, "longitude": -122.33}),
        (
            "<script>Static.SQUARESPACE_CONTEXT = "
            '{"website": {"location": {"mapLat": 40.72, "mapLng": -74.0, "addressTitle": "The Room", '
            '"addressLine1": "1 Test St", "addressLine2": "Seattle, WA, 98101", "addressCountry": "United States"}}};'
            "</script>",
            PLACE | {"name": "The Room"},
        ),
        (
            '<script type="application/ld+json">{"@type": "Event", "startDate": "2026-11-21", "location": '
            f'{{"@type": "Place", "name": "Elsewhere", "address": {ADDRESS}}}}}</script>',
            {},
        ),
        ("<script>Static.SQUARESPACE_CONTEXT = {" + '"a":[' * 20_000 + "</script>", {}),
    ],
    ids=["JSON-LD", "in one line", "microdata", "Open Graph", "geo", "Squarespace", "of an event", "deep"],
)
def test_what_a_page_states_of_its_place(body: str, known: dict[str, Any]) -> None:
    place, told_by = place_by(witnesses_in(html(body)), SEATTLE)
    assert place == Place(**known)
    assert told_by.keys() == known.keys()


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta property="og:site_name" content="The Room"><title>Calendar</title>', "The Room"),
        ("<title>Calendar | The Room</title>", "The Room"),
        ("<title>The Room - Upcoming Shows</title>", "The Room"),
        ("<title>Calendar</title>", "room.test"),
        ("", "room.test"),
    ],
)
def test_the_name_of_a_site(head: str, name: str) -> None:
    assert site_name(html(head)) == name


@pytest.mark.parametrize(
    ("values", "proof"),
    [
        ({"date_text": "Saturday, November 21, 2026"}, "year printed"),
        ({"date_text": "SAT 11.21"}, "proven by weekday"),
        ({"date_text": "November 21"}, "nearest year, unproven"),
        ({"date_text": "November 21", "payload": "<i>11/21/2026 20:00</i>"}, "stated in full"),
        ({"payload": {"start": "2026-11-22T04:00:00Z"}}, "instant and zone"),
        ({"payload": "DTSTART;TZID=America/Los_Angeles:20261121T200000"}, "instant and zone"),
        ({"payload": {"date": "2026-11-21"}}, "stated in full"),
        ({"event_day": None, "date_text": "soon"}, ""),
    ],
)
def test_what_proves_a_day(values: dict[str, Any], proof: str) -> None:
    assert day_proof(item(**values)) == proof


@pytest.mark.parametrize(
    ("values", "is_known"),
    [
        ({"title": "CEDAR LINE / Paper Tugboat"}, True),
        ({"title": "An evening with friends", "artists": [{"name": "Foghorn Leaguers"}]}, True),
        ({"title": "Lady Ballast, Foghorn Leaguers"}, True),
        ({"title": "Cedar Line", "event_day": "2026-11-22"}, False),
        ({"title": "DJ"}, False),
        ({"title": "Karaoke"}, False),
    ],
)
def test_whether_the_catalog_knows_a_show(values: dict[str, Any], is_known: bool) -> None:
    acts = ("Cedar Line", "Paper Tugboat", "Foghorn Leaguers", "DJ")
    event = catalog_event(date(2026, 11, 21), "Cedar Line, Paper Tugboat", acts)
    assert (known_event(item(**values), [event]) is event) == is_known


NIGHTS = [
    ("Sat Nov 21", "Cedar Line", "$10"),
    ("Fri Nov 27", "Foghorn Leaguers", "$12"),
    ("Sat Dec 5", "Ballast", "$8"),
]


def page_of(form: str, around: str = "{}") -> HtmlResponse:
    rows = [
        form.format(day=day, title=title, price=price, n=number) for number, (day, title, price) in enumerate(NIGHTS)
    ]
    return html(around.format("".join(rows)))


@pytest.mark.parametrize(
    ("page", "settings"),
    [
        (
            page_of("<tr><td>{day}</td><td><a href='/{n}'>{title}</a></td><td>{price}</td></tr>", "<table>{}</table>"),
            {"row_css": "tr", "date_css": "td", "title_css": "a", "link_css": "a"},
        ),
        (
            page_of(
                "<div class='card card-{n}00 odd{n}'><time class='t' datetime='2026-12-0{n}'>{day}</time>"
                "<p class='name'>{title}</p><p class='cost'>{price}</p></div>",
                "<nav><div class='card'>Home</div></nav><main>{}</main>",
            ),
            {"row_css": "main > div.card", "date_css": "time.t", "title_css": "p.name", "price_css": "p.cost"},
        ),
        (page_of("<p><b>{day}</b> {title} {price}</p>"), {"row_css": "p", "date_css": "b"}),
        (
            page_of("<article><h2>{title}</h2><div><span>{day}, 8pm</span></div></article>"),
            {"row_css": "article", "date_css": "span", "title_css": "h2"},
        ),
    ],
    ids=["table", "cards", "bare text", "nested"],
)
def test_selectors_are_proposed_that_read_every_row(page: HtmlResponse, settings: dict[str, str]) -> None:
    proposal = propose_rows(page, TODAY)
    assert proposal is not None
    assert proposal.settings() == settings
    outcomes = read(spider_on(rows_spider(**settings), "2026-11-20"), URL, page.body)
    found = [(one.event_day, one.title) for one in items(outcomes)]
    titles = [title for _, title, _ in NIGHTS]
    days = ["2026-11-21", "2026-11-27", "2026-12-05"]
    if "title_css" in settings:
        assert found == list(zip(days, titles, strict=True))
    else:
        assert [day for day, _ in found] == days
        assert all(title.startswith(known) for (_, title), known in zip(found, titles, strict=True))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>Sat Nov 21</p><p>Sun Nov 22</p><p>Mon Nov 23</p>",
        "<ul><li><b>Sat Nov 21</b> <i>Cedar Line</i></li><li><b>Fri Nov 27</b> <i>Ballast</i></li></ul>",
        "".join(f"<li><b>May {day}, 2025</b> <a href='/{day}'>Post {day}</a></li>" for day in (1, 2, 3)),
        "<p>Open Nov 21, Nov 22 and Nov 23 for Cedar Line</p>" * 3,
    ],
    ids=["empty", "days alone", "two rows", "a blog's archive", "several days in each"],
)
def test_no_rows_are_proposed_where_there_are_none(body: str) -> None:
    assert propose_rows(html(body), TODAY) is None


@pytest.mark.parametrize(
    "page",
    [TextResponse(URL, body=b"plain"), XmlResponse(URL, body=b"<feed/>"), TextResponse(URL, body=b'{"a": 1}')],
    ids=["text", "XML", "JSON"],
)
def test_what_is_no_markup_is_passed_over(page: TextResponse) -> None:
    assert (next_clicks(page), witnesses_in(page), propose_rows(page, TODAY), candidates_for([page])) == (
        [],
        [],
        None,
        [],
    )


def rows_spider(**settings: Any) -> type[RowListSpider]:
    own = {"name": "rows", "title": "Rows", "homepage": URL, "kind": "feed", "city": "seattle", "venue": None}
    return type("RowsSpider", (RowListSpider,), own | settings)


def test_a_row_that_cannot_be_read_is_named_and_what_is_over_is_left_out() -> None:
    spider = spider_on(rows_spider(row_css="li", date_css="b", title_css="i", price_css="u"), "2026-11-20")
    rows = (
        "<b>Sat Nov 21</b><i>Cedar Line (SOLD OUT)</i> doors 7, show 8, 21+ <u>$10</u> <a href='https://t.test/1'>Buy</a>",
        "<b>Thu Nov 19</b><i>Over</i>",
        "<b>Mon Nov 21</b><i>Wrong weekday</i>",
        "<i>No date</i>",
        "<b>Fri Nov 27</b>",
        "<b>Thu, Nov 19 - Sun, Nov 22</b><i>Engagement</i>",
    )
    outcomes = read(spider, URL, "".join(f"<li>{row}</li>" for row in rows))
    found, engagement = items(outcomes)
    assert (engagement.event_day, engagement.end_day) == ("2026-11-19", "2026-11-22")
    assert (found.doors_time, found.start_time, found.price_text, found.age_text, found.status_text) == (
        "19:00",
        "20:00",
        "$10",
        "21+",
        "SOLD OUT",
    )
    assert (found.source_event_id, found.ticket_url) == ("2026-11-21-cedar-line-sold-out", "https://t.test/1")
    assert skips(outcomes) == ["past day"]
    assert [error.field for error in errors(outcomes)] == ["event_day", "event_day", "title"]


def test_every_platform_that_knows_its_pages_is_asked() -> None:
    names = [cls.__name__ for cls in platform_classes()]
    assert {"WixEventsSpider", "SquarespaceSpider", "ICalendarSpider", "JsonLdSpider", "RssCalendarSpider"} <= set(
        names
    )
    assert len(names) == len(set(names))
    assert "RowListSpider" not in names


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", '"plain"'),
        ('a "quoted" word', "'a \"quoted\" word'"),
        ("it's", '"it\'s"'),
        (12, "12"),
        (("one",), '("one",)'),
        (["https://room.test/shows"], '["https://room.test/shows"]'),
        ({"a": [1, None]}, '{"a": [1, None]}'),
    ],
)
def test_a_value_is_written_as_ruff_formats_it(value: Any, written: str) -> None:
    assert literal(value, 20) == written


def test_a_long_value_is_written_in_lines() -> None:
    value = ["https://room.test/" + "a" * 60, "https://room.test/" + "b" * 60]
    written = literal(value, 20)
    assert written == f'[\n        "{value[0]}",\n        "{value[1]}",\n    ]'
    assert ast.literal_eval(written) == value


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    changed, new = tmp_path / "changed", tmp_path / "new" / "file"
    changed.write_text("before")
    a_directory = tmp_path / "directory"
    a_directory.mkdir()
    with pytest.raises(CannotWrite, match="nothing was written"):
        write_all({new: b"new", changed: b"after", a_directory: b""})
    assert {path.name for path in tmp_path.rglob("*")} == {"changed", "directory"}
    assert changed.read_text() == "before"
    write_all({new: b"new", changed: b"after"})
    assert (new.read_text(), changed.read_text()) == ("new", "after")
