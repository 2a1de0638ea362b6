"""Kremwerk, the Timbre Room and Cherry, three rooms of one house."""

from __future__ import annotations

from sms_crawlers.platforms.squarespace import SquarespaceSpider


class KremwerkSpider(SquarespaceSpider):
    """The nights of all three rooms in one collection; an event that names one of them as its place is there."""

    name = "kremwerk"
    title = "Kremwerk, Timbre Room and Cherry"
    homepage = "https://www.kremwerk.com"
    kind = "venue"
    city = "seattle"
    venue = "kremwerk"
    rooms = ("timbre_room", "cherry")
    start_urls = ["https://www.kremwerk.com/upcoming"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; robots.txt obeyed, which as a rule leaves the page and forbids its JSON."
