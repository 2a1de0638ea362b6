"""Blue Moon Tavern, University District: a Google calendar, public as iCalendar or shown by a widget on a Wix page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from sms_crawlers.error_messages import describe_exception
from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.icalendar import ICalendarSpider
from sms_crawlers.platforms.wix_calendar_widget import WixCalendarWidgetSpider
from sms_crawlers.runs.listing import count
from sms_crawlers.spider import Outcome

GOOGLE_CALENDAR = "calendar.google.com"
FEED_FAILED = "blue_moon/feed_failed"
"""Key in the run's stats: the public feed gave nothing, so the widget was read."""


class BlueMoonSpider(ICalendarSpider, WixCalendarWidgetSpider):
    """The calendar's public feed first; where that gives nothing, the widget on the calendar page.

    Whether the owner shares the feed is not known. The feed tells whole series, the widget 46 days; so a listing is
    taken to be complete for what both reach.
    """

    name = "blue_moon"
    title = "Blue Moon Tavern"
    homepage = "https://www.thebluemoonseattle.com"
    kind = "venue"
    city = "seattle"
    venue = "blue_moon"
    complete_listing = True
    listing_days = 45
    trust = 80
    terms = "None seen; the venue's public calendar, robots.txt obeyed. The widget's token is read anew and not kept."
    start_urls = [
        f"https://{GOOGLE_CALENDAR}/calendar/ical/"
        "k3bcrptn7frodqrcbe093i3s4o%40group.calendar.google.com/public/basic.ics",
    ]
    calendar_page = "https://www.thebluemoonseattle.com/calendar"
    event_page = calendar_page
    component_id = "comp-kurk0gts"

    async def start(self) -> AsyncIterator[Any]:
        """Request the public feed."""
        for url in self.start_urls:
            yield scrapy.Request(url, self.callback_for(url), errback=self.feed_failed, dont_filter=True)

    def callback_for(self, url: str) -> Callable[..., Any]:
        """Google's host answers with the feed; the other answers are the widget's."""
        if urlsplit(url).hostname == GOOGLE_CALENDAR:
            return self.parse_feed
        return WixCalendarWidgetSpider.callback_for(self, url)

    def parse_feed(self, response: Response) -> Iterator[Outcome | scrapy.Request]:
        """Read the public feed; where it has no night to come, ask for the calendar page."""
        found = False
        try:
            for outcome in self.parse(response):
                found = found or isinstance(outcome, RawEventItem)
                yield outcome
        except UnreadablePage as problem:
            yield self.page_instead(problem.reason)
        else:
            if not found:
                yield self.page_instead("no night to come in it")

    def feed_failed(self, failure: Failure) -> Iterator[scrapy.Request]:
        """Ask for the calendar page where the feed was refused, not found or out of reach."""
        assert failure.value is not None
        yield self.page_instead(describe_exception(failure.value, cast(Any, failure).request))

    def page_instead(self, why: str) -> scrapy.Request:
        """The request for the calendar page; why the feed did not serve is logged and counted."""
        self.logger.warning("%s: public calendar gives nothing (%s); reading the widget instead", self.name, why)
        count(self, FEED_FAILED)
        return self.page_request()
