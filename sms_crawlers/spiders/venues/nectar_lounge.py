"""Nectar Lounge and Hidden Hall."""

from __future__ import annotations

from sms_crawlers.platforms.tixr_theme import TixrThemeSpider


class NectarLoungeSpider(TixrThemeSpider):
    """Both rooms of the house: its page and https://hiddenhall.com/events/calendar/ print the same array, so one does.

    Comedy and the weekly jam of Mondays are in the list.
    """

    name = "nectar_lounge"
    title = "Nectar Lounge"
    homepage = "https://nectarlounge.com"
    kind = "venue"
    city = "seattle"
    venue = "nectar_lounge"
    rooms = ("hidden_hall",)
    start_urls = ["https://nectarlounge.com/events/calendar/"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."
