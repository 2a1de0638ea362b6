"""Every page with shows, and /v1/events, under each ending: the same events, cacheable, and with a way to the page."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import urlsplit

import feedparser
import icalendar
import orjson
import pytest

from sms_api.app import create_app
from sms_api.feeds.formats import FORMATS
from sms_api.settings import ApiSettings
from tests.api.served import NOW, Answer, Served, serving
from tests.catalog.conftest import FOUNDER, HIDDEN, MERGED

WEEK = "/seattle/week"


def ids_in(suffix: str, answer: Answer) -> list[str]:
    """The ids of the events of an answer, in order."""
    match suffix:
        case "ics":
            return [str(event["UID"]) for event in icalendar.Calendar.from_ical(answer.body).walk("VEVENT")]
        case "csv":
            return [row["id"] for row in csv.DictReader(io.StringIO(answer.text, newline=""))]
        case "ndjson":
            return [orjson.loads(line)["id"] for line in answer.body.splitlines()]
        case "geojson":
            return [feature["id"] for feature in answer.json["features"]]
        case "feed.json":
            return [item["id"] for item in answer.json["items"]]
    return [event["id"] for event in answer.json["events"]]


def page_paths(served: Served) -> list[str]:
    """The pages of a show, and of a room and an act in it."""
    (event,) = served.ask(f"/v1/events.json?id={FOUNDER}").json["events"]
    return [
        urlsplit(event["links"]["page"]).path,
        f"/venues/x-{event['venue']['id'].replace('-', '')[:12]}",
        f"/artists/x-{event['artists'][0]['id'].replace('-', '')[:12]}",
    ]


@pytest.mark.parametrize("suffix", [suffix for suffix, form in FORMATS.items() if not form.tells_news])
def test_each_form_has_the_events_that_are_asked_for(served: Served, suffix: str) -> None:
    for path, tail in [
        (WEEK, ""),
        ("/seattle", ""),
        ("/seattle/2026-11-24", "?venue=neumos"),
        ("/v1/events", "?city=seattle&kind=all&status=cancelled"),
        ("/search", "?q=mossback"),
        *((path, "") for path in page_paths(served)),
    ]:
        answer = served.ask(f"{path}.{suffix}{tail}")
        assert (answer.status, answer.headers["content-type"]) == (200, FORMATS[suffix].media_type), path
        expected = ids_in("json", served.ask(f"{path}.json{tail}"))
        assert ids_in(suffix, answer) == expected, path
        assert expected, path
        canonical = re.search('<([^>]*)>; rel="canonical"', answer.headers["link"])
        assert canonical is not None
        assert served.ask(canonical[1].removeprefix(served.url)).status == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        again = served.ask(f"{path}.{suffix}{tail}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status, again.body) == (304, b"")


def test_a_show_is_said_the_same_to_a_program_as_on_its_page(served: Served) -> None:
    (path, _, _) = page_paths(served)
    (event,) = served.ask(f"{path}.json").json["events"]
    assert (event["id"], event["title"], event["start_time"]) == (str(FOUNDER), "An Evening of Cake", "20:00")
    assert "An Evening of Cake" in served.ask(path).text
    calendar = icalendar.Calendar.from_ical(served.ask(f"{path}.ics").body)
    assert [str(each["SUMMARY"]) for each in calendar.walk("VEVENT")] == ["An Evening of Cake"]


def test_news_of_a_page(served: Served) -> None:
    for path in (WEEK, "/seattle", "/v1/events", *page_paths(served)):
        answer = served.ask(f"{path}.atom")
        assert (answer.status, answer.headers["content-type"]) == (200, "application/atom+xml")
        read = feedparser.parse(answer.body)
        assert read.bozo is False
        assert read.entries[0].title.startswith("An Evening of Cake: now called"), path
        assert served.ask(urlsplit(read.entries[0].link).path).status == 200


def test_what_is_cancelled_is_shown_as_such_or_left_out(served: Served) -> None:
    shown = icalendar.Calendar.from_ical(served.ask(f"{WEEK}.ics").body).walk("VEVENT")
    cancelled = {str(event["UID"]) for event in shown if event["STATUS"] == "CANCELLED"}
    assert len(cancelled) == 1
    for suffix in ("ics", "json"):
        left = set(ids_in(suffix, served.ask(f"{WEEK}.{suffix}?cancelled=hide")))
        assert left == {str(event["UID"]) for event in shown} - cancelled
    assert ids_in("json", served.ask(f"{WEEK}.json?cancelled=hide&status=cancelled")) == []


def test_more_than_one_document_holds_has_a_next_one(catalog_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sms_api.feeds.reading.MOST_EVENTS", 3)
    settings = ApiSettings(reads_per_minute=0, searches_per_minute=0)
    with serving(create_app(catalog_url, settings, lambda: NOW)) as few:
        whole = few.ask("/v1/events?limit=200").json["events"]
        found: list[str] = []
        address: str | None = "/v1/events.json"
        while address:
            answer = few.ask(address)
            found += ids_in("json", answer)
            following = answer.json["links"]["next"]
            assert (following is not None) == ('rel="next"' in answer.headers["link"])
            address = following and following.removeprefix(few.url)
        assert found == [event["id"] for event in whole]
        calendar = icalendar.Calendar.from_ical(few.ask("/v1/events.ics").body)
        assert calendar["DESCRIPTION"].startswith("The first 3 events. The next ones: http")
        assert ids_in("feed.json", few.ask(few.ask("/v1/events.feed.json").json["next_url"].removeprefix(few.url)))


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        (f"{WEEK}.ics?hod=Ballard", 422, "hod: is no parameter (perhaps hood)"),
        (f"{WEEK}.ics?city=portland", 422, "city: is in the path"),
        (f"{WEEK}.ics?cancelled=no", 422, "cancelled: 'no' is neither show nor hide"),
        (f"{WEEK}.ics?cursor=x", 422, "cursor"),
        (f"{WEEK}.json?at=yesterday", 422, "at: "),
        ("/atlantis/week.ics", 404, "There is no calendar at /atlantis"),
        ("/seattle/week/x.ics", 404, "There is nothing at this address"),
        ("/v1/events.ics?city=atlantis", 404, "There is no calendar at /atlantis"),
        (f"/events/x-{HIDDEN.hex[:12]}.ics", 410, "no longer in the calendar"),
        ("/venues/x-000000000000.ics", 404, "There is no venue"),
        ("/seattle/week.exe", 404, ""),
    ],
)
def test_what_cannot_be_told_is_said_in_a_line(served: Served, address: str, status: int, words: str) -> None:
    answer = served.ask(address)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json["detail"]


def test_a_merged_show_is_found_by_its_former_id(served: Served) -> None:
    assert ids_in("ics", served.ask(f"/events/x-{MERGED.hex[:12]}.ics")) == [str(FOUNDER)]


def test_programs_are_told_where_all_this_is(served: Served) -> None:
    answer = served.ask("/llms.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("# Live music calendar\n")
    links = re.findall(r"\]\((http[^)]*)\)", answer.text)
    assert {served.ask(link.removeprefix(served.url)).status for link in links} == {200}
