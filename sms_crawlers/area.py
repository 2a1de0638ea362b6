"""Sources that are asked for an area: one of our cities, and a radius around its centre."""

from __future__ import annotations

from typing import Any

from sms_crawlers.errors import BadArgument
from sms_crawlers.spider import SourceSpider
from sms_database.venues import CityFacts, city_facts


class AreaSpider(SourceSpider):
    """A source of many cities: `scrapy crawl NAME -a city=seattle -a radius_km=40`.

    `city` as a class attribute stays None: a row's own place tells its city. Which area is asked for is `area` and
    `radius_km`; without arguments Seattle and the radius that cities.toml gives it.
    """

    city = None
    venue = None

    area: CityFacts
    """The city that is asked for."""
    radius_km: float
    """Kilometres around its centre."""

    def __init__(self, *args: Any, city: str = "seattle", radius_km: str | float | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if city not in city_facts():
            raise BadArgument(f"-a city={city}: cities.toml has {', '.join(sorted(city_facts()))}")
        self.area = city_facts()[city]
        self.radius_km = self.area.radius_km if radius_km is None else _kilometres(radius_km)

    @property
    def timezone(self) -> str:
        """The zone of the area, for days that a source prints without one."""
        return self.area.timezone


def _kilometres(stated: str | float) -> float:
    try:
        radius = float(stated)
    except ValueError:
        radius = 0.0
    if not 0 < radius <= 200:
        raise BadArgument(f"-a radius_km={stated}: a number of kilometres, more than 0 and at most 200")
    return radius
