"""Black & Tan Hall, Hillman City: its host's page on Humanitix."""

from __future__ import annotations

from sms_crawlers.platforms.humanitix import HumanitixSpider


class BlackTanHallSpider(HumanitixSpider):
    """All events of the hall that are sold through Humanitix."""

    name = "black_tan_hall"
    title = "Black & Tan Hall"
    homepage = "https://events.humanitix.com/host/black-and-tan-hall"
    kind = "venue"
    city = "seattle"
    venue = "black_tan_hall"
    start_urls = ["https://events.humanitix.com/host/black-and-tan-hall"]
    complete_listing = True
    trust = 80
    terms = "Public page of the host at its ticket seller; robots.txt obeyed."
