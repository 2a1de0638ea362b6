"""Nothing that a page, a feed or a server says leads a crawl where it should not go, or takes a key along.

`inside` stands for what runs on this machine or in its network: a server whose port is not among those allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from scrapy.settings import Settings

from sms_crawlers.runs import run_stats
from tests.crawlers.crawling import Crawled, Crawls
from tests.crawlers.local_server import Answer, LocalServer, local_server
from tests.crawlers.resolving import names_resolved
from tests.crawlers.scrapy_command import ScrapyCommand, shows

JSON = {"Content-Type": "application/json"}
NAMES = {
    "inside.test": "127.0.0.1",
    "inside6.test": "::1",
    "mapped.test": "::ffff:127.0.0.1",
    "translated.test": "64:ff9b::7f00:1",
    "metadata.test": "169.254.169.254",
    "neighbour.test": "192.168.0.7",
    "127.0.0.1.": "127.0.0.1",
}
SPELLINGS = [
    "user:password@127.0.0.1",
    "LocalHost",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    *NAMES,
]
NO_WEB_PAGES = [
    "file:///etc/passwd",
    "ftp://hall.test/x",
    "data:application/json,{}",
    "s3://a/b",
    "gopher://hall.test/",
]


@pytest.fixture
def inside() -> Iterator[LocalServer]:
    with local_server() as server, names_resolved(NAMES):
        server.json("/secret", shows("2026-12-01"))
        server.json("/shows.json", shows("2026-12-01"))
        yield server


@pytest.fixture
def led(crawl: Crawls) -> Crawls:
    """Crawls of the spiders that go wherever they are led."""
    crawl.settings["SPIDER_MODULES"] = ["tests.crawlers.leading_spiders"]
    return crawl


def urls_of(inside: LocalServer) -> list[str]:
    """Addresses of a page of the server inside, in every spelling, and by https too."""
    port = urlsplit(inside.url).port
    return [f"{scheme}://{host}:{port}/secret" for scheme in ("http", "https") for host in SPELLINGS]


def refusals(crawled: Crawled) -> list[str]:
    """Why the requests of a failed run were refused, a line each."""
    assert crawled.result.verdict == "failed"
    assert "Traceback" not in crawled.log
    assert "password" not in crawled.log
    failures = crawled.stats[run_stats.FAILURES]
    assert {cause for cause, _ in failures} == {"refused"}, failures
    assert not [line for _, line in failures if "\n" in line]
    return [line for _, line in failures]


@pytest.mark.trust(15)
def test_no_start_url_leads_inside(led: Crawls, server: LocalServer, inside: LocalServer) -> None:
    urls = urls_of(inside)
    crawled = led("starting_hall", base=" ".join(urls), PRIVATE_HOSTS_ALLOWED=[urlsplit(server.url).netloc])
    lines = refusals(crawled)
    told = [line.lower().partition(": its host is at ")[0] for line in lines if "on a private network" in line]
    assert sorted(told) == sorted(url.replace("user:password@", "").lower() for url in urls)
    assert inside.asked == []


@pytest.mark.trust(15)
def test_no_link_leads_inside(led: Crawls, server: LocalServer, inside: LocalServer) -> None:
    """Neither the links of a page nor its "next", though the spider states every host there is."""
    first, *others = urls_of(inside)
    server.json("/shows.json", {"shows": [], "next": first, "links": others})
    lines = refusals(led("trusting_hall", base=server.url))
    assert sum("on a private network" in line for line in lines) == len(others) + 1, lines
    assert server.paths() == ["/shows.json"]
    assert inside.asked == []


@pytest.mark.trust(15)
def test_no_redirect_leads_inside(led: Crawls, server: LocalServer, inside: LocalServer) -> None:
    paths = {f"/{number}": url for number, url in enumerate(urls_of(inside))}
    for path, url in paths.items():
        server.routes[path] = Answer(b"", 302, {"Location": url})
    server.json("/shows.json", {"shows": [], "links": [f"{server.url}{path}" for path in paths]})
    lines = refusals(led("trusting_hall", base=server.url))
    assert sum("on a private network" in line for line in lines) == len(paths), lines
    assert inside.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "inside.test", "[::1]"])
@pytest.mark.trust(9, 15)
def test_no_robots_txt_leads_inside(led: Crawls, server: LocalServer, inside: LocalServer, host: str) -> None:
    """What is hidden behind a redirect that is not followed is no yes, either."""
    port = urlsplit(inside.url).port
    server.routes["/robots.txt"] = Answer(b"", 302, {"Location": f"http://{host}:{port}/robots.txt"})
    server.json("/shows.json", shows("2026-12-01"))
    (line,) = refusals(led("trusting_hall", base=server.url))
    assert "on a private network" in line
    assert (server.paths(), inside.asked) == ([], [])


@pytest.mark.trust(15)
def test_a_host_that_is_not_stated_is_not_asked(led: Crawls, server: LocalServer, inside: LocalServer) -> None:
    """Public or not: a page does not choose whom this machine asks."""
    port = urlsplit(server.url).port
    server.routes["/moved"] = Answer(b"", 301, {"Location": f"http://inside.test:{port}/x"})
    linked = ["http://other.test/?token=abc", f"http://localhost:{port}/y"]
    server.json("/shows.json", {"shows": [], "links": [*linked, f"{server.url}/moved"]})
    lines = refusals(led("led_hall", base=server.url, PRIVATE_HOSTS_ALLOWED=["127.0.0.1", "localhost", "inside.test"]))
    assert sorted(line.partition(" is none of the hosts that led_hall states")[0] for line in lines) == [
        "http://localhost:" + f"{port}/y: localhost",
        "http://other.test/?token=<token>: other.test",
        f"redirect from {server.url}/moved to http://inside.test:{port}/x: inside.test",
    ]
    assert server.paths() == ["/shows.json", "/moved"]


@pytest.mark.trust(15)
def test_an_own_host_of_the_private_network_is_asked_where_it_is_allowed(
    led: Crawls, server: LocalServer, inside: LocalServer
) -> None:
    url = inside.url.replace("127.0.0.1", "inside.test")
    assert led("led_hall", base=url, PRIVATE_HOSTS_ALLOWED=[urlsplit(url).netloc]).result.verdict == "ok"
    assert [asked.path for asked in inside.asked] == ["/robots.txt", "/shows.json"]


@pytest.mark.parametrize("entry", ["http://127.0.0.1:8000", "127.0.0.1:port", "::1", "me@127.0.0.1", "10.0.0.0/8"])
def test_a_mistake_in_the_hosts_that_may_be_asked_is_told_at_once(led: Crawls, server: LocalServer, entry: str) -> None:
    crawled = led("led_hall", base=server.url, PRIVATE_HOSTS_ALLOWED=entry)
    assert f"PRIVATE_HOSTS_ALLOWED: {entry!r} is no host" in crawled.result.message
    assert "Traceback" not in crawled.log
    assert server.asked == []


def test_a_proxy_of_the_environment_is_used(led: Crawls, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It resolves the names, so whom it connects to is its own affair; `carpenter doctor` says so."""
    server.json("http://hall.invalid/shows.json", shows("2026-12-01"))
    monkeypatch.setenv("http_proxy", server.url)
    assert led("led_hall", base="http://hall.invalid", PRIVATE_HOSTS_ALLOWED=[]).result.verdict == "ok"
    assert server.asked[-1].path == "http://hall.invalid/shows.json"


