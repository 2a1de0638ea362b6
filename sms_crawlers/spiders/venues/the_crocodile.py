"""The Crocodile, with Madame Lou's: the house's own calendar."""

from __future__ import annotations

from sms_crawlers.platforms.webflow import WebflowListSpider


class TheCrocodileSpider(WebflowListSpider):
    """One list for all rooms of the house. A card has two links around the same words: one to the ticket seller, hidden
    where there is none, with a date in full; and one to the show's own page, whose date has the hour too.

    Seen by others in July 2026 (links, title, date, picture, label "Sold out"). One of them also saw the room in the
    card (`.venue-blcok`), another saw none; it is not confirmed. A card that names no room is taken to be the
    Crocodile's own, though it may be Madame Lou's or the hotel's. Whether the hour is that of the doors nobody says.
    """

    name = "the_crocodile"
    title = "The Crocodile"
    homepage = "https://www.thecrocodile.com"
    kind = "venue"
    city = "seattle"
    venue = "the_crocodile"
    rooms = ("madame_lous", "hotel_crocodile")
    start_urls = ["https://calendar.thecrocodile.com/"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."

    event_path = "/shows/"
    title_css = "h3.uui-heading-xxsmall-2"
    date_css = "a[href*='/shows/'] .cal-start-date"
    room_css = "a[href*='/shows/'] .venue-blcok .cal-start-date"
    status_css = "img.event-tag"
    ticket_css = "a.link-block-2"
