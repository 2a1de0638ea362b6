"""robots.txt by RFC 9309: what it forbids, what of it is a yes, and what is a no."""

from __future__ import annotations

import pytest

from sms_crawlers.runs import run_stats
from tests.crawlers.crawling import Crawls
from tests.crawlers.local_server import Answer, LocalServer
from tests.crawlers.scrapy_command import shows

pytestmark = pytest.mark.trust(9)

FORBIDDEN = b"User-agent: *\nDisallow: /shows.json\n"


def redirect(to: str) -> Answer:
    return Answer(b"", 302, {"Location": to})


@pytest.mark.parametrize(
    "rules",
    [
        FORBIDDEN,
        b"\xef\xbb\xbf" + FORBIDDEN,
        FORBIDDEN.replace(b"\n", b"\r"),
        b"\0" + FORBIDDEN,
        FORBIDDEN.decode().encode("utf-16"),
        FORBIDDEN.decode().encode("utf-16-be"),
        b"User-agent: LIVE-music-calendar\nDisallow: /shows\n\nUser-agent: *\nAllow: /\n",
        b"User-agent: *\nAllow: /\nDisallow: /shows.json$\n",
        b"User-agent: *\nDisallow: /sh*s.json\nAllow: /sh\n",
        b"User-agent: *\nDisallow: /%73hows.json\n",
        b"User-agent: *\n" + b"Disallow: /nothing-of-ours\n" * 18_000 + b"Disallow: /shows.json\n",
    ],
    ids=["plain", "bom", "cr", "nul", "utf-16", "utf-16-be", "own-group", "end", "longest", "encoded", "480-kib"],
)
def test_what_robots_txt_forbids_is_not_asked(crawl: Crawls, server: LocalServer, rules: bytes) -> None:
    server.routes["/robots.txt"] = Answer(rules)
    server.json("/shows.json", shows("2026-12-01"))
    crawled = crawl(base=server.url)
    assert crawled.result.verdict == "failed"
    assert f"Forbidden by robots.txt: {server.url}/shows.json" in crawled.log
    assert server.paths() == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"User-agent: *\nDisallow: /shows\nAllow: /shows.json\n"),
        Answer(b"User-agent: *\nDisallow: /\n\nUser-agent: live-music-calendar\nDisallow: /other\n"),
        Answer(b"<html>We have no such page, but a front page</html>", headers={"Content-Type": "text/html"}),
        Answer(b"\xff\xfe\0\0\xd8 no text in any code"),
        Answer(b""),
        *(Answer(FORBIDDEN, status) for status in (400, 401, 403, 404, 410, 451)),
    ],
)
def test_what_it_allows_or_does_not_exist_to_forbid_is_asked(
    crawl: Crawls, server: LocalServer, answer: Answer
) -> None:
    server.routes["/robots.txt"] = answer
    server.json("/shows.json", shows("2026-12-01"))
    crawled = crawl(base=server.url)
    assert crawled.result.verdict == "ok", crawled.log
    assert "Traceback" not in crawled.log
    assert server.paths() == ["/shows.json"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_in_trouble_has_not_said_yes(crawl: Crawls, server: LocalServer, status: int) -> None:
    server.routes["/robots.txt"] = Answer(b"", status)
    server.json("/shows.json", shows("2026-12-01"))
    crawled = crawl(base=server.url, RETRY_TIMES=0)
    assert crawled.result.verdict == "failed"
    assert crawled.stats[run_stats.FAILURES] == [("unreachable", f"HTTP {status} from {server.url}/robots.txt")]
    assert server.paths() == []


@pytest.mark.parametrize("hops", [1, 5])
def test_five_redirects_are_followed(crawl: Crawls, server: LocalServer, hops: int) -> None:
    """And what is found at their end counts, whatever it is called there."""
    for number in range(hops):
        server.routes[f"/{number}" if number else "/robots.txt"] = redirect(f"/{number + 1}")
    server.routes[f"/{hops}"] = Answer(FORBIDDEN)
    server.json("/shows.json", shows("2026-12-01"))
    crawled = crawl(base=server.url)
    assert f"Forbidden by robots.txt: {server.url}/shows.json" in crawled.log
    assert "/shows.json" not in server.paths()


@pytest.mark.parametrize(
    "target", ["/robots.txt", "ftp://hall.test/robots.txt", "http://other.test/robots.txt", "/503"]
)
def test_what_a_redirect_hides_is_no_yes(crawl: Crawls, server: LocalServer, target: str) -> None:
    server.routes["/robots.txt"] = redirect(target)
    server.routes["/503"] = Answer(b"", 503)
    server.json("/shows.json", shows("2026-12-01"))
    crawled = crawl(base=server.url, RETRY_TIMES=0)
    assert crawled.result.verdict == "failed"
    assert "Traceback" not in crawled.log
    assert "/shows.json" not in server.paths()


def test_it_is_asked_for_once_in_a_run(crawl: Crawls, server: LocalServer) -> None:
    server.json("/shows.json", shows("2026-12-01", next="/two.json"))
    server.json("/two.json", shows("2026-12-02", next="/three.json"))
    server.json("/three.json", shows("2026-12-03"))
    assert crawl(base=server.url).result.verdict == "ok"
    assert [asked.path for asked in server.asked].count("/robots.txt") == 1
