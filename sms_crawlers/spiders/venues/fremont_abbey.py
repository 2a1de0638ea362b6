"""Fremont Abbey Arts Center: the page of its host, Abbey Arts, on Humanitix."""

from __future__ import annotations

from sms_crawlers.platforms.humanitix import HumanitixSpider


class FremontAbbeySpider(HumanitixSpider):
    """Abbey Arts also presents elsewhere (Ballard Homestead, Washington Hall …): such rows keep their room. Sign-ups
    for volunteers and workshops over several months are among the events, from the first day to the last.
    """

    name = "fremont_abbey"
    title = "Fremont Abbey Arts Center"
    homepage = "https://www.fremontabbey.org"
    kind = "venue"
    city = "seattle"
    venue = "fremont_abbey"
    start_urls = ["https://events.humanitix.com/host/abbey-arts-presents"]
    complete_listing = True
    trust = 80
    terms = "Public page of the host at its ticket seller; robots.txt obeyed."
