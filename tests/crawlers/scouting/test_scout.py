"""`scrapy scout`: what it finds on a page, and the source that it writes."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import orjson
import pytest

from sms_crawlers.scouting.project_files import CannotWrite, ProjectFiles
from tests.crawlers.local_server import Answer, LocalServer
from tests.crawlers.saved_answers import RECORDINGS
from tests.crawlers.scrapy_command import ScrapyCommand, write_recording
from tests.program import Program
from tests.project_copy import copy_project, environment_of, run_in

URL = "https://room.test/calendar"
DAY = "2026-11-20"

EVENT = """{"@type": "MusicEvent", "name": "%s", "startDate": "%s", "url": "%s", "offers": {"price": "12",
"priceCurrency": "USD"}, "location": {"@type": "MusicVenue", "name": "The Room", "address": {"@type": "PostalAddress",
"streetAddress": "1 Test St", "addressLocality": "Seattle", "addressRegion": "WA", "postalCode": "98101",
"addressCountry": "US"}, "geo": {"latitude": 47.61, "longitude": -122.33}}}"""
JSON_LD = "<title>Calendar</title><script type='application/ld+json'>[{}]</script>".format(
    ",".join(
        (
            EVENT % ("Cedar Line", "2026-11-21T20:00:00-08:00", "/a"),
            EVENT % ("Paper Tugboat", "2026-11-28", "/b"),
        )
    )
)
WEBFLOW = "<div class='w-dyn-list'><div class='w-dyn-items'>{}</div></div>".format(
    "".join(
        f"<div class='w-dyn-item'><div>{day}</div><h3>{title}</h3><a href='/show/{number}'>More</a></div>"
        for number, (day, title) in enumerate(
            [("Friday November 27 8:00 PM", "Cedar Line"), ("Saturday November 28 9:00 PM", "Paper Tugboat")]
        )
    )
)
ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1@room.test
SUMMARY:Cedar Line
DTSTART:20261122T040000Z
END:VEVENT
END:VCALENDAR
"""
ROWS = "<title>Live music | The Room</title><ul id='nights'>{}</ul>".format(
    "".join(
        f"<li class='night n-{number}'><b class='when'>{when}</b> <h3><a href='/night/{number}'>{title}</a></h3>"
        f"<span class='cost'>{cost}</span></li>"
        for number, (when, title, cost) in enumerate(
            [
                ("Fri Nov 20, 8pm", "Cedar Line", "$10"),
                ("Sat Nov 21, 9pm", "Paper Tugboat, The Small Hours", "$12"),
                ("Fri Nov 27", "Foghorn Leaguers", "free"),
                ("Sat Dec 5, 8pm", "Lady Ballast", "$10"),
            ]
        )
    )
)


def site(directory: Path, **pages: str) -> str:
    """A recording of a site's pages by their paths ("_" is the front page)."""
    entries = [
        {
            "url": f"https://room.test/{path.strip('_')}",
            "content": content,
            "content_type": "text/calendar" if content.startswith("BEGIN") else "text/html",
            "recorded_at": DAY,
        }
        for path, content in pages.items()
    ]
    return str(write_recording(directory, "room", *entries))


def lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What was told, with white space folded."""
    return [" ".join(line.split()) for line in (done.stdout + done.stderr).splitlines()]


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (
            JSON_LD,
            [
                "schema.org events 2 schema.org events as JSON-LD in the page 2 0 0",
                "Sat 2026-11-21 20:00 Cedar Line The Room $12 instant and zone",
                "Sat 2026-11-28 Paper Tugboat The Room $12 stated in full",
                "2 events; days: 1 instant and zone, 1 stated in full; hours are told in America/Los_Angeles",
                "the room: The Room",
                "told by the events: name The Room, address 1 Test St, town Seattle, region WA, postal_code 98101, "
                "country US, latitude 47.61, longitude -122.33",
            ],
        ),
        (
            WEBFLOW,
            [
                "Webflow list 2 cards of a Webflow list (.w-dyn-item) with days in them, linked to /show/ 2 0 0",
                "Fri 2026-11-27 20:00 Cedar Line proven by weekday",
                "not on the page: address, postal_code, latitude, longitude",
            ],
        ),
        (
            "<title>The Room</title><a href='webcal://room.test/all.ics'>Subscribe</a>",
            [
                "iCalendar the page shows or offers the calendar https://room.test/all.ics 1 0 0",
                "Sat 2026-11-21 20:00 Cedar Line instant and zone",
            ],
        ),
        (
            ROWS,
            [
                "no platform of ours is recognised, and there is no JSON-LD, microdata, iCalendar or RSS of events",
                "row li.night 4 rows, 4 different days",
                "date b.when Fri Nov 20, 8pm · Sat Nov 21, 9pm · Fri Nov 27",
                "title h3 Cedar Line · Paper Tugboat, The Small Hours · Foghorn Leaguers",
                "price span.cost $10 · $12 · free",
                "Fri 2026-11-20 20:00 Cedar Line $10 proven by weekday",
                "Fri 2026-11-27 Foghorn Leaguers free proven by weekday",
            ],
        ),
    ],
    ids=["JSON-LD", "Webflow", "iCalendar", "rows"],
)
def test_what_a_page_holds_is_told(scrapy: ScrapyCommand, tmp_path: Path, page: str, told: list[str]) -> None:
    replay = site(tmp_path / "site", calendar=page, **{"all.ics": ICS})
    done = scrapy.run("scout", URL, REPLAY=replay)
    assert done.returncode == 0, done.stderr
    assert [line for line in told if line not in lines(done)] == [], done.stdout
    assert "in the catalog already: not looked up, for STORE is 0" in lines(done)


def test_a_front_page_leads_to_the_calendar(scrapy: ScrapyCommand, tmp_path: Path) -> None:
    links = "".join(f"<a href='/{path}'>{path}</a>" for path in ("about", "past-shows", "shows", "private-events"))
    done = scrapy.run("scout", "room.test", REPLAY=site(tmp_path / "site", _=links, shows=ROWS))
    assert lines(done)[:2] == ["looked at https://room.test", "looked at https://room.test/shows"]
    assert "rows that look alike, at https://room.test/shows:" in lines(done)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ({"content": "<title>The Room</title><p>A room with a view.</p>"}, "no event can be read here."),
        ({"content": "no", "status": 403}, "could not look: HTTP 403: refused, from https://room.test/calendar"),
        ({"content": "<title>Just a moment...</title>"}, "could not look: Cloudflare challenge"),
    ],
    ids=["nothing", "refused", "challenge"],
)
def test_a_page_without_events_is_told(
    scrapy: ScrapyCommand, tmp_path: Path, page: dict[str, object], told: str
) -> None:
    entry = {"url": URL, "content_type": "text/html", "recorded_at": DAY} | page
    done = scrapy.run("scout", URL, REPLAY=str(write_recording(tmp_path / "site", "room", entry)))
    assert done.returncode == 1
    assert any(line.startswith(told) for line in lines(done)), done.stdout
    assert "Traceback" not in done.stderr


def test_a_site_is_asked_as_by_any_crawl_and_for_each_page_once(scrapy: ScrapyCommand, server: LocalServer) -> None:
    server.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /closed")
    for path in ("/calendar", "/closed"):
        server.routes[path] = Answer(JSON_LD.encode(), headers={"Content-Type": "text/html"})
    done = scrapy.run("scout", f"{server.url}/calendar", NOW=f"{DAY}T20:00:00+00:00")
    assert done.returncode == 0
    assert server.paths() == ["/calendar"]
    agent = f"live-music-calendar/{version('live-music-calendar')} (crawl@example.test)"
    assert {asked.headers["user-agent"] for asked in server.asked} == {agent}
    done = scrapy.run("scout", f"{server.url}/closed")
    assert done.returncode == 1
    assert any(line.startswith("could not look: Forbidden by robots.txt") for line in lines(done))
    assert server.paths() == ["/calendar"]


def test_what_the_catalog_knows_from_other_sources_is_told(
    storing_scrapy: ScrapyCommand, tmp_path: Path, database_url: str
) -> None:
    project = {"SPIDER_MODULES": "sms_crawlers.spiders"}
    crawled = storing_scrapy.run("crawl", "skylark", REPLAY=str(RECORDINGS / "skylark"), **project)
    assert crawled.returncode == 0, crawled.stderr
    built = Program("carpenter", ["run", "--quiet"], storing_scrapy.environment)
    assert built.communicate() == ("", "")
    there = EVENT % ("The Small Hours with Velvet Ferry", "2026-11-20T20:00:00-08:00", "/a")
    elsewhere = EVENT % ("Velvet Ferry", "2026-11-29T20:00:00-08:00", "/b")
    page = f"<script type='application/ld+json'>[{there}, {elsewhere}]</script>"
    done = storing_scrapy.run("scout", URL, REPLAY=site(tmp_path / "site", calendar=page))
    assert "in the catalog already, from other sources: 1 of 2" in lines(done)
    (row,) = [line for line in lines(done) if line.startswith("Fri 2026-11-20")]
    assert row.endswith("(skylark)")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project."""
    directory = tmp_path / "checkout"
    directory.mkdir()
    return copy_project(directory)


