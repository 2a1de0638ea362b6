"""RSS feeds whose posts are nights."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse, TextResponse, XmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.rss_calendar import RssCalendarSpider
from tests.crawlers.saved_answers import errors, items, read, skips, spider_on

URL = "https://room.test/feed"
LINK = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'


class FeedSpider(RssCalendarSpider):
    """A room's feed."""

    name = "feed"
    title = "Feed"
    homepage = "https://room.test"
    kind = "feed"
    city = "seattle"
    venue = None


def feed(*posts: str) -> str:
    rows = "".join(f"<item>{post}</item>" for post in posts)
    return f'<?xml version="1.0"?>\n<rss version="2.0" xmlns:ev="urn:ev"><channel>{rows}</channel></rss>'


def test_a_post_is_the_night_that_it_prints_not_the_day_it_was_posted() -> None:
    outcomes = read(
        spider_on(FeedSpider, "2026-11-20"),
        URL,
        feed(
            "<title>Sat Nov 21: Cedar Line &amp; Friends</title><link>https://room.test/1</link><guid>1</guid>"
            "<description>&lt;p&gt;Doors 7, show 8. $12, 21+&lt;/p&gt;</description>",
            "<title>Foghorn Leaguers</title><guid>2</guid><ev:startdate>2026-11-28T21:00:00</ev:startdate>",
            "<title>Paper Tugboat (CANCELLED)</title><link>https://room.test/3</link>"
            "<description>Friday, December 4, 9pm</description><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>",
            "<title>We are hiring</title><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>",
            "<title>Thanks for last night, Nov 19</title>",
            "<title>Fri Nov 21: a weekday of last year</title>",
            "<title></title>",
        ),
    )
    assert [
        (i.source_event_id, i.event_day, i.doors_time, i.start_time, i.price_text, i.status_text)
        for i in items(outcomes)
    ] == [
        ("1", "2026-11-21", "19:00", "20:00", "$12", None),
        ("2", "2026-11-28", None, "21:00", None, None),
        ("https://room.test/3", "2026-12-04", None, "21:00", None, "CANCELLED"),
    ]
    assert skips(outcomes) == ["post without a day", "past day"]
    assert [error.field for error in errors(outcomes)] == ["event_day", "title"]


def test_what_is_no_feed_is_unreadable() -> None:
    with pytest.raises(UnreadablePage, match="not RSS"):
        read(spider_on(FeedSpider, "2026-11-20"), URL, "<html></html>")


@pytest.mark.parametrize(
    ("page", "feed_url"),
    [
        (XmlResponse(URL, body=feed().encode()), URL),
        (TextResponse(URL, body=b"<?xml version='1.0'?><?xml-stylesheet href='a'?><!-- x --><rss></rss>"), URL),
        (HtmlResponse(URL, body=LINK.format("Shows", "/shows.rss").encode()), "https://room.test/shows.rss"),
        (HtmlResponse(URL, body=LINK.format("Comments Feed", "/comments/feed").encode()), None),
        (HtmlResponse(URL, body=b"<p>about &lt;rss&gt;"), None),
        (XmlResponse(URL, body=b"<feed/>"), None),
    ],
    ids=["feed", "with a stylesheet", "linked", "comments", "prose", "Atom"],
)
def test_a_feed_or_a_page_that_links_to_one(page: TextResponse, feed_url: str | None) -> None:
    found = RssCalendarSpider.recognise(page)
    assert (found and found.settings["start_urls"]) == (feed_url and [feed_url])
