"""The Rendezvous with its Jewelbox Theater, Belltown."""

from __future__ import annotations

from sms_crawlers.platforms.squarespace import SquarespaceSpider


class RendezvousSpider(SquarespaceSpider):
    """The site is still at Squarespace's own address. What is played in the Jewelbox is in the same list."""

    name = "rendezvous"
    title = "The Rendezvous"
    homepage = "https://rendezvous.squarespace.com"
    kind = "venue"
    city = "seattle"
    venue = "rendezvous"
    start_urls = ["https://rendezvous.squarespace.com/events"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; robots.txt obeyed, which as a rule leaves the page and forbids its JSON."
