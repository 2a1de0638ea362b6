"""Hosts' pages on Humanitix, which sells tickets for them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from sms_crawlers.platforms.json_ld import JsonLdSpider
from sms_crawlers.reading import UnreadableField
from sms_crawlers.reading.json_records import number_at, text_at
from sms_crawlers.reading.money import SYMBOLS
from sms_crawlers.reading.prose import printed
from sms_crawlers.reading.schema_event import offers_of
from sms_crawlers.scouting.recognition import Recognition

HOST = "events.humanitix.com"
MAX_TICKETS = 6
"""Of a long list of kinds of ticket, so many are told in the price; the payload has them all."""
_NO_TICKET = re.compile(r"donat(?:e|ion)\b|https?://", re.IGNORECASE)


class HumanitixSpider(JsonLdSpider):
    """A host's page on Humanitix (https://events.humanitix.com/host/<host>), as the server renders it: all events to
    come in one JSON-LD ItemList.

    Set, besides what every spider sets: `start_urls`, the host's page.

    The id is the event's slug. Titles end with "@ ROOM" where the host writes so, and keep that. A host books other
    rooms too: a row's place is its own. Offers are the kinds of ticket by name: the price is told as
    "Day of Show: $26; General Advance: $20.99". Offers for nothing that are a plea for donations, or only point to
    another site, are no tickets. Starts are printed with stray seconds and offsets without a colon.
    """

    platform = "Humanitix"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """A host's page; a page elsewhere that links to one."""
        if page.selector.type != "html":
            return None
        links = [page.url, *page.css(f'a[href*="{HOST}/host/"]::attr(href)').getall()]
        host = next((found[0] for link in links if (found := re.match(rf"https?://{HOST}/host/[^/?#]+", link))), None)
        return Recognition(f"a host's page on Humanitix, {host}", {"start_urls": [host]}) if host else None

    def fields_of(self, page: TextResponse, event: dict[str, Any]) -> dict[str, Any]:
        """The fields of an event, with the price by kinds of ticket."""
        fields = super().fields_of(page, event)
        tickets = [ticket for offer in offers_of(event) if (ticket := ticket_of(offer))]
        prices = [price for _, price, _ in tickets]
        return fields | {
            "price_text": "; ".join(f"{name}: {currency}{price:g}" for name, price, currency in tickets[:MAX_TICKETS])
            or None,
            "price_min": min(prices, default=None),
            "price_max": max(prices, default=None),
        }

    def identity(self, fields: dict[str, Any], page: TextResponse, *, shared: bool) -> str:  # noqa: ARG002
        """The event's slug."""
        slug = urlsplit(fields["source_url"] or "").path.strip("/")
        if not slug:
            raise UnreadableField("source_event_id", f"no address in the event {fields['title']!r}")
        return slug


def ticket_of(offer: dict[str, Any]) -> tuple[str, float, str] | None:
    """Name, price and sign of the currency of a kind of ticket; None for an offer that is none."""
    name, price = printed(text_at(offer, "name")), number_at(offer, "price")
    if name is None or price is None or price < 0 or (price == 0 and _NO_TICKET.search(name)):
        return None
    currency = text_at(offer, "priceCurrency") or "USD"
    return name, price, SYMBOLS.get(currency, f"{currency} ")
