"""The Rabbit Box, Pike Place Market."""

from __future__ import annotations

from sms_crawlers.platforms.squarespace import SquarespaceSpider


class RabbitBoxSpider(SquarespaceSpider):
    """All events of the house; the Triple Door's calendar lists some of them too."""

    name = "rabbit_box"
    title = "The Rabbit Box"
    homepage = "https://www.therabbitboxseattle.com"
    kind = "venue"
    city = "seattle"
    venue = "rabbit_box"
    start_urls = ["https://www.therabbitboxseattle.com/events"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; robots.txt obeyed, which as a rule leaves the page and forbids its JSON."