@pytest.mark.trust(15)
def test_the_command_looks_at_addresses_too(scrapy: ScrapyCommand, server: LocalServer) -> None:
    """With the resolver that Scrapy's commands install."""
    url = server.url.replace("127.0.0.1", "localhost")
    done = scrapy.run("crawl", "example_hall", f"-abase={url}")
    assert done.returncode == 1
    assert f"{url}/shows.json: its host is at 127.0.0.1, on a private network" in done.stderr
    assert "Traceback" not in done.stderr
    assert server.asked == []


@pytest.mark.trust(15)
def test_scout_asks_no_private_host(scrapy: ScrapyCommand, server: LocalServer) -> None:
    url = server.url.replace("127.0.0.1", "localhost")
    done = scrapy.run("scout", f"{url}/calendar")
    assert done.returncode == 1
    assert "on a private network" in done.stdout
    assert server.asked == []


@pytest.mark.parametrize("spider", ["led_hall", "trusting_hall"])
@pytest.mark.trust(15)
def test_nothing_but_http_is_asked(led: Crawls, server: LocalServer, spider: str) -> None:
    for number, target in enumerate(NO_WEB_PAGES):
        server.routes[f"/{number}"] = Answer(b"", 302, {"Location": target})
    redirects = [f"{server.url}/{number}" for number, _ in enumerate(NO_WEB_PAGES)]
    server.json("/shows.json", {"shows": [], "links": [*NO_WEB_PAGES, *redirects]})
    lines = refusals(led(spider, base=server.url))
    assert sum(line.endswith(": no web page") for line in lines) == 2 * len(NO_WEB_PAGES)