def files_of(directory: Path) -> dict[str, bytes]:
    """The files of a project that a source is made of."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for tree in ("sms_crawlers", "sms_database", "tests/recordings")
        for path in (directory / tree).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def write(checkout: Path, replay: str, name: str, *more: str) -> subprocess.CompletedProcess[str]:
    return run_in(checkout, "scrapy", "scout", URL, "--write", name, "-s", f"REPLAY={replay}", "-s", "STORE=0", *more)


def test_a_written_source_passes_what_every_source_must(checkout: Path, tmp_path: Path) -> None:
    before = files_of(checkout)
    done = write(checkout, site(tmp_path / "one", calendar=JSON_LD), "the_room")
    assert done.returncode == 0, done.stdout + done.stderr
    done = write(checkout, site(tmp_path / "two", calendar=ROWS), "rows_room", "--title", 'Rows\' "Room"')
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        "fill in address, postal_code, latitude, longitude in [rows_room] of sms_database/venues.toml: until then "
        "`pytest tests/database/test_venues.py` names them"
    ) in lines(done)
    changed = {path for path, content in files_of(checkout).items() if before.get(path) != content}
    assert {path for path in changed if "recordings" not in path} == {
        "sms_database/venues.toml",
        "sms_crawlers/spiders/venues/the_room.py",
        "sms_crawlers/spiders/venues/rows_room.py",
    }
    spiders = ["sms_crawlers/spiders/venues/the_room.py", "sms_crawlers/spiders/venues/rows_room.py"]
    for command in (
        ("ruff", "check", *spiders),
        ("ruff", "format", "--check", *spiders),
        (
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-k",
            "the_room or rows_room",
            "tests/crawlers/spiders/test_contract.py",
        ),
        (
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-k",
            "the_room or rows_room",
            "tests/crawlers/recordings/test_recordings.py",
        ),
    ):
        checked = run_in(checkout, *command)
        assert checked.returncode == 0, checked.stdout + checked.stderr
    items = orjson.loads((checkout / "tests/recordings/the_room/items.json").read_bytes())["items"]
    assert [(item["title"], item["venue_address"], item["latitude"]) for item in items] == [
        ("Cedar Line", "1 Test St", 47.61),
        ("Paper Tugboat", "1 Test St", 47.61),
    ]
    blanks = run_in(checkout, "pytest", "-q", "-p", "no:cacheprovider", "tests/database/test_venues.py")
    assert blanks.returncode == 1
    assert "{'rows_room': ['address', 'postal_code', 'latitude', 'longitude']}" in blanks.stdout.replace("\n", "")


def test_a_described_room_keeps_its_entry(checkout: Path, tmp_path: Path) -> None:
    venues = (checkout / "sms_database/venues.toml").read_bytes()
    done = write(checkout, site(tmp_path / "site", calendar=ROWS), "vermillion")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (checkout / "sms_database/venues.toml").read_bytes() == venues
    items = orjson.loads((checkout / "tests/recordings/vermillion/items.json").read_bytes())["items"]
    assert {item["venue_name"] for item in items} == {"Vermillion"}


@pytest.mark.parametrize(
    ("name", "more", "told"),
    [
        ("skylark", (), "there is a spider skylark already; `scrapy crawl skylark` runs it"),
        ("the_room", ("--title", "Neumos"), "nothing was written: venues.toml [the_room] name or alias 'neumos'"),
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_is(
    checkout: Path, tmp_path: Path, name: str, more: tuple[str, ...], told: str
) -> None:
    before = files_of(checkout)
    done = write(checkout, site(tmp_path / "site", calendar=ROWS), name, *more)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(told)
    assert files_of(checkout) == before


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("The Room", "'The Room' is no name of a source: lower case letters, digits and _, as in blue_moon"),
        ("../room", "is no name of a source"),
        ("class", "'class' is no name of a source"),
        ("blue_moon_widget", "tests/recordings/blue_moon_widget is there already: choose another name, or remove it"),
    ],
)
def test_a_name_that_cannot_be_taken_is_told(name: str, told: str) -> None:
    with pytest.raises(CannotWrite, match=re.escape(told)):
        ProjectFiles.of_new_source(name, [])


def test_a_source_is_written_inside_of_a_checkout_only(tmp_path: Path) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = sms_crawlers.settings\n")
    environment = environment_of(tmp_path)
    done = subprocess.run(
        ["scrapy", "scout", URL, "--write", "the_room"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr == "--write writes into a checkout of the project: run scout inside of it\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name one page"),
        (("ftp://room.test/",), "ftp://room.test/ is no address of a page"),
        ((URL, "--city", "atlantis"), "--city atlantis: cities.toml has seattle"),
    ],
)
def test_a_wrong_command_line_is_told(scrapy: ScrapyCommand, arguments: tuple[str, ...], told: str) -> None:
    done = scrapy.run("scout", *arguments)
    assert done.returncode == 2
    assert told in done.stdout + done.stderr
