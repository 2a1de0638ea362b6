"""A room with the calendar widget on a server of the test's. Run with SPIDER_MODULES=tests.crawlers.widget_spiders."""

from __future__ import annotations

from typing import Any

from sms_crawlers.platforms.wix_calendar_widget import WixCalendarWidgetSpider


class WidgetHall(WixCalendarWidgetSpider):
    """`-a base=URL` says where page and widget are."""

    name = "widget_hall"
    title = "Widget Hall"
    homepage = "http://widget-hall.test"
    kind = "venue"
    city = "seattle"
    venue = "blue_moon"
    component_id = "comp-x1"
    calendar_page = f"{homepage}/calendar"
    further_hosts = ("127.0.0.1",)

    def __init__(self, *args: Any, base: str = homepage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar_page = f"{base}/calendar"  # type: ignore[misc]  # a fact of the class; here the server's port decides
        self.widget_api = f"{base}/_api/getEvents"  # type: ignore[misc]  # likewise
