"""Neumos."""

from __future__ import annotations

from sms_crawlers.platforms.axs_skin import AXSSkinSpider


class NeumosSpider(AXSSkinSpider):
    """All upcoming events, a dozen an answer. Some nights are at Barboza below, and are listed by it as well."""

    name = "neumos"
    title = "Neumos"
    homepage = "https://www.neumos.com"
    kind = "venue"
    city = "seattle"
    venue = "neumos"
    rooms = ("barboza",)
    start_urls = ["https://www.neumos.com/events"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; its terms of use are linked from it. robots.txt obeyed."
