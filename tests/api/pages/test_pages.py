"""What a reader meets at each address, asked over a socket."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest

from sms_api.app import create_app
from sms_api.pages.static_files import static_path
from sms_api.settings import ApiSettings
from sms_database.ids import row_uuid
from tests.api.pages.rows import CROWDED, EMPTY, FOREIGN, LONG_NAME, SCRIPT
from tests.api.served import NOW, Answer, Served, serving

HTML = {"accept": "text/html"}
FIRST_SCREEN = 60_000
"""Bytes that come over the network until the first screen stands, by the promise of issue 14."""

OWN_SCRIPT = f'<script src="{static_path("live.js")}" defer>'


def page(site: Served, path: str, status: int = 200) -> str:
    answer = site.ask(path, headers=HTML)
    assert answer.status == status, (path, answer.status, answer.text[:500])
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def words(html: str) -> str:
    """What a page says, in one line."""
    without = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", without)).split())


def links(html: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'<a [^>]*href="([^"]*)"', html)]


def led_to(site: Served, path: str) -> tuple[int, str]:
    answer = site.ask(path, headers=HTML)
    return answer.status, answer.headers["location"]


def show_path(site: Served, night: str, name: str) -> str:
    """The address of a show, as its row in a night links to it."""
    rows = re.findall(r'<li class="show.*?</li>', page(site, f"/seattle/{night}?kind=all"), flags=re.DOTALL)
    return next(links(row)[0] for row in rows if name in words(row))


def data_of(html: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, flags=re.DOTALL)
    assert len(found) == 1
    loaded: dict[str, Any] = json.loads(found[0])
    return loaded


def test_tonight_tells_what_has_begun_and_what_is_to_come(site: Served) -> None:
    told = words(page(site, "/"))
    order = ["Tonight", "5 shows", "11:00", "Tin Lantern", "now, 12:00", "20:00", "doors 19:00", "Mossback"]
    order += ["Juniper Ash", "21:00", "Sold out", "The Ferry Wakes", "00:30", "Sat", "Velvet Ferry", "hour unknown"]
    assert re.search(".*?".join(map(re.escape, order)), told), told
    assert "$14 · 21+" in told


def test_the_home_page_is_that_of_its_city(site: Served) -> None:
    assert '<link rel="canonical" href="' + site.url + '/seattle">' in page(site, "/")
    assert words(page(site, "/")) == words(page(site, "/seattle"))


def test_a_night_leads_to_the_nights_beside_it(site: Served) -> None:
    night = links(page(site, "/seattle/2026-11-22"))
    assert {"/seattle/2026-11-21", "/seattle/2026-11-23"} <= set(night)
    assert "/seattle" in links(page(site, "/seattle/2026-11-21")), "tonight has one address"


def test_a_night_of_none_says_so_and_where_to_go(site: Served) -> None:
    html = page(site, f"/seattle/{EMPTY}")
    assert "Nothing is on" in words(html)
    assert f"/seattle/{CROWDED}" in links(html)


def test_a_filter_narrows_the_night_and_stays_in_the_address(site: Served) -> None:
    open_stages = page(site, "/seattle/2026-11-22?kind=open_mic&kind=open_jam")
    assert "Open Mic with Ada Prewitt" in words(open_stages)
    assert "Trivia Night" not in words(page(site, "/seattle/2026-11-22"))
    assert "Trivia Night" in words(page(site, "/seattle/2026-11-22?kind=all"))
    cheap = words(page(site, f"/seattle/{CROWDED}?price=2"))
    assert "20 shows" in cheap
    assert "?price=2" in page(site, f"/seattle/{CROWDED}?price=2").split('rel="canonical"')[1][:120]


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("/seattle?hood=&price=", "/seattle"),
        ("/seattle?night=2026-12-05&price=&free=yes", "/seattle/2026-12-05?free=yes"),
        ("/search?q=", "/search"),
    ],
)
def test_what_a_form_sends_becomes_the_address_that_it_means(site: Served, sent: str, meant: str) -> None:
    assert led_to(site, sent) == (303, meant)


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/atlantis", 404, "There is no calendar at /atlantis."),
        ("/seattle/2026-02-30", 404, "nothing at this address"),
        ("/a/b/c", 404, "nothing at this address"),
        ("/events/2026-11-20-tin-lantern-000000000000", 404, "There is no event at this address."),
        ("/events/tin-lantern", 404, "There is no event at this address."),
        ("/venues/atlantis-hall", 404, "There is no venue at this address."),
        ("/artists/nobody-000000000000", 404, "There is no artist at this address."),
        ("/sitemaps/atlantis-venues.xml", 404, "no such sitemap"),
        ("/seattle?fre=yes", 422, "perhaps free"),
        ("/seattle/week?city=astoria", 422, "is in the path of this address already"),
        ("/search?q=a&price=x", 422, "is no price"),
    ],
)
def test_what_cannot_be_answered_is_a_page_that_says_why(site: Served, path: str, status: int, told: str) -> None:
    assert told in words(page(site, path, status))


def test_a_show_that_a_person_hid_is_gone(site: Served) -> None:
    hidden = row_uuid("blue_moon", "secret")
    assert "no longer in the calendar" in words(page(site, f"/events/{hidden}", 410))
    assert "Paper Ladders" not in words(page(site, "/seattle/2026-11-26"))
    assert "Paper Ladders" not in words(page(site, "/search?q=ladders"))


def test_every_former_address_of_a_show_leads_to_its_own(site: Served) -> None:
    path = show_path(site, "2026-11-20", "Mossback")
    digits = path.rpartition("-")[2]
    founder, joined = row_uuid("blue_moon", "main"), row_uuid("boxoffice", "main")
    assert {founder.hex[:12], joined.hex[:12]} > {digits}
    for former in (f"/events/{founder}", f"/events/{joined}", f"/events/1999-01-01-misspelt-{joined.hex[:12]}"):
        assert led_to(site, former) == (301, path)
    assert site.ask(path).status == 200


@pytest.mark.parametrize(
    ("asked", "path"), [("/venues/blue_moon", "/venues/blue-moon-tavern-"), ("/artists/mossback", "/artists/mossback-")]
)
def test_a_name_alone_leads_to_the_address_with_the_id(site: Served, asked: str, path: str) -> None:
    status, location = led_to(site, asked)
    assert (status, location.startswith(path)) == (302, True)
    assert site.ask(location).status == 200
    wrong = f"{location.rpartition('/')[0]}/another-name-{location.rpartition('-')[2]}?when=weekend"
    assert led_to(site, wrong) == (301, f"{location}?when=weekend")


def test_a_show_tells_each_value_with_its_source_its_rule_and_what_lost(site: Served) -> None:
    told = words(page(site, show_path(site, "2026-11-20", "Mossback")))
    assert "Show 20:00 Blue Moon Tavern , read Fri 20 Nov: venue's own page goes first." in told
    assert "Not taken: 20:30 (Box office, ticket seller)" in told
    assert "Price $14 Box office , read Fri 20 Nov: ticket seller goes first. Not taken: $12–15" in told
    assert "Made of 2 listings from 2 sources" in told
    assert "They come with a cake." in told


def test_what_is_unknown_is_said_to_be(site: Served) -> None:
    told = words(page(site, show_path(site, "2026-11-20", "Hollow Kayak")))
    for what in ("Doors – doors unknown", "Show – show unknown", "Price – price unknown", "Age – age unknown"):
        assert what in told


def test_a_cancelled_show_says_so_and_since_when_that_is_known(site: Served) -> None:
    path = show_path(site, "2026-11-23", "Nine Acre Radio")
    html = page(site, path)
    assert re.search(r"Cancelled known since \w{3} \d+ \w{3}", words(html))
    assert "<title>Cancelled: Nine Acre Radio at Blue Moon Tavern, Monday 23 November</title>" in html
    assert data_of(html)["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_moved_show_says_from_when(site: Served) -> None:
    html = page(site, show_path(site, "2026-12-02", "Oona Strand"))
    assert "Moved from Tuesday 24 November, 20:00" in words(html)
    data = data_of(html)
    assert data["startDate"] == "2026-12-02T21:00-08:00"
    assert data["previousStartDate"] == "2026-11-24T20:00-08:00"
    assert data["eventStatus"] == "https://schema.org/EventRescheduled"


def test_programs_read_a_show_in_the_words_of_schema_org(site: Served) -> None:
    path = show_path(site, "2026-11-20", "Mossback")
    data = data_of(page(site, path))
    assert data["@type"] == "MusicEvent"
    assert data["url"] == site.url + path
    assert (data["startDate"], data["doorTime"]) == ("2026-11-20T20:00-08:00", "2026-11-20T19:00-08:00")
    assert data["offers"] == {"@type": "Offer", "price": 14.0, "priceCurrency": "USD"}
    assert data["location"]["address"]["streetAddress"] == "712 NE 45th St"
    assert [act["name"] for act in data["performer"]] == ["Mossback", "Juniper Ash"]


def test_a_house_and_an_act_show_what_comes_next_and_lead_to_the_past(site: Served) -> None:
    venue = page(site, led_to(site, "/venues/blue_moon")[1])
    assert "Friday 20 November" in words(venue)
    assert "712 NE 45th St" in words(venue)
    artist = page(site, led_to(site, "/artists/juniper-ash")[1])
    assert "1 show" in words(artist)
    assert "Blue Moon Tavern" in words(artist)


def test_search_puts_the_act_above_its_shows(site: Served) -> None:
    told = words(page(site, "/search?q=juniper+ash"))
    assert told.index("Artists Juniper Ash") < told.index("Shows 1 show")
    nothing = page(site, "/search?q=zzyzx")
    assert "No show to come has these words" in words(nothing)
    past = next(link for link in links(nothing) if "zzyzx&from=" in link)
    assert "0 shows" not in words(page(site, past))


def test_the_sources_say_how_old_their_word_is(site: Served) -> None:
    told = words(page(site, "/sources"))
    assert re.search(r"The weekly paper listing \d+ hours ago", told), told
    assert "How this calendar works" in words(page(site, "/about"))


def test_the_week_is_a_list_and_a_grid(site: Served) -> None:
    html = page(site, "/seattle/week")
    grid = html[html.index("<table") : html.index("</table>")]
    assert [cell for cell in re.findall(r'<th scope="row">(.*?)</th>', grid) if "Pier Hall" in cell]
    assert "Nine Acre Radio" in grid
    assert "Nine Acre Radio" in html[html.index("</table>") :]


def test_a_crowded_night_is_whole(site: Served) -> None:
    html = page(site, f"/seattle/{CROWDED}")
    assert "300 shows" in words(html)
    assert html.count('<li class="show') == 300


def test_long_and_foreign_names_are_whole(site: Served) -> None:
    assert LONG_NAME in words(page(site, "/seattle/2026-11-27"))
    night = words(page(site, "/seattle/2026-11-28"))
    assert all(name in night for name in FOREIGN)
    assert all(f"Beacon {number}" in night for number in range(1, 41))


@pytest.mark.trust(18)
@pytest.mark.parametrize("kind", ["night", "show", "week", "map", "search", "venue", "artist"])
def test_what_others_write_is_text_and_nothing_else(site: Served, kind: str) -> None:
    night = "/seattle/2026-11-29"
    show = show_path(site, "2026-11-29", "Moth Parade")
    hostile = [link for link in links(page(site, show)) if "document-title" in link]
    paths = {
        "night": night,
        "show": show,
        "week": "/search?q=moth&from=2026-11-29&to=2026-11-29",
        "map": "/seattle/map?when=all&from=2026-11-29&to=2026-11-29",
        "search": f"/search?q={'%22%3E%3Cscript%3E'}evil",
        "venue": next(link for link in hostile if link.startswith("/venues/")),
        "artist": next(link for link in hostile if link.startswith("/artists/")),
    }
    html = page(site, paths[kind].replace("when=all&", ""))
    scripts = set(re.findall(r"<script\b[^>]*>", html))
    assert scripts <= {'<script type="application/ld+json">', OWN_SCRIPT}
    assert "<img" not in html
    assert "<b>" not in html
    assert SCRIPT not in html
    assert not [link for link in links(html) if not link.startswith(("/", "#", "http://", "https://"))]
    if kind == "show":
        assert SCRIPT in json.dumps(data_of(html), ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize("path", ["/", f"/seattle/{CROWDED}", "/seattle/week", "/seattle/map", "/search?q=moss"])
def test_the_first_screen_comes_in_few_bytes(site: Served, path: str) -> None:
    packed = {"accept": "text/html", "accept-encoding": "gzip"}
    html = page(site, path)
    first = re.findall(r'<link rel="(?:preload|stylesheet|icon)" href="([^"]+)"', html)
    assert len(first) == 3
    answers = [site.ask(path, headers=packed), *(site.ask(file, headers=packed) for file in first)]
    assert sum(len(answer.body) for answer in answers) <= FIRST_SCREEN
    assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!127\.0\.0\.1)[^"]*"[^>]*(?:rel="stylesheet"|as=)', html)
    assert set(re.findall(r"<script\b[^>]*>", html)) <= {OWN_SCRIPT}
    assert not re.search(r"<[^>]*\sstyle=", html), "an attribute; the text that a reader copies may have one"


def test_the_style_sheet_is_one_file_of_ten_kilobytes(site: Served) -> None:
    (sheet,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page(site, "/"))
    answer = site.ask(sheet)
    assert len(answer.body) <= 10_000
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    faces = re.findall(r'url\("([^"]+)"\)', answer.text)
    found = [site.ask(face) for face in faces]
    assert [face.headers["content-type"] for face in found] == ["font/woff2"] * 2
    assert sum(len(face.body) for face in found) <= 25_000
    assert not re.findall(r"https?:", answer.text)


def test_files_are_kept_for_good_under_names_of_their_content(site: Served) -> None:
    (icon,) = re.findall(r'<link rel="icon" href="([^"]+)"', page(site, "/"))
    answer = site.ask(icon)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "image/svg+xml"
    assert led_to(site, "/favicon.ico") == (301, icon)
    assert site.ask("/static/style.0000000000.css").status == 404
    assert site.ask("/static/../rendering.py").status == 404


def test_a_page_that_has_not_changed_is_not_sent_again(site: Served) -> None:
    first = site.ask("/seattle", headers=HTML)
    again = site.ask("/seattle", headers=HTML | {"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert "set-cookie" not in first.headers


def test_search_engines_find_every_page_once(site: Served) -> None:
    assert f"Sitemap: {site.url}/sitemap.xml" in site.ask("/robots.txt").text
    addresses = [
        (found.text or "").removeprefix(site.url)
        for name in sitemap(site.ask("/sitemap.xml"))
        for found in sitemap(site.ask((name.text or "").removeprefix(site.url)))
    ]
    assert len(addresses) == len(set(addresses)) > 600
    assert "/seattle/week" in addresses
    assert not [address for address in addresses if "paper-ladders" in address and address.startswith("/events")]
    for address in addresses[:: len(addresses) // 12]:
        assert f'<link rel="canonical" href="{site.url}{address}">' in page(site, address)
    month = site.ask("/sitemaps/seattle-2026-11.xml").text
    assert "<lastmod>2026-11-21T17:00:00Z</lastmod>" in month


def sitemap(answer: Answer) -> list[ElementTree.Element]:
    assert answer.headers["content-type"].startswith("application/xml")
    return ElementTree.fromstring(answer.body).findall(".//{http://www.sitemaps.org/schemas/sitemap/0.9}loc")


def test_without_its_database_a_page_says_when_to_come_back() -> None:
    nowhere = "postgresql+psycopg://nobody:nothing@127.0.0.1:1/nowhere"
    settings = ApiSettings(reads_per_minute=0, searches_per_minute=0)
    with serving(create_app(nowhere, settings, lambda: NOW)) as alone:
        for path in ("/", "/events/2026-11-20-tin-lantern-0123456789ab", "/sources"):
            assert "The catalog cannot be read just now." in words(page(alone, path, 503))
        assert alone.ask("/", headers=HTML).headers["retry-after"] == "5"
        sheet = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page(alone, "/", 503))
        assert alone.ask(sheet[0]).status == 200


def test_a_night_as_it_was_says_so(site: Served) -> None:
    was = page(site, "/seattle/2026-11-20?at=2026-11-01")
    assert "As the calendar stood at the end of Sun 1 Nov 2026." in words(was)
    assert '<a href="/seattle/2026-11-20">As it is now</a>' in was
    assert '<meta name="robots" content="noindex">' in was
    assert "data-live" not in was, "nothing changes what was"
    assert "Mossback" not in words(was)
    assert "As the calendar stood" not in page(site, "/seattle/2026-11-20")
