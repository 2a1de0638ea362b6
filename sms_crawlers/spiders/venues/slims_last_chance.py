"""Slim's Last Chance."""

from __future__ import annotations

from sms_crawlers.platforms.venuepilot import VenuePilotSpider


class SlimsLastChanceSpider(VenuePilotSpider):
    """Shows of a chili parlour. Its account's number stands in the widget's script, three requests away from the page:
    the page's assets at Wix name a frame, the frame names the script. A new number would show as an empty run.

    Titles part the acts by "//". Meetings of motor-cyclists are in the listing too.
    """

    name = "slims_last_chance"
    title = "Slim's Last Chance"
    homepage = "https://www.slimslastchance.com/shows"
    kind = "venue"
    city = "seattle"
    venue = "slims_last_chance"
    accounts = (3482,)
    trust = 80
    terms = "Public endpoint of the room's own widget, without a key; no terms of use for it known."
