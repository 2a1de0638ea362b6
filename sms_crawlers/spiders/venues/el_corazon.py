"""El Corazón and The Funhouse, two rooms of one house."""

from __future__ import annotations

from sms_crawlers.platforms.webflow import WebflowListSpider


class ElCorazonSpider(WebflowListSpider):
    """The calendar of both rooms; a card names its own. Fields besides the title hold headliners and supports, which
    may be things ("Vendors") too. Tickets, price and age are on the events' pages only, for which a crawl does not ask.
    """

    name = "el_corazon"
    title = "El Corazón and The Funhouse"
    homepage = "https://www.elcorazonseattle.com"
    kind = "venue"
    city = "seattle"
    venue = "el_corazon"
    rooms = ("the_funhouse",)
    start_urls = ["https://www.elcorazonseattle.com/calendar"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."

    event_path = "/shows/"
    title_css = ".title"
    date_css = ".start-date"
    end_date_css = ".end-date"
    doors_css = ".doors-cal"
    show_css = ".show-time-cal"
    room_css = ".venue"
    acts_css = (".calendar-headliners", ".calendar-supports")
