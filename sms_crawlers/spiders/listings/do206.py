"""Do206: what is on around Seattle."""

from __future__ import annotations

from sms_crawlers.platforms.dostuff import DoStuffSpider


class Do206Spider(DoStuffSpider):
    """All kinds of evenings in the towns of the whole Sound; rows keep their town."""

    name = "do206"
    title = "Do206"
    homepage = "https://do206.com"
    kind = "feed"
    city = "seattle"
    venue = None
    site = "https://do206.com"
    complete_listing = True
    trust = 40
    terms = "Public pages of the guide; no terms of use known, robots.txt obeyed."
