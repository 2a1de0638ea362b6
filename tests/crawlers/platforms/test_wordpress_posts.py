"""Posts of WordPress as events: pages, refusals, and pages by which the platform is known."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.wordpress_posts import MAX_PAGES, PER_PAGE, WordPressPostsSpider
from sms_crawlers.runs.listing import CUT, INCOMPLETE
from sms_crawlers.spiders.venues.wayward_music import WaywardMusicSpider
from tests.crawlers.saved_answers import errors, items, read, skips, spider_on

URL = "https://www.waywardmusic.org/wp-json/wp/v2/posts"


def post(number: int = 1, **parts: Any) -> dict[str, Any]:
    return {"id": number, "date": "2026-12-01T20:00:00", "title": {"rendered": "Songs"}} | parts


def read_posts(*posts: Any) -> list[Any]:
    return read(spider_on(WaywardMusicSpider, "2026-11-20"), URL, orjson.dumps(posts))


@pytest.mark.parametrize(
    ("page", "pages", "number", "following", "incomplete"),
    [
        (1, "3", PER_PAGE, "page=2", False),
        (3, "3", PER_PAGE, None, False),
        (1, "0", 0, None, False),
        (1, None, 3, None, False),
        (1, None, PER_PAGE, None, True),
        (MAX_PAGES, str(MAX_PAGES + 1), PER_PAGE, None, True),
    ],
)
def test_pages_are_followed_as_far_as_wordpress_says(
    page: int, pages: str | None, number: int, following: str | None, incomplete: bool
) -> None:
    spider = spider_on(WaywardMusicSpider, "2026-11-20")
    headers = {"X-WP-TotalPages": pages} if pages else {}
    body = orjson.dumps([post(n) for n in range(number)])
    response = TextResponse(URL, body=body, headers=headers, encoding="utf-8", request=Request(URL))
    found = list(spider.parse(response, page=page))
    asked = [result.url for result in found if isinstance(result, Request)]
    assert [url.endswith(f"&{following}") for url in asked] == ([True] if following else [])
    assert (spider.crawler.stats.get_value(INCOMPLETE) is not None) is incomplete


@pytest.mark.trust(3)
@pytest.mark.parametrize(("told", "cut"), [("3", None), ("5", f"{URL} tells 5 records, 3 were read"), ("many", None)])
def test_fewer_posts_than_wordpress_tells_are_not_all(told: str, cut: str | None) -> None:
    spider = spider_on(WaywardMusicSpider, "2026-11-20")
    headers = {"X-WP-TotalPages": "2", "X-WP-Total": told}
    response = TextResponse(URL, body=orjson.dumps([post(3)]), headers=headers, encoding="utf-8", request=Request(URL))
    list(spider.parse(response, page=2, met=2))
    assert spider.crawler.stats.get_value(CUT) == cut


def test_an_error_of_the_interface_is_no_empty_calendar() -> None:
    with pytest.raises(UnreadablePage, match="rest_no_route"):
        read(spider_on(WaywardMusicSpider, "2026-11-20"), URL, '{"code": "rest_no_route", "message": "No route"}')


@pytest.mark.parametrize(
    ("parts", "hours"),
    [
        ({}, ("20:00", None)),
        ({"date": "2026-12-01T00:00:00"}, (None, None)),
        (
            {"date": "2026-12-01T00:00:00", "content": {"rendered": "<p>Doors 7 pm, music 8 pm</p>"}},
            ("20:00", "19:00"),
        ),
        ({"excerpt": {"rendered": "<p>Doors at 7:30 pm</p>"}}, ("20:00", "19:30")),
    ],
)
def test_the_posts_hour_is_the_shows_and_midnight_is_none(parts: dict[str, Any], hours: tuple[str, str]) -> None:
    [item] = items(read_posts(post(**parts)))
    assert (item.start_time, item.doors_time) == hours


def test_a_post_of_the_past_is_left_out_and_one_of_today_is_not() -> None:
    found = read_posts(post(1, date="2026-11-19T20:00:00"), post(2, date="2026-11-20T10:00:00"))
    assert skips(found) == ["past day"]
    assert [item.source_event_id for item in items(found)] == ["2"]


def test_a_post_without_a_day_is_an_error() -> None:
    assert [error.field for error in errors(read_posts(post(date="0000-00-00T00:00:00"), post(date=None)))] == [
        "event_day",
        "event_day",
    ]


INTERFACE = '<link rel="https://api.w.org/" href="https://www.waywardmusic.org/wp-json/">'


@pytest.mark.parametrize(
    ("markup", "site"),
    [
        (
            f'{INTERFACE}<article class="post type-post"><a href="/event/a/">A</a></article>',
            "https://www.waywardmusic.org",
        ),
        (f'{INTERFACE}<article class="post type-post"><a href="/2026/a/">A</a></article>', None),
        ('<article class="post type-post"><a href="/event/a/">A</a></article>', None),
    ],
)
def test_recognises_its_pages_only(markup: str, site: str | None) -> None:
    seen = WordPressPostsSpider.recognise(HtmlResponse("https://www.waywardmusic.org/", body=markup.encode()))
    assert (seen.settings["site"] if seen else None) == site