@pytest.mark.trust(15)
def test_no_handler_but_for_http_is_there() -> None:
    settings = Settings()
    settings.setmodule("sms_crawlers.settings")
    handlers = {scheme: handler for scheme, handler in settings.getwithbase("DOWNLOAD_HANDLERS").items() if handler}
    assert handlers.keys() == {"http", "https"}
    assert all(handler.startswith("sms_crawlers.") for handler in handlers.values())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.trust(19)
def test_a_key_follows_no_redirect_to_another_origin(
    led: Crawls, server: LocalServer, inside: LocalServer, status: int
) -> None:
    """Another port is another origin, and so are another host and another scheme."""
    both = [urlsplit(other.url).netloc for other in (server, inside)]
    server.routes["/shows.json"] = Answer(b"", status, {"Location": "/here.json"})
    server.routes["/here.json"] = Answer(b"", status, {"Location": f"{inside.url}/shows.json"})
    crawled = led("key_hall", base=server.url, PRIVATE_HOSTS_ALLOWED=both)
    assert crawled.result.verdict == "ok"
    keyed = next(asked for asked in server.asked if asked.path == "/here.json")
    assert keyed.headers["x-api-key"] == "s3cr3t-key"
    asked = next(asked for asked in inside.asked if asked.path == "/shows.json")
    assert asked.headers.keys() <= {"accept", "accept-encoding", "accept-language", "host", "user-agent"}
    assert "s3cr3t" not in f"{asked} {crawled.log}"


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.trust(19)
def test_what_was_posted_is_sent_to_no_other_origin(
    led: Crawls, server: LocalServer, inside: LocalServer, status: int
) -> None:
    both = [urlsplit(other.url).netloc for other in (server, inside)]
    server.json("/posted/shows.json", shows("2026-12-01"))
    server.routes["/posted/shows.json"] = lambda asked: Answer(
        b"" if asked.method == "POST" else b'{"shows": []}',
        status if asked.method == "POST" else 200,
        {"Location": f"{inside.url}/shows.json"},
    )
    (line,) = refusals(led("key_hall", base=f"{server.url}/posted", PRIVATE_HOSTS_ALLOWED=both))
    assert line.endswith("what was sent goes to no other origin")
    assert "s3cr3t" not in line
    assert inside.asked == []


@pytest.mark.trust(19)
def test_a_link_tells_nobody_what_the_url_held(led: Crawls, server: LocalServer, inside: LocalServer) -> None:
    both = [urlsplit(other.url).netloc for other in (server, inside)]
    server.json("/shows.json", {"shows": [], "links": [f"{inside.url}/shows.json"]})
    assert led("key_hall", base=server.url, PRIVATE_HOSTS_ALLOWED=both).result.verdict == "ok"
    assert not [asked for asked in inside.asked if "referer" in asked.headers]


@pytest.mark.parametrize(
    "location",
    [
        "ftp://user:PW@x/?token=TOK",
        "ftp://user:P@PW@x/",
        "javascript:x?api_key=TOK",
        "//user:PW@[x/?token=TOK",
        "http://user:PW@other.test/?token=TOK#access_token=TOK",
        "http://127.0.0.1:1/?token=TOK",
    ],
)
@pytest.mark.trust(19)
def test_a_refused_redirect_is_told_without_its_secrets(led: Crawls, server: LocalServer, location: str) -> None:
    server.routes["/shows.json"] = Answer(b"", 302, {"Location": location})
    crawled = led("led_hall", base=server.url)
    assert crawled.result.verdict == "failed"
    assert "redirect from" in crawled.result.message or "private network" in crawled.result.message
    assert not [secret for secret in ("PW", "TOK") if secret in crawled.log + crawled.result.message]
