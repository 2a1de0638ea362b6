"""Monkey Loft."""

from __future__ import annotations

from sms_crawlers.platforms.eventbrite_organizer import EventbriteOrganizerSpider


class MonkeyLoftSpider(EventbriteOrganizerSpider):
    """The room's own organizer (Habitat), and the promoter Shameless, whose home it is and who at times is elsewhere.

    All of it is DJs, to the morning: ends are on the next day.
    """

    name = "monkey_loft"
    title = "Monkey Loft"
    homepage = "https://www.eventbrite.com/o/97916574461"
    kind = "venue"
    city = "seattle"
    venue = "monkey_loft"
    organizers = (
        "97916574461",
        "12623653314",
    )
    trust = 80
    terms = "API v3 with the operator's token, 2,000 calls an hour."
