"""Substation."""

from __future__ import annotations

from sms_crawlers.platforms.eventbrite_organizer import EventbriteOrganizerSpider


class SubstationSpider(EventbriteOrganizerSpider):
    """Bands and club nights; the text says doors and price, if anything does."""

    name = "substation"
    title = "Substation"
    homepage = "https://www.eventbrite.com/o/18831550522"
    kind = "venue"
    city = "seattle"
    venue = "substation"
    organizers = ("18831550522",)
    trust = 80
    terms = "API v3 with the operator's token, 2,000 calls an hour."
