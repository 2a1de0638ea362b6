"""The Royal Room."""

from __future__ import annotations

from sms_crawlers.platforms.wp_event_manager import WPEventManagerSpider


class TheRoyalRoomSpider(WPEventManagerSpider):
    """Feed and listing of the house's own site. Days on which it is closed are entries too, and are copied as such."""

    name = "the_royal_room"
    title = "The Royal Room"
    homepage = "https://theroyalroomseattle.com"
    kind = "venue"
    city = "seattle"
    venue = "the_royal_room"
    site = "https://theroyalroomseattle.com"
    complete_listing = True
    trust = 80
    terms = "Public feed and listing of the venue; no terms of use known, robots.txt obeyed."
