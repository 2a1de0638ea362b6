"""What stands in DICE's records of events: line-up, status and prices of the partner API's, and of the site's."""

from __future__ import annotations

import re
from collections import deque
from typing import Any

from sms_crawlers.items import ListedArtist
from sms_crawlers.reading import find_clock
from sms_crawlers.reading.json_records import inner, number_at, records_at, text_at
from sms_crawlers.reading.money import money, price_range
from sms_crawlers.reading.prose import printed
from sms_text.text import fold_key

_CHANGES = frozenset({"cancelled", "canceled", "postponed", "rescheduled"})
_ON_SALE = frozenset({"on-sale", "off-sale"})
"""Whether tickets are sold at the moment; a sale closes some hours before a show."""
_DOORS = re.compile(r"doors?\b", re.IGNORECASE)
_HOUSE = re.compile(r"curfew|last entry|(?:event )?(?:ends?|finish(?:es)?|closes?)$", re.IGNORECASE)


def find_events(data: Any) -> list[Any] | None:
    """The site's list of events, by what stands in it, for its place in the page's data is nobody's promise.

    An empty list counts where there is no other; None if there is none at all.
    """
    waiting, empty = deque([data]), None
    while waiting:
        node = waiting.popleft()
        if isinstance(node, dict):
            events = node.get("events")
            if any(isinstance(inner(event, "dates"), dict) for event in records_at(node, "events")):
                return list(events or ())
            empty = events if events == [] else empty
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return empty


def running_order(record: Any) -> tuple[str | None, list[str], str | None]:
    """Of the partner API's lineup: the hour of the doors, the acts in running order, and the first act's hour."""
    doors, acts, first_act = None, [], None
    for row in records_at(record, "lineup"):
        name, hour = printed(text_at(row, "details")), find_clock(text_at(row, "time") or "")
        if name is None or _HOUSE.match(name):
            continue
        if _DOORS.match(name):
            doors = doors or hour
        else:
            acts.append(name)
            first_act = first_act or hour
    return doors, acts, first_act


def profiles(record: Any) -> list[ListedArtist]:
    """The artists that have a profile at DICE, in its order."""
    detailed = records_at(record, "detailed_artists") or [{"name": name} for name in texts_at(record, "artists")]
    return [
        ListedArtist(
            name=name,
            role="headliner" if inner(act, "headliner") is True else None,
            source_artist_id=text_at(act, "id"),
            url=text_at(act, "url"),
        )
        for act in detailed
        if (name := printed(text_at(act, "name")))
    ]


def billed(acts: list[str], listed: list[ListedArtist]) -> list[ListedArtist]:
    """The bill, headliner first: the acts of the running order, and those listed beside it."""
    known = {fold_key(artist["name"]): artist for artist in listed}
    order = [fold_key(act) for act in acts]
    places = [order.index(name) for name in known if name in order]
    as_listed = len(places) > 1 and places == sorted(places)
    bill = [known.get(fold_key(act), ListedArtist(name=act)) for act in (acts if as_listed else reversed(acts))]
    return bill + [artist for name, artist in known.items() if name not in order]


def partner_status(record: Any) -> str | None:
    """What the flags say of a change, and whether it is sold out; None for a show that goes ahead with tickets left."""
    said = [
        text_at(record, "status"),
        *texts_at(record, "flags"),
        "sold out" if inner(record, "sold_out") is True else "",
    ]
    return ", ".join(dict.fromkeys(w for w in said if w and (w in _CHANGES or w == "sold out"))) or None


def ticket_prices(record: Any) -> dict[str, Any]:
    """The fields of the price: the face value of each kind of ticket, and beside it what is paid with fees."""
    currency = text_at(record, "currency")
    values, told = [], []
    for kind in records_at(record, "ticket_types"):
        face, total = number_at(kind, "price", "face_value"), number_at(kind, "price", "total")
        if face is None:
            continue
        values.append(face / 100)
        fees = f" ({money(total / 100, currency)} with fees)" if total and total != face else ""
        told.append(f"{printed(text_at(kind, 'name')) or 'Ticket'}: {money(face / 100, currency)}{fees}")
    if not values:
        return {}
    return price_range(min(values), max(values), currency) | {"price_text": "; ".join(dict.fromkeys(told))}


def site_price(record: Any) -> dict[str, Any]:
    """The fields of the price, in minor units and with fees: one price, or the lowest of several."""
    currency = text_at(record, "price", "currency")
    amount, lowest = number_at(record, "price", "amount"), number_at(record, "price", "amount_from")
    if amount is not None:
        return price_range(amount / 100, None, currency)
    if lowest is None:
        return {}
    return {"price_text": f"From {money(lowest / 100, currency)}", "price_min": lowest / 100, "currency": currency}


def site_acts(record: Any) -> list[ListedArtist]:
    """The artists that the site names first; there may be more."""
    return [
        ListedArtist(
            name=name,
            role="headliner" if inner(act, "is_headliner") is True else None,
            source_artist_id=text_at(act, "artist_id"),
        )
        for act in records_at(record, "summary_lineup", "top_artists")
        if (name := printed(text_at(act, "name")))
    ]


def site_status(record: Any) -> str | None:
    """The site's words for an event that is not simply on or off sale."""
    said = [text_at(record, "status"), text_at(record, "secondary_status")]
    return ", ".join(word for word in dict.fromkeys(said) if word and word not in _ON_SALE) or None


def texts_at(record: Any, key: str) -> list[str]:
    """The texts of the list under a key."""
    values = inner(record, key)
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def image_of(record: Any) -> str | None:
    """The largest picture: `images` of the site is a list in the partner API, which has `event_images` beside it."""
    shapes = ("landscape", "square", "portrait")
    urls = (text_at(record, key, shape) for key in ("event_images", "images") for shape in shapes)
    return next((url for url in urls if url and url.startswith("https://")), None)
