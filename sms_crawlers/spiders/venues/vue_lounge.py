"""VUE Lounge."""

from __future__ import annotations

from sms_crawlers.platforms.eventbrite_organizer import EventbriteOrganizerSpider


class VueLoungeSpider(EventbriteOrganizerSpider):
    """A lounge's DJ nights, of which Eventbrite sells the tables."""

    name = "vue_lounge"
    title = "VUE Lounge"
    homepage = "https://www.vueseattle.com"
    kind = "venue"
    city = "seattle"
    venue = "vue_lounge"
    organizers = ("23204404721",)
    trust = 80
    terms = "API v3 with the operator's token, 2,000 calls an hour."
