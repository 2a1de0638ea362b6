"""DICE, by its partner API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

from scrapy.http import Response

from sms_crawlers.area import AreaSpider
from sms_crawlers.keys import ApiKey
from sms_crawlers.platforms.dice import API, KEY, DiceEventsSpider
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.json_records import load_json
from sms_crawlers.spider import Outcome


class DiceSpider(DiceEventsSpider, AreaSpider):
    """The events of a city, for who has a partner's key. The city is asked for by name, so the radius says nothing.

    Rooms list at DICE in part, so it lists nowhere all that there is. An answer of the site's own search is read too,
    but never asked for: robots.txt closes it.
    """

    name = "dice"
    title = "DICE"
    homepage = "https://dice.fm"
    kind = "api"
    keys = (ApiKey(KEY, "https://dice.fm/partners"),)
    by_name_only = "DICE, which gives keys of its partner API to its partners"
    trust = 60
    terms = "Partner API by agreement; keys printed in venues' widgets are those venues' and are not used."

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the first page of the city's events."""
        yield self.partner_request(f"{API}?{urlencode({'page[size]': 50, 'filter[cities][]': self.area.name})}", 1)

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read an answer of the site's search."""
        yield from self.read_site(load_json(as_text(response).body, "DICE search"), response)
