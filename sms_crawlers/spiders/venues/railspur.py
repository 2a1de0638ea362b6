"""RailSpur."""

from __future__ import annotations

from sms_crawlers.platforms.eventbrite_organizer import EventbriteOrganizerSpider


class RailspurSpider(EventbriteOrganizerSpider):
    """Art walks with music in a block of old warehouses; for months there is none."""

    name = "railspur"
    title = "RailSpur"
    homepage = "https://railspurseattle.com"
    kind = "venue"
    city = "seattle"
    venue = "railspur"
    organizers = ("120887697562",)
    trust = 80
    terms = "API v3 with the operator's token, 2,000 calls an hour."
