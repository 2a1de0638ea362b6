"""The Triple Door."""

from __future__ import annotations

from sms_crawlers.platforms.bandzoogle import BandzoogleSpider


class TripleDoorSpider(BandzoogleSpider):
    """The mainstage; some rows are in The Rabbit Box. The MQ Stage in the bar has its own calendar, left out."""

    name = "triple_door"
    title = "The Triple Door"
    homepage = "https://thetripledoor.net"
    kind = "venue"
    city = "seattle"
    venue = "triple_door"
    rooms = ("rabbit_box",)
    start_urls = ["https://thetripledoor.net/mainstage-calendar"]
    complete_listing = True
    trust = 80
    terms = "Public calendar of the venue; no terms of use known, robots.txt obeyed."
