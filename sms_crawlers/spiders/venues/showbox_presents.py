"""The Showbox and Showbox SoDo."""

from __future__ import annotations

from sms_crawlers.platforms.showbox_skin import ShowboxSkinSpider


class ShowboxPresentsSpider(ShowboxSkinSpider):
    """Both Showboxes, and what their promoter does elsewhere: in rooms of others, also in Oregon."""

    name = "showbox_presents"
    title = "Showbox Presents"
    homepage = "https://www.showboxpresents.com"
    kind = "venue"
    city = "seattle"
    venue = "the_showbox"
    rooms = ("showbox_sodo",)
    start_urls = ["https://www.showboxpresents.com/events/all"]
    complete_listing = True
    trust = 80
    terms = "Public page of the promoter; no terms of use known, robots.txt obeyed."
