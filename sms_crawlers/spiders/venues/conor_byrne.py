"""Conor Byrne Pub."""

from __future__ import annotations

from sms_crawlers.platforms.venuepilot import VenuePilotSpider


class ConorByrneSpider(VenuePilotSpider):
    """The pub of a co-operative: shows, the song share and the open mic of Sundays, dance lessons, closures.

    Its pages of events are places in the one page (`/#/events/<id>`); the site's own calendar in Squarespace is empty.
    """

    name = "conor_byrne"
    title = "Conor Byrne Pub"
    homepage = "https://www.conorbyrnepub.com"
    kind = "venue"
    city = "seattle"
    venue = "conor_byrne"
    accounts = (194,)
    event_page = "https://www.conorbyrnepub.com/#/events/"
    trust = 80
    terms = "Public endpoint of the room's own widget, without a key; no terms of use for it known."
