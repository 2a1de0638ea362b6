"""Club Sur."""

from __future__ import annotations

from sms_crawlers.platforms.eventbrite_organizer import EventbriteOrganizerSpider


class ClubSurSpider(EventbriteOrganizerSpider):
    """Dance nights, beside Monkey Loft."""

    name = "club_sur"
    title = "Club Sur"
    homepage = "https://www.eventbrite.com/o/19822842329"
    kind = "venue"
    city = "seattle"
    venue = "club_sur"
    organizers = ("19822842329",)
    trust = 80
    terms = "API v3 with the operator's token, 2,000 calls an hour."
