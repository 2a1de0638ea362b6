"""Skylark Cafe & Club."""

from __future__ import annotations

from sms_crawlers.platforms.webflow import WebflowListSpider


class SkylarkSpider(WebflowListSpider):
    """All upcoming events on one page; the open mic of Wednesdays is among them."""

    name = "skylark"
    title = "Skylark Cafe & Club"
    homepage = "https://www.skylarkcafe.com"
    kind = "venue"
    city = "seattle"
    venue = "skylark"
    start_urls = ["https://www.skylarkcafe.com/calendar"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."

    title_css = ".text-block-12"
    date_css = ".date"
    text_css = ".w-richtext, .desc1234"
    image_css = ".artist-image"
    ticket_css = ".tickets-div a.button, a.w-button"
