"""Open mics, jams and other fixed weekly nights of Seattle, by rules that people have checked."""

from __future__ import annotations

from sms_crawlers.spiders.generators.weekly_nights import WeeklyNightsSpider


class OpenMicsSpider(WeeklyNightsSpider):
    """Rooms that announce a weekly night by word of mouth, or on a page that no spider reads."""

    name = "open_mics"
    title = "Seattle open mics and weekly nights"
    homepage = "https://github.com/prestomation/206events"
    city = "seattle"
    data_file = "open_mics.toml"
    terms = "Our own data file."
