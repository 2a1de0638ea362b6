"""Bodies that arrive cut: what there is of them is read, and the run says that it is not all."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from scrapy.http import Request, TextResponse
from sqlalchemy import Engine

from sms_crawlers.middlewares.conditional import KeptAnswers
from sms_crawlers.network.whole_bodies import missing_end
from sms_crawlers.recordings.recording import META, read_recording, recorded_instant
from sms_crawlers.runs import run_stats
from sms_crawlers.runs.listing import CUT, CUT_COUNT
from tests.crawlers.crawling import Crawls
from tests.crawlers.local_server import Answer, Asked, LocalServer
from tests.crawlers.packing import PACKINGS
from tests.crawlers.replaying import make_spider, replay_with
from tests.crawlers.saved_answers import RECORDINGS
from tests.crawlers.stored import last_run, unlisted

HTML = {"Content-Type": "text/html; charset=utf-8"}
ROWS = "".join(f'<li id="{number}">Act {number}</li>\n' for number in range(28))
SCRIPT = '<script>document.write("<html></body></html>"); var more = "</html>";</script>'
PAGE = f"<!DOCTYPE html>\n<html><head>{SCRIPT}</head><body><ul>{ROWS}</ul></body></html>\n".encode()


def packed(packing: str, body: bytes, share: float = 1, **headers: str) -> Answer:
    """A share of a packed page, its length told as that of the whole."""
    encoding, pack = PACKINGS[packing]
    content = pack(body)
    stated = HTML | ({"Content-Encoding": encoding} if encoding else {}) | headers
    return Answer(content[: max(1, int(len(content) * share))] if share < 1 else content, headers=stated)


SHARES = (0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97)


def pages(server: LocalServer, answers: list[Answer]) -> None:
    """A page with links to further ones."""
    links = "".join(f'<a href="/{number}">more</a>' for number in range(len(answers)))
    server.routes["/"] = Answer(f"<html><body>{links}</body></html>".encode(), headers=HTML)
    for number, answer in enumerate(answers):
        server.routes[f"/{number}"] = answer


@pytest.mark.trust(3)
@pytest.mark.parametrize("packing", PACKINGS)
def test_every_cut_of_every_packing_is_said(crawl: Crawls, server: LocalServer, packing: str) -> None:
    pages(server, [packed(packing, PAGE, share) for share in SHARES])
    stats = crawl("paged_hall", base=server.url, RETRY_TIMES=0).stats
    failures = stats.get(run_stats.FAILURES, [])
    assert stats.get(CUT_COUNT, 0) + len(failures) == len(SHARES), failures
    assert {cause for cause, _ in failures} <= {"incomplete"}
    told = [line for _, line in failures] + [stats[CUT] for _ in range(CUT in stats)]
    assert all(re.search(r"http\S+ is cut short: it|its .+ stream ends early, from http", line) for line in told), told


@pytest.mark.parametrize("packing", PACKINGS)
def test_whole_bodies_are_read_to_their_last_row(crawl: Crawls, server: LocalServer, packing: str) -> None:
    pages(server, [packed(packing, PAGE)])
    crawled = crawl("paged_hall", base=server.url)
    assert len(crawled.items) == 28
    assert CUT not in crawled.stats


@pytest.mark.trust(3)
def test_what_there_is_of_a_cut_body_is_read(crawl: Crawls, server: LocalServer) -> None:
    pages(server, [packed("plain", PAGE, 0.6)])
    crawled = crawl("paged_hall", base=f"{server.url}")
    assert 10 < len(crawled.items) < 28
    assert crawled.stats[CUT] == f"{server.url}/0 is cut short: it has no </html> at its end"
    assert f"paged_hall: {crawled.stats[CUT]}" in crawled.log


@pytest.mark.trust(3)
@pytest.mark.parametrize("packing", ["plain", "gzip", "brotli"])
def test_a_cut_page_takes_no_show_off_the_calendar(
    storing_crawl: Crawls, server: LocalServer, engine: Engine, packing: str
) -> None:
    chance = Random(3)  # what packs well is one block, of which a cut leaves nothing
    rows = "".join(f'<li id="{number}">{chance.randbytes(40).hex()}</li>\n' for number in range(1000))
    page = f"<html><body><ul>{rows}</ul></body></html>".encode()
    server.routes["/"] = packed(packing, page)
    assert storing_crawl("paged_hall", base=server.url).result.verdict == "ok"
    server.routes["/"] = packed(packing, page, 0.6)
    crawled = storing_crawl("paged_hall", base=server.url, RETRY_TIMES=0)
    assert 100 < len(crawled.items) < 900
    assert unlisted(engine) == []
    assert last_run(engine).stats[CUT] == crawled.stats[CUT]


@pytest.mark.trust(3)
def test_a_cut_stream_is_asked_for_again(crawl: Crawls, server: LocalServer) -> None:
    left = [packed("gzip", PAGE, 0.5), packed("gzip", PAGE)]
    pages(server, [])
    server.routes["/"] = lambda _: left.pop(0)
    crawled = crawl("paged_hall", base=server.url)
    assert len(crawled.items) == 28
    assert CUT not in crawled.stats


@pytest.mark.parametrize(
    "headers",
    [{"Content-Length": "5000"}, {"Transfer-Encoding": "chunked", "Content-Length": ""}],
    ids=["length", "chunks"],
)
@pytest.mark.trust(3)
def test_fewer_bytes_than_announced_fail_the_run(crawl: Crawls, server: LocalServer, headers: dict[str, str]) -> None:
    body = b'{"shows": [{"id": "a", "title": "A"}]}'
    body = b"%x\r\n%s\r\n" % (len(body), body) if "Transfer-Encoding" in headers else body
    stated = {name: value for name, value in headers.items() if value} | {"Connection": "close"}
    server.routes["/shows.json"] = Answer(body, headers=HTML | stated)
    crawled = crawl(base=server.url, RETRY_TIMES=0)
    assert crawled.result.verdict == "failed"
    assert "ResponseDataLossError" in crawled.result.message
    assert crawled.items == []


def test_a_cut_robots_txt_is_not_judged(crawl: Crawls, server: LocalServer) -> None:
    pages(server, [])
    server.routes["/"] = packed("plain", PAGE)
    server.routes["/robots.txt"] = packed("gzip", b"User-agent: *\nDisallow: /closed\n" * 20, 0.9)
    crawled = crawl("paged_hall", base=server.url)
    assert len(crawled.items) == 28
    assert CUT not in crawled.stats


def test_a_site_that_never_closes_its_pages_is_known_for_it(crawl: Crawls, server: LocalServer) -> None:
    server.routes["/"] = Answer(PAGE[: PAGE.index(b"</ul>")], headers=HTML)
    crawled = crawl("hand_typed_hall", base=server.url)
    assert len(crawled.items) == 28
    assert CUT not in crawled.stats


@pytest.mark.trust(13)
@pytest.mark.parametrize("packing", ["plain", "gzip"])
def test_a_cut_answer_is_not_kept(crawl: Crawls, server: LocalServer, packing: str) -> None:
    server.routes["/"] = packed(packing, PAGE, 0.6, ETag='"v1"')
    first = crawl("paged_hall", base=server.url, RETRY_TIMES=0)
    assert CUT in first.stats
    server.routes["/"] = packed(packing, PAGE, ETag='"v1"')
    second, third = crawl("paged_hall", base=server.url), crawl("paged_hall", base=server.url)
    asked = [asked.headers.get("if-none-match") for asked in server.asked if asked.path == "/"]
    assert asked == [None, None, '"v1"']
    assert [len(crawled.items) for crawled in (second, third)] == [28, 28]


@pytest.mark.trust(13)
def test_a_kept_answer_that_is_cut_is_said_and_forgotten(
    crawl: Crawls, server: LocalServer, sms_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def route(asked: Asked) -> Answer:
        return Answer(b"", 304) if "if-none-match" in asked.headers else packed("plain", PAGE, ETag='"v1"')

    server.routes["/"] = route
    crawl("paged_hall", base=server.url)
    (kept,) = (file for file in (sms_home / "cache").rglob("*") if file.is_file())
    head, _, body = kept.read_bytes().partition(b"\n")
    cut = body[: len(body) // 2]
    kept.write_bytes(orjson.dumps(orjson.loads(head) | {"size": len(cut)}) + b"\n" + cut)
    assert CUT in crawl("paged_hall", base=server.url).stats
    assert not kept.exists()
    crawled = crawl("paged_hall", base=server.url)
    assert (len(crawled.items), CUT in crawled.stats) == (28, False)


def test_a_kept_file_that_is_no_answer_is_none(tmp_path: Path, crawl: Crawls, server: LocalServer) -> None:
    server.routes["/"] = packed("gzip", PAGE, ETag='"v1"')
    crawl("paged_hall", base=server.url)
    (kept,) = (file for file in (tmp_path / "home" / "cache").rglob("*") if file.is_file())
    for content in (b"[]", b"null\n", b'{"url": 1}', b"\xff", b""):
        kept.write_bytes(content)
        assert len(crawl("paged_hall", base=server.url).items) == 28
    assert KeptAnswers(tmp_path).tidy_up() is None


FEED = (
    b"<?xml version='1.0'?>\n<!-- a feed --><rss version='2.0'><channel><item><title>A &lt;/rss&gt;</title>"
    b"<c:encoded><![CDATA[</rss><script>]]></c:encoded></item></channel></rss>"
)
ATOM = b"\xef\xbb\xbf<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A</title></entry></feed>\n"
CALENDAR = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:END:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
STREAM = b"<turbo-stream action='append'><template><li>A</li></template></turbo-stream>"


@pytest.mark.trust(3)
@pytest.mark.parametrize(
    ("body", "end"),
    [(PAGE, b"</body>"), (FEED, b"</rss>"), (ATOM, b"</feed>"), (CALENDAR, b"END:VCALENDAR"), (STREAM, b"-stream>")],
    ids=["HTML", "RSS", "Atom", "calendar", "turbo-stream"],
)
def test_a_body_is_whole_from_its_end_on_and_cut_before(body: bytes, end: bytes) -> None:
    assert missing_end(body) is None
    begins = re.search(rb"<html>|<rss |<feed |BEGIN:VCALENDAR|<turbo-stream ", body)
    assert begins is not None
    last = body.rindex(end) + len(end)
    assert [cut for cut in range(begins.end(), last) if missing_end(body[:cut]) is None] == []
    assert missing_end(body[:last]) is None


@pytest.mark.parametrize(
    "body",
    [
        PAGE.decode().encode("utf-16"),
        PAGE.replace(b"</html>", b""),
        PAGE.replace(b"</body>", b""),
        PAGE.upper(),
        PAGE + b"\n<!-- Page cached in 0.2 s -->\n<script>count('</html>')</script><img src='/count.gif'>\0\0",
        PAGE + b"<noscript><img src='/count.gif'></noscript></div>",
        b"<html><!-- a comment that nobody closes <body><p>Open</p></body></html>",
        b"<html><body><p>a <!-- b --> c</body></html >",
        b"<?xml version='1.0'?><!DOCTYPE html [<!ENTITY x 'y'>]><html xmlns='x'><body/></html>",
        b"<?xml version='1.0'?><rss/>",
        b"<div><p>A fragment",
        b"<!doctype html><title>No element that must be closed</title><p>Text",
        b'{"html": "<html>", ',
        b"<html",
        b"",
        b"\0\0",
        CALENDAR + CALENDAR + b"\r\n<!-- cached -->",
    ],
)
def test_what_is_whole_or_tells_no_end_is_not_called_cut(body: bytes) -> None:
    assert missing_end(body) is None


@pytest.mark.trust(3)
@pytest.mark.parametrize(
    "body",
    [
        b"<html><body></body></html><div>and text behind its end",
        b"<html><body><script>var page = '</body></html>",
        b"<html><body><!-- </body></html> -->",
        b"<html><style>/* </html> */",
        b"<html></html><script>cut",
        b"<html></html><!-- cut",
        CALENDAR + CALENDAR[:60],
        b"<?xml version='1.0'?><a><b></b>",
        b"<?xml version='1.0'?><!-- </a> --><a><b><!-- </a>",
    ],
)
def test_an_end_in_a_script_a_comment_or_before_more_text_is_none(body: bytes) -> None:
    assert missing_end(body) is not None


def recorded_bodies(root: Path) -> Iterator[tuple[str, bytes]]:
    for meta in sorted(root.rglob(META)):
        for page in read_recording(meta.parent).pages:
            yield str(page.file.relative_to(root)), page.file.read_bytes()


def test_no_recorded_body_is_called_cut() -> None:
    bodies = dict(recorded_bodies(RECORDINGS))
    assert len(bodies) > 100
    assert {name: lacks for name, body in bodies.items() if (lacks := missing_end(body))} == {}


def test_no_real_body_is_called_cut(shared_recordings: Path) -> None:
    bodies = dict(recorded_bodies(shared_recordings))
    assert len(bodies) > 50
    assert {name: lacks for name, body in bodies.items() if (lacks := missing_end(body))} == {}


COUNTED: dict[str, Callable[[Any], Any]] = {
    "conor_byrne": lambda answer: answer["data"]["paginatedEvents"]["collection"],
    "slims_last_chance": lambda answer: answer["data"]["paginatedEvents"]["collection"],
    "substation": lambda answer: answer["events"],
    "club_sur": lambda answer: answer["events"],
    "resident_advisor": lambda answer: answer["data"]["eventListings"]["data"],
    "songkick": lambda answer: answer["resultsPage"]["results"]["event"],
    "jambase": lambda answer: answer["events"],
    "ticketmaster": lambda answer: answer["_embedded"]["events"],
    "axs": lambda answer: answer["events"],
}
"""Recordings whose answers tell how many records there are in all, and where the records stand."""


def lines_of_cuts(directory: Path) -> tuple[str | None, int]:
    """The first line that a replay says of something cut, and how many records it met."""
    recording = read_recording(directory)
    spider = make_spider(recording.source)
    spider.now = recorded_instant([recording], None, spider.timezone) or spider.now
    outcomes, _ = replay_with(spider, recording)
    return spider.crawler.stats.get_value(CUT), len(outcomes)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in RECORDINGS.glob(f"*/{META}")))
def test_no_recording_is_called_cut(name: str) -> None:
    assert lines_of_cuts(RECORDINGS / name)[0] is None


@pytest.mark.trust(3)
@pytest.mark.parametrize("name", COUNTED)
def test_fewer_records_than_the_listing_tells_are_not_all(tmp_path: Path, name: str) -> None:
    source = read_recording(RECORDINGS / name)
    whole = max(source.pages, key=lambda page: (page.file.suffix == ".json", page.file.stat().st_size)).file
    for file in (RECORDINGS / name).iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    answer = orjson.loads(whole.read_bytes())
    fewer = copy.deepcopy(answer)
    COUNTED[name](fewer).pop()
    (tmp_path / whole.name).write_bytes(orjson.dumps(fewer))
    line, _ = lines_of_cuts(tmp_path)
    assert line is not None
    assert line.startswith("https://")
    assert " records, " in line
    assert line.endswith(" were read")


@pytest.mark.parametrize(
    ("folder", "file", "spider"),
    [
        ("substation", "sample-data.json", "substation"),
        ("songkick", "artist-calendar-fletcher.json", "songkick"),
        ("songkick", "artist-calendar-abir.json", "songkick"),
        ("venuepilot", "paginated-events-ivy-room.json", "venuepilot"),
        ("venuepilot", "synthetic-paginated-events-all-fields.json", "venuepilot"),
        ("conor_byrne", "synthetic-paginatedEvents.json", "conor_byrne"),
        ("axs", "synthetic-event-category.json", "axs"),
    ],
)
def test_real_counts_are_those_of_what_is_read(shared_recordings: Path, folder: str, file: str, spider: str) -> None:
    pages = orjson.loads((shared_recordings / folder / META).read_bytes())["files"]
    page = next(page for page in pages if page["file"] == file)
    reader = make_spider(spider)
    body = (shared_recordings / folder / file).read_bytes()
    response = TextResponse(page["url"], body=body, encoding="utf-8", request=Request("https://x.test"))
    assert list(reader.callback_for(page["url"])(response))
    assert reader.crawler.stats.get_value(CUT) is None
