"""Barboza."""

from __future__ import annotations

from sms_crawlers.platforms.axs_skin import AXSSkinSpider


class BarbozaSpider(AXSSkinSpider):
    """All upcoming events, a dozen an answer. Rows name their room: festivals are listed that play at Neumos above."""

    name = "barboza"
    title = "Barboza"
    homepage = "https://www.thebarboza.com"
    kind = "venue"
    city = "seattle"
    venue = "barboza"
    rooms = ("neumos",)
    start_urls = ["https://www.thebarboza.com/events"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; its terms of use are linked from it. robots.txt obeyed."
