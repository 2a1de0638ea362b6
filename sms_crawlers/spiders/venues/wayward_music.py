"""Wayward Music Series."""

from __future__ import annotations

from sms_crawlers.platforms.wordpress_posts import WordPressPostsSpider


class WaywardMusicSpider(WordPressPostsSpider):
    """New and improvised music that Nonsequitur presents in the chapel. Events are the posts of category 1."""

    name = "wayward_music"
    title = "Wayward Music Series"
    homepage = "https://www.waywardmusic.org"
    kind = "venue"
    city = "seattle"
    venue = "chapel_performance_space"
    site = "https://www.waywardmusic.org"
    categories = "1"
    complete_listing = True
    may_be_empty = True
    trust = 80
    terms = "Public posts of the series; no terms of use known, robots.txt obeyed."
