"""What the items of a run look like as a whole: which fields they have, over which days, zones and prices they spread.

A layout that changes seldom breaks every record: it empties a field, puts all shows on one day, or moves a decimal
point, and each row by itself looks like a row. Held against the profile of the source's last good run, it shows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from sms_database.raw_event import FIELD_NAMES

FIELDS = tuple(name for name in FIELD_NAMES if name not in {"source", "source_event_id", "fetched_at", "payload"})
WHO_WHERE_WHEN = frozenset({"title", "artists", "venue_name", "event_day", "start_time", "doors_time", "timezone"})
"""Fields without which a row says too little: where one empties, the run is not to be trusted. Another is only told."""

MIN_ITEMS = 5
"""Fewer items are no spread: of three shows all may well be on one night."""

EMPTIED_TO = 1 / 3
"""Of what was to be expected, in at least `MIN_ITEMS` items: chance hardly ever gets that far."""

PRICE_FACTOR = 10
"""A median that is ten times another is cents for dollars, or a year for a price."""

_FIGURE = re.compile(r"\d{1,5}(?:[.,]\d\d)?(?!\d)")


@dataclass(frozen=True, slots=True)
class Oddity:
    """In what a run's items differ from those of the source's last good run, in one line."""

    line: str
    is_doubt: bool
    """Does it make the run suspect? Else it is only told."""


@dataclass(slots=True)
class Profile:
    """Counts over items, each taken once."""

    items: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    """How many items have each of FIELDS."""
    days: Counter[str] = field(default_factory=Counter)
    zones: Counter[str] = field(default_factory=Counter)
    prices: list[float] = field(default_factory=list)
    """The lowest figure of each item that has one, in its own currency."""

    def add(self, item: Mapping[str, Any]) -> None:
        """Count an item in its stored form, in which empty fields are missing."""
        self.items += 1
        self.filled.update(name for name in FIELDS if name in item)
        self.days.update(filter(None, [item.get("event_day")]))
        self.zones.update(filter(None, [item.get("timezone")]))
        price = _lowest_price(item)
        if price is not None:
            self.prices.append(price)

    def as_json(self) -> dict[str, Any]:
        """What is kept of it in the run's row: {"items", "filled", "days", "zones", "prices"}."""
        return {
            "items": self.items,
            "filled": dict(sorted(self.filled.items())),
            "days": {"distinct": len(self.days)} | _ends(sorted(self.days)),
            "zones": dict(sorted(self.zones.items())),
            "prices": {"count": len(self.prices), "median": median(self.prices) if self.prices else None},
        }


def oddities(now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Oddity]:
    """What stands out in a profile against the one of the source's last good run, both as `as_json` gives them."""
    if min(now.get("items", 0), before.get("items", 0)) < MIN_ITEMS:
        return
    yield from _emptied(now, before)
    was, are = before["days"]["distinct"], now["days"]["distinct"]
    if are == 1 and was >= MIN_ITEMS:
        yield Oddity(
            f"all {now['items']} items are on {now['days']['first']}, where the last good run had {was} days", True
        )
    if now["zones"] and before["zones"] and not now["zones"].keys() & before["zones"].keys():
        told = f"the zone is {_named(now['zones'])}, where the last good run had {_named(before['zones'])}"
        yield Oddity(told, True)
    cheap, dear = sorted((now["prices"]["median"] or 0, before["prices"]["median"] or 0))
    enough = min(now["prices"]["count"], before["prices"]["count"]) >= MIN_ITEMS
    if enough and cheap > 0 and dear >= PRICE_FACTOR * cheap:
        figures = f"{now['prices']['median']:g}, where the last good run had {before['prices']['median']:g}"
        yield Oddity(f"half of the prices are above {figures}", False)


def _emptied(now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Oddity]:
    for name in FIELDS:
        has, had = now["filled"].get(name, 0), before["filled"].get(name, 0)
        expected = now["items"] * had / before["items"]
        if has <= expected * EMPTIED_TO and expected - has >= MIN_ITEMS:
            told = f"{name} is filled in {has} of {now['items']} items, where the last good run had it in {had} of"
            yield Oddity(f"{told} {before['items']}", name in WHO_WHERE_WHEN)


def _lowest_price(item: Mapping[str, Any]) -> float | None:
    for name in ("price_min", "price_max"):
        if name in item:
            return float(item[name])
    figure = _FIGURE.search(item.get("price_text", ""))
    return float(figure[0].replace(",", ".")) if figure else None


def _ends(days: list[str]) -> dict[str, str]:
    return {"first": days[0], "last": days[-1]} if days else {}


def _named(zones: Mapping[str, int]) -> str:
    return ", ".join(zones)
