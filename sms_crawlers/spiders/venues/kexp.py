"""KEXP."""

from __future__ import annotations

from sms_crawlers.platforms.aldryn_events import AldrynEventsSpider


class KexpSpider(AldrynEventsSpider):
    """Sessions in the studio. The title says which are "(OPEN TO THE PUBLIC)"; the others can be heard only."""

    name = "kexp"
    title = "KEXP"
    homepage = "https://www.kexp.org"
    kind = "venue"
    city = "seattle"
    venue = "kexp"
    start_urls = ["https://www.kexp.org/events/kexp-events/?category=in-studio"]
    complete_listing = True
    may_be_empty = True
    trust = 80
    terms = "Public page of the station; no terms of use known, robots.txt obeyed."
