"""The name, city, place and particulars of a founded venue: what its mentions say most. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from carpenter.parsing.days import is_utc
from carpenter.parsing.spellings import commonest_spelling

VENUE_PARTICULARS = ("address", "town", "region", "postal_code", "country")


def describe_venue(mentions: Sequence[tuple[Mapping[str, Any], str | None, int, str]]) -> dict[str, Any]:
    """City, name, particulars and place of a founded venue from its mentions: (particulars, city, rows, id).

    Each particular is the one of the commonest mention that gives it; coordinates come as a pair. City and zone are
    those of most mentions, the longer name where as many say so; a zone that is UTC is a server's.
    """
    ordered = [mention for mention, _, _, _ in sorted(mentions, key=lambda entry: (-entry[2], entry[3]))]
    spellings: Counter[str] = Counter()
    for mention, _, rows, _ in mentions:
        spellings[mention["name"]] += rows
    described: dict[str, Any] = {"name": commonest_spelling(spellings.items())}
    for field in VENUE_PARTICULARS:
        described[field] = next((mention[field] for mention in ordered if field in mention), None)
    described["website"] = next((mention["url"] for mention in ordered if "url" in mention), None)
    placed: Mapping[str, Any] = next((m for m in ordered if m.get("latitude") and m.get("longitude")), {})
    described["latitude"], described["longitude"] = placed.get("latitude"), placed.get("longitude")
    described["city"] = _most_said(city for _, city, _, _ in mentions)
    zones = (mention.get("timezone") for mention, _, _, _ in mentions)
    described["timezone"] = _most_said(zone for zone in zones if not is_utc(zone))
    return described


def _most_said(values: Iterable[str | None]) -> str | None:
    said = Counter(value for value in values if value is not None)
    return min(said, key=lambda value: (-said[value], -len(value), value), default=None)
