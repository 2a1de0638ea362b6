"""Calendars kept as plain posts of WordPress, each dated with the day and hour of its event."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode, urljoin

import scrapy
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.reading import UnreadableField, absolute, status_phrase
from sms_crawlers.reading.answers import as_html, as_text
from sms_crawlers.reading.json_records import inner, load_json, required_text, text_at
from sms_crawlers.reading.printed_nights import Nights, on_each_night
from sms_crawlers.reading.prose import entry_times, printed_title, read_prose
from sms_crawlers.reading.show_days import find_show_days
from sms_crawlers.runs.listing import compare_count, listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import SourceSpider

PER_PAGE = 100
MAX_PAGES = 20


class WordPressPostsSpider(SourceSpider):
    """A WordPress site whose events are posts dated in the future, read by the REST interface of WordPress.

    How to know it: `link[rel="https://api.w.org/"]` in the page, and posts whose addresses begin with `/event/`.

    Set, besides what every spider sets: `site`, the address of the WordPress without a slash at its end, and
    `categories`, the number of the posts' category if the blog has others.

    `/wp-json/wp/v2/posts`, in order of date from today on, 100 posts a page, as many pages as the header
    X-WP-TotalPages says. The post's date is the event's local day and hour; at midnight it has no hour. Title and text
    are HTML; doors, price and age are taken from the text.
    """

    platform = "WordPress posts"

    site: ClassVar[str]
    categories: ClassVar[str | None] = None

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """By the REST interface and posts that are events."""
        markup = as_html(page)
        interface = markup.css('link[rel="https://api.w.org/"]::attr(href)').get()
        posts = markup.css("article.type-post, article.post, .type-post").css('a[href*="/event/"]')
        if not interface or not posts:
            return None
        site = absolute(page, interface.partition("/wp-json")[0]) or urljoin(page.url, "/")
        return Recognition("posts of WordPress with addresses under /event/", {"site": site.rstrip("/")})

    async def start(self) -> AsyncIterator[Any]:
        """Request the first page."""
        yield self.page_request(1)

    def page_request(self, page: int, met: int = 0) -> scrapy.Request:
        """The request for a page of the posts from today on, after `met` of them."""
        asked = {
            "categories": self.categories,
            "per_page": PER_PAGE,
            "order": "asc",
            "orderby": "date",
            "after": f"{self.today - timedelta(days=1)}T23:59:59",
            "_embed": "wp:featuredmedia",
            "_fields": "id,date,link,title,content,excerpt,_links,_embedded",
            "page": page,
        }
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return scrapy.Request(
            f"{self.site}/wp-json/wp/v2/posts?{query}",
            callback=self.parse,
            cb_kwargs={"page": page, "met": met},
            dont_filter=True,
        )

    def parse(self, response: Response, page: int = 1, met: int = 0) -> Iterator[Any]:
        """Read a page of posts, after `met` of them, then ask for the next one if there is one."""
        here = as_text(response)
        posts = load_json(here.body, "the posts")
        if not isinstance(posts, list):
            raise UnreadablePage(f"no list of posts: {text_at(posts, 'code')}: {text_at(posts, 'message')}")
        yield from self.read_each(posts, lambda post: self.event(here, post), here)
        met += len(posts)
        pages, posts_told = ((here.headers.get(f"X-WP-Total{of}") or b"").decode("latin-1") for of in ("Pages", ""))
        if not pages.isdecimal():
            if len(posts) >= PER_PAGE:
                listing_incomplete(self, "a full page of posts, and nothing says how many pages there are")
        elif page < min(int(pages), MAX_PAGES):
            yield self.page_request(page + 1, met)
        elif int(pages) > MAX_PAGES:
            listing_incomplete(self, f"{pages} pages of posts, of which {MAX_PAGES} were read")
        elif posts_told.isdecimal():
            compare_count(self, here, told=int(posts_told), met=met)

    def event(self, response: TextResponse, post: Any) -> list[RawEventItem] | RecordSkip:
        """One post as an item for each of its nights."""
        identity = required_text(post, "id", field="source_event_id")
        moment = _moment(required_text(post, "date", field="event_day"))
        if moment.date() < self.today:
            return RecordSkip(reason="past day")
        title = printed_title(text_at(post, "title", "rendered"))
        description = text_at(post, "content", "rendered") or text_at(post, "excerpt", "rendered")
        prose = read_prose(description)
        hour = None if (moment.hour, moment.minute) == (0, 0) else f"{moment:%H:%M}"
        times = entry_times(hour, None, prose.times)
        item = self.item(
            response,
            source_event_id=identity,
            source_url=absolute(response, text_at(post, "link")),
            title=title,
            event_day=moment.date().isoformat(),
            start_time=times.show,
            doors_time=times.doors,
            end_time=times.end,
            description=description,
            price_text=prose.price_text,
            age_text=prose.age_text,
            status_text=status_phrase(title),
            image_url=_picture(response, post),
            payload=post,
        )
        return on_each_night(item, self._nights(title, moment.date()))

    def _nights(self, title: str, day: date) -> list[Nights]:
        """The day of the post; the run of nights that its title prints, if that begins on this day."""
        with suppress(UnreadableField):
            for days in find_show_days(title, near=day):
                if days.nights[0][0] == day:
                    return list(days.nights)
        return [(day, None)]


def _moment(stamp: str) -> datetime:
    """The local day and hour of a post."""
    try:
        return datetime.fromisoformat(stamp).replace(tzinfo=None)
    except ValueError as problem:
        raise UnreadableField("event_day", f"{stamp!r} is no day and hour") from problem


def _picture(response: TextResponse, post: Any) -> str | None:
    media = inner(post, "_embedded", "wp:featuredmedia")
    first = media[0] if isinstance(media, list) and media else None
    return absolute(response, text_at(first, "source_url")) if text_at(first, "media_type") == "image" else None
